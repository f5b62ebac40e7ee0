//! `/api/distributions/**`: how a run goes, and what an owner does to one channel of it.

use crate::error::{BadField, Error};
use crate::ops::actions::{self, Action};
use crate::ops::view::{self, DistributionView};
use crate::state::AppState;
use axum::extract::State;
use janchi_contracts::reference::Channel;
use janchi_web::{Empty, Json, Owner, Path};
use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;

/// The latest run of the owner's event.
pub async fn get_distribution(
    State(state): State<AppState>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
) -> Result<Json<DistributionView>, Error> {
    let run = actions::find_owned(&state, owner.user_id, event_id).await?;
    Ok(Json(view::load(&state, &run).await?))
}

/// Tries one channel again now.
pub async fn retry_channel(
    State(state): State<AppState>,
    owner: Owner,
    Path((event_id, channel)): Path<(Uuid, Channel)>,
    _: Empty,
) -> Result<Json<DistributionView>, Error> {
    act(&state, owner, event_id, channel, Action::Retry).await
}

/// Leaves one channel out.
pub async fn skip_channel(
    State(state): State<AppState>,
    owner: Owner,
    Path((event_id, channel)): Path<(Uuid, Channel)>,
    _: Empty,
) -> Result<Json<DistributionView>, Error> {
    act(&state, owner, event_id, channel, Action::Skip).await
}

/// Where the owner put it up by hand.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Confirmation {
    url: String,
}

/// Notes that the owner put one channel up by hand.
pub async fn confirm_channel(
    State(state): State<AppState>,
    owner: Owner,
    Path((event_id, channel)): Path<(Uuid, Channel)>,
    Json(body): Json<Confirmation>,
) -> Result<Json<DistributionView>, Error> {
    // Somebody else's event is not found whatever the body says.
    actions::find_owned(&state, owner.user_id, event_id).await?;
    let url = public_address(&body.url).ok_or_else(|| {
        Error::Invalid(vec![BadField {
            field: "url",
            code: "INVALID_URL",
            ko: "http:// 또는 https://로 시작하는 게시물 주소를 넣어 주세요.",
            en: "Give the address of the post, beginning with http:// or https://.",
        }])
    })?;
    act(&state, owner, event_id, channel, Action::Confirm(url)).await
}

async fn act(
    state: &AppState,
    owner: Owner,
    event_id: Uuid,
    channel: Channel,
    action: Action,
) -> Result<Json<DistributionView>, Error> {
    actions::act(state, owner.user_id, event_id, channel, action).await?;
    let run = actions::find_owned(state, owner.user_id, event_id).await?;
    Ok(Json(view::load(state, &run).await?))
}

/// An address a browser may open: it is shown as a link.
fn public_address(text: &str) -> Option<String> {
    let url = Url::parse(text.trim())
        .ok()
        .filter(|_| text.len() <= 2000)?;
    let fit = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| host.contains('.'))
        && url.username().is_empty()
        && url.password().is_none();
    fit.then(|| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::public_address;

    #[test]
    fn only_addresses_of_pages_are_taken() {
        assert!(public_address("https://blog.naver.com/shop/1").is_some());
        for bad in [
            "javascript:alert(1)",
            "ftp://a.b/c",
            "https://u:p@a.b/",
            "https://localhost/",
            "글",
            "",
        ] {
            assert_eq!(public_address(bad), None, "{bad}");
        }
        assert_eq!(
            public_address(&format!("https://a.b/{}", "x".repeat(2000))),
            None
        );
    }
}
