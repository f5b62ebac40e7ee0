//! Prints how many of 1,000 shops' requests find an answer in the cache, with and without asking ahead of time:
//! `cargo run -p ai-service --example warm_week`. Three seeds; the same every time.

use ai_service::backtest::replay_week;

fn main() {
    for seed in 1..=3 {
        println!("{}\n", replay_week(seed, 1_000));
    }
}
