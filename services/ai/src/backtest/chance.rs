//! Seeded chance: the same seed gives the same numbers on every machine and in every version.

/// SplitMix64 with the few distributions a made-up history needs.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0, at most 1.
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// 0 to `end` − 1; 0 for an empty range.
    pub fn below(&mut self, end: usize) -> usize {
        ((1.0 - self.unit()) * end as f64) as usize
    }

    pub fn happens(&mut self, share: f64) -> bool {
        self.unit() <= share
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// With mean 0.
    pub fn normal(&mut self, deviation: f64) -> f64 {
        let (radius, turn) = (self.unit(), self.unit());
        deviation * (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
    }

    /// A whole number of people where so many are expected.
    pub fn count(&mut self, mean: f64) -> i64 {
        if mean > 200.0 {
            return (mean + self.normal(mean.sqrt())).round().max(0.0) as i64;
        }
        let (end, mut product, mut people) = ((-mean.max(0.0)).exp(), self.unit(), 0);
        while product > end {
            product *= self.unit();
            people += 1;
        }
        people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_have_the_mean_and_the_width_they_name() {
        let mut chance = Chance::new(7);
        let stats = |numbers: Vec<f64>| {
            let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
            let square = numbers.iter().map(|n| (n - mean).powi(2)).sum::<f64>();
            (mean, (square / numbers.len() as f64).sqrt())
        };
        let (mean, width) = stats((0..20_000).map(|_| chance.normal(0.5)).collect());
        assert!(mean.abs() < 0.02 && (width - 0.5).abs() < 0.02);
        for expected in [0.5, 30.0, 400.0] {
            let counts = (0..20_000).map(|_| chance.count(expected) as f64);
            let (mean, width) = stats(counts.collect());
            assert!((mean / expected - 1.0).abs() < 0.03, "{mean}");
            assert!((width / expected.sqrt() - 1.0).abs() < 0.05, "{width}");
        }
        assert_eq!(chance.count(0.0), 0);
        assert!((0..1_000).all(|_| chance.below(3) < 3));
    }
}
