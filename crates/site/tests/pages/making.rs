//! An event on its way from a goal to its publication, as the API tells it, and the states its pages can be in.

use crate::fake::*;
use janchi_site::Visit;
use serde_json::{Value, json};

pub const EVENT: &str = "0198c1f2-7d1a-7c55-9a3e-2f6f3f1c9a10";
pub const JOB: &str = "0198c1f2-7d1a-7c55-9a3e-000000000001";
pub const PLAN: &str = "0198c1f2-7d1a-7c55-9a3e-0000000000a2";
const STYLES: [&str; 3] = ["SIMPLE", "FANCY", "TRENDY"];
const PLATFORMS: [&str; 3] = ["INSTAGRAM", "NAVER", "KAKAO"];

/// The id of the picture of a style in a size.
pub fn picture_id(style: usize, platform: usize) -> String {
    format!("0198c1f2-7d1a-7c55-9a3e-00000000{style}{platform}00")
}

pub fn picture(style: usize, platform: usize) -> Value {
    let (width, height) = [(1080, 1080), (800, 600), (800, 800)][platform];
    let file = |ending: &str| {
        let name = STYLES[style].to_lowercase();
        format!("http://127.0.0.1:8080/cdn/{name}{platform}.{ending}")
    };
    json!({
        "imageId": picture_id(style, platform), "eventId": EVENT, "style": STYLES[style], "platform": PLATFORMS[platform],
        "url": file("png"), "variants": {"png": file("png"), "jpeg": file("jpg"), "webp": file("webp")},
        "width": width, "height": height, "source": if style == 1 { "STABILITY" } else { "TEMPLATE" },
        "aiGenerated": style == 1, "editedFrom": null, "sandbox": false, "createdAt": "2026-11-22T02:58:00Z",
        "altText": "연남 달구네 치킨 ‘처음 오신 손님 환영 이벤트’ 이벤트 안내 그림. 경품: 오븐구이 한 마리 10명. 참여 방법: 아래 주소에서 전화번호로 응모하세요. 기간: 11월 27일부터 12월 6일까지",
        "titleText": "처음 오신 손님 환영 이벤트", "prizeText": "오븐구이 한 마리 10명", "guideText": "아래 주소에서 전화번호로 응모하세요",
        "layout": "LEFT", "colors": {},
    })
}

/// Every picture, or those of one style.
pub fn pictures(style: Option<usize>) -> Value {
    let styles = match style {
        Some(style) => style..style + 1,
        None => 0..3,
    };
    styles
        .flat_map(|style| (0..3).map(move |platform| picture(style, platform)))
        .collect()
}

pub fn list(items: Value) -> Value {
    json!({"totalCount": items.as_array().map_or(0, Vec::len), "items": items, "nextCursor": null})
}

fn prizes() -> Value {
    json!([{"name": "오븐구이 한 마리 교환권", "quantity": 10, "unitCost": 18000}, {"name": "생맥주 한 잔", "quantity": 20, "unitCost": 3000}])
}

fn forecast(n: i64) -> Value {
    json!({
        "participants": {"low": 48 * n, "expected": 70 * n, "high": 103 * n}, "cost": 120_000 * n, "revenue": 284_300 * n,
        "roi": 136.9, "breakEvenVisitors": 11 * n,
        "basis": "① 채널별 응모 = 도달 × 열람률 × 응모율: 네이버 712명×5.5%×34%=13명, 카카오 410명×7%×40%=11명. ② 여기에 참여 방식 1.10 × 경품 1.24 × 시기 1.05를 곱해 온라인 응모 35명이에요. ③ 매장 응모 = 하루 손님 62명 × 10일 × 4.6% × 경품 1.24 = 35명. ④ 예상 참여 70명(80% 범위 48~103명).",
        "model": {"participants": 70.0, "channels": [{"channel": "NAVER", "participants": 18.2}, {"channel": "KAKAO", "participants": 15.9}]},
    })
}

fn plan(n: i64, tier: &str, title: &str, channels: Value) -> Value {
    json!({
        "planId": format!("0198c1f2-7d1a-7c55-9a3e-0000000000a{n}"), "tier": tier, "title": title,
        "summary": "처음 오신 손님께 오븐구이를 걸고, 매장에 오시면 당첨 기회를 늘려 드려요.",
        "prizes": prizes(), "participationMethod": "QR을 찍고 전화번호로 응모해요.", "channels": channels,
        "schedule": {"startsAt": "2026-11-27T00:00:00Z", "endsAt": "2026-12-06T12:00:00Z", "days": 10,
            "reason": "연말 모임이 시작되는 주라 치킨집을 찾는 사람이 평소보다 많아요."},
        "visitWeight": 3, "forecast": forecast(n),
    })
}

