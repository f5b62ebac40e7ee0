//! An API that answers from a table, in the shapes of the OpenAPI document, and the states every page can be in.

use chrono::DateTime;
use http::{Method, StatusCode};
use janchi_site::{Api, Call, Reply, Visit};
use serde_json::{Value, json};
use std::sync::Mutex;

#[path = "running_states.rs"]
pub mod running_states;

pub const CODE: &str = "K7MD3FXA";
pub const DRAW: &str = "0198c1f2-7d1a-7c55-9a3e-2f6f3f1c9a10";
pub const CSRF_COOKIE: &str = "csrf=07070707070707070707070707070707";
/// The secret of the cookie above behind a mask of ones.
pub const CSRF_FIELD: &str =
    "csrf=0101010101010101010101010101010106060606060606060606060606060606";
const TAG: &str = "2b8a7f4c9d10e6b35a71c0f88e4d92ab6c17f350d8e94b21aa03c45d7f68e190";

/// Answers by method and path; whatever is not in the table is 404.
#[derive(Default)]
pub struct Fake {
    table: Vec<(Method, String, u16, Value)>,
    pub calls: Mutex<Vec<Call>>,
}

impl Fake {
    pub fn new() -> Self {
        Self::default()
    }

    /// The last answer for a call wins.
    pub fn on(mut self, method: &str, path: &str, status: u16, json: Value) -> Self {
        let method: Method = method.parse().expect("a method");
        self.table
            .insert(0, (method, path.to_owned(), status, json));
        self
    }

    pub fn called(&self, method: &str, path: &str) -> Vec<Call> {
        let calls = self.calls.lock().expect("nobody panicked with it");
        let fits = |call: &&Call| call.method == method && call.path == path;
        calls.iter().filter(fits).cloned().collect()
    }
}

impl Api for Fake {
    async fn call(&self, call: Call) -> Reply {
        self.calls
            .lock()
            .expect("nobody panicked with it")
            .push(call.clone());
        let found = self.table.iter().find(|(method, path, ..)| {
            *method == call.method
                && (*path == call.path || call.path.starts_with(&format!("{path}?")))
        });
        let (status, json) = match found {
            Some((_, _, status, json)) => (*status, json.clone()),
            None => (404, problem(404, "NOT_FOUND", "찾을 수 없어요.")),
        };
        Reply {
            status: StatusCode::from_u16(status).expect("a status"),
            json,
            retry_after: (status == 503 || status == 429).then_some(3),
        }
    }
}

pub fn problem(status: u16, code: &str, detail: &str) -> Value {
    json!({"type": "about:blank", "title": code, "status": status, "detail": detail, "code": code, "requestId": "r-1"})
}

pub fn invalid(fields: &[(&str, &str)]) -> Value {
    let mut problem = problem(422, "VALIDATION_FAILED", "입력한 값을 확인해 주세요.");
    let errors = fields
        .iter()
        .map(|(field, message)| json!({"field": field, "code": "INVALID", "message": message}));
    problem["errors"] = errors.collect();
    problem
}

pub fn visit(method: &str, path: &str) -> Visit {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Visit {
        method: method.parse().expect("a method"),
        path: path.to_owned(),
        query: query.to_owned(),
        cookies: String::new(),
        form: String::new(),
        file: None,
        accept_language: "ko-KR,ko;q=0.9".to_owned(),
        origin: String::new(),
        fetch_site: String::new(),
        base: "http://127.0.0.1:8080".to_owned(),
        now: DateTime::parse_from_rfc3339("2026-11-22T12:00:00+09:00")
            .expect("a time")
            .to_utc(),
    }
}

pub fn get(path: &str) -> Visit {
    visit("GET", path)
}

/// A form sent from a page of ours.
pub fn post(path: &str, form: &str) -> Visit {
    let mut visit = visit("POST", path);
    visit.origin.clone_from(&visit.base);
    visit.cookies = CSRF_COOKIE.to_owned();
    visit.form = format!("{CSRF_FIELD}&key=00112233445566778899aabbccddeeff&{form}");
    visit
}

pub fn with_receipt(mut visit: Visit) -> Visit {
    let proof = format!("{TAG}.00112233445566778899aabbccddeeff.{}", commitment());
    visit.cookies = format!("{}; receipt=receipt-token; proof={proof}", visit.cookies);
    visit
}

