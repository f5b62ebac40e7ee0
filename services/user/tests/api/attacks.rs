//! Bad input at the user service: refused by name, and nothing changed.

use crate::stage::{Stage, somebody, text};
use janchi_testkit::{Client, Reply};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::time::Instant;

const REGISTER: &str = "/api/users/register";

/// Fields that nobody but the service itself sets.
const NOT_YOURS: [(&str, &str); 12] = [
    ("role", "\"ADMIN\""),
    ("status", "\"ACTIVE\""),
    ("id", "\"0198f2c4-0000-7000-8000-000000000001\""),
    ("userId", "\"0198f2c4-0000-7000-8000-000000000001\""),
    ("ownerId", "\"0198f2c4-0000-7000-8000-000000000001\""),
    ("verification", "\"VERIFIED\""),
    ("sandbox", "false"),
    ("passwordHash", "\"$2b$10$x\""),
    ("createdAt", "\"2020-01-01T00:00:00Z\""),
    ("version", "7"),
    ("__proto__", "{\"role\":\"ADMIN\"}"),
    ("emailVerified", "true"),
];

/// The text of an object with one more member in front.
fn with(body: &Value, name: &str, value: &str) -> String {
    let text = body.to_string();
    let rest = text.strip_prefix('{').expect("an object");
    let comma = if rest == "}" { "" } else { "," };
    format!("{{\"{name}\":{value}{comma}{rest}")
}

async fn send(client: &Client, method: &str, path: &str, body: String) -> Reply {
    let method = method.parse().expect("a method");
    let request = client
        .request(method, path)
        .header("content-type", "application/json")
        .body(body);
    client.send(request).await
}

