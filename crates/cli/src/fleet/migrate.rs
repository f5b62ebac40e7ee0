//! Databases of a fleet: migrating them, and making fresh ones that are dropped after use.

use anyhow::{Context, anyhow, bail};
use futures::future::try_join_all;
use janchi_stack::{SERVICES, Urls, database_name};
use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::collections::BTreeMap;
use url::Url;
use uuid::Uuid;

fn migrator(service: &str) -> anyhow::Result<&'static Migrator> {
    Ok(match service {
        "user" => &user_service::MIGRATOR,
        "event" => &event_service::MIGRATOR,
        "ai" => &ai_service::MIGRATOR,
        "content" => &content_service::MIGRATOR,
        "distribution" => &distribution_service::MIGRATOR,
        "participation" => &participation_service::MIGRATOR,
        "analytics" => &analytics_service::MIGRATOR,
        other => bail!("there is no service {other}"),
    })
}

/// Brings one service's database to this version.
pub(crate) async fn one(service: &str, url: &SecretString) -> anyhow::Result<()> {
    janchi_db::migrate(url, migrator(service)?)
        .await
        .with_context(|| format!("migrate the database of {service}"))
}

/// Brings all seven databases to this version, all at once.
pub(crate) async fn all(urls: &Urls) -> anyhow::Result<()> {
    try_join_all(
        SERVICES.map(|service| async move { one(service, urls.database_of(service)?).await }),
    )
    .await?;
    Ok(())
}

/// Seven fresh, migrated databases on one server.
#[derive(Debug, Clone)]
pub struct Databases {
    maintenance: SecretString,
    urls: BTreeMap<&'static str, SecretString>,
    names: Vec<String>,
}

impl Databases {
    /// Where a service's database is, with the maintenance account's credentials.
    ///
    /// # Errors
    /// There is no such service.
    pub fn url(&self, service: &str) -> anyhow::Result<&SecretString> {
        self.urls
            .get(service)
            .ok_or_else(|| anyhow!("there is no database of {service}"))
    }

    /// Drops them, with whoever is still connected.
    pub(crate) async fn drop_all(&self) -> anyhow::Result<()> {
        let mut connection = connect(&self.maintenance).await?;
        for name in &self.names {
            run(
                &mut connection,
                format!("drop database if exists {name} with (force)"),
            )
            .await?;
        }
        connection.close().await.context("close the connection")
    }
}

/// Makes seven databases named after `prefix` and something random, and migrates them.
pub(crate) async fn fresh(maintenance: &SecretString, prefix: &str) -> anyhow::Result<Databases> {
    let mark = Uuid::new_v4().simple().to_string();
    let mut databases = Databases {
        maintenance: maintenance.clone(),
        urls: BTreeMap::new(),
        names: Vec::new(),
    };
    let mut connection = connect(maintenance).await?;
    for service in SERVICES {
        let name = format!("{prefix}_{}_{}", &mark[..12], database_name(service));
        run(&mut connection, format!("create database {name}")).await?;
        // The cause may quote the address, which holds a password.
        let mut url = Url::parse(maintenance.expose_secret())
            .ok()
            .context("DATABASE_URL is not an address")?;
        url.set_path(&name);
        databases.urls.insert(service, String::from(url).into());
        databases.names.push(name);
    }
    connection.close().await.context("close the connection")?;
    if let Err(error) = try_join_all(
        databases
            .urls
            .iter()
            .map(|(service, url)| one(service, url)),
    )
    .await
    {
        databases.drop_all().await?;
        return Err(error);
    }
    Ok(databases)
}

async fn connect(maintenance: &SecretString) -> anyhow::Result<PgConnection> {
    PgConnection::connect(maintenance.expose_secret())
        .await
        .context("connect to the maintenance database")
}

/// One statement of names made here.
async fn run(connection: &mut PgConnection, statement: String) -> anyhow::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await
        .context("make or drop a database")?;
    Ok(())
}
