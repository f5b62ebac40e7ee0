use crate::keyset::KeySet;
use anyhow::{Context, ensure};
use reqwest::redirect;
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;

/// No JWKS is read beyond this.
const LARGEST: usize = 64 * 1024;
/// The pause after a first failed question; it doubles with each further one, up to [`Pace::ask_again`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// How often keys are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Keys in use are looked at again after this, beside the requests that use them. So long may a key that left the
    /// JWKS at once (because it was stolen) still be taken.
    pub refresh: Duration,
    /// An unknown key id leads to a question at most once in this time.
    pub ask_again: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            refresh: Duration::from_secs(60),
            ask_again: Duration::from_secs(10),
        }
    }
}

/// Where keys come from, and when to ask there.
pub(crate) struct Source {
    url: Url,
    http: reqwest::Client,
    pace: Pace,
    /// Held while asking: all who wait for the same answer ask once.
    pub(crate) asked: Mutex<Asked>,
    born: Instant,
    /// When to look again although nothing is missing, in milliseconds since `born`.
    due: AtomicU64,
}

/// The last question.
#[derive(Default)]
pub(crate) struct Asked {
    last: Option<Instant>,
    /// How many questions in a row had no answer.
    failures: u32,
}

impl Asked {
    pub(crate) fn has_failed(&self) -> bool {
        self.failures > 0
    }
}

impl Source {
    pub(crate) fn new(url: Url, pace: Pace) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(1))
            .timeout(Duration::from_secs(2))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .context("build the client that fetches keys")?;
        Ok(Self {
            url,
            http,
            pace,
            asked: Mutex::default(),
            born: Instant::now(),
            due: AtomicU64::new(u64::MAX),
        })
    }

    /// Whether it is too early for another question.
    pub(crate) fn must_wait(&self, asked: &Asked) -> bool {
        let pause = match asked.failures {
            0 => self.pace.ask_again,
            n => (FIRST_PAUSE * 2_u32.saturating_pow((n - 1).min(16))).min(self.pace.ask_again),
        };
        asked.last.is_some_and(|at| at.elapsed() < pause)
    }

    /// Whether it is time to look at known keys again. True for one caller alone.
    pub(crate) fn take_turn(&self) -> bool {
        let now = self.millis();
        let due = self.due.load(Ordering::Relaxed);
        now >= due
            && self
                .due
                .compare_exchange(
                    due,
                    now.saturating_add(millis(self.pace.ask_again)),
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                )
                .is_ok()
    }

    /// Asks once. A question that is broken off counts as failed, so that nobody makes us ask on and on by going away.
    pub(crate) async fn ask(&self, asked: &mut Asked) -> anyhow::Result<KeySet> {
        asked.last = Some(Instant::now());
        asked.failures = asked.failures.saturating_add(1);
        let keys = self.fetch().await?;
        asked.failures = 0;
        self.due.store(
            self.millis().saturating_add(millis(self.pace.refresh)),
            Ordering::Relaxed,
        );
        Ok(keys)
    }

    async fn fetch(&self) -> anyhow::Result<KeySet> {
        let asking = self.http.get(self.url.clone()).send();
        let answer = asking.await.map_err(reqwest::Error::without_url);
        let mut answer = answer
            .context("ask for the keys")?
            .error_for_status()
            .map_err(reqwest::Error::without_url)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(reqwest::Error::without_url)
            .context("read the keys")?
        {
            body.extend_from_slice(&chunk);
            ensure!(body.len() <= LARGEST, "the JWKS is too large");
        }
        let jwks: Value = serde_json::from_slice(&body).context("the JWKS is not JSON")?;
        KeySet::parse(&jwks)
    }

    fn millis(&self) -> u64 {
        millis(self.born.elapsed())
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
