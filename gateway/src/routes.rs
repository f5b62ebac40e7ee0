//! Every way in, on one screen. What is not here does not exist for the outside.

use axum::http::Method;
use std::time::Duration;

/// Who serves a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    User,
    Event,
    Ai,
    Content,
    Distribution,
    Participation,
    Analytics,
}

impl Service {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::User,
        Self::Event,
        Self::Ai,
        Self::Content,
        Self::Distribution,
        Self::Participation,
        Self::Analytics,
    ];

    /// As a reader of the documents knows it.
    pub fn title(self) -> &'static str {
        match self {
            Self::User => "회원과 가게",
            Self::Event | Self::Ai => "이벤트 만들기",
            Self::Content => "이미지",
            Self::Distribution => "채널 배포",
            Self::Participation => "응모와 추첨",
            Self::Analytics => "성과",
        }
    }

    /// As logs and metrics call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Event => "event",
            Self::Ai => "ai",
            Self::Content => "content",
            Self::Distribution => "distribution",
            Self::Participation => "participation",
            Self::Analytics => "analytics",
        }
    }
}

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// A shop owner; the flag marks calls that need a live session even when nothing can be asked.
    Owner { sensitive: bool },
    /// Whoever holds the receipt of an entry.
    Customer,
}

/// What a call counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rate {
    User,
    PublicRead,
    Entry,
    Register,
    BusinessCheck,
    Login,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    /// With `{name}` for one segment.
    pub pattern: &'static str,
    pub service: Service,
    pub access: Access,
    pub rate: Rate,
    /// Bytes of a request body.
    pub body: u64,
    /// Until the head of the answer; streams go on.
    pub deadline: Duration,
    /// Answers in JSON alone, so that another wish is 406.
    pub json: bool,
    /// Goes on for as long as somebody looks.
    pub streams: bool,
    /// Its place in the table.
    pub number: usize,
}

const JSON_BODY: u64 = 1024 * 1024;
const UPLOAD_BODY: u64 = 10 * 1024 * 1024 + 64 * 1024;
/// A photo over an old phone's connection.
const UPLOAD_DEADLINE: Duration = Duration::from_secs(180);

fn route(
    method: Method,
    pattern: &'static str,
    service: Service,
    access: Access,
    rate: Rate,
) -> Route {
    Route {
        method,
        pattern,
        service,
        access,
        rate,
        body: JSON_BODY,
        deadline: Duration::from_secs(20),
        json: true,
        streams: false,
        number: 0,
    }
}

