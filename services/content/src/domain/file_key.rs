//! The name of a stored file: the SHA-256 of its bytes in lower-case hex, a dot, its extension.

use super::render::encode::Format;
use sha2::{Digest, Sha256};
use std::fmt;

/// What a stored file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Picture(Format),
    /// MP4.
    Film,
}

impl From<Format> for Kind {
    fn from(format: Format) -> Self {
        Self::Picture(format)
    }
}

impl Kind {
    /// As in a file name and in `/cdn/` addresses.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Picture(format) => format.extension(),
            Self::Film => "mp4",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Picture(format) => format.media_type(),
            Self::Film => "video/mp4",
        }
    }

    fn from_extension(extension: &str) -> Option<Self> {
        match extension {
            "mp4" => Some(Self::Film),
            other => Format::from_extension(other).map(Self::Picture),
        }
    }
}

/// A checked name. Nothing else ever becomes part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileKey {
    digest: String,
    pub kind: Kind,
}

impl FileKey {
    /// The key of these bytes.
    pub fn of(bytes: &[u8], kind: impl Into<Kind>) -> Self {
        Self {
            digest: hex::encode(Sha256::digest(bytes)),
            kind: kind.into(),
        }
    }

    /// Exactly 64 lower-case hexadecimal digits, a dot, and `png`, `jpg`, `webp` or `mp4`.
    pub fn parse(name: &str) -> Option<Self> {
        let (digest, extension) = name.split_once('.')?;
        let well_formed = digest.len() == 64
            && digest
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let kind = Kind::from_extension(extension)?;
        well_formed.then(|| Self {
            digest: digest.to_owned(),
            kind,
        })
    }

    /// Lower-case hex.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.digest, self.kind.extension())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_name_is_a_key() {
        let key = FileKey::of(b"x", Format::Jpeg);
        assert_eq!(FileKey::parse(&key.to_string()), Some(key.clone()));
        let digest = key.digest().to_owned();
        for wrong in [
            digest.clone(),
            format!("{digest}.gif"),
            format!("{}.png", digest.to_uppercase()),
            format!("{}.png", &digest[1..]),
            format!("../{}.png", &digest[3..]),
            format!("{digest}.png.png"),
            String::new(),
        ] {
            assert_eq!(FileKey::parse(&wrong), None, "{wrong}");
        }
    }
}
