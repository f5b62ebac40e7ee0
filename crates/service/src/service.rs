use crate::SharedSettings;
use crate::parts::{Part, together};
use axum::Router;
use janchi_cache::Cache;
use janchi_queue::{Broker, Handler, Subscription};
use janchi_web::{Health, Listeners};
use serde_json::Value;
use sqlx::{Connection, PgPool};
use std::fmt;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A service that is put together and does not run yet: its routes, and the work it does beside them.
///
/// The outbox relay is part of every service's work; consumers and tasks are added. The token that it is given stops
/// it, and is cancelled by the service itself when one of its parts cannot go on, so that no part is left without the
/// others.
#[must_use = "a service runs by `serve`, `serve_api` or `work`"]
pub struct Service {
    name: &'static str,
    db: PgPool,
    broker: Broker,
    health: Health,
    routes: Router,
    desk: Option<(DropGuard, Part)>,
    subscriptions: Vec<Subscription>,
    work: Vec<Part>,
    shutdown: CancellationToken,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Service {
    /// A service with its relay, and without routes. Nothing is connected before it runs.
    pub fn new(
        name: &'static str,
        settings: &SharedSettings,
        db: &PgPool,
        cache: &Cache,
        shutdown: CancellationToken,
    ) -> Self {
        let (asked, redis) = (db.clone(), cache.clone());
        let health = Health::new(name)
            .check("postgres", move || {
                let db = asked.clone();
                async move { Ok(db.acquire().await?.ping().await?) }
            })
            .check("redis", move || {
                let redis = redis.clone();
                async move { Ok(redis.ping().await?) }
            });
        let broker = Broker::connect(&settings.amqp_url, &settings.namespace, name);
        let relay = janchi_queue::relay(broker.clone(), db.clone(), shutdown.clone());
        Self {
            name,
            db: db.clone(),
            broker,
            health,
            routes: Router::new(),
            desk: None,
            subscriptions: Vec::new(),
            work: Vec::new(),
            shutdown,
        }
        .task("outbox relay", relay)
    }

    /// What it answers.
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = routes;
        self
    }

    /// A consumer of this queue. The process is not ready before the queue takes what is told.
    pub fn consume<H: Handler>(mut self, subscription: Subscription, handler: H) -> Self {
        self.work.push(Part::new(
            subscription.queue(),
            janchi_queue::consume(
                self.broker.clone(),
                self.db.clone(),
                subscription.clone(),
                handler,
                self.shutdown.clone(),
            ),
        ));
        self.subscriptions.push(subscription);
        self
    }

    /// Something else that works in the background until shutdown.
    pub fn task(
        mut self,
        name: &'static str,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        self.work.push(Part::new(name, async move {
            task.await;
            Ok(())
        }));
        self
    }

    /// What the routes hand their requests to: it runs wherever they are served, and must end when `closing` is
    /// cancelled, which is after the last request was answered.
    pub fn desk(
        mut self,
        name: &'static str,
        closing: CancellationToken,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        let part = Part::new(name, async move {
            task.await;
            Ok(())
        });
        self.desk = Some((closing.drop_guard(), part));
        self
    }

    /// Something worth seeing on `/readyz` that does not decide readiness, such as a breaker's state.
    pub fn note(
        mut self,
        name: &'static str,
        note: impl Fn() -> Value + Send + Sync + 'static,
    ) -> Self {
        self.health = self.health.note(name, note);
        self
    }

    /// As it was named.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Routes and work, until shutdown.
    ///
    /// # Errors
    /// A part that could not go on.
    pub async fn serve(mut self, listeners: Listeners) -> anyhow::Result<()> {
        let health = self.working_health();
        let mut parts = std::mem::take(&mut self.work);
        let shutdown = self.shutdown.clone();
        parts.extend(self.served(health, listeners));
        together(parts, shutdown).await
    }

    /// The routes alone: what they have to tell stays in the outbox, and no broker is needed.
    ///
    /// # Errors
    /// As [`Service::serve`].
    pub async fn serve_api(self, listeners: Listeners) -> anyhow::Result<()> {
        let (health, shutdown) = (self.health.clone(), self.shutdown.clone());
        together(self.served(health, listeners), shutdown).await
    }

    /// The work alone, with the health port.
    ///
    /// # Errors
    /// As [`Service::serve`].
    pub async fn work(self, admin: TcpListener) -> anyhow::Result<()> {
        let health = self.working_health();
        let mut parts = self.work;
        parts.push(Part::new(
            "health port",
            janchi_web::serve_admin(health, admin, self.shutdown.clone()),
        ));
        together(parts, self.shutdown).await
    }

    /// What a process needs that also works.
    fn working_health(&self) -> Health {
        let broker = self.broker.clone();
        let health = self.health.clone().check("rabbitmq", move || {
            let broker = broker.clone();
            async move { broker.ping().await }
        });
        self.subscriptions.iter().fold(health, |health, one| {
            let subscription = one.clone();
            health.check(one.queue(), move || {
                let bound = subscription.is_bound();
                async move {
                    anyhow::ensure!(bound, "queue is not bound yet");
                    Ok(())
                }
            })
        })
    }

    fn served(self, health: Health, listeners: Listeners) -> Vec<Part> {
        let Self {
            name,
            routes,
            desk,
            shutdown,
            ..
        } = self;
        let (closing, desk) = desk.unzip();
        let api = async move {
            let served = janchi_web::serve(name, routes, health, listeners, shutdown.clone()).await;
            // However it ended: that the desk ends after it is in order.
            shutdown.cancel();
            drop(closing);
            served
        };
        [Part::new("api", api)].into_iter().chain(desk).collect()
    }
}
