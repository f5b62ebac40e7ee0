//! National Tax Service: business status and validation, as api.odcloud.kr serves them.

use crate::fault::{FaultKind, Vendor};
use crate::gate::Trouble;
use crate::stage::Stage;
use crate::wire::{Asked, Refusal, Reply, answer, is_refused_credential, with_header};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};

/// Right check digit, but the business is suspended (휴업자).
pub const SUSPENDED: &str = "9900200027";
/// Right check digit, but the business is closed (폐업자).
pub const CLOSED: &str = "9900300039";
/// Right check digit, but nobody registered it.
pub const UNREGISTERED: &str = "9900400040";
/// A representative's name that never matches.
pub const NAME_WITHOUT_MATCH: &str = "불일치";

const MOST: usize = 100;

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::TaxOffice);
    Router::new()
        .route(
            "/api/nts-businessman/v1/status",
            desk.on("status", post(status)),
        )
        .route(
            "/api/nts-businessman/v1/validate",
            desk.on("validate", post(validate)),
        )
        .fallback_service(desk.elsewhere(lost))
}

/// The gateway's envelope for a status.
pub fn failure(trouble: Trouble) -> Response {
    match trouble {
        Trouble::Unauthorized => unknown_key(),
        Trouble::RateLimited { retry_after } => with_header(
            answer(
                429,
                &json!({ "code": -10, "msg": "LIMITED NUMBER OF SERVICE REQUESTS EXCEEDS ERROR" }),
            ),
            "retry-after",
            &retry_after.to_string(),
        ),
        Trouble::SpendLimit => answer(
            429,
            &json!({ "code": -10, "msg": "일일 트래픽 제한을 초과했습니다." }),
        ),
        Trouble::Status(400) => coded(400, "BAD_JSON_REQUEST"),
        Trouble::Status(401) => unknown_key(),
        Trouble::Status(404) => coded(404, "HTTP_ERROR"),
        Trouble::Status(411) => coded(411, "REQUEST_DATA_MALFORMED"),
        Trouble::Status(413) => coded(413, "TOO_LARGE_REQUEST"),
        other => coded(other.status(), "INTERNAL_ERROR"),
    }
}

fn coded(status: u16, code: &str) -> Response {
    answer(status, &json!({ "status_code": code }))
}

fn unknown_key() -> Response {
    answer(
        401,
        &json!({ "code": -4, "msg": "등록되지 않은 인증키 입니다." }),
    )
}

async fn lost() -> Response {
    coded(404, "HTTP_ERROR")
}

async fn status(asked: Asked) -> Reply {
    let body = read(&asked)?;
    let numbers = list(&body, "b_no")?;
    let data: Vec<Value> = numbers
        .iter()
        .map(|number| number.as_str().map(|number| standing(number, asked.mood)))
        .collect::<Option<_>>()
        .ok_or_else(|| coded(411, "REQUEST_DATA_MALFORMED"))?;
    let found = data.iter().filter(|entry| entry["b_stt_cd"] != "").count();
    let mut reply = json!({ "status_code": "OK", "request_cnt": numbers.len(), "data": data });
    // The real gateway leaves the count out when nothing was found.
    if found > 0 {
        reply["match_cnt"] = json!(found);
    }
    Ok(answer(200, &reply))
}

async fn validate(State(stage): State<Stage>, asked: Asked) -> Reply {
    let body = read(&asked)?;
    let businesses = list(&body, "businesses")?;
    let mut data = Vec::new();
    for business in &businesses {
        data.push(compared(business, asked.mood, stage.now())?);
    }
    let valid = data.iter().filter(|entry| entry["valid"] == "01").count();
    Ok(answer(
        200,
        &json!({ "status_code": "OK", "request_cnt": businesses.len(), "valid_cnt": valid, "data": data }),
    ))
}

fn read(asked: &Asked) -> Result<Value, Refusal> {
    let key = asked
        .query("serviceKey")
        .or_else(|| asked.credential("Infuser"));
    match key {
        None | Some("") => {
            return Err(answer(
                401,
                &json!({ "code": -401, "msg": "인증키는 필수 항목 입니다." }),
            )
            .into());
        }
        Some(key) if is_refused_credential(key) => return Err(unknown_key().into()),
        Some(_) => {}
    }
    Ok(asked.json().ok_or_else(|| coded(400, "BAD_JSON_REQUEST"))?)
}

