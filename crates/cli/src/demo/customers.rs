use super::visitor::Visitor;
use crate::demo::visitor::text;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::json;

const NAMES: [&str; 12] = [
    "김민서",
    "이도윤",
    "박서연",
    "최지호",
    "정하은",
    "강시우",
    "조유나",
    "윤준서",
    "장수아",
    "임예준",
    "한지아",
    "오태민",
];
const CHANNELS: [&str; 6] = [
    "INSTAGRAM",
    "NAVER",
    "KAKAO",
    "URIDONGNE_TV",
    "GENIE_TV",
    "RINGO_BIZ",
];

/// Lets `count` customers enter, a few at a time; the phone numbers begin at `first` so that two events have other
/// customers. Their numbers are of a range that no carrier gives out.
pub(crate) async fn enter(
    stranger: &Visitor,
    event_code: &str,
    first: usize,
    count: usize,
) -> anyhow::Result<Vec<String>> {
    stream::iter(first..first + count)
        .map(|n| async move {
            let entry = json!({
                "eventCode": event_code,
                "phoneNumber": format!("0100000{n:04}"),
                "name": NAMES[n % NAMES.len()],
                "channel": CHANNELS[n % CHANNELS.len()],
                "consents": { "over14": true, "privacy": true, "marketing": n % 3 == 0 },
            });
            let entered = stranger.post("/api/participations", entry).await?;
            Ok(text(&entered, "participantId")?.to_owned())
        })
        .buffer_unordered(4)
        .try_collect()
        .await
}
