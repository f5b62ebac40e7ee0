//! Asking what became of messages.

use super::outbox::Sent;
use super::{enter, header, refused};
use crate::messages::Kind;
use crate::numbers::{between, grown};
use crate::stage::Stage;
use crate::wire::{Asked, Reply, answer};
use axum::extract::{Path, State};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// `GET …/messages/{requestId}/{recipientSeq}`
pub async fn one(
    State(stage): State<Stage>,
    Path((appkey, request, seq)): Path<(String, String, usize)>,
    asked: Asked,
) -> Reply {
    enter(&asked, &appkey)?;
    let now = stage.now();
    let outbox = stage.dealer();
    let found = outbox
        .sent
        .iter()
        .find(|sent| sent.request == request && sent.seq == seq);
    let sent = found.ok_or_else(|| refused(-1011, "the message does not exist"))?;
    let mut reply = header(0, "success");
    reply["message"] = shown(sent, now);
    Ok(answer(200, &reply))
}

/// `GET …/messages?requestId=` or by grouping key.
pub async fn list(State(stage): State<Stage>, Path(appkey): Path<String>, asked: Asked) -> Reply {
    enter(&asked, &appkey)?;
    let brand = asked.path.contains("/brand-message/");
    let mut reply = header(0, "success");
    let messages = found(&stage, &asked, |kind| {
        if brand {
            kind == Kind::Brand
        } else {
            kind == Kind::Alimtalk
        }
    });
    reply["messageSearchResultResponse"] =
        json!({ "totalCount": messages.len(), "messages": messages });
    Ok(answer(200, &reply))
}

/// `GET …/sms/…/sender/{kind}?requestId=`
pub async fn list_sms(
    State(stage): State<Stage>,
    Path((appkey, _)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    enter(&asked, &appkey)?;
    let mut reply = header(0, "success");
    let data = found(&stage, &asked, |kind| matches!(kind, Kind::Sms | Kind::Lms));
    reply["body"] =
        json!({ "pageNum": 1, "pageSize": data.len(), "totalCount": data.len(), "data": data });
    Ok(answer(200, &reply))
}

fn found(stage: &Stage, asked: &Asked, of_kind: impl Fn(Kind) -> bool) -> Vec<Value> {
    let now = stage.now();
    let matches = |given: Option<&str>, value: &str| given.is_none_or(|given| given == value);
    stage
        .dealer()
        .sent
        .iter()
        .filter(|sent| of_kind(sent.kind))
        .filter(|sent| matches(asked.query("requestId"), &sent.request))
        .filter(|sent| matches(asked.query("recipientNo"), &sent.to))
        .filter(|sent| {
            matches(
                asked.query("recipientGroupingKey"),
                sent.grouping_key.as_deref().unwrap_or_default(),
            )
        })
        .map(|sent| shown(sent, now))
        .collect()
}

/// `DELETE …/messages/{requestId}`: only what has not gone out yet.
pub async fn cancel(
    State(stage): State<Stage>,
    Path((appkey, request)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    enter(&asked, &appkey)?;
    let now = stage.now();
    let mut outbox = stage.dealer();
    let mut known = outbox
        .sent
        .iter_mut()
        .filter(|sent| sent.request == request)
        .peekable();
    if known.peek().is_none() {
        return Err(refused(-1011, "the message does not exist").into());
    }
    for sent in known {
        if sent.due <= now {
            return Err(refused(-1013, "the message has been sent already").into());
        }
        sent.cancelled = true;
    }
    Ok(answer(200, &header(0, "success")))
}

/// `GET …/statistics?requestId=|statsIds=`: counts over the messages found.
pub async fn statistics(
    State(stage): State<Stage>,
    Path(appkey): Path<String>,
    asked: Asked,
) -> Reply {
    enter(&asked, &appkey)?;
    let now = stage.now();
    let outbox = stage.dealer();
    let ids: Option<Vec<&str>> = asked.query("statsIds").map(|ids| ids.split(',').collect());
    let chosen = outbox.sent.iter().filter(|sent| {
        asked
            .query("requestId")
            .is_none_or(|request| request == sent.request)
            && ids
                .as_ref()
                .is_none_or(|ids| sent.stats_id.as_deref().is_some_and(|id| ids.contains(&id)))
    });
    let (mut requested, mut received, mut failed, mut opened, mut clicked) = (0, 0, 0, 0, 0);
    for sent in chosen {
        requested += sent.audience;
        if status(sent, now) != "COMPLETED" {
            failed += i64::from(sent.code != 0) * sent.audience;
            continue;
        }
        received += sent.audience;
        let id = format!("{}-{}", sent.request, sent.seq);
        // In hundredths, so that single receivers do not all round to nothing.
        let seen = grown(
            sent.audience * between(&id, "opened", 40, 75),
            sent.due,
            now,
        );
        opened += seen / 100;
        clicked += seen * between(&id, "clicked", 8, 22) / 10_000;
    }
    let mut reply = header(0, "success");
    reply["statistics"] = json!({
        "requested": requested, "received": received, "failed": failed, "opened": opened, "clicked": clicked,
    });
    Ok(answer(200, &reply))
}

fn status(sent: &Sent, now: DateTime<Utc>) -> &'static str {
    match sent {
        _ if sent.cancelled => "CANCEL",
        _ if sent.code != 0 => "FAILED",
        _ if sent.due > now => "READY",
        _ => "COMPLETED",
    }
}

fn shown(sent: &Sent, now: DateTime<Utc>) -> Value {
    let offset = janchi_runtime::seoul::offset();
    let local = |at: DateTime<Utc>| {
        at.with_timezone(&offset)
            .format("%Y-%m-%d %H:%M:%S.0")
            .to_string()
    };
    let status = status(sent, now);
    json!({
        "requestId": sent.request, "recipientSeq": sent.seq, "recipientNo": sent.to,
        "templateCode": sent.template, "content": sent.text, "requestDate": local(sent.due),
        "createDate": local(sent.at), "receiveDate": (status == "COMPLETED").then(|| local(sent.due)),
        "messageStatus": status, "resultCode": sent.code.to_string(),
        "resultCodeName": if sent.code == 0 { "성공" } else { "실패" },
        "recipientGroupingKey": sent.grouping_key, "resendStatus": "RSC01",
    })
}
