//! Draws the chart of entries and visits.

use super::paper::{ACCENT, COLUMN, INK, Ink, MARGIN, Paper, RULE, SECOND, SOFT, Side, WIDTH};
use super::steps::Steps;
use crate::domain::figures::grouped;

/// The bars' place, without the labels below it.
const TALL: f32 = 104.0;
/// Left of the bars, for the scale.
const SCALE: f32 = 34.0;
/// What a bar is wide at most.
const WIDEST: f32 = 26.0;
/// What a label below the bars needs to the next.
const APART: f32 = 46.0;
/// More bars than this have no numbers on them.
const NUMBERED: usize = 16;
const SMALL: f32 = 7.5;

/// What the chart needs below its heading.
pub const NEEDS: f32 = TALL + 34.0;

/// Draws the bars and goes below them; `heading` is the middle of the line above, where the colours are told.
pub fn bars(paper: &mut Paper<'_>, heading: f32, steps: &Steps) {
    let visits = steps.bars.iter().any(|bar| bar.visited > 0);
    let highest = steps
        .bars
        .iter()
        .map(|bar| bar.participants.max(bar.visited));
    let top = round_up(highest.max().unwrap_or_default());
    // The number on the highest bar stands above it.
    paper.down(12.0);
    let lower = paper.y() + TALL;
    let height = |count: i64| TALL * count.max(0) as f32 / top as f32;
    scale(paper, top, lower);
    let slot = (COLUMN - SCALE) / steps.bars.len() as f32;
    let parts = if visits { 2.0 } else { 1.0 };
    let wide = (slot * 0.72).min(WIDEST * parts) / parts;
    let every = (APART / slot).ceil().max(1.0) as usize;
    for (at, bar) in steps.bars.iter().enumerate() {
        let centre = MARGIN + SCALE + slot * (at as f32 + 0.5);
        let left = centre - wide * parts / 2.0;
        let counts = [(bar.participants, ACCENT), (bar.visited, SECOND)];
        for (nth, (count, colour)) in counts.into_iter().enumerate().take(1 + usize::from(visits)) {
            let x = left + wide * nth as f32;
            let tall = height(count);
            paper.fill(colour, x, lower - tall, wide * 0.92, tall);
            if steps.bars.len() <= NUMBERED && count > 0 {
                let ink = Ink::regular(SMALL, INK);
                let middle = lower - tall - 6.0;
                paper.put(ink, Side::Middle, x + wide * 0.46, middle, &grouped(count));
            }
        }
        if at.is_multiple_of(every) {
            let ink = Ink::regular(SMALL, SOFT);
            paper.put(ink, Side::Middle, centre, lower + 9.0, &bar.label);
        }
    }
    legend(paper, heading, visits);
    paper.down(TALL + 18.0);
}

fn scale(paper: &mut Paper<'_>, top: i64, lower: f32) {
    let marks = if top % 2 == 0 {
        vec![0, top / 2, top]
    } else {
        vec![0, top]
    };
    for mark in marks {
        let y = lower - TALL * mark as f32 / top as f32;
        paper.fill(RULE, MARGIN + SCALE, y, COLUMN - SCALE, 0.5);
        let ink = Ink::regular(SMALL, SOFT);
        paper.put(ink, Side::Right, MARGIN + SCALE - 6.0, y, &grouped(mark));
    }
}

/// What the colours mean, at the right end of the heading's line.
fn legend(paper: &mut Paper<'_>, middle: f32, visits: bool) {
    let ink = Ink::regular(8.0, SOFT);
    let mut x = WIDTH - MARGIN;
    let names = [("방문", SECOND), ("참여", ACCENT)];
    for (name, colour) in names.into_iter().skip(usize::from(!visits)) {
        paper.put(ink, Side::Right, x, middle, name);
        x -= paper.width(ink, name) + 10.0;
        paper.fill(colour, x, middle - 3.0, 6.0, 6.0);
        x -= 10.0;
    }
}

/// The next of 1, 2, 4, 6, 10, 20, 40, 60, 100 …: the end of a scale.
fn round_up(highest: i64) -> i64 {
    let mut ten = 1_i64;
    loop {
        for step in [1, 2, 4, 6] {
            if step * ten >= highest {
                return step * ten;
            }
        }
        match ten
            .checked_mul(10)
            .filter(|ten| ten.checked_mul(6).is_some())
        {
            Some(more) => ten = more,
            None => return highest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn a_scale_ends_at_a_round_number() {
        for (highest, end) in [
            (0, 1),
            (1, 1),
            (3, 4),
            (5, 6),
            (7, 10),
            (61, 100),
            (i64::MAX, i64::MAX),
        ] {
            assert_eq!(round_up(highest), end, "{highest}");
        }
    }
}
