//! Rate limits over a sliding minute, shared by all gateways through Redis, mostly without asking it.
//!
//! A caller that comes again within a second is lent up to a twentieth of its limit at once. Lent permits are counted as
//! if used at the last moment they may be, so that no minute ever sees more than the limit; what is not used in time is
//! given back. While Redis is away each process counts for itself.

use crate::bucket::{Bucket, Count, LENT, Lent, WINDOW, Wish};
use crate::config::Limits;
use crate::routes::Rate;
use futures::StreamExt;
use janchi_cache::{Cache, Unavailable};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// Of the limit, at most one part in this many is lent at once.
const PART: u32 = 20;
/// After a failure Redis is left alone for so long: every request would wait for it in vain.
const PAUSE: Duration = Duration::from_millis(250);
/// Callers whose loans are given back beside each other.
const SETTLED_AT_ONCE: usize = 64;

static LEND: LazyLock<redis::Script> =
    LazyLock::new(|| redis::Script::new(include_str!("lend.lua")));

/// Counts requests.
#[derive(Debug)]
pub struct Limiter {
    cache: Cache,
    limits: Limits,
    loans: AtomicU64,
    began: Instant,
    /// Milliseconds since the start until which Redis is left alone.
    paused: AtomicU64,
    /// Whose loans may have to be given back.
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
        Arc::new(Bucket::new(
            format!("gateway:rate:{class}:{caller}"),
            session.map(|sid| format!("user:session:{sid}")),
            limit,
            if strict { 1 } else { (limit / PART).max(1) },
        ))
    }

    /// Counts one request: from what was lent if there is any left, else by asking Redis, one caller at a time.
    pub async fn count(self: &Arc<Self>, bucket: &Arc<Bucket>) -> Count {
        match self.take(bucket) {
            Some(count) => count,
            // In a box, as everything that most requests do not need: what they carry around stays small.
            None => Box::pin(self.ask(bucket)).await,
        }
    }

    async fn ask(self: &Arc<Self>, bucket: &Arc<Bucket>) -> Count {
        let _asking = bucket.asking.lock().await;
        if let Some(count) = self.take(bucket) {
            return count;
        }
        let now = Instant::now();
        if self.is_paused(now) {
            return bucket.count_here(now);
        }
        match self.lend(bucket, bucket.wish(now)).await {
            Ok((name, lent)) => self.keep(bucket, name, lent, true),
            Err(Unavailable) => {
                self.pause(now);
                bucket.count_here(now)
            }
        }
    }

    fn take(self: &Arc<Self>, bucket: &Arc<Bucket>) -> Option<Count> {
        let (count, fetch) = bucket.take(Instant::now())?;
        if fetch {
            let (limiter, bucket) = (Arc::clone(self), Arc::clone(bucket));
            tokio::spawn(async move { limiter.fetch_ahead(&bucket).await });
        }
        Some(count)
    }

    /// Has the next loan ready before this one ends.
    async fn fetch_ahead(&self, bucket: &Arc<Bucket>) {
        let _asking = bucket.asking.lock().await;
        let now = Instant::now();
        if self.is_paused(now) {
            return bucket.give_up_fetching();
        }
        let Some(wish) = bucket.wish_ahead(now) else {
            return;
        };
        match self.lend(bucket, wish).await {
            Ok((name, lent)) => {
                self.keep(bucket, name, lent, false);
            }
            Err(Unavailable) => {
                self.pause(now);
                bucket.give_up_fetching();
            }
        }
    }

    fn pause(&self, now: Instant) {
        let until = (now - self.began + PAUSE).as_millis();
        self.paused
            .store(until.try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn is_paused(&self, now: Instant) -> bool {
        (now - self.began).as_millis() < u128::from(self.paused.load(Ordering::Relaxed))
    }

    /// Settles earlier loans and lends anew, under a new name.
    async fn lend(&self, bucket: &Bucket, wish: Wish) -> Result<(u64, Lent), Unavailable> {
        let name = self.loans.fetch_add(1, Ordering::Relaxed);
        let mut arguments = vec![
            bucket.limit.to_string(),
            WINDOW.as_millis().to_string(),
            format!("{name:x}"),
            wish.permits.to_string(),
            LENT.as_millis().to_string(),
            u8::from(bucket.session.is_some()).to_string(),
        ];
        for loan in wish.settle {
            let (used, granted) = (loan.used.to_string(), loan.granted.to_string());
            arguments.extend([format!("{:x}", loan.name), used, granted]);
        }
        let session = bucket.session.as_ref().unwrap_or(&bucket.log).clone();
        let lent = self
            .cache
            .script(&LEND, &[bucket.log.clone(), session], &arguments)
            .await?;
        Ok((name, lent))
    }

    fn keep(&self, bucket: &Arc<Bucket>, name: u64, lent: Lent, waits: bool) -> Count {
        if lent.1 > 1 {
            self.lent().push(Arc::downgrade(bucket));
        }
        bucket.keep(name, lent, waits, Instant::now())
    }

    fn lent(&self) -> MutexGuard<'_, Vec<Weak<Bucket>>> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives back what was lent and not used in time. To be called about every second.
    pub async fn give_back(&self) {
        let mut lent = std::mem::take(&mut *self.lent());
        lent.sort_unstable_by_key(Weak::as_ptr);
        lent.dedup_by_key(|weak| weak.as_ptr());
        let now = Instant::now();
        let mut unused = Vec::new();
        for bucket in lent.iter().filter_map(Weak::upgrade) {
            let (settle, goes_on) = bucket.overdue(now);
            if goes_on {
                self.lent().push(Arc::downgrade(&bucket));
            }
            if !settle.is_empty() {
                unused.push((bucket, settle));
            }
        }
        // Not given back means counted although unused, until the minute is over.
        let settle = |(bucket, settle)| async move {
            let bucket: Arc<Bucket> = bucket;
            let nothing = Wish { permits: 0, settle };
            let _ = self.lend(&bucket, nothing).await;
        };
        futures::stream::iter(unused)
            .for_each_concurrent(SETTLED_AT_ONCE, settle)
            .await;
    }
}
