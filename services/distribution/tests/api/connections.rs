use crate::fixture::{Fleet, Reach, count, event, of};
use chrono::Duration;
use janchi_contracts::distribution::{ChannelReach, OwnerChannels};
use janchi_contracts::reference::Channel;
use serde_json::{Value, json};
use sqlx::PgPool;

fn item<'v>(list: &'v Value, channel: &str) -> &'v Value {
    list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|c| c["channel"] == channel)
        .expect("all channels are listed")
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_connection_is_stored_sealed_and_never_shown(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    let list = fleet.client.get("/api/channels").await.status(200);
    assert_eq!(
        (&list["totalCount"], &list["nextCursor"]),
        (&json!(6), &Value::Null)
    );
    assert_eq!(item(&list, "INSTAGRAM")["state"], "NOT_CONNECTED");

    let secret = "IGQVJ-very-secret-token";
    let ends = fleet.clock.now() + Duration::days(5);
    let body = json!({"accountId": "17841400000000001", "accountName": "@shop", "accessToken": secret, "expiresAt": ends});
    let reply = fleet
        .client
        .put("/api/channels/INSTAGRAM/connection", body)
        .await;
    let shown = reply.status(200);
    assert_eq!(
        (&shown["connected"], &shown["state"]),
        (&json!(true), &json!("EXPIRES_SOON"))
    );
    assert!(
        shown["warning"].is_string(),
        "a week ahead the owner is warned"
    );
    assert!(!reply.text().contains(secret));
    assert!(
        !fleet
            .client
            .get("/api/channels")
            .await
            .text()
            .contains(secret)
    );
    let stored: Vec<u8> = sqlx::query_scalar!("select credentials from channel_connections")
        .fetch_one(&db)
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains(secret));

    fleet
        .clock
        .advance(std::time::Duration::from_secs(6 * 86_400));
    let (_, token) = (fleet.owner, fleet.keys.owner_token(fleet.owner));
    let later = fleet.service.client().bearer(&token);
    let list = later.get("/api/channels").await.status(200);
    assert_eq!(item(&list, "INSTAGRAM")["state"], "EXPIRED");
    assert_eq!(item(&list, "INSTAGRAM")["connected"], false);

    later
        .delete("/api/channels/INSTAGRAM/connection")
        .await
        .status(204);
    later
        .delete("/api/channels/INSTAGRAM/connection")
        .await
        .status(204);
    assert_eq!(count(&db, "channel_connections").await, 0);
    assert_eq!(count(&db, "audit_log").await, 2);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_connection_that_cannot_work_is_refused_and_the_good_one_stays(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    let path = |channel: &str| format!("/api/channels/{channel}/connection");
    fleet
        .client
        .put(
            &path("INSTAGRAM"),
            json!({"accountId": "1", "accessToken": "good"}),
        )
        .await
        .status(200);
    let past = fleet.clock.now() - Duration::hours(1);
    for (channel, body, field) in [
        (
            "INSTAGRAM",
            json!({"accountId": "1", "accessToken": ""}),
            "accessToken",
        ),
        ("INSTAGRAM", json!({"accountId": "1"}), "accessToken"),
        (
            "INSTAGRAM",
            json!({"accountId": "../me", "accessToken": "t"}),
            "accountId",
        ),
        (
            "INSTAGRAM",
            json!({"accountId": "1", "accessToken": "t", "expiresAt": past}),
            "expiresAt",
        ),
        (
            "NAVER",
            json!({"accountId": "1", "accessToken": "t"}),
            "boardId",
        ),
        ("KAKAO", json!({"accountId": "key"}), "optOutNumber"),
        (
            "RINGO_BIZ",
            json!({"businessNumber": "124-81-00998"}),
            "phoneNumbers",
        ),
        (
            "GENIE_TV",
            json!({"businessNumber": "124-81-00999"}),
            "businessNumber",
        ),
    ] {
        let problem = fleet
            .client
            .put(&path(channel), body)
            .await
            .problem(422, "VALIDATION_FAILED");
        assert_eq!(problem["errors"][0]["field"], field, "{problem:#}");
    }
    fleet
        .client
        .put(&path("INSTAGRAM"), json!({"token": "t"}))
        .await
        .problem(422, "VALIDATION_FAILED");
    fleet
        .client
        .put(&path("TIKTOK"), json!({}))
        .await
        .problem(404, "NOT_FOUND");
    let list = fleet.client.get("/api/channels").await.status(200);
    assert_eq!(item(&list, "INSTAGRAM")["connected"], true);
    assert_eq!(count(&db, "channel_connections").await, 1);
    fleet.end().await;
}