pub fn advice() -> Value {
    let free = json!([{"channel": "NAVER", "budget": 0, "reason": "동네 가게를 검색하는 손님이 가장 먼저 만나는 곳이에요."}, {"channel": "KAKAO", "budget": 0, "reason": "이미 우리 가게를 아는 손님에게 바로 닿아요."}]);
    let ring = json!([{"channel": "NAVER", "budget": 0, "reason": null}, {"channel": "INSTAGRAM", "budget": 20_000, "reason": "사진으로 분위기를 보여 주기 좋고 적은 돈으로 시작할 수 있어요."}, {"channel": "RINGO_BIZ", "budget": 30_000, "reason": null}]);
    let screen = json!([{"channel": "NAVER", "budget": 20_000, "reason": null}, {"channel": "URIDONGNE_TV", "budget": 100_000, "reason": "가게 주변 화면에 나와 걸어서 올 수 있는 사람에게 보여요."}]);
    let item = |keyword: &str| json!({"keyword": keyword, "relevance": 0.8, "description": "11월 마지막 주부터 저녁 단체 손님이 늘어요.", "evidence": "잔치의 업종별 계절표"});
    json!({
        "source": "PLANNER", "notice": "AI에 연결할 수 없어 기본 추천으로 만들었어요.", "sandbox": false,
        "trend": {"industry": [item("치맥 모임")], "region": [item("연남동 산책길")], "season": [item("연말 모임"), item("첫눈")]},
        "plans": [plan(1, "LOW_COST", "처음 오신 손님 환영 이벤트", free), plan(2, "MID_COST", "연남 첫 방문 치킨 잔치", ring), plan(3, "HIGH_COST", "온 동네 오븐구이 잔치", screen)],
    })
}

pub fn job(kind: &str, status: &str, stage: &str, progress: i64) -> Value {
    let mut job = json!({
        "id": JOB, "type": kind, "status": status, "progress": progress, "stage": stage,
        "createdAt": "2026-11-22T02:57:00Z", "updatedAt": "2026-11-22T02:57:30Z",
        "wish": {"budget": 300_000, "note": "아이와 함께 오는 손님이 많아요"},
    });
    if status == "FAILED" {
        job["error"] = json!({"code": "AI_FAILED", "message": "추천을 만들지 못했어요. 잠시 뒤에 다시 시도해 주세요."});
    }
    job
}

pub fn whole_job(kind: &str, result: Value) -> Value {
    let mut job = job(kind, "SUCCEEDED", "SUCCEEDED", 100);
    job["result"] = result;
    job
}

/// A draft without anything but its goal.
pub fn draft() -> Value {
    json!({
        "id": EVENT, "code": CODE, "storeId": DRAW, "objective": "NEW_CUSTOMERS", "status": "DRAFT", "title": null,
        "description": null, "startsAt": null, "endsAt": null, "openedAt": null, "closedAt": null, "prizes": [],
        "winnerCount": null, "visitBonus": {"enabled": false, "weight": 3}, "budget": 300_000, "forecast": null,
        "recommendation": null, "images": [], "channels": [], "step": "RECOMMENDATION", "version": 2,
        "createdAt": "2026-11-22T02:56:00Z", "updatedAt": "2026-11-22T02:56:00Z",
    })
}

/// The same with a plan.
pub fn planned() -> Value {
    let mut event = draft();
    let mut chosen = advice()["plans"][1].clone();
    chosen["jobId"] = JOB.into();
    chosen["source"] = "PLANNER".into();
    for (name, value) in [
        ("title", "연남 첫 방문 치킨 잔치".into()),
        ("description", "처음 오신 손님께 오븐구이를 걸고, 매장에 오시면 당첨 기회를 늘려 드려요.\n\n참여 방법: QR을 찍고 전화번호로 응모해요.".into()),
        ("startsAt", "2026-11-27T00:00:00Z".into()),
        ("endsAt", "2026-12-06T12:00:00Z".into()),
        ("prizes", prizes()),
        ("winnerCount", 30.into()),
        ("visitBonus", json!({"enabled": true, "weight": 3})),
        ("forecast", forecast(2)),
        ("budget", 290_000.into()),
        ("recommendation", chosen),
        ("channels", json!([{"channel": "NAVER", "budget": 0}, {"channel": "INSTAGRAM", "budget": 20_000}, {"channel": "RINGO_BIZ", "budget": 30_000}])),
        ("step", "CONTENT".into()),
        ("version", 3.into()),
    ] {
        event[name] = value;
    }
    event
}

