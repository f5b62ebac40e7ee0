//! Naver: login and the cafe article API.

use crate::fault::{FaultKind, Vendor};
use crate::gate::Trouble;
use crate::numbers;
use crate::stage::Stage;
use crate::wire::{
    Asked, Refusal, Reply, answer, find, is_refused_credential, pairs, raw, with_header,
};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::json;
use url::Url;

/// Everything before `expires_in` is said as text here, even the number.
const HOUR: &str = "3600";

/// The routes of this vendor, below its prefix.
pub fn router(stage: &Stage) -> Router<Stage> {
    let desk = stage.desk(Vendor::Naver);
    Router::new()
        .route("/oauth2.0/authorize", desk.on("authorize", get(authorize)))
        .route("/oauth2.0/token", desk.on("token", get(token).post(token)))
        .route("/v1/nid/me", desk.on("me", get(me)))
        .route(
            "/v1/cafe/{club}/menu/{menu}/articles",
            desk.on("article", post(article)),
        )
        .route(
            "/v1/cafe/{club}/menu/list.json",
            desk.on("menus", get(menus)),
        )
        .route("/v1/cafe/{club}/members", desk.on("join", post(join)))
        .fallback_service(desk.elsewhere(lost))
}

/// Cafe operations have an envelope of their own, the rest another.
pub fn failure(operation: &str, trouble: Trouble) -> Response {
    match trouble {
        Trouble::Unauthorized | Trouble::Status(401) => {
            api_error(401, "024", "Authentication failed (인증 실패하였습니다.)")
        }
        Trouble::RateLimited { .. } | Trouble::SpendLimit | Trouble::Status(429) => api_error(
            429,
            "012",
            "Rate limit exceeded (속도 제한을 초과했습니다.)",
        ),
        other if matches!(operation, "article" | "join" | "menus") => {
            let status = other.status();
            match status {
                403 => cafe_error(403, "0005", "API 권한이 없습니다."),
                400..=499 => cafe_error(status, "AP001", "잘못된 파라미터입니다."),
                _ => cafe_error(status, "999", "알 수 없는 오류가 발생했습니다."),
            }
        }
        other => api_error(other.status(), "SE99", "System Error (시스템 에러)"),
    }
}

fn api_error(status: u16, code: &str, message: &str) -> Response {
    answer(
        status,
        &json!({ "errorMessage": message, "errorCode": code }),
    )
}

fn cafe_error(status: u16, code: &str, message: &str) -> Response {
    answer(
        status,
        &json!({ "message": {
            "@type": "response", "@service": "cafe.naver.com", "@version": "1.0.0",
            "status": status.to_string(), "error": { "code": code, "msg": message },
        } }),
    )
}

async fn lost() -> Response {
    api_error(404, "051", "Not Exist API (존재하지 않는 API 입니다.)")
}

async fn authorize(State(stage): State<Stage>, asked: Asked) -> Reply {
    let back = asked
        .query("redirect_uri")
        .and_then(|back| Url::parse(back).ok());
    let (Some(_), Some(mut back)) = (asked.query("client_id"), back) else {
        return Err(api_error(400, "404", "client_id and redirect_uri are required").into());
    };
    back.query_pairs_mut()
        .append_pair("code", &stage.id("code"));
    if let Some(state) = asked.query("state") {
        back.query_pairs_mut().append_pair("state", state);
    }
    Ok(with_header(
        raw(302, "text/html", ""),
        "location",
        back.as_str(),
    ))
}

