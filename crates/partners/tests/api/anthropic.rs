use super::plans::{PROMPT, check_plans, schema};
use super::{full, json, partners, post};
use janchi_partners::{Fault, Partners, Vendor};
use serde_json::{Value, json};

fn claude(partners: &Partners, body: &Value) -> reqwest::RequestBuilder {
    post(&partners.anthropic_url(), "v1/messages", body)
        .header("x-api-key", "key")
        .header("anthropic-version", "2026-10-21")
}

fn claude_body() -> Value {
    json!({ "model": "claude-opus-5-5", "max_tokens": 16000, "messages": [{ "role": "user", "content": PROMPT }],
        "output_config": { "effort": "low", "format": { "type": "json_schema", "schema": schema() } } })
}

#[tokio::test]
async fn claude_thinks_first_and_then_fills_the_schema() {
    let partners = partners().await;
    let (status, headers, body) = full(claude(&partners, &claude_body())).await;
    assert_eq!(status, 200, "{body}");
    assert!(headers.contains_key("request-id"));
    assert_eq!(
        (&body["content"][0]["type"], &body["content"][1]["type"]),
        (&json!("thinking"), &json!("text"))
    );
    assert_eq!(body["stop_reason"], "end_turn");
    assert!(body["usage"]["output_tokens"].as_u64().expect("number") > 100);
    let text = body["content"][1]["text"].as_str().expect("text");
    check_plans(&serde_json::from_str(text).expect("JSON"));
}

#[tokio::test]
async fn claude_uses_a_tool() {
    let partners = partners().await;
    let body = json!({ "model": "claude-sonnet-5-5", "max_tokens": 16000, "messages": [{ "role": "user", "content": [{ "type": "text", "text": PROMPT }] }],
        "tools": [{ "name": "plan", "description": "d", "input_schema": schema(), "strict": true }] });
    let (_, answer) = json(claude(&partners, &body)).await;
    assert_eq!(answer["stop_reason"], "tool_use");
    check_plans(&answer["content"][1]["input"]);
}

#[tokio::test]
async fn claude_refuses_what_the_newest_version_refuses() {
    let partners = partners().await;
    let with = |name: &str, value: Value| {
        let mut body = claude_body();
        body[name] = value;
        body
    };
    let mut loose = claude_body();
    loose["output_config"]["format"]["schema"]["additionalProperties"] = json!(true);
    let cases = [
        (
            with("temperature", json!(1.0)),
            400,
            "invalid_request_error",
        ),
        (
            with("tool_choice", json!({ "type": "any" })),
            400,
            "invalid_request_error",
        ),
        (
            with(
                "messages",
                json!([{ "role": "user", "content": "a" }, { "role": "assistant", "content": "{" }]),
            ),
            400,
            "invalid_request_error",
        ),
        (
            with("model", json!("claude-3-opus")),
            404,
            "not_found_error",
        ),
        (with("surprise", json!(1)), 400, "invalid_request_error"),
        (loose, 400, "invalid_request_error"),
    ];
    for (body, status, kind) in cases {
        let (got, answer) = json(claude(&partners, &body)).await;
        assert_eq!(
            (got, &answer["type"], &answer["error"]["type"]),
            (status, &json!("error"), &json!(kind)),
            "{answer}"
        );
        assert!(answer["request_id"].is_string());
    }
    let without_version =
        post(&partners.anthropic_url(), "v1/messages", &claude_body()).header("x-api-key", "key");
    assert_eq!(json(without_version).await.0, 400);
    let without_key = post(&partners.anthropic_url(), "v1/messages", &claude_body())
        .header("anthropic-version", "2023-06-01");
    assert_eq!(
        json(without_key).await.1["error"]["type"],
        "authentication_error"
    );
}

#[tokio::test]
async fn claude_has_bad_days() {
    let partners = partners().await;
    let once = async |fault: Fault| {
        partners.fault_on(Vendor::Anthropic, "messages", fault.times(1));
        full(claude(&partners, &claude_body())).await
    };
    let (status, _, body) = once(Fault::overloaded()).await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (529, &json!("overloaded_error"))
    );
    let (status, headers, body) = once(Fault::rate_limit(7)).await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (429, &json!("rate_limit_error"))
    );
    assert_eq!(headers["retry-after"], "7");
    let (status, headers, body) = once(Fault::spend_limit()).await;
    assert_eq!(
        (status, &body["error"]["details"]["error_code"]),
        (429, &json!("enforced_spend_limit_reached"))
    );
    assert!(!headers.contains_key("retry-after"));
    let (status, _, body) = once(Fault::refuse()).await;
    assert_eq!(
        (status, &body["stop_reason"], &body["stop_details"]["type"]),
        (200, &json!("refusal"), &json!("refusal"))
    );
    let (_, _, body) = once(Fault::truncate()).await;
    assert_eq!(body["stop_reason"], "max_tokens");
    let text = body["content"][1]["text"].as_str().expect("text");
    assert!(serde_json::from_str::<Value>(text).is_err());
    assert_eq!(once(Fault::ok()).await.0, 200);
}

#[tokio::test]
async fn too_small_a_budget_of_tokens_cuts_the_answer() {
    let partners = partners().await;
    let mut body = claude_body();
    body["max_tokens"] = json!(50);
    assert_eq!(
        json(claude(&partners, &body)).await.1["stop_reason"],
        "max_tokens"
    );
}

