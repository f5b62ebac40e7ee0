//! Connections to the services, kept open between requests. Every worker has its own: they never change threads.

use crate::body::Asked;
use crate::config::Upstreams;
use crate::routes::Service;
use crate::upstream::Upstream;
use hyper::client::conn::http1::SendRequest;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Shorter than the services keep idle connections, so that none is reused while it closes.
const IDLE: Duration = Duration::from_secs(15);
/// More than this many are not kept open for the next burst.
const KEPT: usize = 512;

/// The idle connections of one worker to one service.
#[derive(Debug)]
pub struct Pool {
    pub upstream: Upstream,
    idle: Mutex<Vec<(SendRequest<Asked>, Instant)>>,
    load: Arc<Load>,
}

/// How many requests a service has in hand, over all workers.
#[derive(Debug)]
pub struct Load {
    open: AtomicUsize,
    most: usize,
}

/// A request's place among those in hand.
#[derive(Debug)]
pub struct Place(Arc<Load>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection in use. Dropped in the middle of an answer it closes, which tells the service that nobody waits.
#[derive(Debug)]
pub struct Lease {
    pub sender: SendRequest<Asked>,
    /// It has carried a request before, and the service may just be closing it.
    pub used: bool,
    pool: Arc<Pool>,
}

impl Lease {
    /// Keeps the connection for the next request: to be called when the answer was read to its end.
    pub fn give_back(self) {
        if self.sender.is_closed() {
            return;
        }
        let mut idle = self
            .pool
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push((self.sender, Instant::now()));
        }
    }
}

impl Pool {
    /// A place for one more request, or none when the service has its hands full.
    pub fn enter(&self) -> Option<Place> {
        let open = self.load.open.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(&self.load));
        (open < self.load.most).then_some(place)
    }

    /// The connection used last that is still open.
    pub fn idle(self: &Arc<Self>) -> Option<Lease> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((sender, since)) = idle.pop() {
            if since.elapsed() > IDLE {
                // Those below have waited longer still.
                idle.clear();
                break;
            }
            if !sender.is_closed() {
                return Some(Lease {
                    sender,
                    used: true,
                    pool: Arc::clone(self),
                });
            }
        }
        None
    }

    /// A new connection.
    ///
    /// # Errors
    /// The service does not take one.
    pub async fn connect(self: &Arc<Self>) -> anyhow::Result<Lease> {
        let sender = self
            .upstream
            .connect()
            .await
            .map_err(anyhow::Error::from_boxed)?;
        Ok(Lease {
            sender,
            used: false,
            pool: Arc::clone(self),
        })
    }

    /// Closes what has been idle for too long.
    pub fn close_idle(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(sender, since)| since.elapsed() <= IDLE && !sender.is_closed());
    }
}

/// The pools of one worker.
#[derive(Debug, Clone)]
pub struct Pools([Arc<Pool>; Service::ALL.len()]);

impl Pools {
    pub fn new(upstreams: &Upstreams, loads: &Loads) -> anyhow::Result<Self> {
        let pools: Vec<Arc<Pool>> = Service::ALL
            .iter()
            .zip(&loads.0)
            .map(|(service, load)| {
                Ok(Arc::new(Pool {
                    upstream: Upstream::new(upstreams.of(*service))?,
                    idle: Mutex::default(),
                    load: Arc::clone(load),
                }))
            })
            .collect::<anyhow::Result<_>>()?;
        pools
            .try_into()
            .map(Self)
            .map_err(|_| anyhow::anyhow!("a service has no pool"))
    }

    pub fn of(&self, service: Service) -> &Arc<Pool> {
        &self.0[service as usize]
    }

    /// Closes what has been idle for too long, at every service.
    pub fn close_idle(&self) {
        self.0.iter().for_each(|pool| pool.close_idle());
    }
}

/// How busy each service is, over all workers.
#[derive(Debug, Clone)]
pub struct Loads(Vec<Arc<Load>>);

impl Loads {
    /// At most so many requests in hand at each service.
    pub fn new(most: usize) -> Self {
        Self(
            Service::ALL
                .iter()
                .map(|_| {
                    Arc::new(Load {
                        open: AtomicUsize::new(0),
                        most,
                    })
                })
                .collect(),
        )
    }
}