/// Every call of this service that takes a body, with a good one.
fn calls(owner: &Value) -> Vec<(&'static str, &'static str, Value)> {
    let password = owner["password"].clone();
    vec![
        ("POST", REGISTER, somebody()),
        (
            "POST",
            "/api/users/login",
            json!({"loginId": owner["email"], "password": password}),
        ),
        ("POST", "/api/users/refresh", json!({"refreshToken": "x"})),
        (
            "POST",
            "/api/users/password-resets",
            json!({"loginId": owner["email"]}),
        ),
        (
            "PUT",
            "/api/users/password-resets/x",
            json!({"password": "another2@pass"}),
        ),
        (
            "POST",
            "/api/users/business-numbers/verify",
            json!({"businessNumber": "1248100998"}),
        ),
        ("PATCH", "/api/users/me", json!({"name": "김수"})),
        (
            "PUT",
            "/api/users/me/password",
            json!({"currentPassword": password, "newPassword": "another2@pass"}),
        ),
        ("PATCH", "/api/users/me/store", json!({"name": "새 빵집"})),
    ]
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn nobody_sets_what_is_not_theirs(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let client = stage.as_owner(&answer);
    for (method, path, good) in calls(&body) {
        for (name, value) in NOT_YOURS {
            let reply = send(&client, method, path, with(&good, name, value)).await;
            reply.names_field(name);
        }
    }
    // One level down, where a shop is signed up.
    for (name, value) in NOT_YOURS {
        let mut request = somebody();
        let store = with(&request["store"], name, value);
        request["store"] = json!("STORE");
        let text = request.to_string().replace("\"STORE\"", &store);
        send(&client, "POST", REGISTER, text)
            .await
            .names_field(&format!("store.{name}"));
    }
    for path in ["/api/users/logout"] {
        let reply = send(&client, "POST", path, "{\"everywhere\":true}".to_owned()).await;
        reply.names_field("everywhere");
    }
    send(&client, "DELETE", "/api/users/me", "{\"x\":1}".to_owned())
        .await
        .names_field("x");
    unchanged(&stage, &client, &answer).await;
}

async fn unchanged(stage: &Stage, client: &Client, answer: &Value) {
    assert_eq!(
        client.get("/api/users/me").await.status(200),
        answer["user"]
    );
    assert_eq!(
        client.get("/api/users/me/store").await.status(200),
        answer["store"]
    );
    assert_eq!(stage.rows("users").await, 1);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_field_that_is_there_twice_is_refused(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let client = stage.as_owner(&answer);
    for (method, path, good) in calls(&body) {
        let (name, value) = good
            .as_object()
            .and_then(|fields| fields.iter().next())
            .expect("a field");
        let reply = send(&client, method, path, with(&good, name, &value.to_string())).await;
        let problem = reply.names_field(name);
        assert_eq!(problem["errors"][0]["code"], "DUPLICATE_FIELD", "{path}");
    }
    unchanged(&stage, &client, &answer).await;
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn what_is_no_json_or_another_form_is_refused_everywhere(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let client = stage.as_owner(&answer);
    let endless = "[".repeat(200_000);
    let deep = format!("{endless}{}", "]".repeat(200_000));
    for (method, path, good) in calls(&body) {
        for broken in [
            "",
            "{",
            "nul",
            "{\"a\":1}{}",
            "{\"a\":NaN}",
            endless.as_str(),
        ] {
            send(&client, method, path, broken.to_owned())
                .await
                .problem(400, "MALFORMED_JSON");
        }
        let trailing = format!("{good}\u{0}");
        send(&client, method, path, trailing)
            .await
            .problem(400, "MALFORMED_JSON");
        for other in ["[]", "7", "null", "\"x\"", "[[]]", deep.as_str()] {
            send(&client, method, path, other.to_owned())
                .await
                .problem(422, "VALIDATION_FAILED");
        }
        for (name, _) in good.as_object().expect("an object") {
            let mut wrong = good.clone();
            wrong[name.as_str()] = json!(1e308);
            send(&client, method, path, wrong.to_string())
                .await
                .names_field(name);
        }
        let request = client
            .request(method.parse().expect("a method"), path)
            .header("content-type", "text/plain")
            .body(good.to_string());
        client
            .send(request)
            .await
            .problem(415, "UNSUPPORTED_MEDIA_TYPE");
        let large = format!("{{\"x\":\"{}\"}}", "가".repeat(400_000));
        send(&client, method, path, large)
            .await
            .problem(413, "PAYLOAD_TOO_LARGE");
    }
    unchanged(&stage, &client, &answer).await;
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_password_is_never_cut(db: PgPool) {
    let stage = Stage::new(db).await;
    let (body, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    let tail = |last: &str| format!("{}1!{last}", "a".repeat(70));
    let refused = [
        tail("x"),
        format!("{}1!", "가".repeat(25)),
        // 72 characters, but more bytes.
        format!("{}1!", "가".repeat(70)),
        "abcd123!\0".to_owned(),
        "\0abcd123!".to_owned(),
        "abcd\u{0}123!".to_owned(),
        "a1!".repeat(300_000),
        "short1!".to_owned(),
        String::new(),
    ];
    for bad in &refused {
        let mut request = somebody();
        request["password"] = json!(bad);
        let reply = stage.client().post(REGISTER, request).await;
        reply.names_field("password");
        let change = json!({"currentPassword": body["password"], "newPassword": bad});
        let reply = me.put("/api/users/me/password", change).await;
        reply.names_field("newPassword");
        let path = "/api/users/password-resets/unknown";
        let reply = stage.client().put(path, json!({"password": bad})).await;
        reply.names_field("password");
        // A login tells nothing of its form: it is only wrong.
        stage
            .log_in(text(&body, "/email"), bad)
            .await
            .problem(401, "INVALID_CREDENTIALS");
    }
    // 24 Hangul syllables are 72 bytes, and every one of them counts.
    let mut request = somebody();
    let longest = format!("{}1!a비", "가".repeat(22));
    assert_eq!(longest.len(), 72);
    request["password"] = json!(longest);
    stage.sign_up(&request).await;
    let email = text(&request, "/email");
    stage.log_in(email, &longest).await.status(200);
    for near in [
        longest.replace('비', "바"),
        format!("{longest}x"),
        longest.replace("비", ""),
    ] {
        stage
            .log_in(email, &near)
            .await
            .problem(401, "INVALID_CREDENTIALS");
    }
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn strange_text_is_refused_by_name(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    for bad in [
        "빵\u{0}집",
        "빵\u{202e}집",
        "빵\u{2066}집",
        "빵\u{7}집",
        "",
        "   ",
    ] {
        for field in ["name", "address"] {
            let reply = me.patch("/api/users/me/store", json!({field: bad})).await;
            reply.names_field(field);
        }
        let reply = me.patch("/api/users/me", json!({"name": bad})).await;
        reply.names_field("name");
    }
    // Half a character.
    let body = "{\"name\":\"\\ud800\"}".to_owned();
    let reply = send(&me, "PATCH", "/api/users/me", body).await;
    assert!(matches!(reply.status, 400 | 422), "{}", reply.text());
    let reply = me
        .patch("/api/users/me", json!({"email": "a@x.kr\r\nBcc: b@x.kr"}))
        .await;
    reply.names_field("email");
    // Signs of other languages in a field of free text are text.
    let harmless = "'; drop table users; -- <script>alert(1)</script> {{7*7}} %s";
    let changed = me
        .patch("/api/users/me/store", json!({"name": harmless}))
        .await
        .status(200);
    assert_eq!(changed["name"], harmless);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_reset_tells_neither_by_text_nor_by_time_who_has_an_account(db: PgPool) {
    const TRIES: usize = 15;
    let stage = Stage::new(db).await;
    let (body, _) = stage.owner().await;
    let ask = async |login: &str| {
        let began = Instant::now();
        let reply = stage
            .client()
            .post("/api/users/password-resets", json!({ "loginId": login }))
            .await;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        reply.status(202);
        let mut headers: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
        headers.sort_unstable();
        (took, reply.body.clone(), headers)
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..TRIES {
        let one = ask(text(&body, "/email")).await;
        let other = ask(&format!("nobody{n}@example.com")).await;
        assert_eq!((&one.1, &one.2), (&other.1, &other.2));
        known.push(one.0);
        unknown.push(other.0);
    }
    known.sort_by(f64::total_cmp);
    unknown.sort_by(f64::total_cmp);
    let (known, unknown) = (known[TRIES / 2], unknown[TRIES / 2]);
    println!("median of {TRIES}: known {known:.1} ms, unknown {unknown:.1} ms");
    // No message is sent and no account looked up within the call.
    assert!(
        (known - unknown).abs() < (0.5 * known.max(unknown)).max(30.0),
        "known {known:.1} ms, unknown {unknown:.1} ms"
    );
}