pub fn signed_in(mut visit: Visit) -> Visit {
    visit.cookies = format!(
        "{}; access=owner-token; refresh=refresh-token",
        visit.cookies
    );
    visit
}

fn commitment() -> &'static str {
    "b2139817731b503683d4e2bfce361f1fa1d6c4c160671f34a5ea1a3542c9aa62"
}

pub fn event(status: &str) -> Value {
    json!({
        "code": CODE, "title": "가을 단골 감사 이벤트", "status": status,
        "description": "늘 찾아 주시는 손님께 작은 잔치를 열어요. 오븐구이 한 마리를 걸고 열 분을 모십니다.",
        "store": {"name": "연남 달구네 치킨", "industry": "RESTAURANT", "region": "SEOUL", "address": "서울 마포구 동교로 38길 12, 1층"},
        "startsAt": "2026-11-20T01:00:00Z", "endsAt": "2026-11-29T09:00:00Z",
        "closedAt": if status == "ENDED" { json!("2026-11-29T09:00:00Z") } else { Value::Null },
        "prizes": [{"name": "오븐구이 한 마리 교환권", "quantity": 3}, {"name": "아메리카노", "quantity": 7}],
        "winnerCount": 10, "participantCount": 132,
        "odds": {"probability": 0.0752, "text": "지금까지 132명이 응모했어요."},
        "howWinnersAreDrawn": "…", "visitBonus": {"enabled": true, "weight": 3},
        "draw": {"drawId": DRAW, "commitment": commitment(), "drawnAt": Value::Null},
        "images": [{"imageId": DRAW, "style": "SIMPLE", "platform": "KAKAO", "url": "/cdn/a.png", "width": 800, "height": 800,
            "variants": {"png": "/cdn/a.png", "jpeg": "/cdn/a.jpg", "webp": "/cdn/a.webp"},
            "altText": "오븐구이 치킨 한 마리와 가을 단풍", "source": "TEMPLATE", "aiGenerated": true}],
        "notices": ["만 14세 이상만 참여할 수 있어요.", "전화번호 하나로 한 번만 참여할 수 있어요.",
            "전화번호는 추첨과 당첨 안내에만 쓰고, 이벤트가 끝나면 정해진 날에 지워요.", "참여는 무료이고, 구매하지 않아도 돼요.",
            "이 페이지에는 AI로 만든 이미지가 있어요."],
    })
}

pub fn receipt() -> Value {
    json!({
        "participantId": DRAW, "entryNumber": "K7MD-3FXA", "weight": 1, "receiptToken": "receipt-token",
        "enteredAt": "2026-11-22T03:00:00Z", "tag": TAG, "nonce": "00112233445566778899aabbccddeeff",
        "commitment": commitment(),
    })
}

pub fn own_entry(result: &str) -> Value {
    let mut entry = json!({
        "participantId": DRAW, "entryNumber": "K7MD-3FXA", "eventId": DRAW, "eventCode": CODE,
        "eventTitle": "가을 단골 감사 이벤트", "storeName": "연남 달구네 치킨", "weight": 1, "visited": false,
        "enteredAt": "2026-11-22T03:00:00Z", "drawId": DRAW, "result": result, "destroyedAt": "2027-01-28T09:00:00Z",
    });
    if result == "WON" {
        entry["prize"] = "오븐구이 한 마리 교환권".into();
        entry["claim"] = json!({"token": running_states::WIN, "claimBy": "2026-12-06T09:00:00Z", "state": "DRAWN"});
    }
    entry
}

/// The entry of somebody who proved a visit.
pub fn visited() -> Value {
    let mut entry = own_entry("PENDING");
    (entry["visited"], entry["weight"]) = (true.into(), 3.into());
    entry
}

