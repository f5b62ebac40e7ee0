//! What is wrong with a value, as data: the edge turns it into a problem answer.

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field as the client wrote it, e.g. `prizes[0].quantity`.
    pub field: String,
    /// Stable UPPER_SNAKE.
    pub code: &'static str,
    pub ko: &'static str,
    pub en: &'static str,
}

impl Fault {
    pub fn new(
        field: impl Into<String>,
        code: &'static str,
        ko: &'static str,
        en: &'static str,
    ) -> Self {
        Self {
            field: field.into(),
            code,
            ko,
            en,
        }
    }
}

/// All wrong fields of one request, so that a person mends them in one go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Keeps the value of a good result and notes the fault of a bad one.
    pub fn take<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.add(fault)).ok()
    }

    /// # Errors
    /// The faults, if there are any.
    pub fn check(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}
