//! Everything a vendor can do wrong, played by the practice server in each vendor's own wire format: the job ends in time
//! with the next source, the cause is in metrics, books and logs, and nothing of the answer is kept.

use crate::setup::{Fleet, assert_sound};
use crate::stub::plans;
use janchi_contracts::ai::Source;
use janchi_partners::{Fault, Partners, Vendor};
use janchi_testkit::Client;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;
use std::time::{Duration, Instant};
use tracing_subscriber::fmt::MakeWriter;

const DEADLINE: Duration = Duration::from_secs(10);
const KEY: &str = "ai:recommendation:CAFE:SEOUL:NEW_CUSTOMERS";

thread_local! {
    /// What this test and its services logged: each test has a thread and a runtime of its own.
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes into the lines of the thread that logs. One subscriber for all tests: tracing remembers for each place of the
/// code whether anybody listens, and would ask the wrong thread.
#[derive(Clone, Copy)]
struct Lines;

impl Lines {
    fn capture() {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(Self);
            lines.init();
        });
        LINES.with_borrow_mut(Vec::clear);
    }

    /// Whether one line holds all of these.
    fn tell(words: &[&str]) -> bool {
        LINES.with_borrow(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            text.lines()
                .any(|line| words.iter().all(|word| line.contains(word)))
        })
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

/// Calls of a vendor that ended so, as the metrics of this process have them.
async fn counted(fleet: &Fleet, vendor: &str, cause: &str) -> f64 {
    let metrics = Client::new(&fleet.running.admin).get("/metrics").await;
    let text = metrics.text();
    let of = |label: &str, value: &str| format!("{label}=\"{value}\"");
    let line = text.lines().find(|line| {
        line.starts_with("janchi_ai_vendor_calls_total{")
            && line.contains(&of("vendor", vendor))
            && line.contains(&of("outcome", cause))
    });
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
        .unwrap_or(0.0)
}

/// Plans as they should be, but for one thing.
fn saying(change: impl FnOnce(&mut Value)) -> Fault {
    let mut answer = serde_json::from_str(&plans("연말")).unwrap();
    change(&mut answer);
    Fault::say(answer)
}

/// Something that goes wrong.
struct Wrong {
    what: &'static str,
    fault: Fault,
    /// As it is counted.
    cause: &'static str,
    /// As it is logged.
    told: &'static str,
}

/// What the wire says.
fn heard(what: &'static str, fault: Fault, cause: &'static str) -> Wrong {
    Wrong {
        what,
        fault,
        cause,
        told: cause,
    }
}

/// An answer in good form that our rules refuse.
fn read(what: &'static str, fault: Fault, told: &'static str) -> Wrong {
    Wrong {
        what,
        fault,
        cause: "invalid",
        told,
    }
}

fn wrongs() -> Vec<Wrong> {
    let missing = saying(|answer| {
        answer["plans"][1]
            .as_object_mut()
            .unwrap()
            .remove("summary");
    });
    let four = saying(|answer| {
        let extra = answer["plans"][0].clone();
        answer["plans"].as_array_mut().unwrap().push(extra);
    });
    let negative = saying(|answer| answer["plans"][2]["prizes"][0]["unitCost"] = json!(-2_000));
    let english = saying(|answer| answer["plans"][0]["title"] = json!("Grand winter raffle"));
    let chat = Fault::say(json!("그럼요! 세 가지를 추천할게요."));
    vec![
        read("no JSON", chat, "not the agreed json"),
        read("a field is missing", missing, "not the agreed json"),
        read("four plans", four, "not three plans"),
        read("a negative cost", negative, "a cost is negative"),
        read("English text", english, "not korean"),
        heard("no JSON at all", Fault::garbage(), "unreadable"),
        heard("a refusal", Fault::refuse(), "refused"),
        heard("200 with an error inside", Fault::status(200), "no_text"),
        heard("an answer cut short", Fault::truncate(), "truncated"),
        heard("a stream that breaks off", Fault::break_off(), "unreadable"),
        heard("silence", Fault::slow(Duration::from_secs(30)), "timeout"),
        heard("overload", Fault::overloaded(), "overloaded"),
        heard("no money", Fault::spend_limit(), "spent"),
        heard("a key that is refused", Fault::unauthorized(), "rejected"),
    ]
}

