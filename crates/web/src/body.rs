use crate::Problem;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Serialize, de::DeserializeOwned};

/// A JSON body, in and out. Refuses with a problem: 415 for another type, 400 for what is not JSON, 422 for JSON that
/// does not fit, naming the field.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = read(request, state).await?;
        parse(&bytes).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

/// For calls without a body: takes none or `{}`.
#[derive(Debug, Clone, Copy)]
pub struct Empty;

impl<S: Send + Sync> FromRequest<S> for Empty {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        let bytes = read(request, state).await?;
        if !bytes.trim_ascii().is_empty() {
            parse::<Nothing>(&bytes)?;
        }
        Ok(Self)
    }
}

/// For bodies that may be left out: the default, or JSON that fits.
#[derive(Debug, Clone, Copy)]
pub struct OrDefault<T>(pub T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OrDefault<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = read(request, state).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(Self(T::default()));
        }
        parse(&bytes).map(Self)
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| Problem::of_status(rejection.status()))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        // serde_json calls some misfits syntax errors (a number for an enum), and stops at a misfit before what is
        // broken further on: only the whole text tells.
        let whole = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
        if whole {
            misfit(&path, &inner.to_string())
        } else {
            Problem::malformed_json()
        }
    })?;
    deserializer.end().map_err(|_| Problem::malformed_json())?;
    Ok(value)
}

/// The 422 for data that does not fit its type, from serde's words for it.
pub(crate) fn misfit(path: &str, message: &str) -> Problem {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let path = if path == "." || path == "?" { "" } else { path };
    let within = |name: &str| match (path, name) {
        ("", name) => name.to_owned(),
        (path, name) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        (path, name) => format!("{path}.{name}"),
    };
    let problem = Problem::validation();
    if message.starts_with("unknown field") {
        problem.field(
            &within(quoted),
            "UNKNOWN_FIELD",
            "알 수 없는 항목이에요.",
            "This field is not known.",
        )
    } else if message.starts_with("missing field") {
        problem.field(
            &within(quoted),
            "REQUIRED",
            "꼭 필요한 항목이에요.",
            "This field is required.",
        )
    } else if message.starts_with("duplicate field") {
        problem.field(
            &within(quoted),
            "DUPLICATE_FIELD",
            "같은 항목이 두 번 있어요.",
            "This field is there twice.",
        )
    } else if message.starts_with("unknown variant") {
        problem.field(
            path,
            "UNKNOWN_VALUE",
            "고를 수 있는 값이 아니에요.",
            "This is not one of the known values.",
        )
    } else {
        problem.field(
            path,
            "WRONG_TYPE",
            "값의 형식이 맞지 않아요.",
            "The value has the wrong type.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only parsed")]
        number: u32,
    }

    #[test]
    fn what_is_not_json_is_malformed_and_what_does_not_fit_is_invalid() {
        for broken in [
            "",
            "{",
            "{\"a\":1}x",
            "{}{",
            "[1,",
            "{\"number\":1}}",
            "nul",
        ] {
            assert_eq!(
                parse::<Body>(broken.as_bytes()).unwrap_err().status(),
                400,
                "{broken}"
            );
        }
        for misfit in [
            "{}",
            "[]",
            "7",
            "{\"number\":\"x\"}",
            "{\"number\":-1}",
            "{\"number\":1e400}",
            "{\"other\":1}",
        ] {
            assert_eq!(
                parse::<Body>(misfit.as_bytes()).unwrap_err().status(),
                422,
                "{misfit}"
            );
        }
        assert!(parse::<Body>(b"{\"number\":1}").is_ok());
    }
}