/// The whole table, one line each.
#[rustfmt::skip]
pub fn table() -> Vec<Route> {
    use Service::{Analytics, Content, Distribution, Event, Participation, User};
    const ANY: Access = Access::Public;
    const OWNER: Access = Access::Owner { sensitive: false };
    const LIVE: Access = Access::Owner { sensitive: true };
    const ENTRANT: Access = Access::Customer;
    let (get, post, put) = (|| Method::GET, || Method::POST, || Method::PUT);
    let (patch, delete) = (|| Method::PATCH, || Method::DELETE);
    let mut table = vec![
        route(post(), "/api/users/register", User, ANY, Rate::Register),
        route(post(), "/api/users/login", User, ANY, Rate::Login),
        route(post(), "/api/users/refresh", User, ANY, Rate::Login),
        route(post(), "/api/users/password-resets", User, ANY, Rate::Login),
        route(put(), "/api/users/password-resets/{token}", User, ANY, Rate::Login),
        route(post(), "/api/users/logout", User, OWNER, Rate::User),
        route(get(), "/api/users/me", User, OWNER, Rate::User),
        route(patch(), "/api/users/me", User, OWNER, Rate::User),
        route(delete(), "/api/users/me", User, LIVE, Rate::User),
        route(put(), "/api/users/me/password", User, LIVE, Rate::User),
        route(get(), "/api/users/me/store", User, OWNER, Rate::User),
        route(patch(), "/api/users/me/store", User, OWNER, Rate::User),
        route(get(), "/api/users/me/sessions", User, OWNER, Rate::User),
        route(delete(), "/api/users/me/sessions/{id}", User, OWNER, Rate::User),
        route(post(), "/api/users/business-numbers/verify", User, ANY, Rate::BusinessCheck),
        route(get(), "/api/reference/industries", User, ANY, Rate::PublicRead),
        route(get(), "/api/reference/regions", User, ANY, Rate::PublicRead),
        route(get(), "/api/reference/objectives", User, ANY, Rate::PublicRead),
        route(get(), "/api/reference/channels", User, ANY, Rate::PublicRead),
        route(get(), "/.well-known/jwks.json", User, ANY, Rate::PublicRead),
        route(post(), "/api/events", Event, OWNER, Rate::User),
        route(get(), "/api/events", Event, OWNER, Rate::User),
        route(get(), "/api/events/{id}", Event, OWNER, Rate::User),
        route(patch(), "/api/events/{id}", Event, OWNER, Rate::User),
        route(delete(), "/api/events/{id}", Event, OWNER, Rate::User),
        route(put(), "/api/events/{id}/recommendation", Event, OWNER, Rate::User),
        route(put(), "/api/events/{id}/images", Event, OWNER, Rate::User),
        route(put(), "/api/events/{id}/channels", Event, OWNER, Rate::User),
        route(get(), "/api/events/{id}/preflight", Event, OWNER, Rate::User),
        route(post(), "/api/events/{id}/approve", Event, OWNER, Rate::User),
        route(post(), "/api/events/{id}/end", Event, OWNER, Rate::User),
        route(post(), "/api/events/{id}/cancel", Event, OWNER, Rate::User),
        route(get(), "/api/events/{id}/jobs", Event, OWNER, Rate::User),
        route(get(), "/api/events/{id}/history", Event, OWNER, Rate::User),
        route(post(), "/api/ai/recommendations", Event, OWNER, Rate::User),
        route(post(), "/api/ai/intents", Event, OWNER, Rate::User),
        route(post(), "/api/content/images", Event, OWNER, Rate::User),
        route(get(), "/api/jobs/{id}", Event, OWNER, Rate::User),
        route(get(), "/api/jobs/{id}/stream", Event, OWNER, Rate::User),
        route(post(), "/api/jobs/{id}/cancel", Event, OWNER, Rate::User),
        route(get(), "/api/public/events/{code}", Event, ANY, Rate::PublicRead),
        route(get(), "/api/content/images", Content, OWNER, Rate::User),
        route(post(), "/api/content/images/{imageId}/edits", Content, OWNER, Rate::User),
        route(post(), "/api/content/images/{imageId}/preview", Content, OWNER, Rate::User),
        route(post(), "/api/content/images/{imageId}/spot", Content, OWNER, Rate::User),
        route(get(), "/api/content/images/{imageId}/spot", Content, OWNER, Rate::User),
        route(get(), "/api/content/images/{imageId}/poster", Content, OWNER, Rate::User),
        route(get(), "/api/content/images/{imageId}/announcement", Content, OWNER, Rate::User),
        route(post(), "/api/content/uploads", Content, OWNER, Rate::User),
        route(get(), "/api/content/images/{imageId}/download", Content, OWNER, Rate::User),
        route(get(), "/cdn/{file}", Content, ANY, Rate::PublicRead),
        route(get(), "/api/distributions/{eventId}", Distribution, OWNER, Rate::User),
        route(get(), "/api/distributions/{eventId}/stream", Distribution, OWNER, Rate::User),
        route(post(), "/api/distributions/{eventId}/channels/{channel}/retry", Distribution, OWNER, Rate::User),
        route(post(), "/api/distributions/{eventId}/channels/{channel}/skip", Distribution, OWNER, Rate::User),
        route(post(), "/api/distributions/{eventId}/channels/{channel}/confirm", Distribution, OWNER, Rate::User),
        route(get(), "/api/channels", Distribution, OWNER, Rate::User),
        route(put(), "/api/channels/{channel}/connection", Distribution, OWNER, Rate::User),
        route(delete(), "/api/channels/{channel}/connection", Distribution, OWNER, Rate::User),
        route(post(), "/api/participations", Participation, ANY, Rate::Entry),
        route(get(), "/api/participations/me", Participation, ENTRANT, Rate::User),
        route(delete(), "/api/participations/me", Participation, ENTRANT, Rate::User),
        route(post(), "/api/participations/me/visit", Participation, ENTRANT, Rate::User),
        route(get(), "/api/participations/me/proof", Participation, ENTRANT, Rate::User),
        route(get(), "/api/public/codes/{spokenCode}", Participation, ANY, Rate::PublicRead),
        route(get(), "/api/events/{id}/participants", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/participants/{participantId}/visit", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/participants/{participantId}/reveal", Participation, LIVE, Rate::User),
        route(put(), "/api/events/{id}/participants/{participantId}/review", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/visits/sync", Participation, OWNER, Rate::User),
        route(get(), "/api/events/{id}/erasures", Participation, OWNER, Rate::User),
        route(get(), "/api/events/{id}/visit-code", Participation, OWNER, Rate::User),
        route(get(), "/api/events/{id}/participants/export", Participation, LIVE, Rate::User),
        route(post(), "/api/events/{id}/draws", Participation, LIVE, Rate::User),
        route(get(), "/api/events/{id}/draws", Participation, OWNER, Rate::User),
        route(get(), "/api/events/{id}/winners", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/winners/{participantId}/contacted", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/winners/{participantId}/claimed", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/winners/{participantId}/forfeit", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/winners/{participantId}/handed-over", Participation, OWNER, Rate::User),
        route(post(), "/api/events/{id}/winners/{participantId}/message", Participation, OWNER, Rate::User),
        route(get(), "/api/events/{id}/winners/{participantId}/delivery", Participation, LIVE, Rate::User),
        route(get(), "/api/public/wins/{token}", Participation, ANY, Rate::PublicRead),
        route(post(), "/api/public/wins/{token}/code", Participation, ANY, Rate::Entry),
        route(post(), "/api/public/wins/{token}/claim", Participation, ANY, Rate::Entry),
        route(get(), "/api/public/draws/{drawId}", Participation, ANY, Rate::PublicRead),
        route(get(), "/api/public/draws/{drawId}/bundle", Participation, ANY, Rate::PublicRead),
        route(get(), "/api/analytics/dashboard/{eventId}", Analytics, OWNER, Rate::User),
        route(get(), "/api/analytics/dashboard/{eventId}/stream", Analytics, OWNER, Rate::User),
        route(get(), "/api/analytics/dashboard/{eventId}/report", Analytics, OWNER, Rate::User),
        route(get(), "/api/analytics/overview", Analytics, OWNER, Rate::User),
        route(post(), "/api/analytics/pos-sales", Analytics, OWNER, Rate::User),
    ];
    for (number, route) in table.iter_mut().enumerate() {
        route.number = number;
        let last = route.pattern.rsplit('/').next().unwrap_or_default();
        route.json = !matches!(
            last,
            "stream" | "preview" | "download" | "{file}" | "export" | "report" | "jwks.json"
        );
        route.streams = last == "stream";
        if route.pattern == "/api/content/uploads" {
            route.body = UPLOAD_BODY;
            route.deadline = UPLOAD_DEADLINE;
        }
    }
    table
}

/// The table made ready for look-ups by path, most specific pattern first.
#[derive(Debug, Clone)]
pub struct Table(matchit::Router<Vec<Route>>);

/// What a method and path lead to.
#[derive(Debug, PartialEq)]
pub enum Found<'a> {
    Route(&'a Route),
    /// The path is known, with these methods.
    OtherMethods(String),
    Nothing,
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.method == other.method && self.pattern == other.pattern
    }
}

