//! The released participation service and gateway with the servers they need.

use crate::line;
use crate::load::{self, Seen};
use crate::postgres::Postgres;
use crate::process::{Launch, Process, free_ports};
use crate::stub::Stub;
use anyhow::{Context, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use janchi_auth::Signer;
use secrecy::ExposeSecret;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

const CPUS: &str = "0,1";
const DATABASE: &str = "entries";

/// Everything that is up.
pub struct Fleet {
    pub participation: Option<Process>,
    gateway: Process,
    _redis: Process,
    pub stub: Stub,
    pub port: u16,
    gateway_port: u16,
    pub code: String,
    pub event_id: Uuid,
    pub owner_token: String,
    environment: Vec<(&'static str, String)>,
    program: PathBuf,
    folder: PathBuf,
}

impl Fleet {
    /// Starts Redis, the stub, the service and the gateway.
    ///
    /// # Errors
    /// One of them does not start.
    pub async fn start(
        postgres: &Postgres,
        folder: &Path,
        programs: &Path,
    ) -> anyhow::Result<Self> {
        postgres.script("postgres", &format!("create database {DATABASE}"))?;
        let [redis_port, port, admin, gateway_port, gateway_admin] = free_ports()?;
        let number = redis_port.to_string();
        let mut redis = Process::start(Launch {
            name: "redis",
            program: Path::new("/usr/bin/redis-server"),
            arguments: [
                "--port",
                &number,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
            ]
            .map(str::to_owned)
            .to_vec(),
            environment: Vec::new(),
            cpus: CPUS,
            folder,
        })?;
        redis.listens(redis_port).await?;

        let (owners, _) = Signer::generate()?;
        let (receipts, receipt_key) = Signer::generate()?;
        let (owner, event_id) = (Uuid::now_v7(), Uuid::now_v7());
        let session = Uuid::now_v7();
        let owner_token = owners.owner_access(owner, session, Duration::from_secs(24 * 3600))?;
        let code = "SPOT-2026".to_owned();
        let now = chrono::Utc::now();
        let event = json!({
            "eventId": event_id, "code": code, "ownerId": owner, "storeId": Uuid::now_v7(), "storeName": "재는 가게",
            "industry": "CAFE", "region": "SEOUL", "objective": "NEW_CUSTOMERS", "status": "ONGOING", "title": "재는 잔치",
            "description": "", "startsAt": now - chrono::TimeDelta::hours(1), "endsAt": now + chrono::TimeDelta::days(1),
            "openedAt": now - chrono::TimeDelta::hours(1), "closedAt": null,
            "prizes": [{"name": "커피", "quantity": 100, "unitCost": 4000}], "winnerCount": 100,
            "visitBonus": {"enabled": true, "weight": 3}, "budget": null, "forecast": null, "tier": null,
            "channels": [], "images": [], "version": 5,
        });
        let owner_jwk = janchi_auth::bind_issuer(owners.public_jwk(), "janchi-user");
        let receipt_jwk = janchi_auth::bind_issuer(receipts.public_jwk(), "janchi-participation");
        let stub = Stub::start(event, json!({"keys": [owner_jwk, receipt_jwk]})).await?;
        let inside = format!("http://127.0.0.1:{}", stub.port);
        let secret = STANDARD.encode(janchi_crypto::random::<32>());
        let shared = vec![
            ("REDIS_URL", format!("redis://127.0.0.1:{redis_port}/")),
            ("JWKS_URL", format!("{inside}/.well-known/jwks.json")),
            ("SERVICE_TOKEN_SECRET", secret),
            (
                "PUBLIC_BASE_URL",
                format!("http://127.0.0.1:{gateway_port}"),
            ),
        ];
        let key = || STANDARD.encode(janchi_crypto::random::<32>());
        let mut environment = shared.clone();
        environment.extend([
            ("LISTEN_ADDR", format!("127.0.0.1:{port}")),
            ("ADMIN_ADDR", format!("127.0.0.1:{admin}")),
            ("PARTICIPATION_DATABASE_URL", postgres.url(DATABASE)),
            // Messages stay in the outbox: `serve --no-work` has no broker.
            ("AMQP_URL", "amqp://127.0.0.1:1/%2f".to_owned()),
            ("ENCRYPTION_KEYS", format!("k:{}", key())),
            ("LOOKUP_KEY", key()),
            ("JWT_SIGNING_KEY", receipt_key.expose_secret().to_owned()),
            ("EVENT_SERVICE_URL", inside.clone()),
        ]);
        let mut gateway_environment = shared;
        gateway_environment.extend([
            ("LISTEN_ADDR", format!("127.0.0.1:{gateway_port}")),
            ("ADMIN_ADDR", format!("127.0.0.1:{gateway_admin}")),
            ("TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            (
                "PARTICIPATION_SERVICE_URL",
                format!("http://127.0.0.1:{port}"),
            ),
        ]);
        gateway_environment.extend(
            [
                "USER_SERVICE_URL",
                "EVENT_SERVICE_URL",
                "AI_SERVICE_URL",
                "CONTENT_SERVICE_URL",
                "DISTRIBUTION_SERVICE_URL",
                "ANALYTICS_SERVICE_URL",
            ]
            .map(|name| (name, inside.clone())),
        );
        let mut gateway = Process::start(Launch {
            name: "gateway",
            program: &programs.join("janchi-gateway"),
            arguments: Vec::new(),
            environment: gateway_environment,
            cpus: CPUS,
            folder,
        })?;
        gateway.listens(gateway_port).await?;
        let mut fleet = Self {
            participation: None,
            gateway,
            _redis: redis,
            stub,
            port,
            gateway_port,
            code,
            event_id,
            owner_token,
            environment,
            program: programs.join("participation-service"),
            folder: folder.to_owned(),
        };
        fleet.command("migrate").await?;
        fleet.serve().await?;
        Ok(fleet)
    }

    /// Starts the service (again).
    ///
    /// # Errors
    /// It does not start.
    pub async fn serve(&mut self) -> anyhow::Result<()> {
        let mut process = self.launch("participation", &["serve", "--no-work"])?;
        process.listens(self.port).await?;
        self.participation = Some(process);
        Ok(())
    }

    async fn command(&self, word: &str) -> anyhow::Result<()> {
        let status = tokio::process::Command::new(&self.program)
            .arg(word)
            .env_clear()
            .envs(self.environment.iter().cloned())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status()
            .await
            .context("run the service")?;
        ensure!(status.success(), "participation-service {word} failed");
        Ok(())
    }

    fn launch(&self, name: &str, arguments: &[&str]) -> anyhow::Result<Process> {
        Process::start(Launch {
            name,
            program: &self.program,
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            environment: self.environment.clone(),
            cpus: CPUS,
            folder: &self.folder,
        })
    }

    /// As many entries as go over HTTP, on 256 connections.
    ///
    /// # Errors
    /// It cannot be measured.
    pub async fn over_http(&mut self, length: Duration) -> anyhow::Result<bool> {
        let warm = load::closed(self.port, &self.code, 256, Duration::from_secs(2)).await?;
        let seen = load::closed(self.port, &self.code, 256, length).await?;
        self.report("over HTTP, 256 connections", &seen);
        ensure!(
            warm.refused == 0 && seen.refused == 0,
            "entries were refused"
        );
        Ok(line(
            "entries accepted a second over HTTP",
            &format!("{:.0}/s", seen.rate()),
            "10,000/s, aim 15,000",
            seen.rate() >= 10_000.0,
        ))
    }

    /// 500 entries a second from 5,000 addresses, and a thousand of one phone.
    ///
    /// # Errors
    /// It cannot be measured.
    pub async fn through_the_gateway(&mut self, length: Duration) -> anyhow::Result<bool> {
        load::open(self.gateway_port, &self.code, 100, Duration::from_secs(2)).await?;
        let seen = load::open(self.gateway_port, &self.code, 500, length).await?;
        self.report("through the gateway, 500/s from 5,000 addresses", &seen);
        let mut good = line(
            "p99 through the gateway",
            &format!("{:.1} ms", seen.at(0.99)),
            "under 150 ms",
            seen.at(0.99) < 150.0,
        );
        good &= line(
            "errors through the gateway",
            &seen.refused.to_string(),
            "none",
            seen.refused == 0,
        );
        let [stored, known, other] = load::one_phone(self.gateway_port, &self.code, 1000).await?;
        good &= line(
            "1,000 entries of one phone at once",
            &format!("{stored} entered, {known} refused"),
            "exactly one",
            stored == 1 && known == 999 && other == 0,
        );
        Ok(good)
    }

    fn report(&self, what: &str, seen: &Seen) {
        let memory = self.participation.as_ref().map_or(0, |p| peak(p.pid()));
        println!(
            "\n{what}: {} accepted, {} not, {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms; service at most {memory} MB, gateway {} MB",
            seen.accepted,
            seen.refused,
            seen.rate(),
            seen.at(0.5),
            seen.at(0.99),
            seen.at(0.999),
            peak(self.gateway.pid())
        );
    }
}

/// The most memory a process ever held, in MB.
pub fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kb| kb.parse::<u64>().ok())
        .map_or(0, |kb| kb / 1024)
}
