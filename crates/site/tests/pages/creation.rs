//! From a goal to a published event.

use super::{ask, html, location};
use crate::fake::*;
use crate::making::*;
use http::StatusCode;
use serde_json::{Value, json};

fn form(fields: &[(&str, &str)]) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(fields);
    text.finish()
}

/// Six presses from the home to a published event, and not a field to fill in: the buttons of the happy path.
#[tokio::test]
async fn six_taps_lead_from_home_to_publication() {
    let mut taps = 0;
    let mut tap = |page: &str, button: &str| {
        assert!(page.contains(button), "no {button} in {page}");
        taps += 1;
    };
    let path = format!("/api/events/{EVENT}");
    let home = html(&ask(&fleet(), signed_in(get("/app"))).await);
    tap(&home, "href=\"/app/events/new\"");
    let none = fleet().on("GET", "/api/events", 200, list(json!([])));
    let page = html(&ask(&none, signed_in(get("/app/events/new"))).await);
    tap(&page, "name=\"objective\" value=\"REVISIT\"");
    let fake = around(draft()).on("POST", "/api/events", 201, draft()).on(
        "POST",
        "/api/ai/recommendations",
        202,
        json!({"jobId": JOB, "status": "QUEUED"}),
    );
    let page = ask(
        &fake,
        signed_in(post("/app/events/new", "objective=REVISIT&budget=")),
    )
    .await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/plan"));
    // The plans come by themselves.
    let fake = around(draft())
        .advised()
        .on("PUT", &format!("{path}/recommendation"), 200, planned())
        .on(
            "POST",
            "/api/content/images",
            202,
            json!({"jobId": JOB, "status": "QUEUED"}),
        );
    tap(&html(&ask(&fake, look("plan")).await), "이 계획으로 할게요");
    let page = ask(&fake, send("plan", CARD)).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/pictures"));
    assert_eq!(fake.called("POST", "/api/content/images").len(), 1);
    // So do the pictures.
    let fake =
        around(pictured(None))
            .drawn()
            .on("PUT", &format!("{path}/images"), 200, pictured(Some(0)));
    tap(&html(&ask(&fake, look("pictures")).await), "심플로 할게요");
    let page = ask(&fake, send("pictures", "do=choose&version=4&style=SIMPLE")).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/channels"));
    let fake =
        around(pictured(Some(0))).on("PUT", &format!("{path}/channels"), 200, pictured(Some(0)));
    let page = html(&ask(&fake, look("channels")).await);
    tap(&page, "마지막 확인으로");
    let chosen = "do=send&version=4&channel=NAVER&channel=INSTAGRAM&channel=RINGO_BIZ&budget-NAVER=&budget-INSTAGRAM=20000&budget-RINGO_BIZ=30000";
    let page = ask(&fake, send("channels", chosen)).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/approve"));
    let fake = around(pictured(Some(0))).on(
        "POST",
        &format!("{path}/approve"),
        202,
        in_status("PUBLISHING"),
    );
    tap(&html(&ask(&fake, look("approve")).await), "게시하기");
    let page = ask(&fake, send("approve", "version=4")).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/progress"));
    assert_eq!(fake.called("POST", &format!("{path}/approve")).len(), 1);
    assert_eq!(taps, 6);
}

#[tokio::test]
async fn a_draft_is_begun_with_its_wishes_and_once_per_form() {
    let path = format!("/api/events/{EVENT}");
    let fake = fleet()
        .on("POST", "/api/events", 201, draft())
        .on("PATCH", &path, 200, draft())
        .on(
            "POST",
            "/api/ai/recommendations",
            202,
            json!({"jobId": JOB, "status": "QUEUED"}),
        );
    let typed = form(&[
        ("objective", "SALES"),
        ("budget", "100000"),
        ("otherBudget", "25만"),
        ("startsOn", "2026-11-25"),
        ("endsOn", "2026-11-30"),
    ]);
    let page = ask(&fake, signed_in(post("/app/events/new", &typed))).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/plan"));
    let begun = &fake.called("POST", "/api/events")[0];
    assert_eq!(begun.body, Some(json!({"objective": "SALES"})));
    assert_eq!(
        begun.idempotency_key.as_deref(),
        Some("00112233445566778899aabbccddeeff")
    );
    let wishes = &fake.called("PATCH", &path)[0];
    assert_eq!(wishes.if_match.as_deref(), Some("*"));
    assert_eq!(
        wishes.body,
        Some(
            json!({"startsAt": "2026-11-25T00:00:00+09:00", "endsAt": "2026-11-30T23:59:00+09:00", "budget": 250_000})
        )
    );
    assert_eq!(
        fake.called("POST", "/api/ai/recommendations")[0].body,
        Some(json!({"eventId": EVENT, "budget": 250_000}))
    );
    // The same form again, when the draft has gone on: nothing is asked for twice.
    let fake = fleet().on("POST", "/api/events", 201, planned());
    let page = ask(&fake, signed_in(post("/app/events/new", &typed))).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/plan"));
    assert!(fake.called("POST", "/api/ai/recommendations").is_empty());
}

