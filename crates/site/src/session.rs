//! An owner's login in cookies that no script can read.

use crate::api::{Api, Call, Opened, Reply};
use crate::cookies::{self, Cookie};
use crate::visit::{Page, Visit};
use crate::words::Language;
use http::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

const ACCESS: &str = "access";
const REFRESH: &str = "refresh";
/// As long as a refresh token lives when nobody uses it.
const REFRESH_LIFE: u32 = 30 * 24 * 3600;
/// An access token is renewed a little before it ends, so that none ends on its way.
const EARLY: u64 = 30;
/// A second tab may come so much later with the token that the first has just used.
const REMEMBERED: Duration = Duration::from_secs(20);

type Renewal = Arc<Mutex<Option<(Instant, Option<Tokens>)>>>;

/// Renewals of a moment ago. A refresh token used twice ends the login, and two tabs of one person do use it twice.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<HashMap<String, Renewal>>);

#[derive(Debug, Clone)]
struct Tokens {
    access: String,
    refresh: String,
    life: u64,
}

impl Tokens {
    fn of(json: &Value) -> Option<Self> {
        Some(Self {
            access: json["accessToken"].as_str()?.to_owned(),
            refresh: json["refreshToken"].as_str()?.to_owned(),
            life: json["expiresIn"].as_u64()?,
        })
    }
}

/// Who is logged in, for one visit.
#[derive(Debug)]
pub(crate) struct Owner {
    access: String,
    fresh: Option<Tokens>,
}

impl Owner {
    /// The owner of this visit, renewed if that is due; none if nobody is logged in.
    pub(crate) async fn of<A: Api>(
        sessions: &Sessions,
        api: &A,
        visit: &Visit,
        language: Language,
    ) -> Option<Self> {
        if let Some(access) = cookies::read(visit, ACCESS, "/") {
            return Some(Self {
                access,
                fresh: None,
            });
        }
        let refresh = cookies::read(visit, REFRESH, "/")?;
        let fresh = sessions.renew(api, &refresh, language).await?;
        Some(Self {
            access: fresh.access.clone(),
            fresh: Some(fresh),
        })
    }

    /// The owner who has just logged in.
    pub(crate) fn entered(tokens: &Value) -> Option<Self> {
        let fresh = Tokens::of(tokens)?;
        Some(Self {
            access: fresh.access.clone(),
            fresh: Some(fresh),
        })
    }

    /// Calls as this owner; a token that was refused is renewed once.
    pub(crate) async fn call<A: Api>(
        &mut self,
        sessions: &Sessions,
        api: &A,
        visit: &Visit,
        call: Call,
    ) -> Reply {
        let language = call.language;
        let reply = api.call(call.clone().bearer(&self.access)).await;
        let refused = reply.status == StatusCode::UNAUTHORIZED;
        if refused && self.renew(sessions, api, visit, language).await {
            return api.call(call.bearer(&self.access)).await;
        }
        reply
    }

    /// The same for an answer that is handed on while it comes.
    pub(crate) async fn open<A: Api>(
        &mut self,
        sessions: &Sessions,
        api: &A,
        visit: &Visit,
        call: Call,
    ) -> Opened {
        let language = call.language;
        let opened = api.open(call.clone().bearer(&self.access)).await;
        let refused = opened.status == StatusCode::UNAUTHORIZED;
        if refused && self.renew(sessions, api, visit, language).await {
            return api.open(call.bearer(&self.access)).await;
        }
        opened
    }

    /// Renews a token that was refused, once; whether there is a new one.
    async fn renew<A: Api>(
        &mut self,
        sessions: &Sessions,
        api: &A,
        visit: &Visit,
        language: Language,
    ) -> bool {
        if self.fresh.is_some() {
            return false;
        }
        let Some(refresh) = cookies::read(visit, REFRESH, "/") else {
            return false;
        };
        let Some(fresh) = sessions.renew(api, &refresh, language).await else {
            return false;
        };
        self.access.clone_from(&fresh.access);
        self.fresh = Some(fresh);
        true
    }

    /// Gives the browser what was renewed.
    pub(crate) fn keep(&self, visit: &Visit, page: &mut Page) {
        if let Some(fresh) = &self.fresh {
            set(visit, page, fresh);
        }
    }

    /// Ends the login everywhere.
    pub(crate) async fn leave<A: Api>(
        &mut self,
        sessions: &Sessions,
        api: &A,
        visit: &Visit,
        language: Language,
    ) {
        let call = Call::post("/api/users/logout", json!({}), language);
        // A login that is over already is what was wished.
        let _ = self.call(sessions, api, visit, call).await;
    }
}

impl Sessions {
    async fn renew<A: Api>(&self, api: &A, refresh: &str, language: Language) -> Option<Tokens> {
        let renewal = {
            let mut all = self.0.lock().await;
            all.retain(|_, renewal| {
                renewal.try_lock().map_or(true, |done| {
                    done.as_ref()
                        .is_none_or(|(at, _)| at.elapsed() < REMEMBERED)
                })
            });
            Arc::clone(all.entry(refresh.to_owned()).or_default())
        };
        let mut renewal = renewal.lock().await;
        if let Some((_, tokens)) = renewal.as_ref() {
            return tokens.clone();
        }
        let body = json!({ "refreshToken": refresh });
        let reply = api
            .call(Call::post("/api/users/refresh", body, language))
            .await;
        let tokens = Tokens::of(&reply.json["tokens"]).filter(|_| reply.is_fine());
        // A service that was away is asked again; its refusal stands.
        if tokens.is_some() || reply.status == StatusCode::UNAUTHORIZED {
            *renewal = Some((Instant::now(), tokens.clone()));
        }
        tokens
    }
}

/// Keeps the tokens of a login or sign-up.
pub(crate) fn enter(visit: &Visit, page: &mut Page, tokens: &Value) {
    if let Some(tokens) = Tokens::of(tokens) {
        set(visit, page, &tokens);
    }
}

/// Takes them away.
pub(crate) fn forget(visit: &Visit, page: &mut Page) {
    for name in [ACCESS, REFRESH] {
        put(visit, page, name, "", 0);
    }
}

fn set(visit: &Visit, page: &mut Page, tokens: &Tokens) {
    let life = u32::try_from(tokens.life.saturating_sub(EARLY)).unwrap_or(0);
    put(visit, page, ACCESS, &tokens.access, life);
    put(visit, page, REFRESH, &tokens.refresh, REFRESH_LIFE);
}

fn put(visit: &Visit, page: &mut Page, name: &str, value: &str, life: u32) {
    let cookie = Cookie {
        name,
        value,
        path: "/",
        life: Some(life),
    };
    page.cookie(&cookie.text(visit));
}
