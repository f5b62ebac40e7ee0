//! What the draw's page tells of a bundle that somebody touched, by the verifier and the script that it loads.
//!
//! Run by node, which is no dependency of anything else here; where there is none, the test says so and passes.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use chrono::DateTime;
use janchi_draw::{Beacon, Bundle, Entry, Forfeit, Mode, Rank};
use serde_json::{Value, json};
use std::process::Command;

const EVENT: &str = "evt-2026-0001";

fn time(seconds: i64) -> DateTime<chrono::Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// A draw among so many entries, as participation publishes it.
fn bundle(mode: Mode, count: u32, winners: usize, alternates: usize) -> Bundle {
    let seed: [u8; 32] = std::array::from_fn(|i| i as u8);
    let mut list: Vec<([u8; 32], u32)> = (0..count)
        .map(|i| {
            let nonce = [i as u8; 16];
            let weight = if mode == Mode::Uniform { 1 } else { 1 + i % 3 };
            (
                janchi_draw::tag(EVENT, &nonce, &format!("+8210{}", 12_340_000 + i)),
                weight,
            )
        })
        .collect();
    list.sort_unstable();
    let leaves: Vec<_> = list
        .iter()
        .map(|(tag, weight)| janchi_draw::leaf(EVENT, tag, *weight))
        .collect();
    let root = janchi_draw::root(&leaves);
    let weights: Vec<u32> = list.iter().map(|(_, weight)| *weight).collect();
    let key = janchi_draw::final_key(
        &seed,
        EVENT,
        1,
        &root,
        count.into(),
        &janchi_draw::NO_BEACON,
    );
    let picked = janchi_draw::pick(mode, &weights, &key, winners + alternates);
    let ranks = |places: &[usize]| -> Vec<Rank> {
        let rank = |(i, place): (usize, &usize)| Rank {
            rank: i as u32 + 1,
            tag: hex::encode(list[*place].0),
        };
        places.iter().enumerate().map(rank).collect()
    };
    let code = if mode == Mode::Uniform {
        "UNIFORM"
    } else {
        "WEIGHTED"
    };
    let rules = json!({"eventId": EVENT, "drawId": "draw-1", "drawNo": 1, "mode": code, "winnerCount": winners,
        "prizes": [{"name": "커피 \"한 잔\"\n", "quantity": 3}], "beacon": {"id": "none", "round": null}});
    let first = winners.min(picked.len());
    Bundle {
        version: janchi_draw::VERSION.to_owned(),
        draw_id: "draw-1".to_owned(),
        event_id: EVENT.to_owned(),
        draw_no: 1,
        mode,
        commitment: hex::encode(janchi_draw::commitment(EVENT, &seed)),
        committed_at: time(0),
        rules_hash: hex::encode(janchi_draw::rules_hash(&rules).unwrap()),
        rules,
        entries: Some(
            list.iter()
                .map(|(tag, weight)| Entry {
                    tag: hex::encode(tag),
                    weight: *weight,
                })
                .collect(),
        ),
        entries_root: Some(hex::encode(root)),
        frozen_at: Some(time(60)),
        beacon: Beacon {
            id: "none".to_owned(),
            round: None,
            value: None,
            signature: None,
        },
        seed: Some(hex::encode(seed)),
        drawn_at: Some(time(120)),
        forfeits: vec![Forfeit {
            tag: hex::encode(list[picked[0]].0),
            reason: "연락이 닿지 않음".to_owned(),
            at: time(180),
        }],
        winners: Some(ranks(&picked[..first])),
        alternates: Some(ranks(&picked[first..])),
    }
}

/// The sentences that tell what is wrong with each; none where there is no node.
fn verdicts(bundles: &[Value]) -> Option<Vec<Value>> {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    std::fs::write(place("bundles.json"), serde_json::to_vec(bundles).unwrap()).unwrap();
    std::fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/assets/draw.js"),
        place("draw.mjs"),
    )
    .unwrap();
    std::fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/../draw/page/verify.js"),
        place("verify.mjs"),
    )
    .unwrap();
    let program = "import { sentence } from './draw.mjs'; import { verify } from './verify.mjs'; import fs from 'node:fs'; \
                   const all = JSON.parse(fs.readFileSync('bundles.json')); \
                   console.log(JSON.stringify(all.map((b) => verify(b).faults.map(sentence))));";
    std::fs::write(place("run.mjs"), program).unwrap();
    let Ok(run) = Command::new("node")
        .arg("run.mjs")
        .current_dir(folder.path())
        .output()
    else {
        println!("no node here: the script of the draw's page was not run");
        return None;
    };
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    Some(serde_json::from_slice(&run.stdout).unwrap())
}

#[test]
fn an_honest_bundle_has_no_fault() {
    let bundles = [
        bundle(Mode::Uniform, 10, 3, 2),
        bundle(Mode::Weighted, 257, 20, 20),
    ];
    let values: Vec<Value> = bundles
        .iter()
        .map(|b| serde_json::to_value(b).unwrap())
        .collect();
    if let Some(verdicts) = verdicts(&values) {
        assert_eq!(verdicts, [json!([]), json!([])]);
    }
}

/// A hand on a bundle, and the fault it has to show.
type Touch = (&'static str, fn(&mut Value));

#[test]
fn every_hand_on_a_bundle_is_told() {
    let touches: [Touch; 15] = [
        ("version", |b| b["version"] = "draw-v2".into()),
        ("entriesRoot", |b| b["entriesRoot"] = Value::Null),
        ("shape", |b| b["seed"] = Value::Null),
        ("times", |b| b["frozenAt"] = "2020-01-01T00:00:00Z".into()),
        ("commitment", |b| b["seed"] = "00".repeat(32).into()),
        ("rulesHash", |b| b["rules"]["winnerCount"] = 4.into()),
        ("againstRules", |b| b["drawNo"] = 2.into()),
        ("order", |b| b["entries"].as_array_mut().unwrap().swap(0, 1)),
        ("order", |b| b["entries"][1] = b["entries"][0].clone()),
        ("entriesRoot", |b| b["entries"][3]["weight"] = 9.into()),
        ("entriesRoot", |b| {
            drop(b["entries"].as_array_mut().unwrap().pop())
        }),
        ("winnerCount", |b| {
            drop(b["winners"].as_array_mut().unwrap().pop())
        }),
        ("winners", |b| {
            b["winners"][0]["tag"] = b["winners"][1]["tag"].clone()
        }),
        ("alternates", |b| b["alternates"][1]["rank"] = 7.into()),
        ("forfeits", |b| {
            b["forfeits"][0]["tag"] = "00".repeat(32).into()
        }),
    ];
    let touched: Vec<Value> = touches
        .iter()
        .map(|(_, touch)| {
            let mut value = serde_json::to_value(bundle(Mode::Weighted, 10, 3, 2)).unwrap();
            touch(&mut value);
            value
        })
        .collect();
    let Some(verdicts) = verdicts(&touched) else {
        return;
    };
    for ((fault, _), verdict) in touches.iter().zip(&verdicts) {
        let found = verdict.as_array().unwrap();
        assert!(
            found.contains(&json!(fault)),
            "{fault} is not among {found:?}"
        );
    }
}
