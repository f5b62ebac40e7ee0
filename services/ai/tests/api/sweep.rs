//! Old books and answers are forgotten, the owner's own results are not.

use crate::setup::Fleet;
use crate::stub::{Stub, claude_says, plans};
use chrono::{TimeDelta, Utc};
use janchi_testkit::eventually;
use sqlx::PgPool;
use std::time::Duration;

async fn rows(db: &PgPool) -> [i64; 4] {
    let counted = sqlx::query!(
        r#"select (select count(*) from vendor_calls) as "calls!", (select count(*) from job_costs) as "jobs!",
                  (select count(*) from answers) as "answers!", (select count(*) from recommendations) as "kept!""#
    );
    let n = counted.fetch_one(db).await.unwrap();
    [n.calls, n.jobs, n.answers, n.kept]
}

/// Makes everything so many days older.
async fn age(db: &PgPool, days: i64) {
    let at = Utc::now() - TimeDelta::days(days);
    for statement in [
        sqlx::query!("update vendor_calls set created_at = $1", at),
        sqlx::query!("update job_costs set created_at = $1", at),
        sqlx::query!("update answers set created_at = $1", at),
        sqlx::query!("update recommendations set created_at = $1", at),
    ] {
        statement.execute(db).await.unwrap();
    }
}

#[sqlx::test(migrator = "ai_service::MIGRATOR")]
async fn what_is_older_than_the_retention_goes_at_the_next_sweep(db: PgPool) {
    let claude = Stub::claude(claude_says(&plans("연말"))).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    fleet.result(&fleet.command()).await;
    assert_eq!(rows(&db).await, [1, 1, 1, 1]);
    fleet.running.stop().await.unwrap();

    let days = i64::from(ai_service::RETENTION_DAYS);
    age(&db, days - 1).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    // A job after the start's sweep: what is young enough is still there.
    fleet.result(&fleet.command()).await;
    assert_eq!(rows(&db).await, [2, 2, 2, 2]);
    fleet.running.stop().await.unwrap();

    age(&db, days + 1).await;
    let fleet = Fleet::with(&db, Some(&claude), None).await;
    let swept = || async { (rows(&db).await == [0, 0, 0, 2]).then_some(()) };
    eventually(Duration::from_secs(20), swept).await;
    fleet.running.stop().await.unwrap();
}
