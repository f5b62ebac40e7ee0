//! Rate limits over a sliding minute, shared by all gateways through Redis, mostly without asking it.
//!
//! A caller that comes again within a second is lent up to a twentieth of its limit at once. Lent permits are counted as
//! if used at the last moment they may be, so that no minute ever sees more than the limit; what is not used in time is
//! given back. While Redis is away each process counts for itself.

use crate::config::Limits;
use crate::routes::Rate;
use janchi_cache::{Cache, Unavailable};
use janchi_web::Problem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// Lent permits, and what was learned about the session, are good for so long.
const LENT: Duration = Duration::from_secs(1);
/// Of the limit, at most one part in this many is lent at once.
const PART: u32 = 20;
/// After a failure Redis is left alone for so long: every request would wait for it in vain.
const PAUSE: Duration = Duration::from_millis(250);

static LEND: LazyLock<redis::Script> =
    LazyLock::new(|| redis::Script::new(include_str!("lend.lua")));

/// What a count came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub allowed: bool,
    pub limit: u32,
    pub left: u32,
    /// Seconds until the next request is allowed again, or until the oldest one is forgotten.
    pub reset: u64,
    /// Whether the session lives; `None` when there is none or Redis did not say.
    pub session_lives: Option<bool>,
}

impl Count {
    /// The 429.
    pub fn problem(&self) -> Problem {
        Problem::new(
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            "RATE_LIMITED",
            "잠시 요청이 많았어요. 조금 뒤에 다시 시도해 주세요.",
            "Too many requests. Please wait a moment.",
        )
        .retry_after(self.reset)
    }
}

/// One caller's minute, as this process sees it.
#[derive(Debug)]
pub struct Bucket {
    log: String,
    session: Option<String>,
    limit: u32,
    /// So many permits are lent at once.
    lends: u32,
    held: Mutex<Held>,
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Held {
    loan: u64,
    granted: u32,
    used: u32,
    ends: Instant,
    /// Beyond the loan.
    left: u32,
    reset: Instant,
    session_lives: Option<bool>,
    last_asked: Option<Instant>,
    /// What passed here, to go on with when Redis is away.
    here: Minute,
}

impl Bucket {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it was last used, for those that are to be forgotten.
    pub fn idle(&self) -> Duration {
        self.held().last_asked.map_or(WINDOW, |at| at.elapsed())
    }

    fn take(&self, now: Instant) -> Option<Count> {
        let mut held = self.held();
        if held.used >= held.granted || now >= held.ends {
            return None;
        }
        held.used += 1;
        held.here.add(now);
        Some(self.count(&held, true, now))
    }

    fn count(&self, held: &Held, allowed: bool, now: Instant) -> Count {
        let wait = held.reset.saturating_duration_since(now);
        Count {
            allowed,
            limit: self.limit,
            left: held.left + held.granted - held.used,
            reset: wait
                .as_millis()
                .div_ceil(1000)
                .try_into()
                .unwrap_or(u64::MAX),
            session_lives: held.session_lives,
        }
    }

    /// This process's own count, while Redis is away: neither an open door nor a closed one.
    fn count_here(&self, now: Instant) -> Count {
        let mut held = self.held();
        let passed = held.here.passed(now);
        let allowed = passed < self.limit;
        if allowed {
            held.here.add(now);
        }
        (held.granted, held.used) = (0, 0);
        held.left = self.limit.saturating_sub(passed + 1);
        held.reset = held.here.began + WINDOW;
        held.session_lives = None;
        held.last_asked = Some(now);
        self.count(&held, allowed, now)
    }
}

/// How many passed in this process in the last minute: those of this minute, and the last one's in proportion to what
/// of it is not over yet.
#[derive(Debug)]
struct Minute {
    began: Instant,
    passed: u32,
    before: u32,
}

impl Minute {
    fn turn(&mut self, now: Instant) {
        let since = now.saturating_duration_since(self.began);
        if since >= WINDOW {
            self.before = if since < 2 * WINDOW { self.passed } else { 0 };
            self.passed = 0;
            self.began = if since < 2 * WINDOW {
                self.began + WINDOW
            } else {
                now
            };
        }
    }

    fn add(&mut self, now: Instant) {
        self.turn(now);
        self.passed = self.passed.saturating_add(1);
    }

    fn passed(&mut self, now: Instant) -> u32 {
        self.turn(now);
        let rest = WINDOW.saturating_sub(now.saturating_duration_since(self.began));
        let before = u128::from(self.before) * rest.as_millis() / WINDOW.as_millis();
        self.passed
            .saturating_add(u32::try_from(before).unwrap_or(u32::MAX))
    }
}

/// What Redis answers to a wish for permits.
type Lent = (i64, u32, u32, u64);

/// Counts requests.
#[derive(Debug)]
pub struct Limiter {
    cache: Cache,
    limits: Limits,
    loans: AtomicU64,
    began: Instant,
    /// Milliseconds since the start until which Redis is left alone.
    paused: AtomicU64,
    lent: Mutex<Vec<Weak<Bucket>>>,
}

impl Limiter {
    pub fn new(cache: Cache, limits: Limits) -> Self {
        let [a, b, c, d, e, f] = uuid::Uuid::new_v4().into_bytes()[..6]
            .try_into()
            .unwrap_or_default();
        Self {
            cache,
            limits,
            // Another gateway's loans must have other names.
            loans: AtomicU64::new(u64::from_be_bytes([a, b, c, d, e, f, 0, 0])),
            began: Instant::now(),
            paused: AtomicU64::new(0),
            lent: Mutex::default(),
        }
    }

