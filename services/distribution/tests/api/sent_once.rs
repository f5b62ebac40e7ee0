//! Nothing is posted twice, whatever breaks between the platform's answer and our own disk.

use crate::fixture::{Fleet, Reach, event, of};
use janchi_contracts::reference::Channel;
use janchi_partners::Vendor;
use sqlx::PgPool;
use std::time::Duration;

/// Makes the database refuse so many of the updates that fit.
async fn refuse_updates(db: &PgPool, times: u32, when: &str) {
    let sql = format!(
        "create sequence refused;
         create function refuse() returns trigger language plpgsql as $$
         begin
             if nextval('refused') <= {times} then raise exception 'out of order'; end if;
             return new;
         end $$;
         create trigger refuse before update on channel_tasks for each row when ({when})
             execute function refuse();"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(db)
        .await
        .expect("the trigger can be made");
}

/// A lease of seven seconds instead of half a minute.
async fn hasty(db: &PgPool) -> Fleet {
    Fleet::start_with(db, Reach::Practice, |config| {
        config.pace.attempt = Duration::from_secs(2);
    })
    .await
}

const SENDING: [(Channel, Vendor, &str); 4] = [
    (Channel::Instagram, Vendor::Instagram, "media_publish"),
    (Channel::GenieTv, Vendor::GenieTv, "create_campaign"),
    (Channel::Kakao, Vendor::Kakao, "brand_message"),
    (Channel::Naver, Vendor::Naver, "article"),
];

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_outcome_that_could_not_be_written_down_is_not_sent_again(db: PgPool) {
    let fleet = hasty(&db).await;
    let ends = "old.status = 'PUBLISHING' and new.status in ('PUBLISHED', 'PENDING_REVIEW')";
    refuse_updates(&db, 4, ends).await;
    let event = event(
        fleet.owner,
        fleet.clock.now(),
        &SENDING.map(|(channel, ..)| channel),
    );
    fleet.publish(1, &event).await;
    let up = |run: &serde_json::Value| {
        run["channels"]
            .as_array()
            .is_some_and(|c| c.iter().all(|c| c["status"] == "PUBLISHED"))
    };
    let run = fleet.when(&event, up).await;
    for (_, vendor, operation) in SENDING {
        assert_eq!(
            fleet.partners.calls_of(vendor, operation).len(),
            1,
            "{operation}"
        );
    }
    for channel in ["INSTAGRAM", "NAVER"] {
        assert!(of(&run, channel)["externalUrl"].is_string(), "{run:#}");
    }
    assert!(of(&run, "KAKAO")["externalId"].is_string(), "{run:#}");
    fleet.end().await;
}

/// The platform has answered, but the first attempt to note it fails.
async fn refuse_the_note(db: &PgPool, channel: Channel, vendor: Vendor, operation: &str) {
    let fleet = hasty(db).await;
    let notes = "old.steps ->> 'sentId' is null and new.steps ->> 'sentId' is not null";
    refuse_updates(db, 1, notes).await;
    let event = event(fleet.owner, fleet.clock.now(), &[channel]);
    fleet.publish(1, &event).await;
    let code = channel.named().code;
    let up = |run: &serde_json::Value| of(run, code)["status"] == "PUBLISHED";
    fleet.when(&event, up).await;
    assert_eq!(fleet.partners.calls_of(vendor, operation).len(), 1);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_answer_that_could_not_be_noted_sends_no_second_message(db: PgPool) {
    refuse_the_note(&db, Channel::Kakao, Vendor::Kakao, "brand_message").await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn an_answer_that_could_not_be_noted_writes_no_second_article(db: PgPool) {
    refuse_the_note(&db, Channel::Naver, Vendor::Naver, "article").await;
}
