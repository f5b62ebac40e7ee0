//! Bars, drawn on the server: what they show stands in a table beside them as well.

use std::fmt::Write;

/// Units of the drawing.
const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 170.0;
/// Room below for the words, and above for the tallest bar's number.
const FOOT: f64 = 28.0;
const TOP: f64 = 26.0;
/// Words under the bars, so many at most.
const WORDS: usize = 8;

/// One bar: its words below, how many, and of these the part in another colour.
#[derive(Debug, Clone)]
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) count: i64,
    pub(super) part: i64,
}

/// The drawing, with a sentence for whoever does not see it. None where there is nothing to draw.
pub(super) fn bars(bars: &[Bar], sentence: &str) -> Option<String> {
    let tallest = bars.iter().map(|bar| bar.count).max().filter(|n| *n > 0)?;
    let step = WIDTH / bars.len() as f64;
    let wide = (step * 0.7).min(44.0);
    let ground = HEIGHT - FOOT;
    let high = |count: i64| (ground - TOP) * count.max(0) as f64 / tallest as f64;
    // Every bar has its words where they fit, else every so many.
    let every = bars.len().div_ceil(WORDS);
    let mut drawing = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\
         <path class=\"axis\" d=\"M0 {ground}H{WIDTH}\"/>",
        escaped(sentence)
    );
    let mut said = false;
    for (at, bar) in bars.iter().enumerate() {
        let middle = step * (at as f64 + 0.5);
        let left = middle - wide / 2.0;
        for (class, count) in [("bar", bar.count), ("bar part", bar.part.min(bar.count))] {
            if count > 0 {
                // Writing into a string cannot fail.
                let _ = write!(
                    drawing,
                    "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{wide:.1}\" height=\"{:.1}\" rx=\"3\"/>",
                    ground - high(count),
                    high(count)
                );
            }
        }
        if bar.count == tallest && !said {
            said = true;
            let _ = write!(
                drawing,
                "<text class=\"top\" x=\"{middle:.1}\" y=\"{:.1}\">{}</text>",
                ground - high(bar.count) - 7.0,
                bar.count
            );
        }
        if at % every == 0 {
            let _ = write!(
                drawing,
                "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                // The outermost words stay whole.
                middle.clamp(18.0, WIDTH - 18.0),
                HEIGHT - 8.0,
                escaped(&bar.name)
            );
        }
    }
    drawing.push_str("</svg>");
    Some(drawing)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Bar, bars};

    fn bar(name: &str, count: i64) -> Bar {
        Bar {
            name: name.to_owned(),
            count,
            part: count / 2,
        }
    }

    #[test]
    fn the_tallest_bar_is_named_with_its_number() {
        let drawing = bars(&[bar("월", 3), bar("화", 10), bar("수", 0)], "사흘").unwrap();
        assert_eq!(drawing.matches("<rect").count(), 4, "{drawing}");
        assert!(drawing.contains(">10</text>") && !drawing.contains(">3</text>"));
        assert!(drawing.contains("aria-label=\"사흘\""));
    }

    #[test]
    fn many_bars_share_their_words() {
        let many: Vec<Bar> = (0..60).map(|n| bar(&n.to_string(), n)).collect();
        let drawing = bars(&many, "\"><script>").unwrap();
        assert!(drawing.matches("<text").count() <= 10, "{drawing}");
        assert!(!drawing.contains("<script"), "{drawing}");
    }

    #[test]
    fn nothing_is_not_drawn() {
        assert!(bars(&[], "").is_none());
        assert!(bars(&[bar("월", 0)], "").is_none());
    }
}
