//! Evidence that personal data is gone (파기확인서).

use crate::error::Error;
use crate::handlers::draws::PageQuery;
use crate::ops::rule_book::RuleBook;
use crate::store;
use axum::extract::State;
use chrono::{DateTime, Utc};
use janchi_runtime::seoul;
use janchi_web::{Json, List, Owner, PageRequest, Path, Query};
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::PgPool;
use uuid::Uuid;

/// One piece of evidence. It holds nothing personal.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ErasureCertificate")]
pub struct Certificate {
    erasure_id: Uuid,
    /// `EXPIRED` on schedule, `WITHDRAWN` by an entrant.
    reason: String,
    participants: i64,
    /// The key that was destroyed with the data; none for a single entry that was deleted.
    key_id: Option<String>,
    erased_at: DateTime<Utc>,
    statement: String,
}

pub async fn list_erasures(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    Query(query): Query<PageQuery>,
) -> Result<Json<List<Certificate>>, Error> {
    let page = PageRequest::parse(query.limit, query.cursor)?;
    let before: Option<Uuid> = page.after()?;
    let event = book.owned_event(owner.user_id, event_id).await?;
    let title = event
        .as_ref()
        .map_or("", |event| event.rules.title.as_str());
    let rows = store::erasures::list_erasures(&db, event_id, before, page.rows()).await?;
    let total = store::erasures::count_erasures(&db, event_id).await?;
    let items = rows
        .into_iter()
        .map(|erasure| Certificate {
            statement: statement(title, &erasure),
            erasure_id: erasure.id,
            reason: erasure.reason,
            participants: erasure.participants,
            key_id: erasure.key_id,
            erased_at: erasure.at,
        })
        .collect();
    Ok(Json(page.page(items, total, |c| c.erasure_id)))
}

fn statement(title: &str, erasure: &store::erasures::Erasure) -> String {
    let at = seoul::local(erasure.at).format("%Y년 %-m월 %-d일 %H:%M");
    let what = format!(
        "'{title}' 이벤트 참여자 {}명의 휴대전화 번호, 이름, 배송 정보를 {at}에 파기했어요.",
        erasure.participants
    );
    match &erasure.key_id {
        Some(key) => {
            format!("{what} 암호 키 {key}를 함께 폐기해서, 백업에 남은 자료도 다시 읽을 수 없어요.")
        }
        None => what,
    }
}
