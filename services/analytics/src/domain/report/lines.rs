//! Cuts text into lines.

/// Lines of at most `width`. Korean is cut between words; a word that is wider than a line is cut where it has to be.
pub fn wrap(text: &str, width: f32, measure: impl Fn(&str) -> f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if measure(&longer) <= width {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if measure(&line) > width && line.chars().nth(1).is_some() {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text if it fits, else its beginning and an ellipsis.
pub fn shorten(text: &str, width: f32, measure: impl Fn(&str) -> f32) -> String {
    if measure(text) <= width {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while kept.pop().is_some() {
        let short = format!("{}…", kept.trim_end());
        if measure(&short) <= width {
            return short;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::{shorten, wrap};

    fn letters(text: &str) -> f32 {
        text.chars().count() as f32
    }

    #[test]
    fn lines_end_between_words_where_they_can() {
        assert_eq!(
            wrap("첫눈 오는 날 이벤트", 7.0, letters),
            ["첫눈 오는 날", "이벤트"]
        );
        assert_eq!(
            wrap("가나다라마 바", 3.0, letters),
            ["가나다", "라마", "바"]
        );
        assert_eq!(wrap("", 3.0, letters), [""]);
        assert_eq!(wrap("가나", 0.5, letters), ["가", "나"]);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(shorten("가나다", 3.0, letters), "가나다");
        assert_eq!(shorten("가나 다라", 4.0, letters), "가나…");
        assert_eq!(shorten("가나", 0.5, letters), "");
    }
}
