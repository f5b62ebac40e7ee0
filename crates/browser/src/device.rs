/// What somebody looks at a page with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    pub width: u32,
    pub height: u32,
    /// A phone: touch, and pages as wide as it is.
    pub is_phone: bool,
    pub is_dark: bool,
    pub runs_scripts: bool,
}

impl Device {
    /// A small phone of today.
    pub const PHONE: Self = Self {
        width: 360,
        height: 740,
        is_phone: true,
        is_dark: false,
        runs_scripts: true,
    };
    /// A laptop.
    pub const DESK: Self = Self {
        width: 1280,
        height: 800,
        is_phone: false,
        is_dark: false,
        runs_scripts: true,
    };

    /// The same, so wide.
    #[must_use]
    pub fn wide(self, width: u32) -> Self {
        Self { width, ..self }
    }

    /// The same at night.
    #[must_use]
    pub fn dark(self) -> Self {
        Self {
            is_dark: true,
            ..self
        }
    }

    /// The same with scripts switched off.
    #[must_use]
    pub fn without_scripts(self) -> Self {
        Self {
            runs_scripts: false,
            ..self
        }
    }
}
