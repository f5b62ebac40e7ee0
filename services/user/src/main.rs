//! The user service's process.

use janchi_service::Binary;
use user_service::{Config, MIGRATOR, NAME, assemble};

fn main() -> anyhow::Result<()> {
    janchi_service::main(Binary {
        name: NAME,
        migrator: &MIGRATOR,
        config: Config::from_env,
        shared: |config| &config.shared,
        assemble,
    })
}