async fn reaches(fleet: &Fleet) -> Vec<ChannelReach> {
    let path = format!("/internal/owners/{}/channels", fleet.owner);
    let reply = fleet.peer().get(&path).await.status(200);
    let told: OwnerChannels = serde_json::from_value(reply).expect("channels");
    let channels: Vec<_> = told.channels.iter().map(|c| c.channel).collect();
    assert_eq!(channels, Channel::ALL);
    told.channels.iter().map(|c| c.reach).collect()
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn other_services_learn_which_channels_an_owner_reaches(db: PgPool) {
    use ChannelReach::{Connected, Expired, ExpiresSoon, NotConnected};
    let fleet = Fleet::start_with(&db, Reach::Practice, |config| {
        config.sandbox = false;
        // The installation's own café, for everybody.
        config.naver_cafe = Some(("10000000".to_owned(), "1".to_owned()));
        if let Some(naver) = &mut config.vendors.naver {
            naver.key = Some("key".into());
        }
    })
    .await;
    let at = |channel| Channel::ALL.iter().position(|c| *c == channel).unwrap();
    let told = reaches(&fleet).await;
    assert_eq!(told[at(Channel::Instagram)], NotConnected);
    assert_eq!(told[at(Channel::Naver)], Connected);
    let connect = async |channel: &str, body: Value| {
        let path = format!("/api/channels/{channel}/connection");
        fleet.client.put(&path, body).await.status(200);
    };
    let ends = fleet.clock.now() + Duration::days(5);
    connect(
        "INSTAGRAM",
        json!({"accountId": "1", "accessToken": "t", "expiresAt": ends}),
    )
    .await;
    connect("GENIE_TV", json!({"businessNumber": "124-81-00998"})).await;
    let told = reaches(&fleet).await;
    assert_eq!(told[at(Channel::Instagram)], ExpiresSoon);
    assert_eq!(told[at(Channel::GenieTv)], Connected);
    fleet
        .clock
        .advance(std::time::Duration::from_secs(6 * 86_400));
    assert_eq!(reaches(&fleet).await[at(Channel::Instagram)], Expired);
    // A connection that cannot be opened any more is none.
    sqlx::query!("update channel_connections set credentials = 'x' where channel = 'GENIE_TV'")
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(reaches(&fleet).await[at(Channel::GenieTv)], NotConnected);
    let stranger = fleet.client.get("/internal/owners/1/channels").await;
    assert!(matches!(stranger.status, 401 | 403));
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn practice_reaches_every_channel_and_nothing_configured_none(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    assert_eq!(reaches(&fleet).await, [ChannelReach::Practice; 6]);
    fleet.end().await;
    let fleet = Fleet::start_with(&db, Reach::Nothing, |_| {}).await;
    assert_eq!(reaches(&fleet).await, [ChannelReach::NotConfigured; 6]);
    fleet.end().await;
}

#[sqlx::test(migrator = "distribution_service::MIGRATOR")]
async fn a_shop_publishes_with_its_own_account_or_is_told_to_connect(db: PgPool) {
    let fleet = Fleet::start_with(&db, Reach::Practice, |config| config.sandbox = false).await;
    let channels = [
        Channel::Instagram,
        Channel::Naver,
        Channel::Kakao,
        Channel::GenieTv,
        Channel::RingoBiz,
    ];
    let first = event(fleet.owner, fleet.clock.now(), &channels);
    fleet.publish(1, &first).await;
    let run = fleet.settled(&first).await;
    assert!(
        run["channels"]
            .as_array()
            .unwrap()
            .iter()
            .all(|c| c["status"] == "MANUAL_ACTION_REQUIRED"),
        "{run:#}"
    );

    let put = async |channel: &str, body: Value| {
        fleet
            .client
            .put(&format!("/api/channels/{channel}/connection"), body)
            .await
            .status(200);
    };
    put(
        "INSTAGRAM",
        json!({"accountId": "17841409999999999", "accessToken": "own-token"}),
    )
    .await;
    put(
        "NAVER",
        json!({"accountId": "20001", "boardId": "5", "accessToken": "own-token"}),
    )
    .await;
    put(
        "KAKAO",
        json!({"accountId": "a1b2c3", "optOutNumber": "080-1234-5678"}),
    )
    .await;
    put("GENIE_TV", json!({"businessNumber": "124-81-00998"})).await;
    put(
        "RINGO_BIZ",
        json!({"businessNumber": "124-81-00998", "phoneNumbers": ["02-1234-5678"]}),
    )
    .await;
    let second = event(fleet.owner, fleet.clock.now(), &channels);
    fleet.publish(1, &second).await;
    let up = |run: &Value| {
        run["channels"]
            .as_array()
            .is_some_and(|c| c.iter().all(|c| c["status"] == "PUBLISHED"))
    };
    let run = fleet.when(&second, up).await;
    assert_eq!(of(&run, "NAVER")["sandbox"], false);
    assert!(
        of(&run, "NAVER")["externalUrl"]
            .as_str()
            .unwrap()
            .contains("janchi20001")
    );
    fleet.end().await;
}