/// The same with the pictures of a job, or of one style.
pub fn pictured(style: Option<usize>) -> Value {
    let mut event = planned();
    event["images"] = pictures(style);
    event["step"] = "APPROVAL".into();
    event["version"] = 4.into();
    event
}

/// In another status.
pub fn in_status(status: &str) -> Value {
    let mut event = pictured(Some(0));
    event["status"] = status.into();
    event
}

pub fn channels(change: impl Fn(&mut Value)) -> Value {
    let state = |channel: &str, mode: &str, connected: bool| {
        json!({"channel": channel, "name": channel, "mode": mode, "configured": true, "connected": connected,
            "state": if connected { "CONNECTED" } else { "NOT_CONNECTED" }, "accountName": if connected { json!("@dalgu_chicken") } else { Value::Null },
            "expiresAt": null, "breaker": "CLOSED", "sandbox": false})
    };
    let mut items = json!([
        state("URIDONGNE_TV", "AUTO", false),
        state("RINGO_BIZ", "AUTO", false),
        state("GENIE_TV", "AUTO", false),
        state("INSTAGRAM", "AUTO", true),
        state("NAVER", "ASSISTED", false),
        state("KAKAO", "AUTO", true),
    ]);
    change(&mut items);
    list(items)
}

fn on_channel(channel: &str, status: &str) -> Value {
    json!({"channel": channel, "status": status, "attempts": 1, "externalId": null, "externalUrl": null,
        "trackingUrl": format!("http://127.0.0.1:8080/e/{CODE}?ch={channel}&t=a1b2c3d4"), "lastError": null,
        "nextAttemptAt": null, "breaker": "CLOSED", "sandbox": false, "startedAt": null, "finishedAt": null})
}

pub fn run(status: &str, channels: Value) -> Value {
    json!({"eventId": EVENT, "run": 1, "status": status, "channels": channels, "sandbox": false})
}

/// A run with one channel in every state.
pub fn mixed(status: &str) -> Value {
    let mut up = on_channel("INSTAGRAM", "PUBLISHED");
    up["externalUrl"] = "https://instagram.com/p/abc".into();
    let mut review = on_channel("URIDONGNE_TV", "PENDING_REVIEW");
    review["spokenCode"] = "352980".into();
    let mut failed = on_channel("KAKAO", "FAILED");
    (failed["attempts"], failed["breaker"]) = (3.into(), "OPEN".into());
    failed["lastError"] = "카카오가 지금 답하지 않아요.".into();
    failed["nextAttemptAt"] = "2026-11-22T03:20:00Z".into();
    let mut hand = on_channel("NAVER", "MANUAL_ACTION_REQUIRED");
    hand["manualSteps"] = json!([
        "네이버 블로그(https://blog.naver.com) 글쓰기를 열고 아래 이미지와 문구를 넣어 주세요.",
        "복사할 문구:\n[연남 달구네 치킨] 연남 첫 방문 치킨 잔치",
        "이미지: http://127.0.0.1:8080/cdn/simple1.jpg",
        "발행한 뒤 글 주소를 복사해 '직접 올렸어요'에 붙여 넣어 주세요."
    ]);
    let waiting = on_channel(
        "RINGO_BIZ",
        if status == "RUNNING" {
            "PUBLISHING"
        } else {
            "SKIPPED"
        },
    );
    run(status, json!([up, review, waiting, failed, hand]))
}

/// The API around an event.
pub fn around(event: Value) -> Fake {
    let path = format!("/api/events/{EVENT}");
    fleet()
        .on("GET", &path, 200, event)
        .on("GET", &format!("{path}/jobs"), 200, list(json!([])))
        .on(
            "GET",
            "/api/content/images",
            404,
            problem(404, "NOT_FOUND", "찾을 수 없어요."),
        )
        .on("GET", "/api/channels", 200, channels(|_| ()))
        .on(
            "GET",
            &format!("{path}/preflight"),
            200,
            json!({"blocking": [], "warnings": []}),
        )
}

