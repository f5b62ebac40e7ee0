//! Sending: 알림톡 by template or full text, 브랜드메시지, SMS and LMS.

use super::outbox::Sent;
use super::{enter, header, refused};
use crate::fault::FaultKind;
use crate::messages::{Kind, Message};
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer};
use axum::extract::{Path, State};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const MOST: usize = 1000;
/// A receiver's result when the content is declined: blocked hours, blocked sender, unknown template.
const DECLINED: i64 = 3022;
const BUBBLES: [&str; 8] = [
    "TEXT",
    "IMAGE",
    "WIDE",
    "WIDE_ITEM_LIST",
    "PREMIUM_VIDEO",
    "COMMERCE",
    "CAROUSEL_FEED",
    "CAROUSEL_COMMERCE",
];

/// `POST …/alimtalk/…/messages`
pub async fn alimtalk(
    State(stage): State<Stage>,
    Path(appkey): Path<String>,
    asked: Asked,
) -> Reply {
    let body = read(&asked, &appkey)?;
    sender(&body)?;
    template_code(&body)?;
    deliver(&stage, &asked, &body, Kind::Alimtalk, |receiver| {
        let parameters = receiver["templateParameter"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let text: Vec<&str> = parameters.values().filter_map(Value::as_str).collect();
        Ok((text.join(" "), Value::Object(parameters)))
    })
}

/// `POST …/alimtalk/…/raw-messages`: the receiver's part carries the finished text.
pub async fn raw(State(stage): State<Stage>, Path(appkey): Path<String>, asked: Asked) -> Reply {
    let body = read(&asked, &appkey)?;
    sender(&body)?;
    template_code(&body)?;
    deliver(&stage, &asked, &body, Kind::Alimtalk, |receiver| {
        let content = receiver["content"]
            .as_str()
            .or_else(|| receiver["templateContent"].as_str());
        let content = content.ok_or_else(|| refused(-1000, "content is required"))?;
        Ok((content.to_owned(), Value::Null))
    })
}

/// `POST …/brand-message/…/freestyle-messages`
pub async fn brand(State(stage): State<Stage>, Path(appkey): Path<String>, asked: Asked) -> Reply {
    let body = read(&asked, &appkey)?;
    sender(&body)?;
    let bubble = body["chatBubbleType"].as_str().unwrap_or_default();
    if !BUBBLES.contains(&bubble) {
        return Err(refused(-1000, "chatBubbleType is not valid").into());
    }
    let content = body["content"].as_str().filter(|text| !text.is_empty());
    let content = content
        .ok_or_else(|| refused(-1000, "content is required"))?
        .to_owned();
    let most = if bubble.starts_with("WIDE") { 76 } else { 1300 };
    if content.chars().count() > most {
        return Err(refused(-1000, "content is too long").into());
    }
    let buttons = body["buttons"].as_array().map_or(0, Vec::len);
    if buttons > 5 || (bubble == "WIDE" && buttons > 2) {
        return Err(refused(-1000, "too many buttons").into());
    }
    if bubble == "IMAGE" && !body["image"]["imageUrl"].is_string() {
        return Err(refused(-1000, "image.imageUrl is required").into());
    }
    deliver(
        &stage,
        &asked,
        &body,
        Kind::Brand,
        |receiver| match receiver["targeting"].as_str() {
            None | Some("I" | "M" | "N" | "F") => Ok((content.clone(), body["buttons"].clone())),
            Some(_) => Err(refused(-1000, "targeting must be I, M, N or F").into()),
        },
    )
}

/// `POST …/sms/…/sender/{sms|mms}`
pub async fn sms(
    State(stage): State<Stage>,
    Path((appkey, kind)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    let body = read(&asked, &appkey)?;
    let kind = match kind.as_str() {
        "sms" | "auth" => Kind::Sms,
        "mms" => Kind::Lms,
        _ => return Err(refused(-404, "no such message kind").into()),
    };
    if body["sendNo"].as_str().is_none_or(str::is_empty) {
        return Err(refused(-2000, "sendNo is required").into());
    }
    let text = body["body"].as_str().filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| refused(-2000, "body is required"))?;
    // 90 bytes of EUC-KR: two for a Korean letter.
    let size: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    if kind == Kind::Sms && size > 90 {
        return Err(refused(-2018, "body is longer than 90 bytes").into());
    }
    deliver(&stage, &asked, &body, kind, |receiver| {
        let mut filled = text.to_owned();
        let parameters = receiver["templateParameter"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        for (name, value) in &parameters {
            filled = filled.replace(&format!("##{name}##"), value.as_str().unwrap_or_default());
        }
        Ok((filled, Value::Object(parameters)))
    })
}

fn read(asked: &Asked, appkey: &str) -> Result<Value, Refusal> {
    enter(asked, appkey)?;
    Ok(asked
        .json()
        .filter(Value::is_object)
        .ok_or_else(|| answer(400, &header(-1000, "the body is not valid JSON")))?)
}

fn sender(body: &Value) -> Result<(), Refusal> {
    match body["senderKey"].as_str() {
        Some(key) if (1..=40).contains(&key.len()) && !key.contains("invalid") => Ok(()),
        _ => Err(refused(-1006, "senderKey is not valid").into()),
    }
}

fn template_code(body: &Value) -> Result<(), Refusal> {
    match body["templateCode"].as_str() {
        Some(code) if (1..=20).contains(&code.chars().count()) => Ok(()),
        _ => Err(refused(-1007, "templateCode is not valid").into()),
    }
}

type Written = Result<(String, Value), Refusal>;

/// Sends to every receiver; a bad number fails alone.
fn deliver(
    stage: &Stage,
    asked: &Asked,
    body: &Value,
    kind: Kind,
    write: impl Fn(&Value) -> Written,
) -> Reply {
    let receivers = body["recipientList"]
        .as_array()
        .filter(|list| (1..=MOST).contains(&list.len()));
    let receivers =
        receivers.ok_or_else(|| refused(-1000, "recipientList must hold 1 to 1000 receivers"))?;
    let written = receivers.iter().map(write).collect::<Result<Vec<_>, _>>()?;
    let now = stage.now();
    let due = due(body, now)?;
    if let Some(key) = asked.header("x-nc-api-idempotency-key")
        && !stage.dealer().claim(key, now)
    {
        return Err(refused(-1005, "duplicated idempotency key").into());
    }
    let request = stage.number();
    let mut results = Vec::new();
    for (at, (receiver, (text, parameters))) in receivers.iter().zip(written).enumerate() {
        let seq = at + 1;
        let to = receiver["recipientNo"].as_str().unwrap_or_default();
        let broadcast = receiver["targeting"] == "F";
        let code = match asked.mood {
            FaultKind::Refuse => DECLINED,
            _ if broadcast || is_number(to) => 0,
            _ => -3001,
        };
        let grouping_key = receiver["recipientGroupingKey"].as_str().map(str::to_owned);
        results.push(result(seq, to, code, grouping_key.as_deref()));
        let template = body["templateCode"]
            .as_str()
            .or_else(|| body["templateId"].as_str())
            .map(str::to_owned);
        let audience = if broadcast {
            numbers::between(&body["senderKey"].to_string(), "friends", 180, 720)
        } else {
            1
        };
        stage.dealer().add(Sent {
            request: request.clone(),
            seq,
            kind,
            to: to.to_owned(),
            template: template.clone(),
            text: text.clone(),
            grouping_key: grouping_key.clone(),
            stats_id: body["statsId"].as_str().map(str::to_owned),
            audience,
            code,
            cancelled: false,
            at: now,
            due,
        });
        stage.messages().add(Message {
            id: format!("{request}-{seq}"),
            at: now,
            vendor: asked.vendor,
            kind,
            to: to.to_owned(),
            template,
            text,
            parameters,
            grouping_key,
            delivered: code == 0,
        });
    }
    let mut reply = header(0, "success");
    let group = body["senderGroupingKey"].clone();
    if matches!(kind, Kind::Sms | Kind::Lms) {
        reply["body"] = json!({ "data": {
            "requestId": request, "statusCode": "2", "senderGroupingKey": group, "sendResultList": results,
        } });
    } else {
        reply["message"] =
            json!({ "requestId": request, "senderGroupingKey": group, "sendResults": results });
    }
    Ok(answer(200, &reply))
}

fn result(seq: usize, to: &str, code: i64, group: Option<&str>) -> Value {
    let message = match code {
        0 => "success",
        DECLINED => "sending is not possible at this hour or with this content",
        _ => "recipientNo is not valid",
    };
    json!({
        "recipientSeq": seq, "recipientNo": to, "resultCode": code, "resultMessage": message,
        "recipientGroupingKey": group,
    })
}

fn is_number(to: &str) -> bool {
    let digits = to.chars().filter(char::is_ascii_digit).count();
    (9..=15).contains(&digits) && to.len() <= 15
}

/// When it goes out: now, or at `requestDate` in Seoul, at most 60 days ahead.
fn due(body: &Value, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let Some(text) = body["requestDate"].as_str() else {
        return Ok(now);
    };
    NaiveDateTime::parse_from_str(&format!("{text}:00"), "%Y-%m-%d %H:%M:%S")
        .ok()
        .and_then(|local| {
            local
                .and_local_timezone(janchi_runtime::seoul::offset())
                .single()
        })
        .map(|at| at.with_timezone(&Utc))
        .filter(|at| *at - now <= TimeDelta::days(60))
        .ok_or_else(|| refused(-1000, "requestDate is not valid").into())
}
