//! An event that runs, its people, its draw, its numbers; and every page of these in every state.

use super::*;

pub const EVENT: &str = "0198c1f2-7d1a-7c55-9a3e-2f6f3f1c9a11";
pub const ONE: &str = "0198c1f2-7d1a-7c55-9a3e-2f6f3f1c9a12";
pub const OTHER: &str = "0198c1f2-7d1a-7c55-9a3e-2f6f3f1c9a13";
pub const WIN: &str = "0198c1f27d1a7c559a3e2f6f3f1c9a120198c1f27d1a7c559a3e2f6f3f1c9a12aa55";

pub fn app(rest: &str) -> String {
    format!("/app/events/{EVENT}{rest}")
}

pub fn api(rest: &str) -> String {
    format!("/api/events/{EVENT}{rest}")
}

pub fn running(status: &str) -> Value {
    json!({
        "id": EVENT, "code": CODE, "storeId": DRAW, "objective": "REVISIT", "status": status,
        "title": "가을 단골 감사 이벤트", "description": "늘 찾아 주시는 손님께 작은 잔치를 열어요.",
        "startsAt": "2026-11-20T01:00:00Z", "endsAt": "2026-11-29T09:00:00Z", "openedAt": "2026-11-20T01:00:00Z",
        "closedAt": if status == "ENDED" { json!("2026-11-22T02:00:00Z") } else { Value::Null },
        "prizes": [{"name": "오븐구이 한 마리 교환권", "quantity": 3, "unitCost": 20000}, {"name": "아메리카노", "quantity": 7, "unitCost": 3400}],
        "winnerCount": 10, "visitBonus": {"enabled": true, "weight": 3}, "budget": 300_000, "forecast": null,
        "recommendation": null, "images": [{"imageId": ONE, "style": "SIMPLE", "platform": "KAKAO"}], "channels": [],
        "step": "DONE", "version": 7, "createdAt": "2026-11-18T01:00:00Z", "updatedAt": "2026-11-20T01:00:00Z",
    })
}

pub fn dashboard(total: i64) -> Value {
    let hour = |hour: &str, n: i64| json!({"hour": format!("2026-11-{hour}:00:00+09:00"), "participants": n, "visited": n / 4});
    let day = |day: &str, n: i64| json!({"day": format!("2026-11-{day}"), "participants": n, "visited": n / 3});
    let channel = |code: Value,
                   seen: Value,
                   clicks: Value,
                   people: i64,
                   rate: Value,
                   cost: i64,
                   each: Value| {
        json!({"channel": code, "impressions": seen, "clicks": clicks, "participants": people, "conversionRate": rate,
            "cost": cost, "costPerParticipant": each, "source": "URIDONGNE_TV_STATS", "stale": false})
    };
    json!({
        "eventId": EVENT, "title": "가을 단골 감사 이벤트", "status": "ONGOING",
        "summary": "오늘 12명이 참여해서 모두 132명이 됐어요. 우리동네TV에서 가장 많이 왔어요.",
        "participants": {"total": total, "today": total / 11, "visited": total / 8,
            "byHour": if total > 0 { json!([hour("20T11", 20), hour("20T18", 31), hour("21T12", 29), hour("21T18", 40), hour("22T09", 12)]) } else { json!([]) },
            "byDay": if total > 0 { json!([day("20", 51), day("21", 69), day("22", 12)]) } else { json!([]) }},
        "channels": [
            channel("URIDONGNE_TV".into(), 12_400.into(), Value::Null, 61, 0.49.into(), 90_000, 1475.into()),
            channel("INSTAGRAM".into(), 2_100.into(), 180.into(), 44, 24.4.into(), 40_000, 909.into()),
            channel("GENIE_TV".into(), 900.into(), Value::Null, 0, 0.0.into(), 50_000, Value::Null),
            channel("NAVER".into(), Value::Null, Value::Null, 9, Value::Null, 0, 0.into()),
            channel(Value::Null, Value::Null, Value::Null, 18, Value::Null, 0, 0.into()),
        ],
        "cost": {"total": 263_800, "byItem": [{"item": "PRIZES", "amount": 83_800}, {"item": "URIDONGNE_TV", "amount": 90_000}, {"item": "INSTAGRAM", "amount": 40_000}, {"item": "GENIE_TV", "amount": 50_000}]},
        "revenue": null, "roi": null,
        "forecast": {"expected": 140, "low": 120, "high": 180, "actual": total, "withinRange": true},
        "winners": {"count": 0, "planned": 10, "drawId": null, "drawnAt": null},
        "cachedAt": "2026-11-22T03:00:00Z", "expiresAt": "2026-11-22T03:05:00Z", "partial": [],
    })
}

