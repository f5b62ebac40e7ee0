use crate::domain::account::{PASSWORD_MAX_BYTES, Password};
use crate::error::Error;
use anyhow::Context;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// bcrypt's cost, fixed by the requirement; about 0.1 s of one core.
const COST: u32 = 10;
/// So many callers may wait for each place at the hashing, about six seconds; more are sent away at once.
const QUEUE: usize = 64;
/// On a machine that is slower than that, nobody waits longer: the gateway would have given up.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Hashes and checks passwords, a few at a time, so that a flood of logins slows nobody else.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    turns: Arc<Semaphore>,
    /// So many may wait.
    queue: usize,
    waiting: AtomicUsize,
    /// Checked for unknown accounts, so that they cost the same.
    nobody: String,
}

/// A turn at the hashing. Work that runs on keeps it, even if its request is gone.
pub struct Turn {
    permit: Arc<OwnedSemaphorePermit>,
    passwords: Passwords,
}

/// Counts a waiting caller for as long as it waits, also when it goes away.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Passwords {
    /// As many places as the machine has cores to spare: one is left to everything else.
    ///
    /// # Errors
    /// bcrypt fails.
    pub fn start() -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with_places(cores.saturating_sub(1).max(1))
    }

    /// Computes one hash, so that the first login takes no longer than others; at the start a tenth of a second on the
    /// caller's thread holds up nobody.
    fn with_places(places: usize) -> anyhow::Result<Self> {
        let nobody =
            bcrypt::hash(janchi_crypto::random_token(32), COST).context("hash a password")?;
        Ok(Self(Arc::new(Inner {
            turns: Arc::new(Semaphore::new(places)),
            queue: places * QUEUE,
            waiting: AtomicUsize::new(0),
            nobody,
        })))
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`Error::Busy`] if too many wait already, or if it takes too long.
    pub async fn turn(&self) -> Result<Turn, Error> {
        if self.0.waiting.fetch_add(1, Ordering::Relaxed) >= self.0.queue {
            self.0.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(shed());
        }
        let waiting = Waiting(&self.0.waiting);
        let place = Arc::clone(&self.0.turns).acquire_owned();
        let permit = tokio::time::timeout(LONGEST_WAIT, place)
            .await
            .map_err(|_| shed())?
            .context("wait for a turn at hashing")?;
        drop(waiting);
        Ok(Turn {
            permit: Arc::new(permit),
            passwords: self.clone(),
        })
    }

    /// Waits for a turn and hashes.
    ///
    /// # Errors
    /// As [`Passwords::turn`].
    pub async fn hash(&self, password: &Password) -> Result<String, Error> {
        let turn = self.turn().await?;
        let password = password.as_str().to_owned();
        // `Password` has at most 72 bytes, so nothing is cut. The crate's non-truncating form counts a closing NUL
        // and would refuse the 72nd byte.
        turn.run(move || bcrypt::hash(password, COST)).await
    }
}

fn shed() -> Error {
    metrics::counter!("janchi_user_passwords_shed_total").increment(1);
    Error::Busy
}

impl Turn {
    /// Whether the password belongs to the hash. Without a hash, and for a password too long to be anybody's, the
    /// same work is done and the answer is no.
    ///
    /// # Errors
    /// A stored hash that is none.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        let fits = password.len() <= PASSWORD_MAX_BYTES;
        let known = hash.is_some() && fits;
        let hash = hash.unwrap_or(&self.passwords.0.nobody).to_owned();
        let password = if fits {
            password.to_owned()
        } else {
            String::from("too long")
        };
        let same = self.run(move || bcrypt::verify(password, &hash)).await?;
        Ok(same && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> bcrypt::BcryptResult<T> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.permit);
        let hashed = janchi_runtime::compute("password", move || {
            let result = work();
            drop(permit);
            result
        });
        Ok(hashed.await?.context("hash a password")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_72_bytes_count() {
        let passwords = Passwords::start().unwrap();
        let longest = format!("{}1!", "a".repeat(70));
        let hash = passwords
            .hash(&Password::parse(&longest).unwrap())
            .await
            .unwrap();
        let turn = passwords.turn().await.unwrap();
        assert!(turn.verify(&longest, Some(&hash)).await.unwrap());
        assert!(
            !turn
                .verify(&format!("{longest}x"), Some(&hash))
                .await
                .unwrap()
        );
        assert!(!turn.verify(&longest[..71], Some(&hash)).await.unwrap());
        assert!(!turn.verify(&longest, None).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_sends_away_at_once() {
        let passwords = Passwords::with_places(2).unwrap();
        let _one = passwords.turn().await.unwrap();
        let _two = passwords.turn().await.unwrap();
        let waiting: Vec<_> = (0..2 * QUEUE)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.turn().await.map(drop) })
            })
            .collect();
        while passwords.0.waiting.load(Ordering::Relaxed) < 2 * QUEUE {
            tokio::task::yield_now().await;
        }
        assert!(matches!(passwords.turn().await, Err(Error::Busy)));
        // Those who go away make room.
        for task in waiting {
            task.abort();
            let _ = task.await;
        }
        assert_eq!(passwords.0.waiting.load(Ordering::Relaxed), 0);
    }
}