impl Table {
    /// Builds it.
    ///
    /// # Errors
    /// Two patterns that cannot be told apart.
    pub fn new(routes: Vec<Route>) -> anyhow::Result<Self> {
        let mut by_pattern: Vec<(&'static str, Vec<Route>)> = Vec::new();
        for route in routes {
            match by_pattern
                .iter_mut()
                .find(|(pattern, _)| *pattern == route.pattern)
            {
                Some((_, routes)) => routes.push(route),
                None => by_pattern.push((route.pattern, vec![route])),
            }
        }
        let mut router = matchit::Router::new();
        for (pattern, routes) in by_pattern {
            router.insert(pattern, routes)?;
        }
        Ok(Self(router))
    }

    /// The methods that a path takes; none for a path that is not there.
    pub fn methods(&self, path: &str) -> Option<String> {
        match self.find(&Method::OPTIONS, path) {
            Found::OtherMethods(methods) => Some(methods),
            Found::Route(_) | Found::Nothing => None,
        }
    }

    /// Looks a request up. A HEAD is a GET without its body.
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        if !is_plain(path) {
            return Found::Nothing;
        }
        let Ok(found) = self.0.at(path) else {
            return Found::Nothing;
        };
        let wanted = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        match found.value.iter().find(|route| route.method == *wanted) {
            Some(route) => Found::Route(route),
            None => {
                let methods: Vec<&str> = found
                    .value
                    .iter()
                    .map(|route| route.method.as_str())
                    .collect();
                Found::OtherMethods(methods.join(", "))
            }
        }
    }
}

