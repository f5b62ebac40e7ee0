//! The test vector of the page that fixes draw-v1, and what happens to a bundle that somebody touched.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use chrono::{DateTime, Utc};
use janchi_draw::*;
use serde_json::{Value, json};

const EVENT: &str = "evt-2026-0001";

fn seed() -> [u8; 32] {
    std::array::from_fn(|i| i as u8)
}

/// SHA256("fake beacon round 123")
fn beacon() -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(b"fake beacon round 123").into()
}

fn list() -> Vec<(Hash, u32)> {
    let mut list: Vec<(Hash, u32)> = (0..10_u32)
        .map(|i| {
            let phone = format!("+8210{}", 12_340_000 + i);
            (tag(EVENT, &[i as u8; 16], &phone), 1 + i % 3)
        })
        .collect();
    list.sort_unstable();
    list
}

fn leaves() -> Vec<Hash> {
    list()
        .iter()
        .map(|(tag, weight)| leaf(EVENT, tag, *weight))
        .collect()
}

fn at(second: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + i64::from(second), 0).unwrap()
}

fn bundle(mode: Mode) -> Bundle {
    let weights: Vec<u32> = list().iter().map(|e| e.1).collect();
    let key = final_key(&seed(), EVENT, 1, &root(&leaves()), 10, &beacon());
    let picked = pick(mode, &weights, &key, 5);
    let rank = |places: &[usize]| {
        places
            .iter()
            .enumerate()
            .map(|(i, p)| Rank {
                rank: i as u32 + 1,
                tag: hex::encode(list()[*p].0),
            })
            .collect::<Vec<_>>()
    };
    let rules = json!({
        "eventId": EVENT, "drawId": "draw-1", "drawNo": 1, "mode": mode.code(), "winnerCount": 3,
        "prizes": [{"name": "커피", "quantity": 3}], "beacon": {"id": "fake", "round": 123},
    });
    Bundle {
        version: VERSION.to_owned(),
        draw_id: "draw-1".to_owned(),
        event_id: EVENT.to_owned(),
        draw_no: 1,
        mode,
        commitment: hex::encode(commitment(EVENT, &seed())),
        committed_at: at(0),
        rules_hash: hex::encode(rules_hash(&rules).unwrap()),
        rules,
        entries: Some(
            list()
                .iter()
                .map(|(tag, weight)| Entry {
                    tag: hex::encode(tag),
                    weight: *weight,
                })
                .collect(),
        ),
        entries_root: Some(hex::encode(root(&leaves()))),
        frozen_at: Some(at(10)),
        beacon: Beacon {
            id: "fake".to_owned(),
            round: Some(123),
            value: Some(hex::encode(beacon())),
            signature: None,
        },
        seed: Some(hex::encode(seed())),
        drawn_at: Some(at(20)),
        winners: Some(rank(&picked[..3])),
        alternates: Some(rank(&picked[3..])),
        forfeits: vec![],
    }
}

#[test]
fn the_commitment_is_that_of_the_page() {
    let expected = "b2139817731b503683d4e2bfce361f1fa1d6c4c160671f34a5ea1a3542c9aa62";
    assert_eq!(hex::encode(commitment(EVENT, &seed())), expected);
}

#[test]
fn the_root_is_that_of_the_page() {
    let expected = "d8662b88b6dd208c1e1a4d9b7a59ce51e9a8f0cea5ac1b49682c1a97a12c15c3";
    assert_eq!(hex::encode(root(&leaves())), expected);
}

#[test]
fn the_key_is_that_of_the_page() {
    let key = final_key(&seed(), EVENT, 1, &root(&leaves()), 10, &beacon());
    let expected = "d47118218fe916b5ea01622794a1902ab2d3d5c93203a67d11f22f973d9255e9";
    assert_eq!(hex::encode(key), expected);
}

#[test]
fn the_places_are_those_of_the_page_in_both_modes() {
    let weights: Vec<u32> = list().iter().map(|e| e.1).collect();
    let key = final_key(&seed(), EVENT, 1, &root(&leaves()), 10, &beacon());
    assert_eq!(pick(Mode::Uniform, &weights, &key, 4), [5, 6, 4, 0]);
    assert_eq!(pick(Mode::Weighted, &weights, &key, 4), [8, 5, 6, 4]);
}

#[test]
fn an_honest_bundle_passes_in_both_modes_and_survives_json() {
    for mode in [Mode::Uniform, Mode::Weighted] {
        let text = serde_json::to_string(&bundle(mode)).unwrap();
        let read: Bundle = serde_json::from_str(&text).unwrap();
        let verdict = verify(&read).unwrap();
        assert_eq!(verdict.stage, Stage::Drawn);
        assert_eq!(
            (verdict.entries, verdict.winners, verdict.alternates),
            (10, 3, 2)
        );
        assert!(!verdict.without_beacon);
    }
}

#[test]
fn every_receipt_proves_its_place_under_the_root() {
    for (index, (tag, weight)) in list().iter().enumerate() {
        let path = inclusion_path(&leaves(), index).unwrap();
        let own = leaf(EVENT, tag, *weight);
        assert!(includes(&own, index as u64, 10, &path, &root(&leaves())));
        let heavier = leaf(EVENT, tag, weight + 1);
        assert!(!includes(
            &heavier,
            index as u64,
            10,
            &path,
            &root(&leaves())
        ));
    }
}

