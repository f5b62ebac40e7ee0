use crate::fleet::{Fleet, job, one};
use janchi_contracts::reference::{Platform, Style};
use janchi_contracts::user::UserEvent;
use janchi_partners::Partners;
use janchi_testkit::{eventually, send_event, send_job};
use serde_json::json;
use sqlx::PgPool;
use std::time::Duration;
use uuid::Uuid;

async fn rows_of(db: &PgPool, owner: Uuid) -> i64 {
    sqlx::query_scalar!(
        r#"select (select count(*) from images where owner_id = $1)
             + (select count(*) from image_sets where owner_id = $1)
             + (select count(*) from edits where owner_id = $1)
             + (select count(*) from backgrounds where owner_id = $1)
             + (select count(*) from spots where owner_id = $1)
             + (select count(*) from uploads where owner_id = $1) as "n!""#,
        owner
    )
    .fetch_one(db)
    .await
    .unwrap()
}

async fn settled(db: &PgPool, messages: i64) {
    let all = || async {
        let count = sqlx::query_scalar!(r#"select count(*) as "n!" from inbox"#)
            .fetch_one(db)
            .await
            .unwrap();
        (count == messages).then_some(())
    };
    eventually(Duration::from_secs(60), all).await;
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn an_owner_who_leaves_takes_rows_and_files_along(db: PgPool) {
    let partners = Partners::spawn().await;
    let fleet = Fleet::start_with(&db, Some(&partners)).await;
    let (leaving, staying) = (Uuid::now_v7(), Uuid::now_v7());
    let (_, image) = one(&fleet, leaving).await;
    let path = format!("/api/content/images/{}/edits", image.image_id);
    fleet
        .owner(leaving)
        .post(&path, json!({"titleText": "마지막 이벤트"}))
        .await
        .status(201);
    assert_eq!(rows_of(&db, leaving).await, 5);
    let before = fleet.count_files();
    let (_, kept) = one(&fleet, staying).await;
    let own = fleet.count_files() - before;

    send_event(
        &fleet.namespace,
        &UserEvent::Deleted {
            user_id: leaving,
            store_id: Uuid::now_v7(),
        },
    )
    .await;
    settled(&db, 3).await;
    assert_eq!(rows_of(&db, leaving).await, 0);
    fleet.fetch(&image.url).await.problem(404, "NOT_FOUND");
    fleet.fetch(&kept.url).await.status(200);
    assert_eq!(fleet.count_files(), own);

    // A job of theirs that was still waiting leaves nothing behind.
    send_job(
        &fleet.namespace,
        &job(leaving, &[Style::Simple], &[Platform::Kakao]),
    )
    .await;
    settled(&db, 4).await;
    // The background is the last thing that could have stayed.
    assert_eq!(rows_of(&db, leaving).await, 0);
    assert_eq!(fleet.count_files(), own);
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_file_that_another_owner_has_too_stays(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let (leaving, staying) = (Uuid::now_v7(), Uuid::now_v7());
    // The same brief and no vendor: the same bytes, stored once.
    let (_, image) = one(&fleet, leaving).await;
    let (_, same) = one(&fleet, staying).await;
    assert_eq!(image.url, same.url);
    assert_eq!(fleet.count_files(), 3);
    send_event(
        &fleet.namespace,
        &UserEvent::Deleted {
            user_id: leaving,
            store_id: Uuid::now_v7(),
        },
    )
    .await;
    settled(&db, 3).await;
    assert_eq!(rows_of(&db, leaving).await, 0);
    fleet.fetch(&same.url).await.status(200);
}