/// A path that every part of the fleet reads alike: no dots that climb, nothing encoded that separates or ends.
fn is_plain(path: &str) -> bool {
    // Most paths have none of these, and one look tells.
    let bytes = path.as_bytes();
    let odd = bytes.windows(2).any(|two| matches!(two, b"//" | b"/."))
        || bytes.iter().any(|b| matches!(b, b'%' | b'\\'));
    if !odd {
        return true;
    }
    let lower = path.to_ascii_lowercase();
    !["//", "/../", "/./", "%2f", "%5c", "%2e", "%00", "%25", "\\"]
        .iter()
        .any(|bad| lower.contains(bad))
        && !lower.ends_with("/..")
        && !lower.ends_with("/.")
}

#[cfg(test)]
mod tests {
    use super::{Found, Table, table};
    use axum::http::Method;

    #[test]
    fn the_most_specific_pattern_wins() {
        let table = Table::new(table()).unwrap();
        let pattern = |method: Method, path: &str| match table.find(&method, path) {
            Found::Route(route) => route.pattern,
            _ => "none",
        };
        assert_eq!(pattern(Method::GET, "/api/events/1"), "/api/events/{id}");
        assert_eq!(
            pattern(Method::GET, "/api/events/1/participants/export"),
            "/api/events/{id}/participants/export"
        );
        assert_eq!(pattern(Method::HEAD, "/api/events/1"), "/api/events/{id}");
        assert_eq!(
            pattern(Method::GET, "/api/participations/me"),
            "/api/participations/me"
        );
    }

    #[test]
    fn nothing_internal_and_nothing_disguised_is_routed() {
        let table = Table::new(table()).unwrap();
        for path in [
            "/internal/users/1/store",
            "/api/../internal/users/1/store",
            "/api/events/..%2f..%2finternal",
            "/api//events",
            "/metrics",
            "/readyz",
            "/api/events/1/",
            "/API/events",
            "/api/events/%2e%2e",
            "/api/events\\1",
        ] {
            assert_eq!(table.find(&Method::GET, path), Found::Nothing, "{path}");
        }
    }

    #[test]
    fn another_method_tells_the_known_ones() {
        let table = Table::new(table()).unwrap();
        assert_eq!(
            table.find(&Method::PUT, "/api/users/login"),
            Found::OtherMethods("POST".to_owned())
        );
        assert_eq!(
            table.find(&Method::TRACE, "/api/channels"),
            Found::OtherMethods("GET".to_owned())
        );
    }
}
