//! Korean line breaking and shrink-to-fit, with measured widths.

use super::fonts::{Face, Fonts};

/// How one piece of text wants to be set. Sizes in the card's own unit.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub face: Face,
    /// Size when there is room.
    pub size: f32,
    /// Never smaller than this.
    pub least: f32,
    /// Distance of two baselines as a multiple of the size.
    pub leading: f32,
    pub max_lines: usize,
    /// Column width.
    pub width: f32,
    /// A list: rather one item to a line, broken after its comma, than lines filled to the end.
    pub list: bool,
}

/// A text broken into lines at its final size.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    pub face: Face,
    pub size: f32,
    pub lines: Vec<String>,
    pub leading: f32,
}

impl Block {
    pub fn height(&self) -> f32 {
        self.size * self.leading * self.lines.len() as f32
    }
}

/// Words that mean nothing without the next one: no line ends with them.
const LEANING: [&str; 22] = [
    "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "새", "첫", "온", "이",
    "그", "저", "매", "더", "꼭", "안", "못", "총",
];

/// Whether a word leans on the one after it: `한 그릇`, `새 단장`, `단골 손님`.
fn leans(word: &str, next: &str) -> bool {
    LEANING.contains(&word)
        || word == "단골" && (next.starts_with("손님") || next.starts_with("고객"))
}

/// The words of a text. An amount and the unit after it (`10만 원`) stay one word, and so does one that leans on the
/// next.
fn words(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(' ').chain([(text.len(), "")]) {
        let word = &text[start..at];
        let before = word.chars().next_back();
        let rest = text[at..].trim_start();
        let after = rest.chars().next();
        let last = word.rsplit(' ').next().unwrap_or(word);
        let amount = word.chars().next().is_some_and(|c| c.is_ascii_digit())
            && before.is_some_and(|c| c.is_ascii_digit() || "십백천만억".contains(c))
            && after.is_some_and(|c| "원명개회장잔".contains(c));
        if word.is_empty() && at > start {
            start = at + 1;
        } else if !(amount || leans(last, rest)) || at == text.len() {
            if !word.is_empty() {
                found.push(word);
            }
            start = at + 1;
        }
    }
    found
}

/// Breaks at spaces; a word wider than the column is broken between syllables, because there is no other
/// way to show it.
pub fn break_lines(fonts: &Fonts, face: Face, size: f32, width: f32, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        let joined = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fonts.width(face, size, &joined) <= width {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if line.chars().count() > 1 && fonts.width(face, size, &line) > width {
                line.pop();
                lines.push(std::mem::replace(&mut line, letter.to_string()));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The same number of lines in the narrowest column, so that no lonely word is left for the last line.
fn balance(fonts: &Fonts, wish: &Wish, size: f32, text: &str, lines: Vec<String>) -> Vec<String> {
    if lines.len() < 2 {
        return lines;
    }
    let (mut narrow, mut wide) = (wish.width * 0.4, wish.width);
    let mut best = lines;
    for _ in 0..9 {
        let middle = f32::midpoint(narrow, wide);
        let tried = break_lines(fonts, wish.face, size, middle, text);
        let broke_word = longest_word(fonts, wish.face, size, text) > middle;
        if tried.len() == best.len() && !broke_word {
            best = tried;
            wide = middle;
        } else {
            narrow = middle;
        }
    }
    best
}

fn longest_word(fonts: &Fonts, face: Face, size: f32, text: &str) -> f32 {
    words(text)
        .into_iter()
        .map(|w| fonts.width(face, size, w))
        .fold(0.0, f32::max)
}

fn set(fonts: &Fonts, wish: &Wish, text: &str, scale: f32) -> Block {
    let mut size = (wish.size * scale).max(wish.least);
    // A long word is rather set smaller than broken.
    let longest = longest_word(fonts, wish.face, size, text);
    if longest > wish.width {
        size = (size * wish.width / longest * 0.995).max(wish.least);
    }
    let lines = break_lines(fonts, wish.face, size, wish.width, text);
    let items = if wish.list && lines.len() > 1 {
        items_of(fonts, wish, size, text)
    } else {
        None
    };
    let lines = items.unwrap_or_else(|| balance(fonts, wish, size, text, lines));
    Block {
        face: wish.face,
        size,
        lines,
        leading: wish.leading,
    }
}

/// One item of a list to a line, if each fits and they are not too many.
fn items_of(fonts: &Fonts, wish: &Wish, size: f32, text: &str) -> Option<Vec<String>> {
    let items: Vec<String> = text
        .split_inclusive(", ")
        .map(|item| item.trim_end().to_owned())
        .collect();
    let fits = items
        .iter()
        .all(|item| fonts.width(wish.face, size, item) <= wish.width);
    (fits && items.len() > 1 && items.len() <= wish.max_lines).then_some(items)
}

/// Sets several texts under one another in `height`: all shrink together until they fit; what does not fit
/// at the least sizes ends in an ellipsis, the longest text first. `between` is what the gaps and plates
/// around the blocks take.
pub fn stack(fonts: &Fonts, items: &[(Wish, &str)], height: f32, between: f32) -> Vec<Block> {
    let room = height - between;
    let mut scale = 1.0_f32;
    loop {
        let blocks: Vec<Block> = items
            .iter()
            .map(|(wish, text)| set(fonts, wish, text, scale))
            .collect();
        let tall: f32 = blocks.iter().map(Block::height).sum();
        let too_many = blocks
            .iter()
            .zip(items)
            .any(|(b, (wish, _))| b.lines.len() > wish.max_lines);
        let smallest = blocks
            .iter()
            .zip(items)
            .all(|(b, (wish, _))| b.size <= wish.least + 0.01);
        if tall <= room && (!too_many || smallest) {
            return blocks;
        }
        if smallest || scale < 0.05 {
            return shorten(fonts, items, blocks, room);
        }
        scale *= 0.96;
    }
}

fn shorten(fonts: &Fonts, items: &[(Wish, &str)], mut blocks: Vec<Block>, room: f32) -> Vec<Block> {
    while blocks.iter().map(Block::height).sum::<f32>() > room {
        let Some((at, longest)) = blocks
            .iter_mut()
            .enumerate()
            .max_by_key(|(_, b)| b.lines.len())
        else {
            break;
        };
        if longest.lines.len() < 2 {
            break;
        }
        longest.lines.pop();
        if let (Some(last), Some((wish, _))) = (longest.lines.last_mut(), items.get(at)) {
            end_in_ellipsis(fonts, wish, longest.size, last);
        }
    }
    blocks
}

/// One line, no wider than its column: shrunk to the least size, then ended in an ellipsis.
pub fn one_line(fonts: &Fonts, wish: &Wish, text: &str) -> Block {
    let wide = fonts.width(wish.face, wish.size, text);
    let size = if wide > wish.width {
        (wish.size * wish.width / wide * 0.995).max(wish.least)
    } else {
        wish.size
    };
    let mut line = text.to_owned();
    if fonts.width(wish.face, size, &line) > wish.width {
        end_in_ellipsis(fonts, wish, size, &mut line);
    }
    Block {
        face: wish.face,
        size,
        lines: vec![line],
        leading: wish.leading,
    }
}

fn end_in_ellipsis(fonts: &Fonts, wish: &Wish, size: f32, line: &mut String) {
    let trimmed = line.trim_end_matches('…').len();
    line.truncate(trimmed);
    line.push('…');
    while fonts.width(wish.face, size, line) > wish.width && line.chars().count() > 1 {
        line.pop();
        line.pop();
        line.truncate(line.trim_end().len());
        line.push('…');
    }
}
