//! The name under which a report is saved.

/// The longest title in a file's name, in letters: file systems end at 255 bytes, and a Korean letter takes three.
const LONGEST: usize = 60;

/// `Content-Disposition` of a file (RFC 6266): a name any client understands, and the title for those that read UTF-8.
pub fn disposition(plain: &str, title: &str, ending: &str) -> String {
    let kept: String = title
        .chars()
        .map(|c| {
            if c.is_control() || "/\\:*?\"<>|".contains(c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let kept: Vec<&str> = kept.split_whitespace().collect();
    let kept: String = kept.join(" ").chars().take(LONGEST).collect();
    // A leading dot hides a file.
    let name = format!("{} 성과 보고서.{ending}", kept.trim_start_matches('.'));
    format!(
        "attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{}",
        encoded(name.trim())
    )
}

/// RFC 8187: everything but letters, digits and a few signs as its bytes.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(3 * text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_title_cannot_leave_its_header_or_its_folder() {
        assert_eq!(
            disposition("janchi-1", "첫눈\r\nx: \"../a;b\"", "pdf"),
            "attachment; filename=\"janchi-1.pdf\"; \
             filename*=UTF-8''%EC%B2%AB%EB%88%88%20x%20..%20a%3Bb%20%EC%84%B1%EA%B3%BC%20%EB%B3%B4%EA%B3%A0%EC%84%9C.pdf"
        );
        let bare = disposition("janchi-1", "..", "csv");
        assert!(bare.contains("filename*=UTF-8''%EC%84%B1"), "{bare}");
        assert!(disposition("x", &"가".repeat(200), "pdf").is_ascii());
    }
}
