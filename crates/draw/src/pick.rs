use crate::bundle::Mode;
use crate::bytes::Hash;
use crate::numbers::Numbers;

/// Picks `places` entries of the sorted list, in rank order, by their places in it. Fewer come back when the list
/// is shorter, or when in a weighted draw nothing with a weight is left.
pub fn pick(mode: Mode, weights: &[u32], key: &Hash, places: usize) -> Vec<usize> {
    let mut numbers = Numbers::new(key);
    match mode {
        Mode::Uniform => uniform(&mut numbers, weights.len(), places),
        Mode::Weighted => weighted(&mut numbers, weights, places),
    }
}

/// A Fisher–Yates shuffle that stops when the places are filled.
fn uniform(numbers: &mut Numbers, count: usize, places: usize) -> Vec<usize> {
    let mut list: Vec<usize> = (0..count).collect();
    let places = places.min(count);
    for i in 0..places {
        let j = i + numbers.below((count - i) as u64) as usize;
        list.swap(i, j);
    }
    list.truncate(places);
    list
}

fn weighted(numbers: &mut Numbers, weights: &[u32], places: usize) -> Vec<usize> {
    let mut tree = Fenwick::new(weights);
    let mut left: u64 = weights.iter().map(|w| u64::from(*w)).sum();
    let mut picked = Vec::with_capacity(places.min(weights.len()));
    while picked.len() < places && left > 0 {
        let place = tree.find(numbers.below(left));
        tree.remove(place, weights[place]);
        left -= u64::from(weights[place]);
        picked.push(place);
    }
    picked
}

/// Sums of weights in a tree: finds the entry in which a number falls in logarithmic time, where the walk along
/// the list would take a million steps per place.
struct Fenwick {
    sums: Vec<u64>,
    top: usize,
}

impl Fenwick {
    fn new(weights: &[u32]) -> Self {
        let mut sums = vec![0; weights.len() + 1];
        for (i, weight) in weights.iter().enumerate() {
            let at = i + 1;
            sums[at] += u64::from(*weight);
            let above = at + (at & at.wrapping_neg());
            if above < sums.len() {
                sums[above] += sums[at];
            }
        }
        let top = if weights.is_empty() {
            0
        } else {
            1 << weights.len().ilog2()
        };
        Self { sums, top }
    }

    /// The first entry whose weight, added to all before it, exceeds `number`.
    fn find(&self, mut number: u64) -> usize {
        let (mut at, mut step) = (0, self.top);
        while step > 0 {
            let next = at + step;
            if next < self.sums.len() && self.sums[next] <= number {
                number -= self.sums[next];
                at = next;
            }
            step >>= 1;
        }
        at
    }

    fn remove(&mut self, place: usize, weight: u32) {
        let mut at = place + 1;
        while at < self.sums.len() {
            self.sums[at] -= u64::from(weight);
            at += at & at.wrapping_neg();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, Numbers, pick};
    use std::time::{Duration, Instant};

    /// The draw as its page words it: walk the list, take the hit, remove it.
    fn walked(weights: &[u32], key: &[u8; 32], places: usize) -> Vec<usize> {
        let mut numbers = Numbers::new(key);
        let mut left: Vec<(usize, u64)> =
            weights.iter().map(|w| u64::from(*w)).enumerate().collect();
        let mut picked = Vec::new();
        while picked.len() < places {
            let sum: u64 = left.iter().map(|(_, w)| w).sum();
            if sum == 0 {
                break;
            }
            let mut x = numbers.below(sum);
            let hit = left
                .iter()
                .position(|(_, w)| {
                    let inside = x < *w;
                    x = x.saturating_sub(*w);
                    inside
                })
                .unwrap();
            picked.push(left.remove(hit).0);
        }
        picked
    }

    #[test]
    fn the_tree_picks_what_the_walk_picks() {
        for size in 0..50_u32 {
            for turn in 0..5_u8 {
                let weights: Vec<u32> = (0..size)
                    .map(|i| i.wrapping_mul(2_654_435_761) % (2 + u32::from(turn)))
                    .collect();
                let key = [turn ^ size as u8; 32];
                let all = pick(Mode::Weighted, &weights, &key, weights.len());
                assert_eq!(all, walked(&weights, &key, weights.len()), "{weights:?}");
            }
        }
    }

    #[test]
    fn the_largest_weights_do_not_overflow() {
        let weights = vec![u32::MAX; 1000];
        let mut picked = pick(Mode::Weighted, &weights, &[3; 32], 1000);
        picked.sort_unstable();
        assert_eq!(picked, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn nobody_is_picked_twice_and_never_more_than_there_are() {
        for mode in [Mode::Uniform, Mode::Weighted] {
            assert!(pick(mode, &[], &[1; 32], 5).is_empty());
            assert_eq!(pick(mode, &[1], &[1; 32], 5), [0]);
            let mut picked = pick(mode, &[1; 30], &[1; 32], 300);
            picked.sort_unstable();
            assert_eq!(picked, (0..30).collect::<Vec<_>>());
        }
        assert!(
            pick(Mode::Weighted, &[0, 0], &[1; 32], 2).is_empty(),
            "no weight, no chance"
        );
    }

    #[test]
    fn more_places_do_not_change_the_first_ones() {
        let weights: Vec<u32> = (0..100).map(|i| 1 + i % 3).collect();
        for mode in [Mode::Uniform, Mode::Weighted] {
            let few = pick(mode, &weights, &[5; 32], 3);
            assert_eq!(few, pick(mode, &weights, &[5; 32], 60)[..3]);
        }
    }

    #[test]
    fn a_million_entries_are_quick() {
        let weights = vec![3; 1_000_000];
        let begun = Instant::now();
        assert_eq!(
            pick(Mode::Weighted, &weights, &[8; 32], 10_100).len(),
            10_100
        );
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "took {:?}",
            begun.elapsed()
        );
    }
}
