//! Whether draws are as likely as their weights say. A hundred thousand draws take a minute unoptimised, so they are outside
//! the normal suite: `cargo test --release -p janchi-draw --test statistics -- --ignored --nocapture`.

use janchi_draw::{Mode, final_key, pick, root};
use std::time::Instant;

const DRAWS: u32 = 100_000;
const ENTRIES: usize = 10;
/// Chi-square of nine degrees of freedom stays below this in 999 of 1,000 experiments.
const LIMIT: f64 = 27.88;

fn key(draw: u32) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&draw.to_be_bytes());
    final_key(&seed, "statistics", 1, &root(&[]), ENTRIES as u64, &[0; 32])
}

/// The sum over all entries of (seen − expected)² / expected.
fn chi_square(seen: &[u32], chances: &[f64]) -> f64 {
    seen.iter()
        .zip(chances)
        .map(|(seen, chance)| {
            let expected = chance * f64::from(DRAWS);
            (f64::from(*seen) - expected).powi(2) / expected
        })
        .sum()
}

#[test]
#[ignore = "of the size of a benchmark"]
fn a_hundred_thousand_draws_are_as_likely_as_their_weights() {
    let weights: Vec<u32> = (0..ENTRIES as u32).map(|i| 1 + i % 3).collect();
    let all: u32 = weights.iter().sum();
    let by_weight: Vec<f64> = weights
        .iter()
        .map(|w| f64::from(*w) / f64::from(all))
        .collect();
    let even = vec![1.0 / ENTRIES as f64; ENTRIES];
    for (mode, first) in [(Mode::Uniform, &even), (Mode::Weighted, &by_weight)] {
        // Who comes second: by every way in which somebody else came first.
        let second: Vec<f64> = (0..ENTRIES)
            .map(|b| {
                (0..ENTRIES)
                    .filter(|a| *a != b)
                    .map(|a| first[a] * first[b] / (1.0 - first[a]))
                    .sum()
            })
            .collect();
        let mut seen = [vec![0; ENTRIES], vec![0; ENTRIES]];
        for draw in 0..DRAWS {
            for (rank, place) in pick(mode, &weights, &key(draw), 2).into_iter().enumerate() {
                seen[rank][place] += 1;
            }
        }
        for (rank, (seen, chances)) in seen.iter().zip([first, &second]).enumerate() {
            let chi = chi_square(seen, chances);
            println!(
                "{mode:?}, place {}: chi-square {chi:.2} of at most {LIMIT}",
                rank + 1
            );
            assert!(chi < LIMIT, "{mode:?}, place {}: {chi}", rank + 1);
        }
    }
}

#[test]
#[ignore = "of the size of a benchmark"]
fn a_million_entries_are_hashed_and_drawn_in_seconds() {
    let tags: Vec<[u8; 32]> = (0..1_000_000_u32)
        .map(|n| {
            let mut tag = [0; 32];
            tag[..4].copy_from_slice(&n.to_be_bytes());
            tag
        })
        .collect();
    let began = Instant::now();
    let leaves: Vec<_> = tags
        .iter()
        .map(|tag| janchi_draw::leaf("statistics", tag, 3))
        .collect();
    let top = root(&leaves);
    let hashed = began.elapsed();
    let key = final_key(&[1; 32], "statistics", 1, &top, 1_000_000, &[0; 32]);
    let picked = pick(Mode::Weighted, &vec![3; tags.len()], &key, 10_100);
    println!(
        "hashed in {hashed:?}, drawn in {:?}",
        began.elapsed() - hashed
    );
    assert_eq!(picked.len(), 10_100);
    assert!(began.elapsed().as_secs() < 5);
}
