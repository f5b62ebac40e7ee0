use crate::stage::{Stage, somebody, text};
use serde_json::json;
use sqlx::PgPool;

const STORE: &str = "/api/users/me/store";

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_shop_is_changed_field_by_field(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    assert_eq!(me.get(STORE).await.status(200), answer["store"]);
    let changed = me
        .patch(
            STORE,
            json!({"name": "새 빵집", "region": "GWANGJU", "phone": "02-123-4567"}),
        )
        .await
        .status(200);
    assert_eq!(changed["name"], "새 빵집");
    assert_eq!(changed["region"], "JEONNAM_GWANGJU");
    assert_eq!(changed["phone"], "02-****-4567");
    assert_eq!(changed["businessHours"], answer["store"]["businessHours"]);
    let cleared = me
        .patch(STORE, json!({"businessHours": null, "phone": null}))
        .await
        .status(200);
    assert_eq!(cleared["businessHours"], json!(null));
    assert!(cleared.get("phone").is_none());
    assert_eq!(me.get(STORE).await.status(200), cleared);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn the_business_number_stays(db: PgPool) {
    let stage = Stage::new(db).await;
    let (_, answer) = stage.owner().await;
    let me = stage.as_owner(&answer);
    for body in [
        json!({"businessNumber": "1248100998"}),
        json!({"verification": "VERIFIED"}),
        json!({"industry": "CASINO"}),
        json!({"region": ""}),
        json!({"name": ""}),
        json!({"address": "가".repeat(201)}),
        json!({"name": 5}),
    ] {
        me.patch(STORE, body)
            .await
            .problem(422, "VALIDATION_FAILED");
    }
    assert_eq!(me.get(STORE).await.status(200), answer["store"]);
}

#[sqlx::test(migrator = "user_service::MIGRATOR")]
async fn a_shop_has_its_phone_from_the_start_if_given(db: PgPool) {
    let stage = Stage::new(db).await;
    let mut body = somebody();
    body["store"]["phone"] = json!("031-987-6543");
    let answer = stage.sign_up(&body).await;
    assert_eq!(text(&answer, "/store/phone"), "031-****-6543");
    body = somebody();
    body["store"]["phone"] = json!("call me");
    stage
        .client()
        .post("/api/users/register", body)
        .await
        .problem(422, "VALIDATION_FAILED");
}
