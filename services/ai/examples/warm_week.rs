//! Prints how many of 1,000 shops' requests find an answer in the cache, with and without making answers ahead of time:
//! `cargo run -p ai-service --example warm_week`. The same every time.

use ai_service::backtest::{Maker, Mix, Setting, replay_week};

fn main() {
    let country = Setting {
        shops: 1_000,
        mix: Mix::Country,
        maker: Maker::Vendor,
        budget: ai_service::WARMING_BUDGET,
    };
    for seed in 1..=3 {
        println!("seed {seed}: {}\n", replay_week(seed, country));
    }
    // Harder, and cheaper.
    let even = Setting {
        mix: Mix::Even,
        ..country
    };
    let rich = Setting {
        budget: 15_000,
        ..even
    };
    let small = Setting {
        shops: 200,
        ..country
    };
    let planner = Setting {
        maker: Maker::Planner,
        ..country
    };
    for setting in [even, rich, small, planner] {
        println!("seed 1: {}\n", replay_week(1, setting));
    }
}
