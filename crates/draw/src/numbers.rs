use crate::bytes::Hash;
use chacha20::ChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};

const BLOCK: usize = 1024;

/// The endless row of numbers that follows from a draw's key: the ChaCha20 key stream (nonce zero, counter from
/// zero), read as little-endian u64.
pub struct Numbers {
    stream: ChaCha20,
    block: [u8; BLOCK],
    used: usize,
}

impl Numbers {
    /// Begins the row of this key.
    pub fn new(key: &Hash) -> Self {
        Self {
            stream: ChaCha20::new(&(*key).into(), &[0; 12].into()),
            block: [0; BLOCK],
            used: BLOCK,
        }
    }

    fn next(&mut self) -> u64 {
        if self.used == BLOCK {
            self.block = [0; BLOCK];
            self.stream.apply_keystream(&mut self.block);
            self.used = 0;
        }
        let mut number = [0; 8];
        number.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.used += 8;
        u64::from_le_bytes(number)
    }

    /// A number below `bound`, every one equally likely: what would favour small ones is thrown away.
    /// `bound` is at least 1.
    pub fn below(&mut self, bound: u64) -> u64 {
        // 2⁶⁴ mod bound, without leaving u64.
        let surplus = (u64::MAX % bound + 1) % bound;
        loop {
            let number = self.next();
            if surplus == 0 || number < u64::MAX - surplus + 1 {
                return number % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Numbers;

    #[test]
    fn the_row_is_the_key_stream_of_the_standard() {
        // RFC 8439, appendix A.1, test vector 1: key, nonce and counter zero.
        let mut numbers = Numbers::new(&[0; 32]);
        assert_eq!(
            numbers.next().to_le_bytes(),
            [0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90]
        );
        assert_eq!(
            numbers.next().to_le_bytes(),
            [0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28]
        );
    }

    #[test]
    fn a_bound_is_never_reached_and_one_leaves_no_choice() {
        let mut numbers = Numbers::new(&[7; 32]);
        for bound in [1, 2, 3, 10, 1 << 32, (1 << 63) + 1, u64::MAX] {
            for _ in 0..500 {
                assert!(numbers.below(bound) < bound);
            }
        }
        assert_eq!(numbers.below(1), 0);
    }

    #[test]
    fn numbers_that_would_favour_small_ones_are_thrown_away() {
        // Just above half of all numbers: nearly every second one must go.
        let bound = (1 << 63) + 1;
        let mut plain = Numbers::new(&[9; 32]);
        let kept: Vec<u64> = (0..64)
            .map(|_| plain.next())
            .filter(|x| *x < bound)
            .take(10)
            .collect();
        let mut numbers = Numbers::new(&[9; 32]);
        let got: Vec<u64> = (0..10).map(|_| numbers.below(bound)).collect();
        assert_eq!(got, kept);
    }
}