pub fn draw(status: &str) -> Value {
    let frozen = status != "COMMITTED";
    let drawn = status == "DRAWN";
    let some = |there: bool, value: Value| if there { value } else { Value::Null };
    let tag = |i: u8| format!("{:02x}{}", i.wrapping_mul(37), &TAG[2..]);
    let ranks = |from: u8, n: u8| {
        (0..n)
            .map(|i| json!({"rank": i + 1, "tag": tag(from + i)}))
            .collect::<Value>()
    };
    json!({
        "version": "draw-v1", "drawId": DRAW, "drawNo": 1, "eventId": DRAW, "eventCode": CODE,
        "eventTitle": "가을 단골 감사 이벤트", "storeName": "연남 달구네 치킨", "status": status, "mode": "WEIGHTED",
        "prizes": [{"name": "오븐구이 한 마리 교환권", "quantity": 3, "unitCost": 20000}, {"name": "아메리카노", "quantity": 7, "unitCost": 3000}],
        "winnerCount": 10, "commitment": commitment(), "committedAt": "2026-11-20T01:00:00Z",
        "rules": {"winnerCount": 10}, "rulesHash": "9f".repeat(32), "participantCount": some(frozen, 214.into()),
        "entriesRoot": some(frozen, "d8".repeat(32).into()), "frozenAt": some(frozen, "2026-11-29T09:00:00Z".into()),
        "beacon": {"id": "none", "round": null, "value": null, "signature": null},
        "seed": some(drawn, "0a".repeat(32).into()), "drawnAt": some(drawn, "2026-11-29T10:12:00Z".into()),
        "winners": some(drawn, ranks(1, 10)), "alternates": some(drawn, ranks(40, 10)),
        "forfeits": if drawn { json!([{"tag": tag(2), "reason": "연락이 닿지 않았어요", "at": "2026-12-02T01:00:00Z"}]) } else { json!([]) },
    })
}

pub fn tokens() -> Value {
    json!({"accessToken": "new-access", "refreshToken": "new-refresh", "tokenType": "Bearer", "expiresIn": 900})
}

fn owned(id: &str, status: &str, title: Value) -> Value {
    json!({
        "id": id, "code": CODE, "storeId": DRAW, "objective": "REVISIT", "status": status, "title": title,
        "description": null, "startsAt": "2026-11-20T01:00:00Z", "endsAt": "2026-11-29T09:00:00Z", "prizes": [],
    })
}

pub fn listed() -> Value {
    json!({"items": [
        owned("1", "ONGOING", "가을 단골 감사 이벤트".into()), owned("2", "PUBLISH_FAILED", "수능 응원 치킨".into()),
        owned("3", "SCHEDULED", "크리스마스 미리 예약".into()), owned("4", "DRAFT", Value::Null),
        owned("5", "ENDED", "여름 맥주 한 잔".into()),
    ], "nextCursor": "abc", "totalCount": 5})
}

pub fn overview() -> Value {
    json!({"events": [{"eventId": "1", "title": "가을 단골 감사 이벤트", "status": "ONGOING", "startsAt": null, "endsAt": null,
        "participants": 132, "visited": 41, "winners": 0, "cost": 180000, "revenue": null, "roi": null, "expectedParticipants": 140}],
        "totals": {"events": 5, "ongoing": 1, "participants": 1432, "visited": 210, "winners": 30, "cost": 1250000, "revenue": null, "roi": null}})
}

pub fn store() -> Value {
    json!({"id": DRAW, "name": "연남 달구네 치킨", "industry": "RESTAURANT", "region": "SEOUL", "address": "…",
        "businessNumber": "123-**-***90", "businessHours": null, "verification": "PENDING_REVIEW"})
}

pub fn fleet() -> Fake {
    let named = |items: &[(&str, &str, &str)]| {
        let items: Value = items
            .iter()
            .map(|(code, ko, en)| json!({"code": code, "ko": ko, "en": en}))
            .collect();
        json!({"items": items, "nextCursor": null, "totalCount": 2})
    };
    Fake::new()
        .on("GET", "/api/public/events/K7MD3FXA", 200, event("ONGOING"))
        .on("POST", "/api/participations", 201, receipt())
        .on("GET", "/api/participations/me", 200, own_entry("PENDING"))
        .on(
            "GET",
            "/api/public/codes/352980",
            200,
            json!({"eventCode": CODE, "channel": "GENIE_TV"}),
        )
        .on(
            "GET",
            &format!("/api/public/draws/{DRAW}"),
            200,
            draw("COMMITTED"),
        )
        .on(
            "GET",
            "/api/reference/industries",
            200,
            named(&[
                ("RESTAURANT", "음식점", "Restaurant"),
                ("CAFE", "카페", "Café"),
            ]),
        )
        .on(
            "GET",
            "/api/reference/regions",
            200,
            named(&[("SEOUL", "서울", "Seoul"), ("JEJU", "제주", "Jeju")]),
        )
        .on("GET", "/api/users/me/store", 200, store())
        .on("GET", "/api/events", 200, listed())
        .on("GET", "/api/analytics/overview", 200, overview())
}

