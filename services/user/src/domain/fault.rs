use std::fmt;

/// Why a value is refused: a stable code and the sentence for a person, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    pub ko: &'static str,
    pub en: &'static str,
}

impl Refusal {
    /// The value is not there.
    pub const REQUIRED: Self =
        Self::new("REQUIRED", "꼭 필요한 값이에요.", "This value is required.");

    /// Why a value is refused.
    pub const fn new(code: &'static str, ko: &'static str, en: &'static str) -> Self {
        Self { code, ko, en }
    }
}

/// All refused fields of one request, so that a form shows every mistake at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<(String, Refusal)>);

impl Faults {
    /// Keeps the refusal under the field's path, or hands the value on.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Refusal>) -> Option<T> {
        parsed
            .map_err(|refusal| self.0.push((field.to_owned(), refusal)))
            .ok()
    }

    /// As [`Faults::take`] for a field that may be absent.
    pub fn take_if<T>(&mut self, field: &str, parsed: Option<Result<T, Refusal>>) -> Option<T> {
        parsed.and_then(|parsed| self.take(field, parsed))
    }

    /// One refused field.
    pub fn one(field: &str, refusal: Refusal) -> Self {
        Self(vec![(field.to_owned(), refusal)])
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The refused fields in the order they were looked at.
    pub fn iter(&self) -> impl Iterator<Item = &(String, Refusal)> {
        self.0.iter()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.0.iter().map(|(field, _)| field.as_str()).collect();
        write!(f, "refused fields: {}", fields.join(", "))
    }
}