fn entry(n: usize, odd: bool) -> Value {
    let reasons =
        json!([{"code": "RAPID", "text": "…"}, {"code": "MANY_FROM_ADDRESS", "text": "…"}]);
    json!({
        "participantId": if n == 0 { ONE.to_owned() } else { format!("0198c1f2-7d1a-7c55-9a3e-{n:012}") },
        "entryNumber": if n == 0 { "K7MD-3FXA".to_owned() } else { format!("A{n:03}-BCDE") },
        "name": if n.is_multiple_of(3) { json!("김달구") } else { Value::Null }, "phoneNumber": "010-****-5678",
        "channel": if n.is_multiple_of(2) { json!("INSTAGRAM") } else { Value::Null }, "visited": n % 4 == 1,
        "weight": if n % 4 == 1 { 3 } else { 1 }, "winner": n == 2, "enteredAt": "2026-11-21T09:10:00Z",
        "fraudScore": if odd { 45 } else { 0 }, "fraudReasons": if odd { reasons } else { json!([]) }, "suspicious": odd,
        "review": if n == 3 { json!({"verdict": "GENUINE", "reason": "단골이에요", "at": "2026-11-21T09:30:00Z"}) } else { Value::Null },
    })
}

pub fn people(total: i64) -> Value {
    let items: Vec<Value> = (0..50).map(|n| entry(n, n == 0 || n == 5)).collect();
    json!({"items": items, "nextCursor": "bmV4dA", "totalCount": total})
}

pub fn no_people() -> Value {
    json!({"items": [], "nextCursor": null, "totalCount": 0})
}

fn place(rank: usize, prize: bool) -> Value {
    let mut place = json!({"rank": rank, "participantId": if rank == 1 { ONE.to_owned() } else { format!("0198c1f2-7d1a-7c55-9a3e-{rank:012}") },
        "entryNumber": format!("W{rank:03}-BCDE"), "name": if rank.is_multiple_of(2) { json!("이연남") } else { Value::Null },
        "phoneNumber": "010-****-1234", "tag": TAG});
    if prize {
        let name = if rank <= 3 {
            "오븐구이 한 마리 교환권"
        } else {
            "아메리카노"
        };
        place["prize"] = name.into();
    }
    place
}

pub fn draws(status: &str) -> Value {
    let drawn = status == "DRAWN";
    let frozen = status != "COMMITTED";
    let places = |prize: bool| (1..=10).map(|rank| place(rank, prize)).collect::<Value>();
    let some = |there: bool, value: Value| if there { value } else { Value::Null };
    json!({"items": [{
        "drawId": DRAW, "eventId": EVENT, "drawNo": 1, "algorithm": "draw-v1", "mode": "WEIGHTED", "winnerCount": 10,
        "winners": if drawn { places(true) } else { json!([]) }, "alternates": if drawn { places(false) } else { json!([]) },
        "participantCount": some(frozen, 214.into()), "commitment": commitment(), "committedAt": "2026-11-20T01:00:00Z",
        "rulesHash": "9f".repeat(32), "seed": some(drawn, "0a".repeat(32).into()), "entriesRoot": some(frozen, "d8".repeat(32).into()),
        "frozenAt": some(frozen, "2026-11-22T02:00:00Z".into()), "drawnAt": some(drawn, "2026-11-22T02:30:00Z".into()),
    }], "nextCursor": null, "totalCount": 1})
}