/// Its errors come with HTTP 200.
async fn token(State(stage): State<Stage>, asked: Asked) -> Response {
    let params = asked.params();
    let field = |name: &str| find(&params, name).unwrap_or_default();
    let wrong = |error: &str, text: &str| {
        answer(200, &json!({ "error": error, "error_description": text }))
    };
    if field("client_id").is_empty() || is_refused_credential(field("client_secret")) {
        return wrong("invalid_client", "wrong client id / client secret pair");
    }
    let access = stage.id("naver");
    match field("grant_type") {
        "authorization_code" if !field("code").is_empty() => answer(
            200,
            &json!({ "access_token": access, "refresh_token": stage.id("refresh"), "token_type": "bearer", "expires_in": HOUR }),
        ),
        "refresh_token" if !is_refused_credential(field("refresh_token")) => answer(
            200,
            &json!({ "access_token": access, "token_type": "bearer", "expires_in": HOUR }),
        ),
        "delete" => answer(
            200,
            &json!({ "access_token": field("access_token"), "result": "success" }),
        ),
        _ => wrong("invalid_request", "no valid data in session"),
    }
}

async fn me(asked: Asked) -> Reply {
    let token = enter(&asked)?;
    let id = format!("{:016x}", numbers::hash(&token));
    Ok(answer(
        200,
        &json!({ "resultcode": "00", "message": "success", "response": { "id": id, "name": "김잔치" } }),
    ))
}

fn enter(asked: &Asked) -> Result<String, Refusal> {
    match asked.credential("Bearer") {
        None => Err(api_error(
            401,
            "028",
            "Authentication header not exists (OAuth 인증 헤더(authorization header)가 없습니다.)",
        )
        .into()),
        Some(token) if is_refused_credential(token) || token.contains("expired") => {
            Err(failure("", Trouble::Unauthorized).into())
        }
        Some(token) => Ok(token.to_owned()),
    }
}

/// Cafe `404` does not exist; board `403` does not let members write.
async fn article(
    State(stage): State<Stage>,
    Path((club, menu)): Path<(String, String)>,
    asked: Asked,
) -> Reply {
    enter(&asked)?;
    let refuse = |code: &str, text: &str| Refusal::from(cafe_error(403, code, text));
    if club == "404" || !club.chars().all(|c| c.is_ascii_digit()) {
        return Err(refuse("AP006", "존재하지 않는 카페입니다."));
    }
    if menu == "403" {
        return Err(refuse("AP003", "글쓰기 등급이 아닙니다."));
    }
    let fields = asked.fields();
    let field = |name: &str| {
        find(&fields, name)
            .map(twice)
            .filter(|value| !value.trim().is_empty())
    };
    let (Some(_), Some(_)) = (field("subject"), field("content")) else {
        return Err(cafe_error(400, "AP001", "잘못된 파라미터입니다.").into());
    };
    let mut result =
        json!({ "msg": "Success", "cafeUrl": format!("https://cafe.naver.com/janchi{club}") });
    // The spam filter says nothing but leaves the address out.
    if asked.mood != FaultKind::Refuse {
        let id = stage.number();
        result["articleId"] = json!(id);
        result["articleUrl"] = json!(format!("https://cafe.naver.com/janchi{club}/{id}"));
    }
    Ok(answer(
        200,
        &json!({ "message": {
            "@type": "response", "@service": "cafe.naver.com", "@version": "1.0.0", "status": "200", "result": result,
        } }),
    ))
}

/// Values arrive percent-encoded twice.
fn twice(value: &str) -> String {
    if !value.contains('%') {
        return value.to_owned();
    }
    let inner = format!("v={}", value.replace('&', "%26").replace('+', "%2B"));
    pairs(inner.as_bytes())
        .into_iter()
        .next()
        .map_or_else(|| value.to_owned(), |(_, value)| value)
}

async fn menus(Path(club): Path<String>, asked: Asked) -> Reply {
    enter(&asked)?;
    Ok(answer(
        200,
        &json!({ "message": { "status": "200", "result": { "clubid": club, "menus": [
            { "menuid": 1, "menuname": "자유 게시판" }, { "menuid": 2, "menuname": "이벤트 소식" },
        ] } } }),
    ))
}

async fn join(asked: Asked) -> Reply {
    enter(&asked)?;
    if find(&asked.fields(), "nickname").is_none_or(str::is_empty) {
        return Err(cafe_error(400, "NN001", "별명을 입력해 주세요.").into());
    }
    Ok(answer(
        200,
        &json!({ "message": { "status": "200", "result": { "msg": "Success" } } }),
    ))
}
