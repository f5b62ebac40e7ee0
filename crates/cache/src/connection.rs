use anyhow::Context;
use futures::{Stream, StreamExt};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, FromRedisValue};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::fmt;
use std::ops::Not as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, RwLock};
use std::time::Duration;

/// No caller waits longer for Redis. The crate's own limits do not cover the wait for a reconnection.
const DEADLINE: Duration = Duration::from_millis(150);
/// So many time-outs in a row mean a half-dead connection, which the crate never replaces by itself.
const REBUILD_AFTER: u32 = 5;
const WARMING_UP: Duration = Duration::from_millis(1500);

/// Sets fields of a hash unless one of them has a certain value. KEYS: the hash. ARGV: field, value, lifetime in ms, then
/// names and values in turn.
static SET_UNLESS: LazyLock<redis::Script> = LazyLock::new(|| {
    redis::Script::new(
        r"
        if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 0 end
        redis.call('HSET', KEYS[1], unpack(ARGV, 4))
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return 1
        ",
    )
});

/// Redis did not answer in time.
#[derive(Debug, Clone)]
pub struct Unavailable;

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redis is not available")
    }
}

impl std::error::Error for Unavailable {}

/// A handle to Redis, cheap to clone, connected when first used. All keys get the namespace in front.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

pub(crate) struct Inner {
    client: redis::Client,
    manager: RwLock<Option<ConnectionManager>>,
    timeouts: AtomicU32,
    namespace: String,
    pub(crate) loading: tokio::sync::Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("namespace", &self.0.namespace)
            .finish_non_exhaustive()
    }
}

impl Cache {
    /// Opens no connection yet. An empty namespace adds nothing to keys.
    ///
    /// # Errors
    /// A URL that does not parse; it is not shown.
    pub fn connect(url: &SecretString, namespace: &str) -> anyhow::Result<Self> {
        let client = redis::Client::open(url.expose_secret())
            .ok()
            .context("the Redis URL is malformed")?;
        let namespace = if namespace.is_empty() {
            String::new()
        } else {
            format!("{namespace}:")
        };
        Ok(Self(Arc::new(Inner {
            client,
            manager: RwLock::new(None),
            timeouts: AtomicU32::new(0),
            namespace,
            loading: tokio::sync::Mutex::default(),
        })))
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    /// The key as Redis sees it.
    pub fn key(&self, key: &str) -> String {
        format!("{}{key}", self.0.namespace)
    }

    fn manager(&self) -> Result<ConnectionManager, Unavailable> {
        let read = self
            .0
            .manager
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone();
        if let Some(manager) = read {
            return Ok(manager);
        }
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(50))
            .set_max_delay(Duration::from_millis(200))
            .set_connection_timeout(Some(Duration::from_millis(1000)))
            .set_response_timeout(Some(DEADLINE));
        let manager = ConnectionManager::new_lazy_with_config(self.0.client.clone(), config)
            .map_err(|_| Unavailable)?;
        let mut slot = self
            .0
            .manager
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(slot.get_or_insert(manager).clone())
    }

    /// Runs commands on the shared connection, within the deadline.
    ///
    /// # Errors
    /// Redis does not answer in time or refuses.
    pub async fn run<T, F>(
        &self,
        commands: impl FnOnce(ConnectionManager) -> F,
    ) -> Result<T, Unavailable>
    where
        F: Future<Output = redis::RedisResult<T>>,
    {
        let manager = self.manager()?;
        match tokio::time::timeout(DEADLINE, commands(manager)).await {
            Ok(Ok(value)) => {
                self.0.timeouts.store(0, Ordering::Relaxed);
                Ok(value)
            }
            Ok(Err(error)) => {
                tracing::warn!(error.kind = ?error.kind(), error.code = error.code(), "redis refused a command");
                if error.is_timeout() {
                    self.count_timeout();
                }
                Err(Unavailable)
            }
            Err(_) => {
                self.count_timeout();
                Err(Unavailable)
            }
        }
    }

    fn count_timeout(&self) {
        if self.0.timeouts.fetch_add(1, Ordering::Relaxed) + 1 >= REBUILD_AFTER {
            self.0.timeouts.store(0, Ordering::Relaxed);
            *self
                .0
                .manager
                .write()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = None;
            tracing::warn!("redis does not answer: building a new connection");
        }
    }

