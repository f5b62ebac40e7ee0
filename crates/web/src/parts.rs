use crate::Problem;
use crate::body::misfit;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, IF_MATCH};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// Parts of the path. What does not parse names nothing: 404.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        #[expect(clippy::disallowed_types, reason = "this is what wraps it")]
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Problem::not_found())
    }
}

/// The query string; 422 for what does not fit, naming the parameter.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let deserializer = serde_urlencoded::Deserializer::new(pairs);
        serde_path_to_error::deserialize(deserializer)
            .map(Self)
            .map_err(|error| misfit(&error.path().to_string(), &error.inner().to_string()))
    }
}

/// The strong `ETag` of a version.
pub fn etag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("digits and quotes are visible ASCII")
}

/// `If-Match`, for writes that must not overwrite what the caller has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(
            parts
                .headers
                .get(IF_MATCH)
                .and_then(|v| v.to_str().ok())
                .map(str::to_owned),
        ))
    }
}

impl IfMatch {
    /// Whether the caller saw this version; to be asked after the 404.
    ///
    /// # Errors
    /// 428 without the header, 412 for another version.
    pub fn check(&self, version: i64) -> Result<(), Problem> {
        let Some(wanted) = &self.0 else {
            return Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "PRECONDITION_REQUIRED",
                "If-Match 헤더에 마지막으로 받은 ETag를 넣어 주세요.",
                "Send the last ETag in If-Match.",
            ));
        };
        let current = format!("\"{version}\"");
        if wanted
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag == current)
        {
            return Ok(());
        }
        Err(Self::outdated())
    }

    /// For writes where the header may be left out: whether the caller saw this version, or does not mind.
    pub fn allows(&self, version: i64) -> bool {
        self.0.is_none() || self.check(version).is_ok()
    }

    /// The 412.
    pub fn outdated() -> Problem {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "PRECONDITION_FAILED",
            "그 사이에 다른 곳에서 내용이 바뀌었어요. 새로 불러온 뒤 다시 시도해 주세요.",
            "It was changed meanwhile. Reload and try again.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::IfMatch;

    #[test]
    fn a_write_names_the_version_it_saw() {
        let status = |value: Option<&str>| {
            IfMatch(value.map(str::to_owned))
                .check(3)
                .map_err(|p| p.status().as_u16())
        };
        assert_eq!(status(Some("\"3\"")), Ok(()));
        assert_eq!(status(Some("\"1\", \"3\"")), Ok(()));
        assert_eq!(status(Some("*")), Ok(()));
        assert_eq!(status(Some("\"2\"")), Err(412));
        // A weak tag never matches a strong comparison.
        assert_eq!(status(Some("W/\"3\"")), Err(412));
        assert_eq!(status(None), Err(428));
        let allows = |value: Option<&str>| IfMatch(value.map(str::to_owned)).allows(3);
        assert!(allows(None) && allows(Some("\"3\"")) && !allows(Some("\"2\"")));
    }
}
