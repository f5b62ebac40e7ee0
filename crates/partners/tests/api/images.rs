use super::{at, http, json, partners, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use janchi_partners::{Fault, Partners, Vendor};
use reqwest::multipart::Form;
use serde_json::json;

fn generate(partners: &Partners, form: Form) -> reqwest::RequestBuilder {
    http()
        .post(at(
            &partners.stability_url(),
            "v2beta/stable-image/generate/core",
        ))
        .bearer_auth("sk-key")
        .multipart(form)
}

fn form(prompt: &'static str) -> Form {
    Form::new()
        .text("prompt", prompt)
        .text("aspect_ratio", "4:5")
        .text("output_format", "png")
}

#[tokio::test]
async fn stability_paints_a_real_png() {
    let partners = partners().await;
    let response = generate(&partners, form("a warm cafe with soft lights"))
        .header("accept", "image/*")
        .send()
        .await
        .expect("answer");
    assert_eq!(response.status(), 200);
    assert_eq!(
        (
            &response.headers()["finish-reason"],
            &response.headers()["content-type"]
        ),
        (
            &"SUCCESS".parse().expect("value"),
            &"image/png".parse().expect("value")
        )
    );
    assert!(response.headers().contains_key("seed"));
    let picture =
        image::load_from_memory(&response.bytes().await.expect("bytes")).expect("a picture");
    let ratio = f64::from(picture.width()) / f64::from(picture.height());
    assert!((ratio - 0.8).abs() < 0.05 && picture.width() * picture.height() > 1_200_000);
}

#[tokio::test]
async fn stability_answers_base64_and_marks_filtered_pictures() {
    let partners = partners().await;
    let ask = || generate(&partners, form("flowers")).header("accept", "application/json");
    let (status, body) = json(ask()).await;
    assert_eq!((status, &body["finish_reason"]), (200, &json!("SUCCESS")));
    let bytes = STANDARD
        .decode(body["image"].as_str().expect("text"))
        .expect("base64");
    assert!(image::load_from_memory(&bytes).is_ok());
    partners.fault(Vendor::Stability, Fault::refuse());
    let (status, body) = json(ask()).await;
    assert_eq!(
        (status, &body["finish_reason"]),
        (200, &json!("CONTENT_FILTERED"))
    );
}

#[tokio::test]
async fn stability_refuses_with_names() {
    let partners = partners().await;
    let (status, body) = json(generate(&partners, form("따뜻한 카페"))).await;
    assert_eq!((status, &body["name"]), (422, &json!("invalid_language")));
    let (status, body) = json(generate(
        &partners,
        Form::new().text("prompt", "a").text("aspect_ratio", "7:5"),
    ))
    .await;
    assert_eq!((status, &body["name"]), (400, &json!("bad_request")));
    let no_multipart = post(
        &partners.stability_url(),
        "v2beta/stable-image/generate/core",
        &json!({ "prompt": "a" }),
    )
    .bearer_auth("k");
    assert_eq!(json(no_multipart).await.0, 400);
    let no_key = http()
        .post(at(
            &partners.stability_url(),
            "v2beta/stable-image/generate/core",
        ))
        .multipart(form("a"));
    assert_eq!(json(no_key).await.1["name"], "unauthorized");
    partners.fault(Vendor::Stability, Fault::spend_limit().times(1));
    assert_eq!(
        json(generate(&partners, form("a"))).await.1["name"],
        "payment_required"
    );
    partners.fault(Vendor::Stability, Fault::rate_limit(60));
    assert_eq!(
        json(generate(&partners, form("a"))).await.1["name"],
        "rate_limit_exceeded"
    );
}

#[tokio::test]
async fn openai_paints_in_the_size_asked() {
    let partners = partners().await;
    let ask = |body| post(&partners.openai_url(), "images/generations", &body).bearer_auth("k");
    let (status, body) = json(ask(json!({ "model": "gpt-image-2", "prompt": "따뜻한 카페", "size": "1088x1360", "output_format": "jpeg" }))).await;
    assert_eq!(status, 200, "{body}");
    let bytes = STANDARD
        .decode(body["data"][0]["b64_json"].as_str().expect("text"))
        .expect("base64");
    let picture = image::load_from_memory(&bytes).expect("a picture");
    assert_eq!((picture.width(), picture.height()), (1088, 1360));
    let (status, body) = json(ask(json!({ "model": "dall-e-3", "prompt": "a" }))).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (404, &json!("model_not_found"))
    );
    let (status, body) = json(ask(
        json!({ "model": "gpt-image-2", "prompt": "a", "response_format": "url" }),
    ))
    .await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("unknown_parameter"))
    );
    assert_eq!(
        json(ask(
            json!({ "model": "gpt-image-2", "prompt": "a", "size": "1000x1000" })
        ))
        .await
        .0,
        400
    );
    partners.fault_on(Vendor::OpenAi, "images", Fault::refuse());
    let (status, body) = json(ask(json!({ "model": "gpt-image-2", "prompt": "a" }))).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (400, &json!("moderation_blocked"))
    );
}
