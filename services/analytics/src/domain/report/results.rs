//! What the event did: by channel, for what money, and against what was expected.

use super::paper::{ACCENT, COLUMN, INK, Ink, MARGIN, Paper, RULE, SECOND, SOFT, Side, TINT};
use super::table::{self, Column, Row, table};
use super::{Report, heading};
use crate::domain::channels::ChannelRow;
use crate::domain::dashboard::{Dashboard, ForecastCheck};
use crate::domain::figures::{NONE, UNKNOWN, grouped, people, percent, won};
use crate::domain::wording;
use janchi_contracts::event::EventStatus;

const TEXT: Ink = Ink::regular(10.0, INK);
const NOTE: Ink = Ink::regular(8.5, SOFT);

pub fn write(paper: &mut Paper<'_>, report: &Report) {
    let dashboard = &report.dashboard;
    channels(paper, &dashboard.channels);
    cost(paper, dashboard);
    earned(paper, dashboard);
    forecast(paper, dashboard);
}

fn channels(paper: &mut Paper<'_>, channels: &[ChannelRow]) {
    heading(paper, "채널별 성과", 60.0);
    if channels.is_empty() {
        let text = "아직 배포한 채널이나 채널로 들어온 참여가 없어요.";
        paper.paragraph(TEXT, MARGIN, COLUMN, text);
        return;
    }
    let columns = [
        Column::words("채널", 88.0),
        Column::number("노출", 58.0),
        Column::number("클릭", 50.0),
        Column::number("참여", 46.0),
        Column::number("전환율", 50.0),
        Column::number("비용", 66.0),
        Column::number("참여당 비용", 62.0),
        Column::words("숫자의 출처", 79.0),
    ];
    let rows: Vec<Row> = channels.iter().map(channel).collect();
    table(paper, COLUMN, &columns, &rows);
    paper.down(5.0);
    let note = format!(
        "‘{UNKNOWN}’은 채널이 알려 주지 않은 숫자예요. 전환율은 클릭(모르면 노출) 가운데 참여한 비율이고, 나눌 숫자가 없으면 ‘{NONE}’로 적었어요."
    );
    paper.paragraph(NOTE, MARGIN, COLUMN, &note);
}

fn channel(row: &ChannelRow) -> Row {
    let known = |number: Option<i64>| number.map_or_else(|| UNKNOWN.to_owned(), grouped);
    let source = match &row.source {
        Some(source) if row.stale => format!("{} (지난값)", wording::source(source)),
        Some(source) => wording::source(source),
        None => NONE.to_owned(),
    };
    let cells = vec![
        wording::channel(row.channel).to_owned(),
        known(row.impressions),
        known(row.clicks),
        grouped(row.participants),
        row.conversion_rate.map_or_else(|| NONE.to_owned(), percent),
        won(row.cost),
        row.cost_per_participant
            .map_or_else(|| NONE.to_owned(), won),
        source,
    ];
    Row { cells, sum: false }
}

fn cost(paper: &mut Paper<'_>, dashboard: &Dashboard) {
    let mut rows: Vec<Row> = dashboard
        .cost
        .by_item
        .iter()
        .map(|line| Row {
            cells: vec![wording::cost_item(&line.item), won(line.amount)],
            sum: false,
        })
        .collect();
    rows.push(Row {
        cells: vec!["합계".to_owned(), won(dashboard.cost.total)],
        sum: true,
    });
    // A sum is read with what it sums up: the whole table stays on one sheet.
    heading(paper, "비용", table::height(rows.len()) + 20.0);
    let columns = [Column::words("항목", 60.0), Column::number("금액", 40.0)];
    table(paper, COLUMN * 0.55, &columns, &rows);
    paper.down(5.0);
    let note = "경품은 나눠 드린 수와 상관없이 약속한 수량 전부를 비용으로 봤어요.";
    paper.paragraph(NOTE, MARGIN, COLUMN, note);
}

