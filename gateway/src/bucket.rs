//! One caller's minute, as this process sees it: what was lent to it, and what passed while Redis was away.

use janchi_web::Problem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The time a limit is about.
pub const WINDOW: Duration = Duration::from_secs(60);
/// Lent permits, and what was learned about the session, are good for so long.
pub const LENT: Duration = Duration::from_secs(1);
/// Whoever comes in the last part of a loan has the next one fetched, so that nobody waits for it.
const AHEAD: Duration = Duration::from_millis(300);

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

/// Permits that were lent together.
#[derive(Debug, Clone, Copy)]
pub struct Loan {
    pub name: u64,
    pub used: u32,
    pub granted: u32,
}

impl Loan {
    fn has_unused(&self) -> bool {
        self.used < self.granted
    }
}

/// A caller's minute.
#[derive(Debug)]
pub struct Bucket {
    /// The Redis key of its log.
    pub log: String,
    /// The Redis key of the session that has to live.
    pub session: Option<String>,
    pub limit: u32,
    /// So many permits are lent at once.
    pub lends: u32,
    held: Mutex<Held>,
    /// Held by whoever asks Redis: one at a time.
    pub asking: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Held {
    loan: Loan,
    ends: Instant,
    /// Earlier loans whose unused permits are to be given back.
    unsettled: Vec<Loan>,
    /// Somebody fetches the next loan while this one lasts.
    fetching: bool,
    /// Beyond the loan.
    left: u32,
    reset: Instant,
    session_lives: Option<bool>,
    last_asked: Option<Instant>,
    /// What passed here, to go on with when Redis is away.
    here: Minute,
}

/// What Redis answers to a wish for permits: whether the session lives, permits lent, permits left, and milliseconds
/// until the oldest one is forgotten.
pub type Lent = (i64, u32, u32, u64);

/// What to ask Redis for.
#[derive(Debug)]
pub struct Wish {
    pub permits: u32,
    pub settle: Vec<Loan>,
}

impl Bucket {
    /// An empty one.
    pub fn new(log: String, session: Option<String>, limit: u32, lends: u32) -> Self {
        let now = Instant::now();
        Self {
            log,
            session,
            limit,
            lends,
            held: Mutex::new(Held {
                loan: Loan {
                    name: 0,
                    used: 0,
                    granted: 0,
                },
                ends: now,
                unsettled: Vec::new(),
                fetching: false,
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
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long nobody has asked, for those that are to be forgotten.
    pub fn idle(&self) -> Duration {
        self.held().last_asked.map_or(WINDOW, |at| at.elapsed())
    }

    /// Counts a request from what was lent, if there is any left; and whether the caller shall fetch the next loan.
    pub fn take(&self, now: Instant) -> Option<(Count, bool)> {
        let mut held = self.held();
        if !held.loan.has_unused() || now >= held.ends {
            return None;
        }
        held.loan.used += 1;
        held.here.add(now);
        let fetch = held.loan.granted > 1 && !held.fetching && now + AHEAD >= held.ends;
        held.fetching |= fetch;
        Some((self.count(&held, true, now), fetch))
    }

    /// What to ask for when nothing lent is left. From here on nothing is held: whatever the answer is, the old loans
    /// are settled with it.
    pub fn wish(&self, now: Instant) -> Wish {
        let mut held = self.held();
        let again = held
            .last_asked
            .is_some_and(|at| now.duration_since(at) < LENT);
        held.last_asked = Some(now);
        held.retire();
        Wish {
            permits: if again { self.lends } else { 1 },
            settle: std::mem::take(&mut held.unsettled),
        }
    }

    /// What to ask for while the loan still lasts; none if another caller was faster.
    pub fn wish_ahead(&self, now: Instant) -> Option<Wish> {
        let mut held = self.held();
        if now + AHEAD < held.ends {
            held.fetching = false;
            return None;
        }
        held.last_asked = Some(now);
        Some(Wish {
            permits: self.lends,
            settle: std::mem::take(&mut held.unsettled),
        })
    }

    /// Takes over what Redis lent under this name, and counts a request from it if one waits for it.
    pub fn keep(&self, name: u64, lent: Lent, waits: bool, now: Instant) -> Count {
        let (lives, granted, left, reset) = lent;
        let mut held = self.held();
        held.retire();
        let used = if waits { granted.min(1) } else { 0 };
        held.loan = Loan {
            name,
            used,
            granted,
        };
        held.ends = now + LENT;
        held.left = left;
        held.reset = now + Duration::from_millis(reset);
        held.session_lives = self.session.as_ref().map(|_| lives == 1);
        held.fetching = false;
        if used > 0 {
            held.here.add(now);
        }
        self.count(&held, granted > 0, now)
    }

    /// The next loan could not be had; whoever comes after the end of this one asks again.
    pub fn give_up_fetching(&self) {
        self.held().fetching = false;
    }

    /// The loans that are over and not used up; and whether one is still going on.
    pub fn overdue(&self, now: Instant) -> (Vec<Loan>, bool) {
        let mut held = self.held();
        let goes_on = held.loan.has_unused() && now < held.ends;
        if !goes_on {
            held.retire();
        }
        (std::mem::take(&mut held.unsettled), goes_on)
    }

    fn count(&self, held: &Held, allowed: bool, now: Instant) -> Count {
        let wait = held.reset.saturating_duration_since(now);
        Count {
            allowed,
            limit: self.limit,
            left: held.left + held.loan.granted - held.loan.used,
            reset: wait
                .as_millis()
                .div_ceil(1000)
                .try_into()
                .unwrap_or(u64::MAX),
            session_lives: held.session_lives,
        }
    }

    /// This process's own count, while Redis is away: neither an open door nor a closed one.
    pub fn count_here(&self, now: Instant) -> Count {
        let mut held = self.held();
        let passed = held.here.passed(now);
        let allowed = passed < self.limit;
        if allowed {
            held.here.add(now);
        }
        held.retire();
        // What was lent before counts in Redis until its minute is over; there is nobody to give it back to.
        held.unsettled.clear();
        held.left = self.limit.saturating_sub(passed + 1);
        held.reset = held.here.began + WINDOW;
        held.session_lives = None;
        held.last_asked = Some(now);
        self.count(&held, allowed, now)
    }
}

impl Held {
    /// Ends the loan; what is unused of it is to be given back.
    fn retire(&mut self) {
        if self.loan.has_unused() {
            self.unsettled.push(self.loan);
        }
        (self.loan.used, self.loan.granted) = (0, 0);
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