fn tax() -> Value {
    json!({"prizeValue": 80_000, "tax": 17_600, "threshold": 50_000, "percent": 22, "source": "소득세법 제21조",
        "checkedOn": "2026-10-01", "text": "…"})
}

fn winner(rank: usize, state: &str) -> Value {
    let mut one = place(rank, state != "WAITING");
    let more = json!({
        "kind": if state == "WAITING" || (rank == 4 && state == "DRAWN") { "ALTERNATE" } else { "WINNER" }, "state": state,
        "reason": if state == "FORFEITED" { json!("일주일 동안 연락이 닿지 않았어요") } else { Value::Null },
        "history": [], "claimBy": if rank == 2 { "2026-11-23T09:00:00Z" } else { "2026-12-06T09:00:00Z" },
        "message": match rank { 1 => json!("SENT"), 2 => json!("FAILED"), _ => Value::Null },
        "hasDelivery": state == "CLAIMED", "tax": if rank == 1 { tax() } else { Value::Null },
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        one[key] = value.clone();
    }
    one["prize"] = match state {
        "WAITING" => Value::Null,
        _ => one["prize"].clone(),
    };
    one
}

pub fn winners() -> Value {
    json!({"items": [winner(1, "DRAWN"), winner(2, "CONTACTED"), winner(3, "CLAIMED"), winner(4, "FORFEITED"), winner(4, "DRAWN"), winner(5, "HANDED_OVER")],
        "nextCursor": null, "totalCount": 6, "alternates": [winner(2, "WAITING"), winner(3, "WAITING")]})
}

pub fn distribution() -> Value {
    let one = |channel: &str, status: &str, error: Value, breaker: &str| {
        json!({"channel": channel, "status": status, "attempts": 1, "externalId": null,
            "externalUrl": if status == "PUBLISHED" { json!("https://www.instagram.com/p/abc") } else { Value::Null },
            "trackingUrl": "http://x/e/K7MD3FXA?t=1", "spokenCode": if channel == "GENIE_TV" { json!("352980") } else { Value::Null },
            "lastError": error, "nextAttemptAt": null, "breaker": breaker, "sandbox": true, "startedAt": null, "finishedAt": null})
    };
    json!({"eventId": EVENT, "run": 1, "status": "PARTIAL", "sandbox": true, "channels": [
        one("INSTAGRAM", "PUBLISHED", Value::Null, "CLOSED"), one("GENIE_TV", "PENDING_REVIEW", Value::Null, "CLOSED"),
        one("NAVER", "QUEUED", "답이 없어요.".into(), "OPEN"), one("KAKAO", "FAILED", "발신 프로필을 확인해 주세요.".into(), "CLOSED"),
    ]})
}

pub fn history() -> Value {
    let line = |action: &str, actor: &str, changes: Value| json!({"id": DRAW, "at": "2026-11-20T01:00:00Z", "actor": actor, "action": action, "changes": changes, "version": 3});
    json!({"items": [
        line("event.opened", "CLOCK", json!({"status": {"from": "SCHEDULED", "to": "ONGOING"}})),
        line("event.changed", "OWNER", json!({"title": {"from": "가을 잔치", "to": "가을 단골 감사 이벤트"}, "prizes": {"from": [], "to": []}})),
        line("event.created", "OWNER", json!({})),
    ], "nextCursor": "bmV4dA", "totalCount": 60})
}

pub fn code() -> Value {
    json!({"code": "482913", "validUntil": "2026-11-22T03:00:30Z", "secondsLeft": 17, "dayCode": "730164", "day": "2026-11-22"})
}

pub fn win(state: &str) -> Value {
    json!({"genuine": true, "storeName": "연남 달구네 치킨", "eventTitle": "가을 단골 감사 이벤트", "eventCode": CODE, "drawId": DRAW,
        "entryNumber": "K7MD-3FXA", "rank": 1, "prize": "오븐구이 한 마리 교환권", "state": state, "claimBy": "2026-12-06T09:00:00Z",
        "expired": state == "EXPIRED", "claimOnline": true, "tax": tax()})
}

pub fn me() -> Value {
    json!({"id": DRAW, "name": "김달구", "email": "dalgu@example.kr", "phoneNumber": "010-****-5678", "role": "OWNER"})
}

fn channels() -> Value {
    let one = |channel: &str, state: &str, name: Value| {
        json!({"channel": channel, "name": "…", "mode": if channel == "NAVER" { "ASSISTED" } else { "AUTO" }, "configured": channel != "KAKAO",
            "connected": state != "NOT_CONNECTED", "state": state, "accountName": name, "expiresAt": if state == "EXPIRES_SOON" { json!("2026-11-26T09:00:00Z") } else { Value::Null },
            "breaker": if channel == "GENIE_TV" { "OPEN" } else { "CLOSED" }, "sandbox": false})
    };
    json!({"items": [one("URIDONGNE_TV", "CONNECTED", "달구네".into()), one("GENIE_TV", "CONNECTED", Value::Null), one("INSTAGRAM", "EXPIRES_SOON", "@dalgune".into()),
        one("NAVER", "EXPIRED", "연남 카페".into()), one("KAKAO", "NOT_CONNECTED", Value::Null)], "nextCursor": null, "totalCount": 5, "sandbox": false})
}

fn sessions() -> Value {
    let one = |id: &str, current: bool, device: Value| {
        json!({"id": id, "current": current, "device": device, "userAgent": null, "createdAt": "2026-11-20T01:00:00Z",
            "lastUsedAt": "2026-11-22T02:50:00Z", "expiresAt": "2026-12-20T01:00:00Z"})
    };
    json!({"items": [one(ONE, true, "Chrome · Android".into()), one(OTHER, false, "Safari · iPhone".into()), one(DRAW, false, Value::Null)],
        "nextCursor": null, "totalCount": 3})
}

/// The fleet with an event in that state.
pub fn shop(status: &str) -> Fake {
    let mut others = overview();
    let row = |id: &str, status: &str, people: i64| {
        json!({"eventId": id, "title": "여름 맥주 한 잔", "status": status, "startsAt": null, "endsAt": null, "participants": people, "visited": 30,
            "winners": 5, "cost": 180_000, "revenue": 560_000, "roi": 211.1, "expectedParticipants": 100})
    };
    others["events"] = json!([row(EVENT, status, 132), row(OTHER, "ENDED", 98)]);
    fleet()
        .on("GET", &api(""), 200, running(status))
        .on(
            "GET",
            &format!("/api/analytics/dashboard/{EVENT}"),
            200,
            dashboard(132),
        )
        .on("GET", "/api/analytics/overview", 200, others)
        .on(
            "GET",
            &format!("/api/distributions/{EVENT}"),
            200,
            distribution(),
        )
        .on(
            "GET",
            &api("/draws"),
            200,
            draws(if status == "ENDED" {
                "FROZEN"
            } else {
                "COMMITTED"
            }),
        )
        .on("GET", &api("/history"), 200, history())
        .on("GET", &api("/participants"), 200, people(10_000))
        .on("GET", &api("/visit-code"), 200, code())
        .on("GET", &api("/winners"), 200, winners())
        .on("GET", "/api/users/me", 200, me())
        .on("GET", "/api/users/me/sessions", 200, sessions())
        .on("GET", "/api/channels", 200, channels())
        .on("GET", &format!("/api/public/wins/{WIN}"), 200, win("DRAWN"))
}

/// Every page of a running event and of an account: a name, the API behind it, the visit.
pub fn running_states() -> Vec<(&'static str, Fake, Visit)> {
    let see = |rest: &str| signed_in(get(&app(rest)));
    let send = |rest: &str, form: &str| signed_in(post(&app(rest), form));
    let at = |path: &str| signed_in(get(path));
    let to = |path: &str, form: &str| signed_in(post(path, form));
    let gone = || {
        problem(
            503,
            "UNAVAILABLE",
            "지금은 처리할 수 없어요. 잠시 후 다시 시도해 주세요.",
        )
    };
    let one = |rest: &str| format!("/participants/{ONE}{rest}");
    let drawn = || shop("ENDED").on("GET", &api("/draws"), 200, draws("DRAWN"));
    let board = |change: fn(&mut Value)| {
        let mut board = dashboard(132);
        change(&mut board);
        shop("ENDED").on(
            "GET",
            &format!("/api/analytics/dashboard/{EVENT}"),
            200,
            board,
        )
    };
    let wins = format!("/wins/{WIN}");
    let won =
        |state: &str| shop("ENDED").on("GET", &format!("/api/public/wins/{WIN}"), 200, win(state));
    let mut in_shop = win("CONTACTED");
    in_shop["claimOnline"] = false.into();
    vec![
        ("event", shop("ONGOING"), see("")),
        ("event-scheduled", shop("SCHEDULED"), see("")),
        ("event-failed", shop("PUBLISH_FAILED"), see("")),
        ("event-ended", shop("ENDED"), see("?done=ended")),
        ("event-drawn", drawn(), see("")),
        ("event-cancelled", shop("CANCELLED"), see("?done=cancelled")),
        ("event-partial", shop("ONGOING").on("GET", &format!("/api/analytics/dashboard/{EVENT}"), 503, gone()), see("")),
        ("event-foreign", shop("ONGOING").on("GET", &api(""), 404, problem(404, "NOT_FOUND", "찾을 수 없어요.")), see("")),
        ("event-away", shop("ONGOING").on("GET", &api(""), 503, gone()), see("")),
        ("event-edit", shop("ONGOING"), see("/edit")),
        ("event-edit-newer", shop("ONGOING").on("PATCH", &api(""), 412, problem(412, "PRECONDITION_FAILED", "…")), send("/edit", "version=6&title=%EA%B2%A8%EC%9A%B8&description=x&endsAt=2026-11-30T18%3A00")),
        ("event-edit-wrong", shop("ONGOING").on("PATCH", &api(""), 422, invalid(&[("endsAt", "마감은 지금보다 뒤여야 해요.")])), send("/edit", "version=7&title=a&endsAt=2026-01-01T18%3A00")),
        ("event-end", shop("ONGOING"), see("/end")),
        ("event-end-late", shop("SCHEDULED"), see("/end")),
        ("event-cancel", shop("ONGOING"), see("/cancel")),
        ("event-cancel-refused", shop("ENDED").on("POST", &api("/cancel"), 409, problem(409, "EVENT_NOT_CANCELLABLE", "끝난 이벤트는 취소할 수 없어요.")), send("/cancel", "")),
        ("history", shop("ONGOING"), see("/history")),
        ("participants", shop("ONGOING"), see("/participants?done=visit&number=K7MD-3FXA")),
        ("participants-later", shop("ONGOING"), see("/participants?after=bmV4dA&only=suspicious&channel=NAVER")),
        ("participants-none", shop("ONGOING").on("GET", &api("/participants"), 200, no_people()), see("/participants")),
        ("participants-not-found", shop("ONGOING").on("GET", &api("/participants"), 200, no_people()), see("/participants?q=ZZZZ")),
        ("participant", shop("ONGOING"), see(&one("?n=K7MD-3FXA"))),
        ("participant-revealed", shop("ONGOING").on("POST", &api(&one("/reveal")), 200, json!({"participantId": ONE, "phoneNumber": "010-1234-5678", "name": "김달구"})), send(&one("/reveal"), "number=K7MD-3FXA&reason=a")),
        ("participant-refused", shop("ONGOING").on("POST", &api(&one("/reveal")), 422, invalid(&[("reason", "사유를 200자 이내로 적어 주세요.")])), send(&one("/reveal"), "number=K7MD-3FXA&reason=")),
        ("participant-gone", shop("ONGOING").on("GET", &api("/participants"), 200, no_people()), see(&one("?n=K7MD-3FXA"))),
        ("export", shop("ONGOING"), see("/participants/export")),
        ("counter", shop("ONGOING"), see("/counter")),
        ("counter-staff", shop("ONGOING"), see("/counter?staff=1&done=MARKED")),
        ("counter-wrong", shop("ONGOING").on("POST", &api("/visits/sync"), 200, json!({"visits": [{"visitId": ONE, "participantId": null, "outcome": "UNKNOWN"}]})), send("/counter", "entryNumber=ZZZZ-ZZZZ")),
        ("counter-closed", shop("SCHEDULED"), see("/counter")),
        ("counter-sheet", shop("ONGOING"), see("/counter/print")),
        ("draw-early", shop("ONGOING"), see("/draw")),
        ("draw-ready", shop("ENDED"), see("/draw")),
        ("draw-nobody", shop("ENDED").on("GET", &api("/draws"), 200, { let mut d = draws("FROZEN"); d["items"][0]["participantCount"] = 0.into(); d }), see("/draw")),
        ("draw-wrong", shop("ENDED").on("POST", &api("/draws"), 422, invalid(&[("alternateCount", "예비 당첨자는 0명에서 100명까지 정할 수 있어요.")])), send("/draw", "alternateCount=900")),
        ("draw-done", drawn(), see("/draw?done=1")),
        ("draw-later", drawn(), see("/draw")),
        ("winners", drawn(), see("/winners")),
        ("winners-forfeited", drawn(), see("/winners?done=forfeit&number=W002-BCDE&up=W012-BCDE")),
        ("winners-none", shop("ONGOING").on("GET", &api("/winners"), 200, json!({"items": [], "nextCursor": null, "totalCount": 0, "alternates": []})), see("/winners")),
        ("winner-forfeit", drawn(), see(&format!("/winners/{ONE}/forfeit?number=W002-BCDE"))),
        ("winner-forfeit-wrong", drawn().on("POST", &api(&format!("/winners/{ONE}/forfeit")), 422, invalid(&[("reason", "사유에서 전화번호 같은 개인정보는 빼 주세요.")])), send(&format!("/winners/{ONE}/forfeit"), "number=W002-BCDE&reason=01012345678")),
        ("winner-refused", drawn().on("POST", &api(&format!("/winners/{ONE}/claimed")), 409, problem(409, "ALREADY_FORFEITED", "이미 당첨이 취소됐어요.")), send(&format!("/winners/{ONE}/claimed"), "number=W002-BCDE")),
        ("winner-delivery-ask", drawn(), see(&format!("/winners/{ONE}/delivery"))),
        ("winner-delivery", drawn().on("GET", &api(&format!("/winners/{ONE}/delivery")), 200, json!({"recipient": "김달구", "phoneNumber": "010-1234-5678", "postcode": "03999", "address": "서울 마포구 동교로 38길 12, 1층", "memo": "문 앞에 놓아 주세요"})), send(&format!("/winners/{ONE}/delivery"), "")),
        ("winner-delivery-none", drawn(), send(&format!("/winners/{ONE}/delivery"), "")),
        ("dashboard", shop("ONGOING"), see("/dashboard")),
        ("dashboard-none", shop("ONGOING").on("GET", &format!("/api/analytics/dashboard/{EVENT}"), 200, { let mut d = dashboard(0); d["channels"] = json!([]); d["summary"] = "아직 참여한 손님이 없어요.".into(); d }), see("/dashboard")),
        ("dashboard-ended", board(|b| { b["revenue"] = 660_000.into(); b["winners"]["drawnAt"] = "2026-11-22T02:30:00Z".into(); b["summary"] = "예상 120–180명 → 실제 132명이에요. 예상한 범위 안에 들었어요.".into(); }), see("/dashboard?done=sales&n=1&known=1")),
        ("dashboard-partial", board(|b| { b["partial"] = json!(["PARTICIPATION", "NAVER"]); b["forecast"] = Value::Null; }), see("/dashboard")),
        ("dashboard-away", shop("ONGOING").on("GET", &format!("/api/analytics/dashboard/{EVENT}"), 503, gone()), see("/dashboard")),
        ("sales", shop("ENDED"), see("/sales")),
        ("sales-wrong", shop("ENDED"), send("/sales", "day=&amount=만원&lines=")),
        ("sales-line-wrong", shop("ENDED"), send("/sales", "day=2026-11-22&amount=&lines=2026-11-22%2C32000%0Ax")),
        ("overview", shop("ONGOING"), at("/app/dashboard")),
        ("win", won("DRAWN"), get(&wins)),
        ("win-code", won("DRAWN").on("POST", &format!("/api/public/wins/{WIN}/code"), 202, json!({"expiresAt": "2026-11-22T03:05:00Z"})), post(&format!("{wins}/code"), "")),
        ("win-wrong", won("DRAWN").on("POST", &format!("/api/public/wins/{WIN}/claim"), 422, invalid(&[("code", "확인번호가 맞지 않거나 시간이 지났어요. 다시 받아 주세요."), ("delivery.address", "배송 정보를 확인해 주세요.")])), post(&format!("{wins}/claim"), "code=1&recipient=%EA%B9%80&address=x")),
        ("win-claimed", won("CLAIMED"), get(&format!("{wins}?claimed=1"))),
        ("win-expired", won("EXPIRED"), get(&wins)),
        ("win-forfeited", won("FORFEITED"), get(&wins)),
        ("win-in-shop", shop("ENDED").on("GET", &format!("/api/public/wins/{WIN}"), 200, in_shop), get(&wins)),
        ("win-fake", fleet(), get("/wins/00ff")),
        ("profile", shop("ONGOING"), at("/app/profile?done=person")),
        ("profile-taken", shop("ONGOING").on("PATCH", "/api/users/me", 409, problem(409, "EMAIL_TAKEN", "이미 가입한 이메일이에요.")), to("/app/profile", "name=%EA%B9%80&email=a%40b.kr&phone=&currentPassword=x")),
        ("profile-newer", shop("ONGOING"), to("/app/profile", "seen=0011223344556677&name=%EA%B9%80&email=a%40b.kr")),
        ("store", shop("ONGOING"), at("/app/profile/store")),
        ("store-wrong", shop("ONGOING").on("PATCH", "/api/users/me/store", 422, invalid(&[("address", "주소를 5자 이상 적어 주세요.")])), to("/app/profile/store", "storeName=a&industry=CAFE&region=SEOUL&address=x")),
        ("password", shop("ONGOING"), at("/app/profile/password")),
        ("password-wrong", shop("ONGOING").on("PUT", "/api/users/me/password", 422, invalid(&[("currentPassword", "지금 비밀번호가 맞지 않아요.")])), to("/app/profile/password", "currentPassword=a&newPassword=b")),
        ("sessions", shop("ONGOING"), at("/app/profile/sessions")),
        ("channels", shop("ONGOING"), at("/app/channels?done=connected")),
        ("channel", shop("ONGOING"), at("/app/channels/NAVER")),
        ("channel-wrong", shop("ONGOING").on("PUT", "/api/channels/KAKAO/connection", 422, invalid(&[("optOutNumber", "080으로 시작하는 수신거부 번호가 필요해요.")])), to("/app/channels/KAKAO", "accountId=a&optOutNumber=010")),
        ("channel-leave", shop("ONGOING"), at("/app/channels/INSTAGRAM/disconnect")),
        ("leave", shop("ONGOING"), at("/app/profile/delete")),
        ("leave-wrong", shop("ONGOING"), to("/app/profile/delete", "currentPassword=a&word=no")),
        ("form-again", shop("ONGOING").on("PATCH", &api(""), 401, problem(401, "UNAUTHORIZED", "…")).on("GET", &api(""), 401, problem(401, "UNAUTHORIZED", "…")).on("POST", "/api/users/refresh", 401, problem(401, "REFRESH_TOKEN_INVALID", "…")), send("/edit", "version=7&title=%EA%B2%A8%EC%9A%B8&description=x")),
    ]
}