    /// Whether Redis answers. Allows for a first connection, which takes longer than a command.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), Unavailable> {
        let mut manager = self.manager()?;
        let command = redis::cmd("PING");
        let pong = command.query_async::<String>(&mut manager);
        match tokio::time::timeout(WARMING_UP, pong).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) => Err(Unavailable),
            Err(_) => {
                self.count_timeout();
                Err(Unavailable)
            }
        }
    }

    /// A string, or none when absent.
    ///
    /// # Errors
    /// Redis does not answer; for callers who must tell this from absence.
    pub async fn try_get(&self, key: &str) -> Result<Option<String>, Unavailable> {
        let key = self.key(key);
        self.run(|mut redis| async move { redis.get(key).await })
            .await
    }

    /// Sets a string with its lifetime.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn try_set(
        &self,
        key: &str,
        value: &str,
        lives: Duration,
    ) -> Result<(), Unavailable> {
        let (key, value) = (self.key(key), value.to_owned());
        self.run(|mut redis| async move { redis.pset_ex(key, value, millis(lives)).await })
            .await
    }

    /// Deletes a key, and with it the lease of whoever is loading it.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn try_delete(&self, key: &str) -> Result<(), Unavailable> {
        let keys = [self.key(key), self.key(&crate::aside::lease_key(key))];
        self.run(|mut redis| async move { redis.del::<_, i64>(&keys).await.map(|_| ()) })
            .await
    }

    /// A string; none when absent or when Redis does not answer.
    pub async fn get(&self, key: &str) -> Option<String> {
        self.try_get(key).await.ok().flatten()
    }

    /// Sets a string with its lifetime, or not if Redis does not answer.
    pub async fn set(&self, key: &str, value: &str, lives: Duration) {
        let _ = self.try_set(key, value, lives).await;
    }

    /// Deletes a key, or not if Redis does not answer; then its lifetime ends it.
    pub async fn delete(&self, key: &str) {
        let _ = self.try_delete(key).await;
    }

    /// All fields of a hash; none when absent or when Redis does not answer.
    pub async fn get_hash(&self, key: &str) -> Option<HashMap<String, String>> {
        let key = self.key(key);
        let fields: HashMap<String, String> = self
            .run(|mut redis| async move { redis.hgetall(key).await })
            .await
            .ok()?;
        (!fields.is_empty()).then_some(fields)
    }

    /// Sets fields of a hash and the lifetime of the whole, in one step.
    pub async fn set_hash(&self, key: &str, fields: &[(&str, String)], lives: Duration) {
        let key = self.key(key);
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(name, v)| ((*name).to_owned(), v.clone()))
            .collect();
        let _ = self
            .run(|mut redis| async move {
                redis::pipe()
                    .atomic()
                    .hset_multiple(&key, &fields)
                    .ignore()
                    .pexpire(&key, i64::try_from(millis(lives)).unwrap_or(i64::MAX))
                    .ignore()
                    .query_async::<()>(&mut redis)
                    .await
            })
            .await;
    }

    /// As [`Cache::set_hash`], unless a field has this value already; whether it was set. Without an answer it is taken
    /// to be set.
    pub async fn set_hash_unless(
        &self,
        key: &str,
        fields: &[(&str, String)],
        lives: Duration,
        (field, value): (&str, &str),
    ) -> bool {
        let mut arguments = vec![
            field.to_owned(),
            value.to_owned(),
            millis(lives).to_string(),
        ];
        for (name, value) in fields {
            arguments.extend([(*name).to_owned(), value.clone()]);
        }
        let set: Result<i64, _> = self
            .script(&SET_UNLESS, &[key.to_owned()], &arguments)
            .await;
        set.is_ok_and(|set| set == 0).not()
    }

    /// Adds to a counter that ends with its lifetime, counted from the first addition. The new value.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn increment(&self, key: &str, by: i64, lives: Duration) -> Result<i64, Unavailable> {
        let key = self.key(key);
        let lives = millis(lives);
        self.run(|mut redis| async move {
            redis::Script::new(
                "local v = redis.call('INCRBY', KEYS[1], ARGV[1])
                 if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
                 return v",
            )
            .key(key)
            .arg(by)
            .arg(lives)
            .invoke_async(&mut redis)
            .await
        })
        .await
    }

    /// Runs a script with its keys (the namespace is added) and arguments.
    ///
    /// # Errors
    /// Redis does not answer or the script fails.
    pub async fn script<T: FromRedisValue>(
        &self,
        script: &redis::Script,
        keys: &[String],
        arguments: &[String],
    ) -> Result<T, Unavailable> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(self.key(key));
        }
        for argument in arguments {
            call.arg(argument);
        }
        self.run(|mut redis| async move { call.invoke_async(&mut redis).await })
            .await
    }

    /// Tells every subscriber of a channel.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn publish(&self, channel: &str, message: &str) -> Result<(), Unavailable> {
        let (channel, message) = (self.key(channel), message.to_owned());
        self.run(|mut redis| async move {
            redis
                .publish::<_, _, i64>(channel, message)
                .await
                .map(|_| ())
        })
        .await
    }

    /// Listens to a channel on a connection of its own. The stream ends when that connection does: whoever listens
    /// subscribes again and must assume that messages were missed.
    ///
    /// # Errors
    /// Redis does not answer.
    pub async fn subscribe(
        &self,
        channel: &str,
    ) -> Result<impl Stream<Item = String> + use<>, Unavailable> {
        let subscribed = async {
            let mut pubsub = self.0.client.get_async_pubsub().await?;
            pubsub.subscribe(self.key(channel)).await?;
            redis::RedisResult::Ok(pubsub)
        };
        let pubsub = tokio::time::timeout(WARMING_UP, subscribed)
            .await
            .map_err(|_| Unavailable)?
            .map_err(|_| Unavailable)?;
        Ok(pubsub
            .into_on_message()
            .filter_map(|message| async move { message.get_payload::<String>().ok() }))
    }
}

fn millis(lives: Duration) -> u64 {
    u64::try_from(lives.as_millis()).unwrap_or(u64::MAX).max(1)
}
