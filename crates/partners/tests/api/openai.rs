use super::plans::{PROMPT, check_plans, schema};
use super::{full, json, partners, post};
use janchi_partners::{Fault, Partners, Vendor};
use serde_json::{Value, json};

fn gpt(partners: &Partners, path: &str, body: &Value) -> reqwest::RequestBuilder {
    post(&partners.openai_url(), path, body).bearer_auth("key")
}

fn chat_body() -> Value {
    json!({ "model": "gpt-5.5", "messages": [{ "role": "system", "content": "s" }, { "role": "user", "content": PROMPT }],
        "response_format": { "type": "json_schema", "json_schema": { "name": "plans", "strict": true, "schema": schema() } } })
}

#[tokio::test]
async fn gpt_fills_the_schema_in_both_apis() {
    let partners = partners().await;
    let (status, headers, body) = full(gpt(&partners, "chat/completions", &chat_body())).await;
    assert_eq!(status, 200, "{body}");
    assert!(headers.contains_key("x-request-id"));
    assert_eq!(body["choices"][0]["finish_reason"], "stop");
    let text = body["choices"][0]["message"]["content"]
        .as_str()
        .expect("text");
    check_plans(&serde_json::from_str(text).expect("JSON"));
    let request = json!({ "model": "gpt-6-luna", "input": PROMPT,
        "text": { "format": { "type": "json_schema", "name": "plans", "strict": true, "schema": schema() } } });
    let (status, body) = json(gpt(&partners, "responses", &request)).await;
    assert_eq!((status, &body["status"]), (200, &json!("completed")));
    let message = body["output"]
        .as_array()
        .expect("list")
        .iter()
        .find(|item| item["type"] == "message")
        .expect("message");
    check_plans(
        &serde_json::from_str(message["content"][0]["text"].as_str().expect("text")).expect("JSON"),
    );
}

#[tokio::test]
async fn gpt_refuses_and_fails_in_its_own_envelope() {
    let partners = partners().await;
    let with = |name: &str, value: Value| {
        let mut body = chat_body();
        body[name] = value;
        body
    };
    let (status, body) = json(gpt(
        &partners,
        "chat/completions",
        &with("model", json!("o4-mini")),
    ))
    .await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (404, &json!("model_not_found"))
    );
    let (status, body) = json(gpt(
        &partners,
        "chat/completions",
        &with("max_tokens", json!(10)),
    ))
    .await;
    assert_eq!(
        (status, &body["error"]["param"]),
        (400, &json!("max_tokens"))
    );
    let (_, body) = json(gpt(
        &partners,
        "chat/completions",
        &with("max_completion_tokens", json!(10)),
    ))
    .await;
    assert_eq!(body["choices"][0]["finish_reason"], "length");
    let (status, _) = json(post(
        &partners.openai_url(),
        "chat/completions",
        &chat_body(),
    ))
    .await;
    assert_eq!(status, 401);
    let mut optional = chat_body();
    optional["response_format"]["json_schema"]["schema"]["required"] = json!(["plans"]);
    assert_eq!(
        json(gpt(&partners, "chat/completions", &optional)).await.0,
        400
    );
    partners.fault(Vendor::OpenAi, Fault::refuse().times(1));
    let (_, body) = json(gpt(&partners, "chat/completions", &chat_body())).await;
    assert!(
        body["choices"][0]["message"]["content"].is_null()
            && body["choices"][0]["message"]["refusal"].is_string()
    );
    partners.fault(Vendor::OpenAi, Fault::spend_limit());
    let (status, body) = json(gpt(&partners, "chat/completions", &chat_body())).await;
    assert_eq!(
        (status, &body["error"]["type"]),
        (429, &json!("insufficient_quota"))
    );
}

#[tokio::test]
async fn an_owners_sentence_becomes_an_intent() {
    let partners = partners().await;
    let nullable = |kind: &str| json!({ "type": [kind, "null"] });
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["objective", "startsAt", "budget", "note"],
        "properties": { "objective": { "type": "string", "enum": ["NEW_CUSTOMERS", "REVISIT", "SALES", "AWARENESS"] },
            "startsAt": nullable("string"), "budget": nullable("integer"), "note": nullable("string") } });
    let ask = async |text: &str| {
        let body = json!({ "model": "gpt-5.5", "messages": [{ "role": "user", "content": text }],
            "response_format": { "type": "json_schema", "json_schema": { "name": "intent", "strict": true, "schema": schema } } });
        let (_, body) = json(gpt(&partners, "chat/completions", &body)).await;
        serde_json::from_str::<Value>(
            body["choices"][0]["message"]["content"]
                .as_str()
                .expect("text"),
        )
        .expect("JSON")
    };
    let intent = ask("다음 주에 30만원으로 단골 손님이 다시 오게 하고 싶어요").await;
    assert_eq!(
        (&intent["objective"], &intent["budget"]),
        (&json!("REVISIT"), &json!(300_000))
    );
    assert!(intent["startsAt"].is_string());
    let intent = ask("매출을 올리고 싶어요").await;
    assert_eq!(
        (&intent["objective"], &intent["budget"], &intent["startsAt"]),
        (&json!("SALES"), &Value::Null, &Value::Null)
    );
}
