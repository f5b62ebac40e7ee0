//! What becomes of those who were drawn.

use crate::draws::{bundle, draws, parsed};
use crate::fleet::Fleet;
use serde_json::{Value, json};
use sqlx::PgPool;

#[sqlx::test(migrator = "participation_service::MIGRATOR")]
async fn a_forfeit_moves_the_next_alternate_up_and_stays_visible(db: PgPool) {
    let fleet = Fleet::start_api(db).await;
    let event = fleet.open_event();
    let mut receipts = Vec::new();
    for n in 0..10 {
        receipts.push(fleet.enter(&event, n).await);
    }
    fleet.pass_the_end();
    let owner = fleet.owner(&event);
    let drawn = owner
        .post(&draws(&event), json!({"alternateCount": 2}))
        .await
        .status(201);
    let step = |id: &Value, step: &str| {
        format!(
            "/api/events/{}/winners/{}/{step}",
            event.event_id,
            id.as_str().unwrap()
        )
    };
    let winner = |i: usize| drawn["winners"][i]["participantId"].clone();
    let alternate = |i: usize| drawn["alternates"][i]["participantId"].clone();

    assert_eq!(
        owner.call(&step(&winner(1), "contacted")).await.status(200)["state"],
        "CONTACTED"
    );
    assert_eq!(
        owner.call(&step(&winner(1), "claimed")).await.status(200)["state"],
        "CLAIMED"
    );
    assert_eq!(
        owner.call(&step(&winner(1), "claimed")).await.status(200)["state"],
        "CLAIMED"
    );
    let why = json!({"reason": "연락이 닿지 않음"});
    owner
        .post(&step(&winner(1), "forfeit"), why.clone())
        .await
        .problem(409, "ALREADY_CLAIMED");
    owner
        .post(&step(&alternate(0), "forfeit"), why.clone())
        .await
        .problem(404, "NOT_FOUND");
    owner
        .call(&step(&alternate(0), "contacted"))
        .await
        .problem(404, "NOT_FOUND");

    owner
        .post(&step(&winner(0), "forfeit"), json!({}))
        .await
        .names_field("reason");
    owner
        .post(&step(&winner(0), "forfeit"), json!({"reason": "  "}))
        .await
        .names_field("reason");
    for personal in ["010-1234-5678 부재", "０１０-１２３４-５６７８ 부재"] {
        owner
            .post(&step(&winner(0), "forfeit"), json!({"reason": personal}))
            .await
            .names_field("reason");
    }
    let done = owner
        .post(&step(&winner(0), "forfeit"), why.clone())
        .await
        .status(200);
    assert_eq!(done["state"], "FORFEITED");
    assert_eq!(done["promoted"]["participantId"], alternate(0));
    assert_eq!(done["promoted"]["rank"], 1);
    assert_eq!(done["promoted"]["prize"], "식사권");
    let again = owner
        .post(&step(&winner(0), "forfeit"), why.clone())
        .await
        .status(200);
    assert_eq!(again["promoted"], Value::Null, "a second time moves nobody");
    owner
        .call(&step(&winner(0), "claimed"))
        .await
        .problem(409, "ALREADY_FORFEITED");

    // The one who moved up gives up too: the next one takes the same place.
    let next = owner
        .post(&step(&alternate(0), "forfeit"), why.clone())
        .await
        .status(200);
    assert_eq!(next["promoted"]["participantId"], alternate(1));
    assert_eq!(next["promoted"]["rank"], 1);
    let last = owner
        .post(&step(&alternate(1), "forfeit"), why)
        .await
        .status(200);
    assert_eq!(last["promoted"], Value::Null, "nobody is left");

    let list = owner
        .get(&format!("/api/events/{}/winners", event.event_id))
        .await
        .status(200);
    assert_eq!(list["totalCount"], 5);
    let states: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["state"].as_str().unwrap())
        .collect();
    assert_eq!(states.iter().filter(|s| **s == "FORFEITED").count(), 3);
    assert_eq!(list["items"][0]["reason"], "연락이 닿지 않음");
    assert_eq!(list["alternates"], json!([]));
    let page = owner
        .get(&format!("/api/events/{}/winners?limit=2", event.event_id))
        .await
        .status(200);
    let rest = page["nextCursor"].as_str().unwrap();
    let rest = owner
        .get(&format!(
            "/api/events/{}/winners?limit=10&cursor={rest}",
            event.event_id
        ))
        .await
        .status(200);
    let ids = |v: &Value| {
        v["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| w["participantId"].to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!([ids(&page), ids(&rest)].concat(), ids(&list));

    let open = bundle(&fleet, &drawn["drawId"]).await;
    assert_eq!(open["forfeits"].as_array().unwrap().len(), 3);
    assert_eq!(
        open["winners"].as_array().unwrap().len(),
        3,
        "nothing is overwritten"
    );
    janchi_draw::verify(&parsed(&open)).unwrap();
    let gave_up = receipts
        .iter()
        .find(|r| r["participantId"] == winner(0))
        .unwrap();
    assert_eq!(
        fleet
            .entrant(gave_up)
            .get("/api/participations/me")
            .await
            .status(200)["result"],
        "LOST"
    );
}
