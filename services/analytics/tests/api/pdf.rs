//! Reads a PDF's text as a reader's copy would give it: through the fonts' own tables, so that a letter without an entry
//! there is missing here too. Knows what our writer writes, not every PDF.

use miniz_oxide::inflate::decompress_to_vec_zlib;
use std::collections::HashMap;

/// What was read.
pub struct Pdf {
    /// The text of each page, a line for each piece.
    pub pages: Vec<String>,
    /// The sizes of the embedded fonts, unpacked.
    pub fonts: Vec<usize>,
}

/// Numbers of the file's objects.
type Objects<'a> = HashMap<usize, &'a [u8]>;

impl Pdf {
    #[track_caller]
    pub fn read(file: &[u8]) -> Self {
        assert!(file.starts_with(b"%PDF-1."), "no PDF");
        assert!(file.ends_with(b"%%EOF\n") || file.ends_with(b"%%EOF"));
        let objects = objects(file);
        let mut fonts = Vec::new();
        let mut pages = Vec::new();
        let mut numbers: Vec<&usize> = objects.keys().collect();
        numbers.sort_unstable();
        for object in numbers.into_iter().map(|number| objects[number]) {
            if has(object, "/FontFile2 ") {
                fonts.push(stream(objects[&reference(object, "/FontFile2 ")]).len());
            }
            if has(object, "/Type /Page\n") {
                let letters = ["R", "B"].map(|name| {
                    let font = objects[&reference(object, &format!("/{name} "))];
                    let table = stream(objects[&reference(font, "/ToUnicode ")]);
                    (
                        name,
                        letters(&String::from_utf8(table).expect("a table is text")),
                    )
                });
                let content = stream(objects[&reference(object, "/Contents ")]);
                pages.push(text(&content, &HashMap::from(letters)));
            }
        }
        Self { pages, fonts }
    }

    pub fn text(&self) -> String {
        self.pages.join("\n")
    }
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let found = bytes
        .get(from..)?
        .windows(what.len())
        .position(|w| w == what)?;
    Some(from + found)
}

/// Whether an object's dictionary, before its stream, has this.
fn has(object: &[u8], what: &str) -> bool {
    find(dictionary(object), what.as_bytes(), 0).is_some()
}

fn dictionary(object: &[u8]) -> &[u8] {
    &object[..find(object, b"stream\n", 0).unwrap_or(object.len())]
}

/// From the table at the file's end, whose offsets are thereby checked.
fn objects(file: &[u8]) -> Objects<'_> {
    let tail = String::from_utf8_lossy(&file[file.len() - 64..]).into_owned();
    let start = tail.split("startxref\n").nth(1).expect("a start");
    let start: usize = start
        .lines()
        .next()
        .unwrap_or_default()
        .parse()
        .expect("an offset");
    let table = String::from_utf8_lossy(&file[start..]).into_owned();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("xref"));
    lines.next();
    let mut objects = Objects::new();
    for (number, line) in lines.take_while(|line| *line != "trailer").enumerate() {
        if line.trim_end().ends_with('n') {
            let at: usize = line[..10].parse().expect("an offset");
            let head = format!("{number} 0 obj\n");
            assert!(file[at..].starts_with(head.as_bytes()), "object {number}");
            let end = find(file, b"endobj", at).expect("an object ends");
            objects.insert(number, &file[at + head.len()..end]);
        }
    }
    objects
}

fn reference(object: &[u8], name: &str) -> usize {
    let dictionary = dictionary(object);
    let at = find(dictionary, name.as_bytes(), 0).unwrap_or_else(|| panic!("no {name}"));
    let rest = String::from_utf8_lossy(&dictionary[at + name.len()..]).into_owned();
    rest.split_ascii_whitespace()
        .next()
        .unwrap_or_default()
        .parse()
        .expect("a number")
}

fn stream(object: &[u8]) -> Vec<u8> {
    assert!(has(object, "/Filter /FlateDecode"));
    let start = find(object, b"stream\n", 0).expect("a stream") + b"stream\n".len();
    let length = reference(object, "/Length ");
    decompress_to_vec_zlib(&object[start..start + length]).expect("a packed stream")
}

fn letters(table: &str) -> HashMap<u16, char> {
    let pairs = table.lines().filter_map(|line| {
        let (number, letter) = line.strip_prefix('<')?.split_once("> <")?;
        let letter = letter.strip_suffix('>')?;
        let hex = |text: &str| u16::from_str_radix(text, 16).ok();
        Some((hex(number)?, char::from_u32(u32::from(hex(letter)?))?))
    });
    pairs.collect()
}

/// Every `(…) Tj` and `<…> Tj` by the letters of the font set before it.
fn text(content: &[u8], fonts: &HashMap<&str, HashMap<u16, char>>) -> String {
    let mut out = String::new();
    let mut font = None;
    let mut shown = Vec::new();
    let mut at = 0;
    while at < content.len() {
        match content[at] {
            b'/' => {
                let name = std::str::from_utf8(&content[at + 1..at + 2]).expect("a name");
                font = fonts.get(name);
                at += 2;
            }
            b'(' => (shown, at) = literal(content, at + 1),
            b'<' => (shown, at) = hex(content, at + 1),
            b'T' if content[at..].starts_with(b"Tj") => {
                let font = font.expect("a font is set");
                for pair in shown.chunks(2) {
                    let number = u16::from_be_bytes([pair[0], pair[1]]);
                    out.push(*font.get(&number).expect("a letter can be copied"));
                }
                out.push('\n');
                at += 2;
            }
            _ => at += 1,
        }
    }
    out
}

fn hex(content: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut bytes = Vec::new();
    while content[at] != b'>' {
        let pair = std::str::from_utf8(&content[at..at + 2]).expect("hexadecimal");
        bytes.push(u8::from_str_radix(pair, 16).expect("hexadecimal"));
        at += 2;
    }
    (bytes, at + 1)
}

fn literal(content: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let (mut bytes, mut depth) = (Vec::new(), 0);
    loop {
        match content[at] {
            b')' if depth == 0 => return (bytes, at + 1),
            b'\\' => {
                at += 1;
                bytes.push(match content[at] {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    b'0'..=b'7' => {
                        let octal = std::str::from_utf8(&content[at..at + 3]).expect("octal");
                        at += 2;
                        u8::from_str_radix(octal, 8).expect("octal")
                    }
                    other => other,
                });
            }
            byte => {
                depth += i32::from(byte == b'(') - i32::from(byte == b')');
                bytes.push(byte);
            }
        }
        at += 1;
    }
}