/// Every page in every state: a name, the API behind it, the visit.
pub fn states() -> Vec<(&'static str, Fake, Visit)> {
    let mut states = first_states();
    states.extend(running_states::running_states());
    states
}

fn first_states() -> Vec<(&'static str, Fake, Visit)> {
    let join = |status: &str| fleet().on("GET", "/api/public/events/K7MD3FXA", 200, event(status));
    let entry = |result: &str| {
        let proof = json!({"eventId": DRAW, "nonce": null, "tag": TAG, "weight": 1, "index": 87, "count": 214, "path": [], "entriesRoot": "d8"});
        fleet()
            .on("GET", "/api/participations/me", 200, own_entry(result))
            .on("GET", "/api/participations/me/proof", 200, proof)
    };
    let drawn = |status: &str| {
        fleet().on(
            "GET",
            &format!("/api/public/draws/{DRAW}"),
            200,
            draw(status),
        )
    };
    let mut announced = event("ENDED");
    announced["draw"]["drawnAt"] = "2026-11-29T10:12:00Z".into();
    let filled = "phone=010-12&name=%EB%8B%AC%EA%B5%AC&over14=yes&ch=GENIE_TV&t=352980";
    let wrong = invalid(&[
        (
            "phoneNumber",
            "휴대폰 번호를 확인해 주세요. 예: 010-1234-5678",
        ),
        ("consents.privacy", "개인정보 수집·이용에 동의해 주세요."),
    ]);
    let refuse = |status, json| fleet().on("POST", "/api/participations", status, json);
    let page = format!("/e/{CODE}");
    let paper = format!("/e/{CODE}/receipt");
    let draws = format!("/draws/{DRAW}");
    let away = || {
        problem(
            503,
            "UNAVAILABLE",
            "지금은 처리할 수 없어요. 잠시 후 다시 시도해 주세요.",
        )
    };
    vec![
        ("code", fleet(), get("/e")),
        ("code-unknown", fleet(), get("/e?code=9999")),
        ("join-open", fleet(), get(&page)),
        ("join-soon", join("SCHEDULED"), get(&page)),
        ("join-over", join("ENDED"), get(&page)),
        ("join-drawn", fleet().on("GET", "/api/public/events/K7MD3FXA", 200, announced), get(&page)),
        ("join-cancelled", join("CANCELLED"), get(&page)),
        ("join-unknown", fleet(), get("/e/NOSUCH")),
        ("join-away", Fake::new().on("GET", "/api/public/events/K7MD3FXA", 503, away()), get(&page)),
        ("join-have", fleet(), with_receipt(get(&page))),
        ("join-left", fleet(), get(&format!("{page}?left=1"))),
        ("join-invalid", refuse(422, wrong), post(&page, filled)),
        ("join-already", refuse(409, problem(409, "ALREADY_PARTICIPATED", "이미 참여하셨어요.")), post(&page, filled)),
        ("join-busy", refuse(503, away()), post(&page, filled)),
        ("join-closed-meanwhile", join("ENDED").on("POST", "/api/participations", 409, problem(409, "EVENT_NOT_OPEN", "지금은 참여할 수 없는 이벤트예요.")), post(&page, filled)),
        ("receipt", fleet(), with_receipt(get(&paper))),
        ("receipt-visited", fleet().on("GET", "/api/participations/me", 200, visited()), with_receipt(get(&format!("{paper}?visited=1")))),
        ("receipt-wrong-visit", fleet().on("POST", "/api/participations/me/visit", 422, invalid(&[("visitCode", "방문 코드가 맞지 않거나 시간이 지났어요. 매장에 보이는 지금 코드를 입력해 주세요.")])), with_receipt(post(&format!("{paper}/visit"), "visitCode=123456"))),
        ("receipt-won", entry("WON"), with_receipt(get(&paper))),
        ("receipt-alternate", entry("ALTERNATE"), with_receipt(get(&paper))),
        ("receipt-lost", entry("LOST"), with_receipt(get(&paper))),
        ("receipt-none", fleet(), get(&paper)),
        ("receipt-ended", fleet().on("GET", "/api/participations/me", 401, problem(401, "UNAUTHORIZED", "다시 로그인해 주세요.")), with_receipt(get(&paper))),
        ("withdraw", fleet(), with_receipt(get(&format!("{paper}/withdraw")))),
        ("withdraw-frozen", fleet().on("DELETE", "/api/participations/me", 409, problem(409, "ENTRIES_FROZEN", "추첨 명단이 확정되어 더 바꿀 수 없어요.")), with_receipt(post(&format!("{paper}/withdraw"), ""))),
        ("draw-committed", fleet(), get(&draws)),
        ("draw-frozen", drawn("FROZEN"), get(&draws)),
        ("draw-drawn", drawn("DRAWN"), get(&draws)),
        ("login", fleet(), get("/login")),
        ("login-refused", fleet().on("POST", "/api/users/login", 401, problem(401, "INVALID_CREDENTIALS", "아이디나 비밀번호를 확인해 주세요.")), post("/login", "loginId=010-1234-5678&password=x")),
        ("reset-ask", fleet(), get("/password-resets")),
        ("reset-sent", fleet().on("POST", "/api/users/password-resets", 202, json!({})), post("/password-resets", "loginId=01012345678")),
        ("reset-choose", fleet(), get("/password-resets/t0k")),
        ("reset-weak", fleet().on("PUT", "/api/users/password-resets/t0k", 422, invalid(&[("password", "비밀번호에는 글자, 숫자, 기호가 하나 이상씩 들어가야 해요.")])), post("/password-resets/t0k", "password=abc")),
        ("reset-over", fleet(), post("/password-resets/t0k", "password=abcd123!")),
        ("signup-1", fleet(), get("/signup")),
        ("signup-closed", fleet().on("POST", "/api/users/business-numbers/verify", 200, json!({"status": "CLOSED", "source": "TAX_OFFICE"})), post("/signup", "step=1&businessNumber=123-45-67890")),
        ("signup-2", fleet(), signup(get("/signup?step=2"), "businessNumber=1234567891&standing=PENDING_REVIEW")),
        ("signup-2-missing", fleet(), signup(post("/signup", "step=2&storeName=&industry=CAFE&region=&address="), "businessNumber=1234567891&standing=VERIFIED")),
        ("signup-3", fleet(), signup(get("/signup?step=3"), FULL)),
        ("signup-known", fleet().on("POST", "/api/users/register", 409, problem(409, "EMAIL_TAKEN", "이미 가입한 이메일이에요.")), signup(post("/signup", "step=3&name=%EA%B9%80%EB%8B%AC%EA%B5%AC&phone=01012345678&email=a%40b.kr&password=x"), FULL)),
        ("home", fleet(), signed_in(get("/app?welcome=1"))),
        ("home-empty", fleet().on("GET", "/api/events", 200, json!({"items": [], "nextCursor": null, "totalCount": 0})), signed_in(get("/app"))),
        ("home-partial", fleet().on("GET", "/api/analytics/overview", 503, away()), signed_in(get("/app"))),
        ("events", fleet(), signed_in(get("/app/events"))),
        ("events-none", fleet().on("GET", "/api/events", 200, json!({"items": [], "nextCursor": null, "totalCount": 0})), signed_in(get("/app/events?q=%EA%B5%AD%EB%B0%A5"))),
        ("styleguide", fleet(), get("/styleguide")),
        ("not-found", fleet(), get("/e/x/y")),
    ]
}

pub const FULL: &str = "businessNumber=1234567891&standing=VERIFIED&storeName=%EB%8B%AC%EA%B5%AC%EB%84%A4&industry=RESTAURANT&region=SEOUL&address=%EC%84%9C%EC%9A%B8";

pub fn signup(mut visit: Visit, answers: &str) -> Visit {
    visit.cookies = format!("{}; signup={answers}", visit.cookies);
    visit
}
