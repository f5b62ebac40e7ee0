//! A link as a QR code, laid on whole pixels so that every phone reads it.

use qrcode::{Color as Module, EcLevel, QrCode};

/// A code at its place, in the card's unit.
#[derive(Debug, Clone)]
pub struct Qr {
    pub x: f32,
    pub y: f32,
    pub side: f32,
    pub code: Matrix,
}

/// The modules of a code without its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Modules in a row.
    pub size: usize,
    /// Row by row.
    pub dark: Vec<bool>,
}

impl Matrix {
    /// The code of an address. None for one too long for any code.
    pub fn of(address: &str) -> Option<Self> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
        Some(Self {
            size: code.width(),
            dark: code
                .to_colors()
                .into_iter()
                .map(|m| m == Module::Dark)
                .collect(),
        })
    }

    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark.get(y * self.size + x).copied().unwrap_or(false)
    }
}

/// The address with its scheme, as a camera needs it.
pub fn address_of(link: &str) -> String {
    if link.contains("://") {
        link.to_owned()
    } else {
        format!("https://{link}")
    }
}

impl Qr {
    /// Lays the code on opaque pixels of four bytes, black on the white plate that is there already. The modules
    /// are whole pixels; what is left of `side` widens the quiet zone.
    pub fn lay(&self, scale: f32, pixels: &mut [u8], width: usize) {
        let side = self.side * scale;
        let module = (side / self.code.size as f32).floor().max(1.0);
        let rest = ((side - module * self.code.size as f32) / 2.0).max(0.0);
        let left = (self.x * scale + rest).round() as usize;
        let top = (self.y * scale + rest).round() as usize;
        let module = module as usize;
        for y in 0..self.code.size * module {
            for x in 0..self.code.size * module {
                if !self.code.is_dark(x / module, y / module) {
                    continue;
                }
                let at = ((top + y) * width + left + x) * 4;
                if left + x < width
                    && let Some(pixel) = pixels.get_mut(at..at + 3)
                {
                    pixel.fill(16);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners_and_whole_modules() {
        let code = Matrix::of(&address_of("janchi.kr/e/K7M2QX9A")).unwrap();
        for (x, y) in [(0, 0), (code.size - 7, 0), (0, code.size - 7)] {
            assert!(
                code.is_dark(x, y) && code.is_dark(x + 3, y + 3) && !code.is_dark(x + 1, y + 1)
            );
        }
        let qr = Qr {
            x: 10.0,
            y: 10.0,
            side: 120.0,
            code,
        };
        let mut pixels = vec![255; 150 * 150 * 4];
        qr.lay(1.0, &mut pixels, 150);
        let dark = pixels
            .as_chunks::<4>()
            .0
            .iter()
            .filter(|p| p[0] == 16)
            .count();
        let module = 120 / qr.code.size;
        assert_eq!(
            dark,
            qr.code.dark.iter().filter(|d| **d).count() * module * module
        );
    }
}
