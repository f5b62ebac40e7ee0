//! The dashboard as A4 pages to print or hand on: a PDF with real text in fonts that it carries along.
//!
//! `front` and `results` say what is on the pages, in order; `paper`, `lines`, `table` and `bars` put it there;
//! `typeface` and `file` make it a PDF.

mod bars;
mod file;
mod front;
mod lines;
mod paper;
mod results;
mod steps;
mod table;
mod typeface;

use crate::domain::dashboard::Dashboard;
use crate::domain::figures;
use chrono::{DateTime, Utc};
use paper::{INK, Ink, MARGIN, Paper, Side};
use typeface::Typeface;

/// Stands for the title of a draft that has none, or one whose letters no typeface has.
const NAMELESS: &str = "제목 없는 이벤트";

/// What a report tells: the dashboard, and from when to when the event takes entries as far as that is fixed.
#[derive(Debug, Clone)]
pub struct Report {
    pub dashboard: Dashboard,
    pub starts_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
}

/// Sets the report in two cuts of a TrueType typeface that has Korean, and binds it to a PDF.
///
/// # Errors
/// A typeface cannot be used; the report itself always can.
pub fn print(report: &Report, regular: &[u8], bold: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut paper = Paper::new(Typeface::open(regular)?, Typeface::open(bold)?);
    let title = match paper.bold.showable(&report.dashboard.title) {
        title if title.is_empty() => NAMELESS.to_owned(),
        title => title,
    };
    front::write(&mut paper, report, &title);
    results::write(&mut paper, report);
    let at = report.dashboard.cached_at;
    let foot = format!("{} 기준(서울 시각) · 잔치", figures::minute(at));
    let (sheets, regular, bold) = paper.finish(&title, &foot);
    let about = file::About {
        title: &format!("{title} 성과 보고서"),
        made_at: at,
    };
    file::bind(&about, &sheets, &regular, &bold)
}

/// The heading of a section, which stays with so much of what follows. The middle of its line.
fn heading(paper: &mut Paper<'_>, text: &str, follows: f32) -> f32 {
    paper.down(20.0);
    paper.room(24.0 + follows);
    let middle = paper.y() + 9.0;
    paper.put(Ink::bold(12.5, INK), Side::Left, MARGIN, middle, text);
    paper.down(24.0);
    middle
}