#[tokio::test]
async fn a_sentence_says_what_the_cards_do_not() {
    let intent = json!({"objective": "REVISIT", "budget": 400_000, "endsAt": "2026-12-05T14:59:00Z", "note": "단골 위주", "source": "PLANNER"});
    let fake = fleet()
        .on("POST", "/api/ai/intents", 200, intent)
        .on("POST", "/api/events", 201, draft())
        .on("PATCH", &format!("/api/events/{EVENT}"), 200, draft())
        .on(
            "POST",
            "/api/ai/recommendations",
            202,
            json!({"jobId": JOB, "status": "QUEUED"}),
        );
    let typed = form(&[
        ("text", "단골이 또 오게 다음 주까지 40만 원"),
        ("budget", ""),
    ]);
    let page = ask(&fake, signed_in(post("/app/events/new", &typed))).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/plan"));
    assert_eq!(
        fake.called("POST", "/api/events")[0].body,
        Some(json!({"objective": "REVISIT"}))
    );
    assert_eq!(
        fake.called("POST", "/api/ai/recommendations")[0].body,
        Some(json!({"eventId": EVENT, "budget": 400_000, "note": "단골 위주"}))
    );
}

#[tokio::test]
async fn what_was_typed_stays_where_something_is_wrong() {
    let typed = form(&[
        ("text", "<b>한 문장</b>"),
        ("otherBudget", "많이"),
        ("startsOn", "2026-12-05"),
        ("endsOn", "2026-12-01"),
    ]);
    let fake = fleet();
    let page = ask(&fake, signed_in(post("/app/events/new", &typed))).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = html(&page);
    for kept in [
        "&#60;b&#62;한 문장",
        "value=\"많이\"",
        "value=\"2026-12-05\"",
        "끝나는 날은",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    assert!(fake.called("POST", "/api/events").is_empty());
    // Without a word and without a card.
    let page = ask(&fake, signed_in(post("/app/events/new", "text=&budget="))).await;
    assert!(html(&page).contains("위에서 하나를 고르거나"));
}

#[tokio::test]
async fn a_plan_is_taken_as_it_is_or_as_it_was_changed() {
    let path = format!("/api/events/{EVENT}/recommendation");
    let fake = || {
        around(draft())
            .advised()
            .on("PUT", &path, 200, planned())
            .on(
                "POST",
                "/api/content/images",
                202,
                json!({"jobId": JOB, "status": "QUEUED"}),
            )
    };
    let as_is = fake();
    ask(&as_is, send("plan", CARD)).await;
    let call = &as_is.called("PUT", &path)[0];
    assert_eq!(call.if_match.as_deref(), Some("\"2\""));
    assert_eq!(
        call.body,
        Some(json!({"jobId": JOB, "planId": PLAN, "overrides": {}}))
    );
    let changed = fake();
    let card = CARD
        .replace("prizeQuantity=10", "prizeQuantity=12")
        .replace("endsOn=2026-12-06", "endsOn=2026-12-08")
        .replace("prizeCost=3000", "prizeCost=3%2C500%EC%9B%90");
    ask(&changed, send("plan", &card)).await;
    let body = changed.called("PUT", &path)[0].body.clone().unwrap();
    assert_eq!(
        body["overrides"],
        json!({"endsAt": "2026-12-08T23:59:00+09:00", "prizes": [
            {"name": "오븐구이 한 마리 교환권", "quantity": 12, "unitCost": 18000}, {"name": "생맥주 한 잔", "quantity": 20, "unitCost": 3500}]})
    );
    // Plans that were made anew in another tab are not mixed up with these.
    let other = CARD.replace(JOB, EVENT);
    let page = ask(&fake(), send("plan", &other)).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn another_tabs_change_is_told_and_nothing_typed_is_lost() {
    let stale = problem(412, "PRECONDITION_FAILED", "…");
    let fake = around(planned()).on("PATCH", &format!("/api/events/{EVENT}"), 412, stale);
    let typed = form(&[
        ("version", "2"),
        ("title", "새 제목"),
        ("startsOn", "2026-11-27"),
        ("endsOn", "2026-12-06"),
        ("prizeName", "커피"),
        ("prizeQuantity", "3"),
        ("prizeCost", "4,000"),
        ("description", "소개"),
        ("winnerCount", ""),
        ("weight", "3"),
        ("bonus", "yes"),
    ]);
    let page = ask(&fake, send("by-hand", &typed)).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    let text = html(&page);
    for kept in [
        "다른 화면에서 먼저 바꿨어요",
        "value=\"새 제목\"",
        "value=\"4,000\"",
        "name=\"version\" value=\"3\"",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    let call = &fake.called("PATCH", &format!("/api/events/{EVENT}"))[0];
    assert_eq!(call.if_match.as_deref(), Some("\"2\""));
    assert_eq!(
        call.body,
        Some(
            json!({"title": "새 제목", "description": "소개", "prizes": [{"name": "커피", "quantity": 3, "unitCost": 4000}], "winnerCount": null})
        )
    );
}

#[tokio::test]
async fn a_login_that_ended_in_a_form_keeps_the_form() {
    let path = format!("/api/events/{EVENT}/recommendation");
    let page = ask(&fleet(), post(&format!("/app/events/{EVENT}/plan"), CARD)).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let text = html(&page);
    assert!(text.contains("name=\"prizeName\" value=\"오븐구이 한 마리 교환권\""));
    assert!(text.contains("name=\"again-password\""));
    let fake = around(draft())
        .advised()
        .on("POST", "/api/users/login", 200, json!({"tokens": tokens()}))
        .on("PUT", &path, 200, planned())
        .on("POST", "/api/content/images", 202, json!({}));
    let again = format!("{CARD}&again-id=a%40b.kr&again-password=geheim1!");
    let page = ask(&fake, post(&format!("/app/events/{EVENT}/plan"), &again)).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/pictures"));
    assert_eq!(fake.called("PUT", &path).len(), 1);
}

#[tokio::test]
async fn a_style_is_taken_in_every_size() {
    let path = format!("/api/events/{EVENT}/images");
    let fake = around(pictured(None))
        .drawn()
        .on("PUT", &path, 200, pictured(Some(1)));
    ask(&fake, send("pictures", "do=choose&version=4&style=FANCY")).await;
    let call = &fake.called("PUT", &path)[0];
    let ids = [0, 2, 1].map(|platform| picture_id(1, platform));
    assert_eq!(call.body, Some(json!({"imageIds": ids})));
    assert_eq!(call.if_match.as_deref(), Some("\"4\""));
}

#[tokio::test]
async fn pictures_appear_as_they_are_drawn() {
    let live = job("IMAGE_GENERATION", "RUNNING", "DRAWING", 40);
    let two: Value = pictures(Some(0))
        .as_array()
        .map(|all| all[..2].to_vec())
        .into();
    let fake = around(planned())
        .with_job(live)
        .on("GET", "/api/content/images", 200, list(two));
    let text = html(&ask(&fake, look("pictures")).await);
    assert!(text.contains("9장 가운데 2장"), "{text}");
    assert!(text.contains("http-equiv=\"refresh\"") && text.contains("data-live=\"/app/jobs/"));
    assert_eq!(text.matches("class=\"blank\"").count(), 2);
    assert!(text.contains("src=\"/cdn/simple0.jpg\"") && !text.contains("name=\"style\""));
}

#[tokio::test]
async fn an_edit_makes_a_new_picture_in_every_size() {
    let made = |platform: usize| picture_id(8, platform);
    let mut fake = around(pictured(None)).drawn();
    for platform in 0..3 {
        let path = format!("/api/content/images/{}/edits", picture_id(0, platform));
        fake = fake.on("POST", &path, 201, json!({"imageId": made(platform)}));
    }
    let images = format!("/api/events/{EVENT}/images");
    let fake = fake.on("PUT", &images, 200, pictured(None));
    let typed = form(&[
        ("do", "save"),
        ("titleText", "첫 방문 치킨 잔치"),
        ("prizeText", "오븐구이 한 마리 10명"),
        ("guideText", "아래 주소에서 전화번호로 응모하세요"),
        ("layout", "LEFT"),
        ("textColor", "#112233"),
        ("everywhere", "yes"),
    ]);
    let step = format!("pictures/{}", picture_id(0, 0));
    let page = ask(&fake, send(&step, &typed)).await;
    assert_eq!(
        location(&page),
        format!("/app/events/{EVENT}/pictures/{}?saved=all", made(0))
    );
    let first = format!("/api/content/images/{}/edits", picture_id(0, 0));
    // A colour that was not chosen is none of the changes.
    assert_eq!(
        fake.called("POST", &first)[0].body,
        Some(json!({"titleText": "첫 방문 치킨 잔치"}))
    );
    let ids = fake.called("PUT", &images)[0].body.clone().unwrap()["imageIds"].clone();
    for platform in 0..3 {
        assert!(ids.to_string().contains(&made(platform)));
        assert!(!ids.to_string().contains(&picture_id(0, platform)));
        assert!(ids.to_string().contains(&picture_id(1, platform)));
    }
}

#[tokio::test]
async fn a_look_keeps_nothing_and_warns_of_hidden_text() {
    let preview = format!("/api/content/images/{}/preview", picture_id(0, 0));
    let fake = around(pictured(None))
        .drawn()
        .on("POST", &preview, 200, Value::Null);
    let typed = form(&[
        ("do", "look"),
        ("titleText", "새 글자"),
        ("prizeText", "오븐구이 한 마리 10명"),
        ("guideText", "아래 주소에서 전화번호로 응모하세요"),
        ("layout", "CENTER"),
        ("own-textColor", "yes"),
        ("textColor", "#fff6d0"),
        ("own-backgroundColor", "yes"),
        ("backgroundColor", "#ffffff"),
    ]);
    let step = format!("pictures/{}", picture_id(0, 0));
    let text = html(&ask(&fake, send(&step, &typed)).await);
    assert!(
        text.contains("/preview?backgroundColor=%23ffffff&#38;layout=CENTER"),
        "{text}"
    );
    assert!(text.contains("value=\"새 글자\"") && !text.contains("data-contrast hidden"));
    let seen = format!("/app/events/{EVENT}/{step}/preview?titleText=%EC%83%88&evil=1");
    ask(&fake, signed_in(get(&seen))).await;
    let last = fake.called("POST", &preview).pop().unwrap();
    assert_eq!(last.body, Some(json!({"titleText": "새"})));
}

#[tokio::test]
async fn channels_keep_to_their_smallest_budgets() {
    let path = format!("/api/events/{EVENT}/channels");
    let fake = || around(pictured(Some(0))).on("PUT", &path, 200, pictured(Some(0)));
    let too_little = fake();
    let page = ask(
        &too_little,
        send(
            "channels",
            "do=send&version=4&channel=URIDONGNE_TV&budget-URIDONGNE_TV=5%EB%A7%8C",
        ),
    )
    .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html(&page).contains("이 채널은 10만 원부터 쓸 수 있어요."));
    assert!(too_little.called("PUT", &path).is_empty());
    let enough = fake();
    ask(
        &enough,
        send("channels", "do=send&version=4&channel=URIDONGNE_TV&channel=NAVER&budget-URIDONGNE_TV=12%EB%A7%8C&budget-NAVER="),
    )
    .await;
    assert_eq!(
        enough.called("PUT", &path)[0].body,
        Some(
            json!({"channels": [{"channel": "NAVER", "budget": 0}, {"channel": "URIDONGNE_TV", "budget": 120_000}]})
        )
    );
    let summed = html(
        &ask(
            &fake(),
            send(
                "channels",
                "do=sum&channel=GENIE_TV&budget-GENIE_TV=15%EB%A7%8C",
            ),
        )
        .await,
    );
    // 240,000 won of prizes and 150,000 of Genie TV.
    assert!(summed.contains(">39만 원</output>"), "{summed}");
}

#[tokio::test]
async fn only_what_was_seen_is_published() {
    let path = format!("/api/events/{EVENT}/approve");
    let fake = around(pictured(Some(0))).on("POST", &path, 202, in_status("PUBLISHING"));
    let page = ask(&fake, send("approve", "version=3")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(html(&page).contains("그사이 내용이 바뀌었어요"));
    assert!(fake.called("POST", &path).is_empty());
    ask(&fake, send("approve", "version=4")).await;
    let call = &fake.called("POST", &path)[0];
    assert!(call.idempotency_key.is_some());
    // A second press, when the first has had its effect.
    let again = around(in_status("PUBLISHING"));
    let page = ask(&again, send("approve", "version=4")).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/progress"));
    let twice = around(pictured(Some(0))).on(
        "POST",
        &path,
        409,
        problem(409, "EVENT_ALREADY_APPROVED", "…"),
    );
    let page = ask(&twice, send("approve", "version=4")).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/progress"));
}

#[tokio::test]
async fn what_stops_publication_takes_the_button_away() {
    let stopped = json!({"blocking": [{"code": "IN_THE_PAST", "field": "endsAt", "message": "종료 시각은 지금보다 뒤여야 해요."}], "warnings": []});
    let fake = around(pictured(Some(0))).on(
        "GET",
        &format!("/api/events/{EVENT}/preflight"),
        200,
        stopped,
    );
    let text = html(&ask(&fake, look("approve")).await);
    assert!(
        text.contains("종료 시각은 지금보다 뒤여야 해요.")
            && text.contains(&format!("/app/events/{EVENT}/by-hand"))
    );
    assert!(!text.contains(&format!(
        "<form method=\"post\" action=\"/app/events/{EVENT}/approve\""
    )));
}

#[tokio::test]
async fn a_channel_that_stands_is_tried_left_out_or_done_by_hand() {
    let run = format!("/api/distributions/{EVENT}");
    for (action, body) in [
        ("retry", json!({})),
        ("skip", json!({})),
        ("confirm", json!({"url": "https://blog.naver.com/dalgu/1"})),
    ] {
        let path = format!("{run}/channels/NAVER/{action}");
        let fake = around(in_status("ONGOING"))
            .on("GET", &run, 200, mixed("PARTIAL"))
            .on("POST", &path, 200, mixed("PARTIAL"));
        let typed = form(&[
            ("do", action),
            ("channel", "NAVER"),
            ("url", "https://blog.naver.com/dalgu/1 "),
        ]);
        let page = ask(&fake, send("progress", &typed)).await;
        assert_eq!(
            location(&page),
            format!("/app/events/{EVENT}/progress#NAVER")
        );
        assert_eq!(fake.called("POST", &path)[0].body, Some(body));
    }
    // What a platform calls its address is linked to only if it is one of a page.
    let mut forged = mixed("PARTIAL");
    forged["channels"][0]["externalUrl"] = "javascript:alert(1)".into();
    let fake = around(in_status("ONGOING")).on("GET", &run, 200, forged);
    assert!(!html(&ask(&fake, look("progress")).await).contains("javascript:"));
}

#[tokio::test]
async fn what_is_public_is_not_made_again() {
    for step in ["plan", "by-hand", "pictures", "channels", "approve"] {
        let page = ask(&around(in_status("ONGOING")), look(step)).await;
        assert_eq!(
            location(&page),
            format!("/app/events/{EVENT}/progress"),
            "{step}"
        );
    }
    let page = ask(&around(draft()), look("progress")).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/approve"));
}

#[tokio::test]
async fn a_job_is_stopped_and_asked_for_again_with_the_same_wishes() {
    let cancel = format!("/api/jobs/{JOB}/cancel");
    let fake = around(draft()).on("POST", &cancel, 200, json!({}));
    let page = ask(&fake, send("plan", &format!("do=cancel&job={JOB}"))).await;
    assert_eq!(location(&page), format!("/app/events/{EVENT}/plan"));
    assert_eq!(fake.called("POST", &cancel).len(), 1);
    let stopped = around(draft()).with_job(job("AI_RECOMMENDATION", "CANCELLED", "CANCELLED", 10));
    let text = html(&ask(&stopped, look("plan")).await);
    assert!(
        text.contains("value=\"300000\"")
            && text.contains("아이와 함께 오는 손님이 많아요</textarea>"),
        "{text}"
    );
}

#[tokio::test]
async fn a_page_in_which_somebody_may_be_typing_does_not_come_again_by_itself() {
    let run = format!("/api/distributions/{EVENT}");
    let fake = around(in_status("PUBLISHING")).on("GET", &run, 200, mixed("RUNNING"));
    let text = html(&ask(&fake, look("progress")).await);
    assert!(!text.contains("http-equiv=\"refresh\"") && text.contains("지금 상태 보기"));
    let fake = around(in_status("PUBLISHING"));
    let text = html(&ask(&fake, look("progress")).await);
    assert!(text.contains("http-equiv=\"refresh\""));
}

#[tokio::test]
async fn a_draft_that_was_begun_is_offered_first() {
    let begun = fleet().on("GET", "/api/events", 200, list(json!([planned()])));
    let text = html(&ask(&begun, signed_in(get("/app/events/new"))).await);
    assert!(
        text.contains(&format!("href=\"/app/events/{EVENT}/pictures\"")),
        "{text}"
    );
}
