//! The report as a table for Korean Excel: UTF-8 with its mark, no cell that could be a formula.

use crate::domain::dashboard::Dashboard;
use crate::domain::figures::UNKNOWN;
use crate::domain::wording;
use anyhow::Context;

/// The dashboard as CSV.
///
/// # Errors
/// None in practice: it is written to memory.
pub fn table(dashboard: &Dashboard) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer("\u{feff}".as_bytes().to_vec());
    let number = |value: Option<i64>| value.map_or_else(|| UNKNOWN.to_owned(), |n| n.to_string());
    let mut row = |cells: &[String]| {
        let safe: Vec<String> = cells.iter().map(|cell| inert(cell)).collect();
        writer.write_record(&safe).context("write a row")
    };
    let text = |s: &str| s.to_owned();
    row(&[text("이벤트"), dashboard.title.clone()])?;
    row(&[text("요약"), dashboard.summary.clone()])?;
    row(&[text("참여"), dashboard.participants.total.to_string()])?;
    row(&[text("방문"), dashboard.participants.visited.to_string()])?;
    row(&[text("비용(원)"), dashboard.cost.total.to_string()])?;
    row(&[text("매출(원)"), number(dashboard.revenue)])?;
    row(&[
        text("수익률(%)"),
        dashboard
            .roi
            .map_or_else(|| text(UNKNOWN), |roi| roi.to_string()),
    ])?;
    row(&[])?;
    row(&[
        text("채널"),
        text("노출"),
        text("클릭"),
        text("참여"),
        text("비용(원)"),
        text("참여당 비용(원)"),
    ])?;
    for channel in &dashboard.channels {
        row(&[
            text(wording::channel(channel.channel)),
            number(channel.impressions),
            number(channel.clicks),
            channel.participants.to_string(),
            channel.cost.to_string(),
            number(channel.cost_per_participant),
        ])?;
    }
    row(&[])?;
    row(&[text("날짜"), text("참여"), text("방문")])?;
    for day in &dashboard.participants.by_day {
        row(&[
            day.day.to_string(),
            day.participants.to_string(),
            day.visited.to_string(),
        ])?;
    }
    writer
        .into_inner()
        .map_err(|error| anyhow::anyhow!("finish the table: {error}"))
}

/// A cell that a spreadsheet would run gets an apostrophe in front; a negative number is left alone.
fn inert(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if risky && cell.parse::<f64>().is_err() {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=cmd()", "+1+1", "@x", "-x", "\tx", "＝x"] {
            assert!(inert(bad).starts_with('\''), "{bad}");
        }
        assert_eq!(inert("-12.5"), "-12.5");
        assert_eq!(inert("겨울"), "겨울");
    }
}