    /// The minute of this caller in this class; with the session that has to live, if it is bound to one.
    pub fn bucket(&self, rate: Rate, caller: &str, session: Option<&str>) -> Arc<Bucket> {
        let (limit, class, strict) = match rate {
            Rate::User => (self.limits.user, "user", false),
            Rate::PublicRead => (self.limits.public_read, "read", false),
            Rate::Entry => (self.limits.entry, "entry", false),
            Rate::Register => (self.limits.register, "register", true),
            Rate::BusinessCheck => (self.limits.business_check, "business", true),
            Rate::Login => (self.limits.login, "login", true),
        };
        let now = Instant::now();
        Arc::new(Bucket {
            log: format!("gateway:rate:{class}:{caller}"),
            session: session.map(|sid| format!("user:session:{sid}")),
            limit,
            lends: if strict { 1 } else { (limit / PART).max(1) },
            held: Mutex::new(Held {
                loan: 0,
                granted: 0,
                used: 0,
                ends: now,
                left: limit,
                reset: now,
                session_lives: None,
                last_asked: None,
                here: Minute {
                    began: now,
                    passed: 0,
                    before: 0,
                },
            }),
            asking: tokio::sync::Mutex::default(),
        })
    }

    /// Counts one request: from what was lent if there is any left, else by asking Redis, one caller at a time.
    pub async fn count(&self, bucket: &Arc<Bucket>) -> Count {
        if let Some(count) = bucket.take(Instant::now()) {
            return count;
        }
        let _asking = bucket.asking.lock().await;
        let now = Instant::now();
        if let Some(count) = bucket.take(now) {
            return count;
        }
        if self.is_paused(now) {
            return bucket.count_here(now);
        }
        match self.ask(bucket, now).await {
            Ok(lent) => self.keep(bucket, lent),
            Err(Unavailable) => {
                let until = (now - self.began + PAUSE).as_millis();
                self.paused
                    .store(until.try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
                bucket.count_here(now)
            }
        }
    }

    fn is_paused(&self, now: Instant) -> bool {
        (now - self.began).as_millis() < u128::from(self.paused.load(Ordering::Relaxed))
    }

    async fn ask(&self, bucket: &Bucket, now: Instant) -> Result<Lent, Unavailable> {
        let loan = self.loans.fetch_add(1, Ordering::Relaxed);
        let arguments = {
            let mut held = bucket.held();
            let again = held
                .last_asked
                .is_some_and(|at| now.duration_since(at) < LENT);
            let wish = if again { bucket.lends } else { 1 };
            let unused = (held.loan, held.used, held.granted);
            // From here on nothing is held: whatever the answer is, the old loan is settled with it.
            (held.loan, held.granted, held.used) = (loan, 0, 0);
            held.last_asked = Some(now);
            [
                bucket.limit.to_string(),
                WINDOW.as_millis().to_string(),
                format!("{loan:x}"),
                wish.to_string(),
                LENT.as_millis().to_string(),
                format!("{:x}", unused.0),
                unused.1.to_string(),
                unused.2.to_string(),
                u8::from(bucket.session.is_some()).to_string(),
            ]
        };
        let session = bucket.session.as_ref().unwrap_or(&bucket.log).clone();
        self.cache
            .script(&LEND, &[bucket.log.clone(), session], &arguments)
            .await
    }

    fn keep(&self, bucket: &Arc<Bucket>, (lives, granted, left, reset): Lent) -> Count {
        let now = Instant::now();
        let mut held = bucket.held();
        held.granted = granted;
        held.used = granted.min(1);
        held.ends = now + LENT;
        held.left = left;
        held.reset = now + Duration::from_millis(reset);
        held.session_lives = bucket.session.as_ref().map(|_| lives == 1);
        if granted > 0 {
            held.here.add(now);
        }
        let count = bucket.count(&held, granted > 0, now);
        drop(held);
        if granted > 1 {
            self.lent
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(Arc::downgrade(bucket));
        }
        count
    }

    /// Gives back what was lent and not used in time. To be called about every second.
    pub async fn give_back(&self) {
        let lent = std::mem::take(&mut *self.lent.lock().unwrap_or_else(PoisonError::into_inner));
        let now = Instant::now();
        let mut unused: Vec<(String, Vec<String>)> = Vec::new();
        for weak in lent {
            let Some(bucket) = weak.upgrade() else {
                continue;
            };
            let mut held = bucket.held();
            if now < held.ends {
                drop(held);
                self.lent
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(weak);
            } else if held.used < held.granted {
                let names = (held.used..held.granted)
                    .map(|n| format!("{:x}:{n}", held.loan))
                    .collect();
                unused.push((self.cache.key(&bucket.log), names));
                held.granted = held.used;
            }
        }
        for some in unused.chunks(500) {
            let mut pipe = redis::pipe();
            for (log, names) in some {
                pipe.zrem(log, names).ignore();
            }
            // Not given back means counted although unused, until the minute is over.
            let _ = self
                .cache
                .run(|mut redis| async move { pipe.query_async::<()>(&mut redis).await })
                .await;
        }
    }
}
