//! What compose mounts, taken by real servers; and the eight binaries at work on them with the very settings that
//! compose gives them. No container: everything runs on loopback, in a folder of its own.

mod compose;
mod containers;
mod fleet;
mod rights;
mod servers;

use compose::Compose;
use fleet::Fleet;
use servers::Servers;

/// One test, because the broker takes ten seconds to start.
#[tokio::test(flavor = "multi_thread")]
async fn the_fleet_of_the_compose_file_works_and_no_account_may_do_more() {
    let Some(mut compose) = Compose::with_new_secrets() else {
        eprintln!("no openssl here, and so no secrets for a fleet");
        return;
    };
    let mut servers = Servers::start(&compose).await;
    // The broker is still starting.
    rights::of_databases(&servers, &compose).await;
    rights::on_redis(&servers, &compose).await;
    servers.broker_ready().await;
    rights::on_rabbitmq(&servers, &compose).await;

    servers.forget_refusals(&compose).await;
    let fleet = Fleet::start(&servers, &mut compose).await;
    fleet.seed_the_demo_shop().await;
    fleet.probes_tell_ready_from_not().await;
    servers.refused_nothing(&compose).await;
    fleet.stop().await;
    servers.stop().await;
}