fn earned(paper: &mut Paper<'_>, dashboard: &Dashboard) {
    heading(paper, "매출과 수익률", 40.0);
    let cost = dashboard.cost.total;
    let text = match (dashboard.revenue, dashboard.roi) {
        (None, _) => {
            "매출이 아직 등록되지 않아서 수익률은 계산하지 않았어요. 이벤트 매출을 등록하면 이 자리에 나와요."
                .to_owned()
        }
        (Some(revenue), None) => format!(
            "매출 {}이 등록됐어요. 들어간 비용이 없어서 수익률은 계산하지 않았어요.",
            won(revenue)
        ),
        (Some(revenue), Some(roi)) => {
            let left = revenue.saturating_sub(cost);
            let word = if left < 0 { "모자란 금액" } else { "남은 금액" };
            format!(
                "매출 {} · 비용 {} · {word} {} · 수익률 {}",
                won(revenue),
                won(cost),
                won(left.saturating_abs()),
                percent(roi)
            )
        }
    };
    paper.paragraph(TEXT, MARGIN, COLUMN, &text);
    if dashboard.roi.is_some() {
        let note =
            "수익률은 매출에서 비용을 뺀 금액을 비용으로 나눈 값이에요. 등록하신 매출만 셌어요.";
        paper.paragraph(NOTE, MARGIN, COLUMN, note);
    }
}

fn forecast(paper: &mut Paper<'_>, dashboard: &Dashboard) {
    heading(paper, "예상과 실제", 80.0);
    let Some(check) = &dashboard.forecast else {
        let text = "예상 참여 인원이 없는 이벤트예요.";
        paper.paragraph(TEXT, MARGIN, COLUMN, text);
        return;
    };
    let over = matches!(
        dashboard.status,
        EventStatus::Ended | EventStatus::Cancelled
    );
    let verdict = match (check.within_range, check.actual > check.high) {
        (true, _) => "예상 범위 안이에요.",
        (false, true) => "예상보다 많아요.",
        (false, false) if over => "예상보다 적어요.",
        (false, false) => "아직 예상 범위 아래예요.",
    };
    let so_far = if over {
        ""
    } else {
        " 끝나지 않은 이벤트라 더 늘어날 수 있어요."
    };
    let text = format!(
        "예상 {} (범위 {}–{}) · 실제 {} · {verdict}{so_far}",
        people(check.expected),
        grouped(check.low),
        people(check.high),
        people(check.actual),
    );
    paper.paragraph(TEXT, MARGIN, COLUMN, &text);
    gauge(paper, check);
}

/// A line with the expected range on it and what became of it.
fn gauge(paper: &mut Paper<'_>, check: &ForecastCheck) {
    let end = check.high.max(check.actual).max(check.expected).max(1) as f32 * 1.08;
    let place = |count: i64| MARGIN + COLUMN * count.max(0) as f32 / end;
    paper.down(8.0);
    paper.room(44.0);
    let y = paper.y();
    paper.fill(TINT, MARGIN, y, COLUMN, 14.0);
    let (low, high) = (place(check.low), place(check.high));
    paper.fill(RULE, low, y, (high - low).max(1.0), 14.0);
    let actual = place(check.actual);
    paper.fill(ACCENT, MARGIN, y + 4.0, (actual - MARGIN).max(1.5), 6.0);
    paper.fill(SECOND, place(check.expected) - 0.75, y - 2.0, 1.5, 18.0);
    let ink = Ink::regular(8.0, SOFT);
    let mut x = MARGIN;
    for (name, colour) in [("실제", ACCENT), ("예상", SECOND), ("예상 범위", RULE)] {
        paper.fill(colour, x, y + 24.0, 6.0, 6.0);
        paper.put(ink, Side::Left, x + 10.0, y + 27.0, name);
        x += paper.width(ink, name) + 24.0;
    }
    paper.down(36.0);
}
