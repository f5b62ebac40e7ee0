//! The content service's process.

use content_service::{Config, MIGRATOR, NAME, assemble};
use janchi_service::Binary;

fn main() -> anyhow::Result<()> {
    janchi_service::main(Binary {
        name: NAME,
        migrator: &MIGRATOR,
        config: Config::from_env,
        shared: |config| &config.shared,
        assemble,
    })
}