#[test]
fn a_bundle_is_checked_as_far_as_the_draw_is() {
    let mut early = bundle(Mode::Uniform);
    (early.seed, early.winners, early.alternates, early.drawn_at) = (None, None, None, None);
    assert_eq!(verify(&early).unwrap().stage, Stage::Frozen);
    (early.entries, early.entries_root, early.frozen_at) = (None, None, None);
    assert_eq!(verify(&early).unwrap().stage, Stage::Committed);
    early.seed = Some(hex::encode(seed()));
    assert_eq!(
        verify(&early).unwrap_err(),
        [Fault::TooEarly {
            field: "seed".to_owned()
        }]
    );
}

fn faults(change: impl FnOnce(&mut Bundle)) -> Vec<Fault> {
    let mut touched = bundle(Mode::Weighted);
    change(&mut touched);
    verify(&touched).expect_err("a touched bundle passes")
}

#[test]
fn each_tampering_has_its_name() {
    assert!(faults(|b| b.version = "draw-v2".to_owned()).contains(&Fault::Version));
    assert!(faults(|b| b.seed = Some(hex::encode([1; 32]))).contains(&Fault::Commitment));
    assert!(faults(|b| b.commitment = hex::encode([1; 32])).contains(&Fault::Commitment));
    assert!(faults(|b| b.rules["prizes"][0]["quantity"] = json!(4)).contains(&Fault::RulesHash));
    assert!(faults(|b| b.rules["winnerCount"] = json!(1.5)).contains(&Fault::RulesHash));
    let against = |field: &str| Fault::AgainstRules {
        field: field.to_owned(),
    };
    assert!(faults(|b| b.mode = Mode::Uniform).contains(&against("mode")));
    assert!(faults(|b| b.draw_no = 2).contains(&against("drawNo")));
    assert!(faults(|b| b.beacon.round = Some(124)).contains(&against("beacon")));
    assert!(faults(|b| b.event_id = "evt-2026-0002".to_owned()).contains(&Fault::EntriesRoot));
    assert!(faults(|b| b.entries.as_mut().unwrap()[3].weight = 100).contains(&Fault::EntriesRoot));
    assert!(
        faults(|b| b.entries.as_mut().unwrap().swap(2, 3)).contains(&Fault::Unsorted { index: 3 })
    );
    assert!(faults(|b| _ = b.entries.as_mut().unwrap().pop()).contains(&Fault::EntriesRoot));
    let twice = faults(|b| {
        let entries = b.entries.as_mut().unwrap();
        entries.insert(1, entries[0].clone());
    });
    assert!(twice.contains(&Fault::Twice { index: 1 }));
    assert!(
        faults(|b| b.winners.as_mut().unwrap().swap(0, 1)).contains(&Fault::Winner { rank: 1 })
    );
    assert!(faults(|b| _ = b.winners.as_mut().unwrap().pop()).contains(&Fault::WinnerCount));
    assert!(
        faults(|b| b.alternates.as_mut().unwrap()[0].rank = 2)
            .contains(&Fault::Alternate { rank: 1 })
    );
    assert!(faults(|b| b.drawn_at = Some(at(5))).contains(&Fault::Times));
    assert!(faults(|b| b.seed = None).contains(&Fault::Missing {
        field: "seed".to_owned()
    }));
    let stranger = Forfeit {
        tag: hex::encode([0; 32]),
        reason: "x".to_owned(),
        at: at(30),
    };
    assert_eq!(
        faults(|b| b.forfeits.push(stranger)),
        [Fault::Forfeit { index: 0 }]
    );
    let upper = faults(|b| b.seed = b.seed.as_ref().map(|s| s.to_uppercase()));
    assert!(upper.contains(&Fault::Unreadable {
        field: "seed".to_owned()
    }));
}

#[test]
fn one_changed_byte_in_anything_that_decides_is_found() {
    let honest = serde_json::to_value(bundle(Mode::Weighted)).unwrap();
    let pointers = [
        "/commitment",
        "/rulesHash",
        "/entriesRoot",
        "/seed",
        "/beacon/value",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain((0..10).map(|i| format!("/entries/{i}/tag")))
    .chain((0..3).map(|i| format!("/winners/{i}/tag")))
    .chain((0..2).map(|i| format!("/alternates/{i}/tag")));
    for pointer in pointers {
        let length = honest
            .pointer(&pointer)
            .and_then(Value::as_str)
            .unwrap()
            .len();
        for place in 0..length {
            let mut touched = honest.clone();
            let field = touched.pointer_mut(&pointer).unwrap();
            let mut text = field.as_str().unwrap().to_owned().into_bytes();
            text[place] = if text[place] == b'0' { b'1' } else { b'0' };
            *field = Value::from(String::from_utf8(text).unwrap());
            let read: Bundle = serde_json::from_value(touched).unwrap();
            assert!(verify(&read).is_err(), "{pointer} at {place}");
        }
    }
}

#[test]
fn a_field_that_nobody_knows_is_refused() {
    let mut value = serde_json::to_value(bundle(Mode::Uniform)).unwrap();
    value["phone"] = json!("010-1234-5678");
    assert!(serde_json::from_value::<Bundle>(value).is_err());
}
