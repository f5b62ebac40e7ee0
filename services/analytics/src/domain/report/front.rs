//! What an owner looks at first: of what the report is, its sentence, the four numbers, the chart.

use super::bars::{self, bars};
use super::paper::{ACCENT, COLUMN, INK, Ink, MARGIN, Paper, SOFT, Side, TINT};
use super::steps::steps;
use super::{Report, heading};
use crate::domain::figures::{minute, people};
use crate::domain::wording;
use chrono::{DateTime, Utc};

pub fn write(paper: &mut Paper<'_>, report: &Report, title: &str) {
    let dashboard = &report.dashboard;
    head(paper, report, title);
    boxed(paper, Ink::bold(12.0, INK), ACCENT, &dashboard.summary);
    if let Some(text) = missing(&dashboard.partial) {
        boxed(paper, Ink::regular(9.0, INK), SOFT, &text);
    }
    numbers(paper, report);
    chart(paper, report);
}

fn head(paper: &mut Paper<'_>, report: &Report, title: &str) {
    let small = Ink::bold(10.5, ACCENT);
    paper.paragraph(small, MARGIN, COLUMN, "이벤트 성과 보고서");
    paper.down(2.0);
    let large = Ink::bold(21.0, INK);
    // A title may have a hundred letters.
    let size = if paper.wrap(large, title, COLUMN).len() > 2 {
        16.0
    } else {
        large.size
    };
    paper.paragraph(Ink { size, ..large }, MARGIN, COLUMN, title);
    paper.down(4.0);
    let ink = Ink::regular(9.5, SOFT);
    let dashboard = &report.dashboard;
    let period = period(report.starts_at, report.ends_at);
    let status = wording::status(dashboard.status);
    let line = format!("기간: {period} · 상태: {status}");
    paper.paragraph(ink, MARGIN, COLUMN, &line);
    let line = format!("자료 시각: {} (서울 시각)", minute(dashboard.cached_at));
    paper.paragraph(ink, MARGIN, COLUMN, &line);
    paper.down(10.0);
}

fn period(starts: Option<DateTime<Utc>>, ends: Option<DateTime<Utc>>) -> String {
    match (starts, ends) {
        (Some(starts), Some(ends)) => format!("{} – {}", minute(starts), minute(ends)),
        (Some(starts), None) => format!("{}부터", minute(starts)),
        (None, Some(ends)) => format!("{}까지", minute(ends)),
        (None, None) => "아직 정하지 않았어요".to_owned(),
    }
}

/// A tinted box with a coloured edge.
fn boxed(paper: &mut Paper<'_>, ink: Ink, edge: [f32; 3], text: &str) {
    const PAD: f32 = 9.0;
    let width = COLUMN - 3.0 * PAD;
    let lines = paper.wrap(ink, text, width);
    let height = lines.len() as f32 * ink.leading() + 2.0 * PAD;
    paper.room(height);
    let y = paper.y();
    paper.fill(TINT, MARGIN, y, COLUMN, height);
    paper.fill(edge, MARGIN, y, 3.0, height);
    paper.down(PAD);
    paper.paragraph(ink, MARGIN + 1.5 * PAD, width, text);
    paper.down(PAD + 8.0);
}

fn missing(partial: &[String]) -> Option<String> {
    let names: Vec<String> = partial.iter().map(|code| wording::missing(code)).collect();
    (!names.is_empty()).then(|| {
        format!(
            "지금 답하지 않은 곳이 있어요: {}. 이곳의 숫자는 마지막으로 확인한 값이에요.",
            names.join(", ")
        )
    })
}

fn numbers(paper: &mut Paper<'_>, report: &Report) {
    const HIGH: f32 = 58.0;
    const GAP: f32 = 8.0;
    let participants = &report.dashboard.participants;
    let winners = &report.dashboard.winners;
    let drawn = if winners.drawn_at.is_some() || winners.count > 0 {
        people(winners.count)
    } else {
        "추첨 전".to_owned()
    };
    let cells = [
        ("참여".to_owned(), people(participants.total)),
        ("오늘 참여".to_owned(), people(participants.today)),
        ("매장 방문".to_owned(), people(participants.visited)),
        (format!("당첨 (예정 {})", people(winners.planned)), drawn),
    ];
    paper.down(2.0);
    paper.room(HIGH);
    let y = paper.y();
    let width = (COLUMN - GAP * (cells.len() as f32 - 1.0)) / cells.len() as f32;
    for (at, (name, value)) in cells.iter().enumerate() {
        let x = MARGIN + (width + GAP) * at as f32;
        paper.fill(TINT, x, y, width, HIGH);
        let (small, room) = (Ink::regular(9.0, SOFT), width - 20.0);
        paper.put(small, Side::Left, x + 10.0, y + 16.0, name);
        let large = Ink::bold(18.0, INK);
        let wide = paper.width(large, value).max(1.0);
        let size = large.size * (room / wide).min(1.0);
        let ink = Ink { size, ..large };
        paper.put(ink, Side::Left, x + 10.0, y + 38.0, value);
    }
    paper.down(HIGH);
}

fn chart(paper: &mut Paper<'_>, report: &Report) {
    match steps(&report.dashboard.participants) {
        Some(steps) => {
            let middle = heading(paper, &steps.title, bars::NEEDS);
            bars(paper, middle, &steps);
        }
        None => {
            let ink = Ink::regular(10.0, SOFT);
            heading(paper, "날짜별 참여", ink.leading());
            paper.paragraph(ink, MARGIN, COLUMN, "아직 참여 기록이 없어요.");
        }
    }
}