#[tokio::test]
async fn what_the_prompt_allows_is_kept() {
    let partners = partners().await;
    let plan = json!({ "type": "object", "additionalProperties": false, "required": ["tier", "mechanic", "prizes", "channels", "startOffsetDays"],
        "properties": {
            "tier": { "type": "string", "enum": ["LOW_COST", "MID_COST", "HIGH_COST"] },
            "mechanic": { "type": "string", "enum": ["A_DRAW", "B_DRAW", "QUIZ", "C_DRAW"] },
            "prizes": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["quantity", "unitCost"],
                "properties": { "quantity": { "type": "integer" }, "unitCost": { "type": "integer" } } } },
            "channels": { "type": "array", "items": { "type": "object", "additionalProperties": false, "required": ["channel", "budget"],
                "properties": { "channel": { "type": "string", "enum": ["URIDONGNE_TV", "INSTAGRAM", "KAKAO", "NAVER", "GENIE_TV", "RINGO_BIZ"] }, "budget": { "type": "integer" } } } },
            "startOffsetDays": { "type": "integer" } } });
    let trend = json!({ "type": "object", "additionalProperties": false, "required": ["axis"],
        "properties": { "axis": { "type": "string", "enum": ["INDUSTRY", "REGION", "SEASON"] } } });
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["trends", "plans"],
        "properties": { "trends": { "type": "array", "items": trend }, "plans": { "type": "array", "items": plan } } });
    let data = json!({ "industry": { "code": "BAR" }, "tierTargets": { "LOW_COST": 70_000, "MID_COST": 130_000, "HIGH_COST": 200_000 },
        "channels": [{ "channel": "URIDONGNE_TV", "minimumBudget": 60_000 }, { "channel": "RINGO_BIZ", "minimumBudget": 500_000 }],
        "mechanics": [{ "mechanic": "B_DRAW" }, { "mechanic": "QUIZ" }, { "mechanic": "C_DRAW" }] });
    let body = json!({ "model": "claude-opus-5-5", "max_tokens": 16000, "messages": [{ "role": "user", "content": data.to_string() }],
        "output_config": { "format": { "type": "json_schema", "schema": schema } } });
    let (_, answer) = json(claude(&partners, &body)).await;
    let answer: Value =
        serde_json::from_str(answer["content"][1]["text"].as_str().expect("text")).expect("JSON");
    assert_eq!(
        answer["trends"],
        json!([{ "axis": "INDUSTRY" }, { "axis": "REGION" }, { "axis": "SEASON" }])
    );
    let plans = answer["plans"].as_array().expect("plans");
    let mechanics: Vec<&str> = plans
        .iter()
        .map(|plan| plan["mechanic"].as_str().expect("text"))
        .collect();
    assert_eq!(mechanics, ["B_DRAW", "QUIZ", "C_DRAW"]);
    for (plan, most) in plans.iter().zip([70_000, 130_000, 200_000]) {
        let prizes: Vec<(i64, i64)> = plan["prizes"]
            .as_array()
            .expect("prizes")
            .iter()
            .map(|prize| {
                (
                    prize["quantity"].as_i64().expect("number"),
                    prize["unitCost"].as_i64().expect("number"),
                )
            })
            .collect();
        assert!(
            prizes.is_sorted_by(|a, b| a.1 >= b.1)
                && prizes.iter().all(|(_, cost)| *cost <= 50_000),
            "{prizes:?}"
        );
        let channels = plan["channels"].as_array().expect("channels");
        assert!(
            channels
                .iter()
                .all(|channel| channel["channel"] != "RINGO_BIZ")
        );
        let spent: i64 = channels
            .iter()
            .map(|channel| channel["budget"].as_i64().expect("number"))
            .sum();
        let cost = spent + prizes.iter().map(|(count, cost)| count * cost).sum::<i64>();
        assert!(cost <= most && cost > most / 2, "{cost} of {most}");
        assert_eq!(plan["startOffsetDays"], 7);
    }
}

#[tokio::test]
async fn claude_says_what_it_is_told_in_its_own_envelope() {
    let partners = partners().await;
    let four = json!({ "plans": [1, 2, 3, 4] });
    partners.fault(Vendor::Anthropic, Fault::say(four.clone()).times(1));
    let (_, answer) = json(claude(&partners, &claude_body())).await;
    assert_eq!(answer["stop_reason"], "end_turn");
    let text = answer["content"][1]["text"].as_str().expect("text");
    assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), four);
    assert!(answer["usage"]["output_tokens"].is_u64());
    // It looks at what it is asked all the same.
    partners.fault(Vendor::Anthropic, Fault::say(json!("아무 말")));
    let mut bare = claude_body();
    bare["messages"] = json!([]);
    let (status, _) = json(claude(&partners, &bare)).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn an_answer_breaks_off_in_the_middle() {
    let partners = partners().await;
    partners.fault(Vendor::Anthropic, Fault::break_off());
    let mut answer = claude(&partners, &claude_body())
        .send()
        .await
        .expect("a head comes");
    assert_eq!(answer.status(), 200);
    let first = answer.chunk().await.expect("half a body comes");
    assert!(first.is_some_and(|half| half.starts_with(b"{")));
    assert!(answer.chunk().await.is_err());
}
