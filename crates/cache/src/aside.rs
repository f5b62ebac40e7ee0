use crate::Cache;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// How an entry lies in Redis: the seed fixes it per key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The JSON itself.
    String,
    /// A hash whose field `body` is the JSON.
    Hash,
}

/// Writes an entry only while its loader's lease holds: an invalidation that came during the load took the lease away,
/// and what was loaded may be older than it. KEYS: entry, lease. ARGV: lease, body, lifetime in ms, shape.
static STORE: LazyLock<redis::Script> = LazyLock::new(|| {
    redis::Script::new(
        r"
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
        if ARGV[4] == 'hash' then
            redis.call('HSET', KEYS[1], 'body', ARGV[2])
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
        else
            redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        end
        redis.call('DEL', KEYS[2])
        return 1
        ",
    )
});

/// No load takes longer than its lease.
const LEASE: Duration = Duration::from_secs(30);

/// Where the lease of an entry lies.
pub(crate) fn lease_key(key: &str) -> String {
    format!("{key}:lease")
}

impl Cache {
    /// The entry, if it is there and of this type. Counted as hit or miss of its family.
    pub async fn lookup<T: DeserializeOwned>(
        &self,
        family: &'static str,
        key: &str,
        shape: Shape,
    ) -> Option<T> {
        let found = self.read(key, shape).await;
        let outcome = if found.is_some() { "hit" } else { "miss" };
        metrics::counter!("janchi_cache_lookups_total", "family" => family, "outcome" => outcome)
            .increment(1);
        found
    }

    async fn read<T: DeserializeOwned>(&self, key: &str, shape: Shape) -> Option<T> {
        let text = match shape {
            Shape::String => self.get(key).await?,
            Shape::Hash => self.get_hash(key).await?.remove("body")?,
        };
        // An entry of an older version of the type is no entry.
        serde_json::from_str(&text).ok()
    }

    /// Writes an entry. Lifetimes vary by up to 5 % downwards, so that entries written together do not end together.
    pub async fn store<T: Serialize>(&self, key: &str, value: &T, lives: Duration, shape: Shape) {
        let Ok(body) = serde_json::to_string(value) else {
            return;
        };
        let lives = jittered(lives);
        match shape {
            Shape::String => self.set(key, &body, lives).await,
            Shape::Hash => self.set_hash(key, &[("body", body)], lives).await,
        }
    }

    async fn store_leased<T: Serialize>(
        &self,
        key: &str,
        lease: &str,
        value: &T,
        lives: Duration,
        shape: Shape,
    ) {
        let Ok(body) = serde_json::to_string(value) else {
            return;
        };
        let shape = match shape {
            Shape::String => "string",
            Shape::Hash => "hash",
        };
        let arguments = [
            lease.to_owned(),
            body,
            jittered(lives).as_millis().to_string(),
            shape.to_owned(),
        ];
        let _: Result<i64, _> = self
            .script(&STORE, &[key.to_owned(), lease_key(key)], &arguments)
            .await;
    }

    /// The entry, or else what `load` brings, which is then stored. Callers who miss the same key in this process wait
    /// for the first one's load instead of loading too.
    ///
    /// # Errors
    /// What `load` fails with.
    pub async fn get_or_load<T, E, F>(
        &self,
        family: &'static str,
        key: &str,
        lives: Duration,
        shape: Shape,
        load: impl FnOnce() -> F,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<T, E>>,
    {
        if let Some(found) = self.lookup(family, key, shape).await {
            return Ok(found);
        }
        let turn = Arc::clone(
            self.inner()
                .loading
                .lock()
                .await
                .entry(key.to_owned())
                .or_default(),
        );
        let held = turn.lock().await;
        let result = match self.read(key, shape).await {
            Some(found) => Ok(found),
            None => {
                let lease = format!("{:x}", rand::random::<u128>());
                self.set(&lease_key(key), &lease, LEASE).await;
                let loaded = load().await;
                if let Ok(value) = &loaded {
                    self.store_leased(key, &lease, value, lives, shape).await;
                }
                loaded
            }
        };
        drop(held);
        let mut loading = self.inner().loading.lock().await;
        // The map and this call hold one each: nobody else waits.
        if Arc::strong_count(&turn) <= 2 {
            loading.remove(key);
        }
        result
    }
}

fn jittered(lives: Duration) -> Duration {
    lives.mul_f64(1.0 - 0.05 * rand::random::<f64>())
}
