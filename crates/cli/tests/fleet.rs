//! A fleet for one test: ready when it says so, on its own databases, and gone afterwards.

use janchi_cli::fleet::Fleet;
use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_test_fleet_is_ready_and_leaves_no_database() {
    let fleet = Fleet::for_test().await.unwrap();
    fleet.ready(Duration::from_secs(1)).await.unwrap();
    let before = fleet.clock().now();
    fleet.clock().advance(Duration::from_secs(86_400));
    assert!(fleet.clock().now() - before >= chrono::Duration::days(1));
    let url = fleet
        .database_url("event")
        .unwrap()
        .expose_secret()
        .to_owned();
    PgConnection::connect(&url)
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    fleet.stop().await.unwrap();
    let gone = PgConnection::connect(&url).await.unwrap_err();
    // 3D000: there is no such database.
    assert_eq!(gone.as_database_error().unwrap().code().unwrap(), "3D000");
}
