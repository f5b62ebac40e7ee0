//! Workers that are killed, as the kernel does it: the program itself, with the broker in between.

use crate::setup::Fleet;
use crate::stub::{Act, Stub, claude_says, plans};
use janchi_contracts::ai::{AiJobEvent, RecommendEvent, Source};
use janchi_contracts::reference::{Industry, Region};
use janchi_testkit::{
    Client, Events, Keys, amqp_url, database_url, eventually, namespace, redis_url,
};
use secrecy::ExposeSecret;
use sqlx::PgPool;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use uuid::Uuid;

const SOON: Duration = Duration::from_secs(30);

/// `ai-service work`, killed with SIGKILL when this is dropped.
struct Worker(Child);

impl Worker {
    async fn start(db: &PgPool, namespace: &str, claude: Option<&Stub>) -> Self {
        let admin = free_port().await;
        let mut command = Command::new(env!("CARGO_BIN_EXE_ai-service"));
        command
            .arg("work")
            .env_clear()
            .env("LISTEN_ADDR", "127.0.0.1:0")
            .env("ADMIN_ADDR", format!("127.0.0.1:{admin}"))
            .env("AI_DATABASE_URL", database_url(db).expose_secret())
            .env("REDIS_URL", redis_url().expose_secret())
            .env("AMQP_URL", amqp_url().expose_secret())
            .env("NAMESPACE", namespace)
            .env("AI_WARMING_BUDGET_KRW", "0")
            .env(
                "SERVICE_TOKEN_SECRET",
                Keys::new().service_token_secret.expose_secret(),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(claude) = claude {
            command
                .env("ANTHROPIC_URL", claude.url.as_str())
                .env("ANTHROPIC_KEY", "key-a")
                .env("SANDBOX", "true");
        }
        let worker = Self(command.spawn().unwrap());
        let socket = format!("127.0.0.1:{admin}");
        eventually(SOON, || async {
            tokio::net::TcpStream::connect(&socket).await.ok()
        })
        .await;
        let client = Client::new(&format!("http://{socket}"));
        eventually(SOON, || async {
            (client.get("/readyz").await.status == 200).then_some(())
        })
        .await;
        worker
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

fn told(events: &Events, job: Uuid) -> usize {
    let told = events.named::<AiJobEvent>("ai.job.succeeded");
    let of_job = told
        .iter()
        .filter(|event| matches!(event, AiJobEvent::Succeeded { job_id, .. } if *job_id == job));
    of_job.count()
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn a_worker_killed_between_receive_and_acknowledge_has_its_job_done_once_by_another(
    db: PgPool,
) {
    let namespace = namespace();
    let claude = Stub::claude(Act::Hang).await;
    let worker = Worker::start(&db, &namespace, Some(&claude)).await;
    let events = Events::listen(&namespace, &["ai.job.*"]).await;
    let template = Fleet::template();
    janchi_testkit::send_job(&namespace, &template).await;
    // Received, and under way at the vendor: nothing is acknowledged.
    eventually(SOON, || async { (claude.calls().len() == 1).then_some(()) }).await;
    drop(worker);
    claude.now(claude_says(&plans("연말")));
    let _other = Worker::start(&db, &namespace, Some(&claude)).await;
    eventually(SOON, || async {
        (told(&events, template.job_id) > 0).then_some(())
    })
    .await;
    // A second job behind it: when that one is done, nothing of the first is left in the queue.
    let next = RecommendEvent {
        job_id: Uuid::now_v7(),
        event_id: Uuid::now_v7(),
        ..template.clone()
    };
    janchi_testkit::send_job(&namespace, &next).await;
    eventually(SOON, || async {
        (told(&events, next.job_id) > 0).then_some(())
    })
    .await;
    assert_eq!(told(&events, template.job_id), 1);
    let kept = sqlx::query!("select job_id, source from recommendations order by created_at");
    let kept = kept.fetch_all(&db).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|r| (r.job_id, r.source.as_str())).collect();
    let source = |source: Source| match source {
        Source::Claude => "CLAUDE",
        _ => "CACHE",
    };
    assert_eq!(
        kept,
        [
            (template.job_id, source(Source::Claude)),
            (next.job_id, source(Source::Cache))
        ]
    );
    assert_eq!(claude.calls().len(), 2);
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn workers_killed_again_and_again_lose_no_job_and_do_none_twice(db: PgPool) {
    const JOBS: usize = 60;
    let namespace = namespace();
    let mut worker = Worker::start(&db, &namespace, None).await;
    let events = Events::listen(&namespace, &["ai.job.*"]).await;
    let commands: Vec<RecommendEvent> = (0..JOBS)
        .map(|n| RecommendEvent {
            industry: Industry::ALL[n % Industry::ALL.len()],
            region: Region::ALL[n / Industry::ALL.len() % Region::ALL.len()],
            ..Fleet::template()
        })
        .collect();
    for command in &commands {
        janchi_testkit::send_job(&namespace, command).await;
    }
    let done = || async {
        let done = sqlx::query_scalar!(r#"select count(*) as "done!" from recommendations"#);
        usize::try_from(done.fetch_one(&db).await.unwrap()).unwrap()
    };
    // Each dies in the middle of several: some received, some written down, some not acknowledged yet.
    for part in 1..=4 {
        eventually(SOON, || async {
            (done().await >= part * JOBS / 6).then_some(())
        })
        .await;
        drop(worker);
        worker = Worker::start(&db, &namespace, None).await;
    }
    for command in &commands {
        eventually(SOON, || async {
            (told(&events, command.job_id) > 0).then_some(())
        })
        .await;
    }
    let counts = sqlx::query!(
        r#"select (select count(*) from recommendations) as "results!",
                  (select count(distinct job_id) from recommendations) as "jobs!",
                  (select count(*) from forecasts) as "forecasts!",
                  (select count(*) from job_costs) as "costs!",
                  (select count(*) from inbox) as "settled!""#
    );
    let counts = counts.fetch_one(&db).await.unwrap();
    let jobs = i64::try_from(JOBS).unwrap();
    assert_eq!(
        (counts.results, counts.jobs, counts.costs),
        (jobs, jobs, jobs)
    );
    assert_eq!((counts.forecasts, counts.settled), (3 * jobs, jobs));
    drop(worker);
}