fn list(body: &Value, name: &str) -> Result<Vec<Value>, Refusal> {
    match body[name].as_array() {
        Some(items) if items.len() > MOST => Err(coded(413, "TOO_LARGE_REQUEST").into()),
        Some(items) if !items.is_empty() => Ok(items.clone()),
        _ => Err(coded(411, "REQUEST_DATA_MALFORMED").into()),
    }
}

fn compared(business: &Value, mood: FaultKind, now: DateTime<Utc>) -> Result<Value, Refusal> {
    let text = |name: &str| business[name].as_str().unwrap_or_default();
    let (number, opened, name) = (text("b_no"), text("start_dt"), text("p_nm"));
    if number.is_empty() || opened.is_empty() || name.is_empty() {
        return Err(coded(411, "REQUEST_DATA_MALFORMED").into());
    }
    let standing = standing(number, mood);
    // A day ahead of UTC covers Seoul's date.
    let latest = now.date_naive() + Days::new(1);
    let plausible = NaiveDate::parse_from_str(opened, "%Y%m%d").is_ok_and(|day| day <= latest);
    if standing["b_stt_cd"] == "" || name == NAME_WITHOUT_MATCH || !plausible {
        return Ok(json!({
            "b_no": number, "valid": "02", "valid_msg": "확인할 수 없습니다.", "request_param": business,
        }));
    }
    Ok(json!({ "b_no": number, "valid": "01", "request_param": business, "status": standing }))
}

/// One entry of `data`.
fn standing(number: &str, mood: FaultKind) -> Value {
    let (name, code, closed_on) = match number {
        _ if mood == FaultKind::Refuse || !check_digit_is_right(number) => ("", "", ""),
        UNREGISTERED => ("", "", ""),
        SUSPENDED => ("휴업자", "02", ""),
        CLOSED => ("폐업자", "03", "20250331"),
        _ => ("계속사업자", "01", ""),
    };
    let (tax, tax_code) = match number.get(3..5).and_then(|kind| kind.parse::<u8>().ok()) {
        _ if code.is_empty() => ("국세청에 등록되지 않은 사업자등록번호입니다.", ""),
        Some(82 | 83 | 89) => ("비과세 사업자 및 국가기관", "05"),
        Some(90..=99) => ("부가가치세 면세사업자", "04"),
        _ => ("부가가치세 일반과세자", "01"),
    };
    json!({
        "b_no": number, "b_stt": name, "b_stt_cd": code, "tax_type": tax, "tax_type_cd": tax_code,
        "end_dt": closed_on, "utcc_yn": if code.is_empty() { "" } else { "N" },
        "tax_type_change_dt": "", "invoice_apply_dt": "",
        "rbf_tax_type": if code.is_empty() { "" } else { "해당없음" },
        "rbf_tax_type_cd": if code.is_empty() { "" } else { "99" },
    })
}

/// The check digit as it is known in practice; NTS does not publish it.
pub fn check_digit_is_right(number: &str) -> bool {
    const WEIGHTS: [u32; 9] = [1, 3, 7, 1, 3, 7, 1, 3, 5];
    let Some(digits) = number
        .chars()
        .map(|digit| digit.to_digit(10))
        .collect::<Option<Vec<_>>>()
        .filter(|digits| digits.len() == 10)
    else {
        return false;
    };
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| digit * weight)
        .sum();
    (10 - (sum + digits[8] * 5 / 10) % 10) % 10 == digits[9]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_numbers_pass_the_check() {
        for number in [
            "1248100998",
            "2208162517",
            "1208147521",
            SUSPENDED,
            CLOSED,
            UNREGISTERED,
        ] {
            assert!(check_digit_is_right(number), "{number}");
        }
        for number in ["1248100999", "220816251", "22081625179", "abcdefghij", ""] {
            assert!(!check_digit_is_right(number), "{number}");
        }
    }
}