impl Fake {
    /// The latest job of the event.
    pub fn with_job(self, job: Value) -> Self {
        let path = format!("/api/jobs/{JOB}");
        let mut listed = job.clone();
        listed["result"] = Value::Null;
        self.on(
            "GET",
            &format!("/api/events/{EVENT}/jobs"),
            200,
            list(json!([listed])),
        )
        .on("GET", &path, 200, job)
    }

    /// Plans to choose from.
    pub fn advised(self) -> Self {
        self.with_job(whole_job("AI_RECOMMENDATION", advice()))
    }

    /// Pictures to choose from.
    pub fn drawn(self) -> Self {
        self.with_job(whole_job(
            "IMAGE_GENERATION",
            json!({"images": pictures(None)}),
        ))
        .on("GET", "/api/content/images", 200, list(pictures(None)))
    }
}

pub fn page(step: &str) -> String {
    format!("/app/events/{EVENT}/{step}")
}

pub fn look(step: &str) -> Visit {
    signed_in(get(&page(step)))
}

pub fn send(step: &str, form: &str) -> Visit {
    signed_in(post(&page(step), form))
}

fn conflict() -> Value {
    problem(412, "PRECONDITION_FAILED", "그 사이에 바뀌었어요.")
}

fn away() -> Value {
    problem(
        503,
        "UNAVAILABLE",
        "지금은 처리할 수 없어요. 잠시 후 다시 시도해 주세요.",
    )
}

/// The fields of the middle plan's card.
pub const CARD: &str = "do=choose&version=2&job=0198c1f2-7d1a-7c55-9a3e-000000000001&plan=0198c1f2-7d1a-7c55-9a3e-0000000000a2\
    &title=%EC%97%B0%EB%82%A8+%EC%B2%AB+%EB%B0%A9%EB%AC%B8+%EC%B9%98%ED%82%A8+%EC%9E%94%EC%B9%98&startsOn=2026-11-27&endsOn=2026-12-06\
    &prizeName=%EC%98%A4%EB%B8%90%EA%B5%AC%EC%9D%B4+%ED%95%9C+%EB%A7%88%EB%A6%AC+%EA%B5%90%ED%99%98%EA%B6%8C&prizeQuantity=10&prizeCost=18000\
    &prizeName=%EC%83%9D%EB%A7%A5%EC%A3%BC+%ED%95%9C+%EC%9E%94&prizeQuantity=20&prizeCost=3000&prizeName=&prizeQuantity=&prizeCost=";

