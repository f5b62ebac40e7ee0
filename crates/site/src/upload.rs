//! Forms with a file in them: as a browser sends them, and as the API takes them.

use bytes::Bytes;
use futures::stream;
use std::convert::Infallible;
use uuid::Uuid;

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 64;

/// A file that came with a form.
#[derive(Debug, Clone)]
pub struct File {
    /// The name of its field.
    pub field: String,
    pub bytes: Bytes,
}

/// Reads a form: the text in it, written as a form without a file would be, and the first file that is not empty. None
/// where it cannot be read.
pub(crate) async fn read(kind: &str, body: Bytes) -> Option<(String, Option<File>)> {
    let boundary = multer::parse_boundary(kind).ok()?;
    let whole = stream::once(async { Ok::<_, Infallible>(body) });
    let mut parts = multer::Multipart::new(whole, boundary);
    let mut fields = Vec::new();
    let mut file = None;
    for _ in 0..MOST_FIELDS {
        let Some(part) = parts.next_field().await.ok()? else {
            let mut text = form_urlencoded::Serializer::new(String::new());
            return Some((text.extend_pairs(fields).finish(), file));
        };
        let Some(name) = part.name().map(str::to_owned) else {
            continue;
        };
        if part.file_name().is_none() {
            fields.push((name, part.text().await.ok()?));
            continue;
        }
        let bytes = part.bytes().await.ok()?;
        // A browser sends an empty file where none was chosen.
        if file.is_none() && !bytes.is_empty() {
            file = Some(File { field: name, bytes });
        }
    }
    None
}

/// The form that the API takes, and its kind. What the file was called on the visitor's device is nobody's business.
pub(crate) fn form(fields: &[(&str, &str)], file: &File) -> (String, Bytes) {
    let boundary = Uuid::new_v4().simple().to_string();
    let mut body = Vec::with_capacity(file.bytes.len() + 1024);
    for (name, value) in fields {
        let part = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    let part = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend_from_slice(part.as_bytes());
    body.extend_from_slice(&file.bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (
        format!("multipart/form-data; boundary={boundary}"),
        body.into(),
    )
}

#[cfg(test)]
mod tests {
    use super::{File, form, read};
    use bytes::Bytes;

    #[tokio::test]
    async fn what_is_written_is_read_again() {
        let file = File {
            field: "photo".to_owned(),
            bytes: Bytes::from_static(b"\x89PNG\r\n--x\r\n"),
        };
        let (kind, body) = form(&[("kind", "LOGO"), ("title", "달구네 & 친구")], &file);
        let (text, read_file) = read(&kind, body.clone()).await.unwrap();
        let fields: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect();
        assert_eq!(fields[0], ("kind".to_owned(), "LOGO".to_owned()));
        assert_eq!(fields[1], ("title".to_owned(), "달구네 & 친구".to_owned()));
        assert_eq!(read_file.unwrap().bytes, file.bytes);
        let half = body.slice(..body.len() / 2);
        assert!(read(&kind, half).await.is_none(), "a broken form");
        assert!(read("multipart/form-data", body).await.is_none());
    }
}