async fn is_passed_by(db: &PgPool, vendor: Vendor, name: &str, next: Source) {
    for wrong in wrongs() {
        let Wrong {
            what,
            fault,
            cause,
            told,
        } = wrong;
        Lines::capture();
        let partners = Partners::spawn().await;
        if vendor == Vendor::OpenAi {
            partners.fault(Vendor::Anthropic, Fault::dead());
        }
        partners.fault(vendor, fault);
        let fleet = Fleet::practising_within(db, &partners, Duration::from_secs(4)).await;
        let before = counted(&fleet, name, cause).await;
        let began = Instant::now();
        let result = fleet.result(&fleet.command()).await;
        assert!(began.elapsed() < DEADLINE, "{what}: {:?}", began.elapsed());
        assert_sound(&result);
        assert_eq!(result.source, next, "{what}");

        assert!(
            counted(&fleet, name, cause).await > before,
            "{what}: not in the metrics"
        );
        assert!(Lines::tell(&["WARN", name, told]), "{what}: not in the log");
        let calls = sqlx::query!("select vendor, outcome from vendor_calls order by id");
        let calls = calls.fetch_all(db).await.unwrap();
        let calls: Vec<_> = calls.iter().filter(|c| c.vendor == name).collect();
        assert_eq!(calls.len(), 1, "{what}: asked once");
        assert_eq!(calls[0].outcome, cause, "{what}");
        let kept = sqlx::query_scalar!(
            r#"select count(*) as "kept!" from answers where vendor = $1"#,
            name
        );
        assert_eq!(kept.fetch_one(db).await.unwrap(), 0, "{what}");
        let cached = fleet.cache.get_hash(KEY).await;
        let origin = if next == Source::Planner {
            None
        } else {
            Some("OPENAI")
        };
        let cached = cached.map(|fields| serde_json::from_str::<Value>(&fields["body"]).unwrap());
        let cached = cached
            .as_ref()
            .map(|draft| draft["origin"].as_str().unwrap());
        assert_eq!(cached, origin, "{what}: what is cached");
        sqlx::query!("delete from vendor_calls")
            .execute(db)
            .await
            .unwrap();
        fleet.running.stop().await.unwrap();
    }
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn whatever_claude_does_wrong_gpt_answers(db: PgPool) {
    is_passed_by(&db, Vendor::Anthropic, "claude", Source::OpenAi).await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn whatever_gpt_does_wrong_behind_a_dead_claude_the_planner_answers(db: PgPool) {
    is_passed_by(&db, Vendor::OpenAi, "openai", Source::Planner).await;
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn half_a_minute_of_silence_ends_within_ten_seconds(db: PgPool) {
    let partners = Partners::spawn().await;
    for vendor in [Vendor::Anthropic, Vendor::OpenAi] {
        partners.fault(vendor, Fault::slow(Duration::from_secs(30)));
    }
    let fleet = Fleet::practising_within(&db, &partners, ai_service::ANSWER_DEADLINE).await;
    let began = Instant::now();
    let result = fleet.result(&fleet.command()).await;
    assert!(began.elapsed() < DEADLINE, "{:?}", began.elapsed());
    assert_sound(&result);
    assert_eq!(result.source, Source::Planner);
    assert!(result.notice.unwrap().contains("응답하지 않아"));
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn only_traffic_is_tried_again_and_money_is_not(db: PgPool) {
    let partners = Partners::spawn().await;
    partners.fault(Vendor::Anthropic, Fault::rate_limit(1).times(1));
    partners.fault(Vendor::OpenAi, Fault::spend_limit());
    let fleet = Fleet::practising(&db, &partners).await;
    let result = fleet.result(&fleet.command()).await;
    assert_eq!((result.source, result.notice), (Source::Claude, None));
    let calls = |vendor, operation| partners.calls_of(vendor, operation).len();
    assert_eq!(calls(Vendor::Anthropic, "messages"), 2);
    assert_eq!(calls(Vendor::OpenAi, "chat_completions"), 1);

    // An hour is not waited for, and the other vendor is asked at once.
    for (openai, source) in [
        (Fault::ok(), Source::OpenAi),
        (Fault::spend_limit(), Source::Cache),
    ] {
        fleet.cache.delete(KEY).await;
        partners.fault(Vendor::Anthropic, Fault::rate_limit(3_600));
        partners.fault(Vendor::OpenAi, openai);
        let asked = calls(Vendor::Anthropic, "messages");
        let began = Instant::now();
        assert_eq!(fleet.result(&fleet.command()).await.source, source);
        assert!(
            began.elapsed() < Duration::from_secs(4),
            "{:?}",
            began.elapsed()
        );
        assert_eq!(calls(Vendor::Anthropic, "messages"), asked + 1);
    }
}
