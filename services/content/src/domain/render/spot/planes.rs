//! What the encoder takes: brightness and colour apart.

/// Pixels from `left` and `top` up to but not including `right` and `bottom`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub left: usize,
    pub top: usize,
    pub right: usize,
    pub bottom: usize,
}

/// Brightness and colour of a picture, colour at half the size; BT.709, limited range.
pub struct Planes {
    pub width: usize,
    pub height: usize,
    pub y: Vec<u8>,
    pub u: Vec<u8>,
    pub v: Vec<u8>,
}

impl Planes {
    pub fn new(width: usize, height: usize) -> Self {
        let quarter = width / 2 * (height / 2);
        Self {
            width,
            height,
            y: vec![0; width * height],
            u: vec![0; quarter],
            v: vec![0; quarter],
        }
    }

    /// Takes the whole picture over.
    pub fn read(&mut self, rgba: &[u8]) {
        let all = Area {
            left: 0,
            top: 0,
            right: self.width,
            bottom: self.height,
        };
        self.read_area(rgba, all);
    }

    /// Takes a part of the picture over.
    pub fn read_area(&mut self, rgba: &[u8], area: Area) {
        let (pixels, _) = rgba.as_chunks::<4>();
        // Colour is kept for two by two pixels.
        let (left, right) = (
            area.left & !1,
            area.right.next_multiple_of(2).min(self.width),
        );
        let half = self.width / 2;
        for pair in area.top / 2..area.bottom.div_ceil(2).min(self.height / 2) {
            let rows = [pair * 2, pair * 2 + 1].map(|row| row * self.width);
            for row in rows {
                let from = &pixels[row + left..row + right];
                for (to, [r, g, b, _]) in self.y[row + left..row + right].iter_mut().zip(from) {
                    let sum =
                        11_966 * i32::from(*r) + 40_254 * i32::from(*g) + 4_064 * i32::from(*b);
                    *to = (16 + ((sum + 32_768) >> 16)) as u8;
                }
            }
            let [upper, lower] = rows.map(|row| pixels[row + left..row + right].as_chunks::<2>().0);
            let part = pair * half + left / 2..pair * half + right / 2;
            let u = &mut self.u[part.clone()];
            let v = &mut self.v[part];
            for (((u, v), a), b) in u.iter_mut().zip(v).zip(upper).zip(lower) {
                let sum = |i: usize| {
                    i32::from(a[0][i])
                        + i32::from(a[1][i])
                        + i32::from(b[0][i])
                        + i32::from(b[1][i])
                };
                let (r, g, blue) = (sum(0), sum(1), sum(2));
                *u = (128 + ((-6_596 * r - 22_189 * g + 28_784 * blue + 131_072) >> 18)) as u8;
                *v = (128 + ((28_784 * r - 26_145 * g - 2_639 * blue + 131_072) >> 18)) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Area, Planes};

    #[test]
    fn a_part_taken_over_is_as_if_all_were() {
        let (width, height) = (24, 16);
        let noise = |seed: u32| -> Vec<u8> {
            (0..width as u32 * height as u32 * 4)
                .map(|i| (i.wrapping_mul(2_654_435_761).wrapping_add(seed * 97) >> 13) as u8)
                .collect()
        };
        let (before, mut after) = (noise(1), noise(1));
        let area = Area {
            left: 5,
            top: 3,
            right: 14,
            bottom: 12,
        };
        let other = noise(2);
        for y in area.top..area.bottom {
            let row = (y * width + area.left) * 4..(y * width + area.right) * 4;
            after[row.clone()].copy_from_slice(&other[row]);
        }
        let (mut part, mut whole) = (Planes::new(width, height), Planes::new(width, height));
        part.read(&before);
        part.read_area(&after, area);
        whole.read(&after);
        assert!(part.y == whole.y && part.u == whole.u && part.v == whole.v);
    }
}
