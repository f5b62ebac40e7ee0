//! Rate limits over a true sliding minute, shared by all gateways through Redis; per process while Redis is away.

use crate::config::Limits;
use crate::routes::Rate;
use janchi_cache::Cache;
use janchi_web::Problem;
use std::collections::{HashMap, VecDeque};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);

/// Counts a request in a log of the last minute and looks whether the session lives, in one round trip.
/// KEYS: the log, the session (may be empty). ARGV: limit, window in ms, a name for this request.
/// Answers: session lives (1/0), allowed (1/0), left, ms until the oldest counted request leaves the window.
static COUNT: LazyLock<redis::Script> = LazyLock::new(|| {
    redis::Script::new(
        r"
        local lives = 1
        if ARGV[4] == '1' then lives = redis.call('EXISTS', KEYS[2]) end
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
        local count = redis.call('ZCARD', KEYS[1])
        local allowed = 0
        if lives == 1 and count < tonumber(ARGV[1]) then
            redis.call('ZADD', KEYS[1], now, ARGV[3])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            count = count + 1
            allowed = 1
        end
        local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
        local reset = 0
        if oldest[2] then reset = oldest[2] + ARGV[2] - now end
        return {lives, allowed, ARGV[1] - count, reset}
        ",
    )
});

/// What a count came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub allowed: bool,
    pub limit: u32,
    pub left: u32,
    /// Seconds until the next request is allowed again, or until the oldest one is forgotten.
    pub reset: u64,
    /// Whether the session asked about lives; `None` when Redis did not say.
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

/// Counts requests.
#[derive(Debug)]
pub struct Limiter {
    cache: Cache,
    limits: Limits,
    here: Mutex<HashMap<String, VecDeque<Instant>>>,
}

impl Limiter {
    pub fn new(cache: Cache, limits: Limits) -> Self {
        Self {
            cache,
            limits,
            here: Mutex::default(),
        }
    }

    fn limit(&self, rate: Rate) -> (u32, &'static str) {
        match rate {
            Rate::User => (self.limits.user, "user"),
            Rate::PublicRead => (self.limits.public_read, "read"),
            Rate::Entry => (self.limits.entry, "entry"),
            Rate::Register => (self.limits.register, "register"),
            Rate::BusinessCheck => (self.limits.business_check, "business"),
            Rate::Login => (self.limits.login, "login"),
        }
    }

    /// Counts one request of this class, and looks whether the session lives if one is named.
    pub async fn count(&self, rate: Rate, bucket: &str, session: Option<&str>) -> Count {
        let (limit, class) = self.limit(rate);
        let key = format!("gateway:rate:{class}:{bucket}");
        let session_key = session.map_or_else(|| key.clone(), |sid| format!("user:session:{sid}"));
        let arguments = [
            limit.to_string(),
            WINDOW.as_millis().to_string(),
            uuid::Uuid::new_v4().simple().to_string(),
            u8::from(session.is_some()).to_string(),
        ];
        let counted: Result<(i64, i64, i64, i64), _> = self
            .cache
            .script(&COUNT, &[key.clone(), session_key], &arguments)
            .await;
        match counted {
            Ok((lives, allowed, left, reset)) => Count {
                allowed: allowed == 1,
                limit,
                left: u32::try_from(left).unwrap_or(0),
                reset: u64::try_from(reset).unwrap_or(0).div_ceil(1000),
                session_lives: session.map(|_| lives == 1),
            },
            Err(_) => self.count_here(key, limit),
        }
    }

    /// The same log in this process alone: neither an open door nor a closed one.
    fn count_here(&self, key: String, limit: u32) -> Count {
        let now = Instant::now();
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        if here.len() > 100_000 {
            here.retain(|_, log| log.back().is_some_and(|last| last.elapsed() < WINDOW));
        }
        let log = here.entry(key).or_default();
        while log
            .front()
            .is_some_and(|at| now.duration_since(*at) >= WINDOW)
        {
            log.pop_front();
        }
        let allowed = log.len() < limit as usize;
        if allowed {
            log.push_back(now);
        }
        let left = limit.saturating_sub(u32::try_from(log.len()).unwrap_or(u32::MAX));
        let reset = log
            .front()
            .map_or(0, |at| WINDOW.saturating_sub(at.elapsed()).as_secs() + 1);
        Count {
            allowed,
            limit,
            left,
            reset,
            session_lives: None,
        }
    }
}
