//! What the services' tests share: a running service, a client that asserts, tokens, other services' messages.
//!
//! Servers are real and named by the environment (`DATABASE_URL`, `REDIS_URL`, `AMQP_URL`), as `cargo janchi test` sets
//! it. For `[dev-dependencies]` alone.

mod client;
mod forgery;
mod keys;
mod messages;
mod running;

pub use client::{Client, Reply};
pub use forgery::{Forger, Forgery};
pub use keys::Keys;
pub use messages::{Events, send_event, send_job};
pub use running::{Running, serve_stub};

use janchi_service::SharedSettings;
use secrecy::SecretString;
use sqlx::PgPool;
use std::time::{Duration, Instant};

fn variable(name: &str) -> String {
    janchi_runtime::required(name)
        .unwrap_or_else(|error| panic!("{error}: run the tests by `cargo janchi test`"))
}

/// The Redis of this run.
pub fn redis_url() -> SecretString {
    variable("REDIS_URL").into()
}

/// The RabbitMQ of this run.
pub fn amqp_url() -> SecretString {
    variable("AMQP_URL").into()
}

/// The maintenance database of this run.
pub fn maintenance_url() -> SecretString {
    variable("DATABASE_URL").into()
}

/// The URL of the database that a test was given.
pub fn database_url(db: &PgPool) -> SecretString {
    let options = db.connect_options();
    let mut url = url::Url::parse(&variable("DATABASE_URL")).expect("DATABASE_URL is a URL");
    url.set_path(options.get_database().expect("a test has a database"));
    url.to_string().into()
}

/// A namespace that no other test has: keys, queues and exchanges carry it.
pub fn namespace() -> String {
    format!("t{}", uuid::Uuid::new_v4().simple())
}

/// What all services are told, for one that works on this database. Its sockets are bound by [`Running`].
pub fn shared_settings(db: &PgPool, keys: &Keys, namespace: &str) -> SharedSettings {
    let nowhere = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    SharedSettings {
        listen_addr: nowhere,
        listen_socket: None,
        admin_addr: nowhere,
        database_url: database_url(db),
        redis_url: redis_url(),
        amqp_url: amqp_url(),
        namespace: namespace.to_owned(),
        service_token_secret: keys.service_token_secret.clone(),
    }
}

/// Fresh keys for personal data.
pub fn encryption_keys() -> SecretString {
    format!("k1:{}", random_base64()).into()
}

/// A fresh key for look-ups.
pub fn lookup_key() -> SecretString {
    random_base64().into()
}

pub(crate) fn random_base64() -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    STANDARD.encode(janchi_crypto::random::<32>())
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none within `deadline`.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    deadline: Duration,
    mut ask: impl FnMut() -> F,
) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(began.elapsed() < deadline, "nothing within {deadline:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