/// Every page of the flow in every state: a name, the API behind it, the visit.
pub fn states() -> Vec<(&'static str, Fake, Visit)> {
    let new = "/app/events/new";
    let begun = fleet().on("GET", "/api/events", 200, list(json!([planned()])));
    let none = || fleet().on("GET", "/api/events", 200, list(json!([])));
    let (event, recommendation) = (
        format!("/api/events/{EVENT}"),
        format!("/api/events/{EVENT}/recommendation"),
    );
    let working = |kind: &str, stage: &str, progress| job(kind, "RUNNING", stage, progress);
    let some: Value = pictures(None)
        .as_array()
        .map(|all| all[..4].to_vec())
        .into();
    let editor = format!("pictures/{}", picture_id(0, 0));
    let mut edited = picture(0, 0);
    edited["imageId"] = picture_id(0, 9).into();
    edited["editedFrom"] = picture_id(0, 0).into();
    edited["colors"] = json!({"text": "#ffffff", "background": "#8a1f11"});
    let mut both = vec![edited];
    both.extend(pictures(None).as_array().cloned().unwrap_or_default());
    let editing = || {
        around(pictured(None))
            .with_job(whole_job(
                "IMAGE_GENERATION",
                json!({"images": pictures(None)}),
            ))
            .on("GET", "/api/content/images", 200, list(both.clone().into()))
    };
    let preflight =
        |json| around(pictured(Some(0))).on("GET", &format!("{event}/preflight"), 200, json);
    let running = |status: &str, run: Value| {
        around(in_status(status)).on("GET", &format!("/api/distributions/{EVENT}"), 200, run)
    };
    let finding = |code: &str, field: &str, message: &str| json!({"code": code, "field": field, "message": message});
    let found = json!({"blocking": [], "warnings": [
        finding("PRIZE_TAX", "prizes[0].unitCost", "5만 원이 넘는 경품은 당첨자가 제세공과금(22%)을 내야 할 수 있어요."),
        finding("CHANNEL_MATERIAL_MISSING", "channels[1]", "이 채널에 맞는 크기의 이미지가 없어서 직접 올려야 할 수 있어요."),
        finding("CHANNEL_NOT_CONNECTED", "channels[0]", "연결하지 않은 채널이에요. 직접 올려야 해요.")]});
    let stopped = json!({"blocking": [finding("IN_THE_PAST", "endsAt", "종료 시각은 지금보다 뒤여야 해요."), finding("IMAGES_MISSING", "images", "홍보 이미지를 만들어 주세요.")], "warnings": []});
    let faulty = invalid(&[(
        "overrides.prizes[0].quantity",
        "입력할 수 있는 범위를 벗어났어요.",
    )]);
    let colours = "do=look&titleText=%EC%B2%98%EC%9D%8C+%EC%98%A4%EC%8B%A0+%EC%86%90%EB%8B%98&prizeText=&guideText=QR%EB%A1%9C+%EC%9D%91%EB%AA%A8&layout=CENTER&own-textColor=yes&textColor=%23ffee88&own-backgroundColor=yes&backgroundColor=%23ffffff&accentColor=%23d9482b&everywhere=yes";
    vec![
        ("make-new", none(), signed_in(get(new))),
        ("make-new-begun", begun, signed_in(get(new))),
        (
            "make-new-wrong",
            none(),
            signed_in(post(
                new,
                "text=&budget=300000&otherBudget=%EB%A7%8E%EC%9D%B4&startsOn=2026-12-05&endsOn=2026-12-01",
            )),
        ),
        (
            "make-new-vague",
            none().on(
                "POST",
                "/api/ai/intents",
                422,
                invalid(&[(
                    "text",
                    "어떤 이벤트를 원하시는지 알기 어려워요. 조금 더 자세히 적어 주세요.",
                )]),
            ),
            signed_in(post(new, "text=%EC%9D%8C&budget=")),
        ),
        (
            "make-new-busy",
            none().on("POST", "/api/events", 503, away()),
            signed_in(post(new, "objective=REVISIT&budget=500000")),
        ),
        ("make-plan-ask", around(draft()), look("plan")),
        (
            "make-plan-queued",
            around(draft()).with_job(job("AI_RECOMMENDATION", "QUEUED", "QUEUED", 0)),
            look("plan"),
        ),
        (
            "make-plan-working",
            around(draft()).with_job(working("AI_RECOMMENDATION", "FITTING", 80)),
            look("plan"),
        ),
        (
            "make-plan-failed",
            around(draft()).with_job(job("AI_RECOMMENDATION", "FAILED", "FAILED", 30)),
            look("plan"),
        ),
        (
            "make-plan-cancelled",
            around(draft()).with_job(job("AI_RECOMMENDATION", "CANCELLED", "CANCELLED", 30)),
            look("plan"),
        ),
        ("make-plan", around(draft()).advised(), look("plan")),
        (
            "make-plan-chosen",
            around(planned()).advised(),
            look("plan"),
        ),
        (
            "make-plan-wrong",
            around(draft())
                .advised()
                .on("PUT", &recommendation, 422, faulty),
            send(
                "plan",
                &CARD.replace("prizeQuantity=10", "prizeQuantity=99999"),
            ),
        ),
        (
            "make-plan-conflict",
            around(draft())
                .advised()
                .on("PUT", &recommendation, 412, conflict()),
            send("plan", CARD),
        ),
        (
            "make-plan-away",
            Fake::new().on("GET", &event, 503, away()),
            look("plan"),
        ),
        ("make-plan-unknown", Fake::new(), look("plan")),
        ("make-edit", around(planned()), look("by-hand")),
        ("make-edit-empty", around(draft()), look("by-hand")),
        (
            "make-edit-wrong",
            around(planned()),
            send(
                "by-hand",
                "version=3&title=&startsOn=&endsOn=2026-12-06&prizeName=%EC%BB%A4%ED%94%BC&prizeQuantity=x&prizeCost=&description=&winnerCount=30&weight=3&bonus=yes",
            ),
        ),
        ("make-pictures-none", around(planned()), look("pictures")),
        (
            "make-pictures-working",
            around(planned())
                .with_job(working("IMAGE_GENERATION", "DRAWING", 40))
                .on("GET", "/api/content/images", 200, list(some)),
            look("pictures"),
        ),
        (
            "make-pictures-failed",
            around(planned()).with_job(job("IMAGE_GENERATION", "FAILED", "FAILED", 40)),
            look("pictures"),
        ),
        (
            "make-pictures",
            around(pictured(None)).drawn(),
            look("pictures"),
        ),
        (
            "make-pictures-wide",
            around(pictured(Some(1))).drawn(),
            look("pictures?size=NAVER"),
        ),
        (
            "make-pictures-photo",
            around(pictured(None)).drawn(),
            look(&format!("pictures?upload={EVENT}&kind=PHOTO")),
        ),
        ("make-editor", around(pictured(None)).drawn(), look(&editor)),
        (
            "make-editor-look",
            around(pictured(None)).drawn().on(
                "POST",
                &format!("/api/content/images/{}/preview", picture_id(0, 0)),
                200,
                Value::Null,
            ),
            send(&editor, colours),
        ),
        (
            "make-editor-saved",
            editing(),
            look(&format!("pictures/{}?saved=all", picture_id(0, 9))),
        ),
        (
            "make-editor-wrong",
            around(pictured(None)).drawn().on(
                "POST",
                &format!("/api/content/images/{}/edits", picture_id(0, 0)),
                422,
                invalid(&[("titleText", "80자까지 쓸 수 있어요.")]),
            ),
            send(&editor, &colours.replace("do=look", "do=save")),
        ),
        ("make-channels", around(pictured(Some(0))), look("channels")),
        (
            "make-channels-states",
            around(pictured(Some(0))).on(
                "GET",
                "/api/channels",
                200,
                channels(|items| {
                    items[0]["configured"] = false.into();
                    items[3]["state"] = "EXPIRED".into();
                    items[4]["breaker"] = "OPEN".into();
                    items[5]["state"] = "EXPIRES_SOON".into();
                }),
            ),
            look("channels"),
        ),
        (
            "make-channels-practice",
            around(pictured(Some(0))).on(
                "GET",
                "/api/channels",
                200,
                channels(|items| {
                    for item in items.as_array_mut().into_iter().flatten() {
                        item["sandbox"] = true.into();
                    }
                }),
            ),
            look("channels"),
        ),
        (
            "make-channels-partial",
            around(pictured(Some(0))).on("GET", "/api/channels", 503, away()),
            look("channels"),
        ),
        (
            "make-channels-wrong",
            around(pictured(Some(0))),
            send(
                "channels",
                "version=4&do=send&channel=NAVER&channel=URIDONGNE_TV&budget-NAVER=&budget-URIDONGNE_TV=5%EB%A7%8C",
            ),
        ),
        (
            "make-channels-empty",
            around(pictured(Some(0))),
            send("channels", "version=4&do=send"),
        ),
        ("make-approve", around(pictured(Some(0))), look("approve")),
        ("make-approve-warned", preflight(found), look("approve")),
        ("make-approve-blocked", preflight(stopped), look("approve")),
        (
            "make-approve-changed",
            around(pictured(Some(0))),
            send("approve", "version=3"),
        ),
        (
            "make-approve-failed-before",
            around(in_status("PUBLISH_FAILED")),
            look("approve"),
        ),
        (
            "make-run-begins",
            around(in_status("PUBLISHING")),
            look("progress"),
        ),
        (
            "make-run-working",
            running("PUBLISHING", mixed("RUNNING")),
            look("progress"),
        ),
        (
            "make-run-partial",
            running("ONGOING", mixed("PARTIAL")),
            look("progress"),
        ),
        (
            "make-run-scheduled",
            running(
                "SCHEDULED",
                run(
                    "COMPLETED",
                    json!([
                        on_channel("NAVER", "PUBLISHED"),
                        on_channel("KAKAO", "PUBLISHED")
                    ]),
                ),
            ),
            look("progress"),
        ),
        (
            "make-run-failed",
            running(
                "PUBLISH_FAILED",
                run(
                    "FAILED",
                    json!([
                        on_channel("KAKAO", "FAILED"),
                        on_channel("NAVER", "UNKNOWN")
                    ]),
                ),
            ),
            look("progress"),
        ),
        (
            "make-run-wrong-link",
            running("ONGOING", mixed("PARTIAL")).on(
                "POST",
                &format!("/api/distributions/{EVENT}/channels/NAVER/confirm"),
                422,
                invalid(&[(
                    "url",
                    "http:// 또는 https://로 시작하는 게시물 주소를 넣어 주세요.",
                )]),
            ),
            send("progress", "do=confirm&channel=NAVER&url=naver"),
        ),
        ("make-login-ended", fleet(), post(&page("plan"), CARD)),
    ]
}
