//! The script of the public page says what the Rust verifier says. It needs `node`, which `cargo janchi test` installs with
//! the servers; without it the test fails, since nobody else would notice that the page says something else.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::DateTime;
use janchi_draw::*;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const EVENT: &str = "evt-2026-0001";

/// An honest bundle of so many entries, and the proof of entry 3.
fn drawn(mode: Mode, count: u32) -> (Bundle, Value) {
    let seed: [u8; 32] = std::array::from_fn(|i| i as u8);
    let mut list: Vec<(Hash, u32, [u8; 16], String)> = (0..count)
        .map(|i| {
            let phone = format!("+8210{}", 12_340_000 + i);
            let mut nonce = [0; 16];
            nonce[..4].copy_from_slice(&i.to_be_bytes());
            (tag(EVENT, &nonce, &phone), 1 + i % 3, nonce, phone)
        })
        .collect();
    list.sort_unstable();
    let leaves: Vec<Hash> = list.iter().map(|e| leaf(EVENT, &e.0, e.1)).collect();
    let weights: Vec<u32> = list.iter().map(|e| e.1).collect();
    let top = root(&leaves);
    let key = final_key(&seed, EVENT, 1, &top, u64::from(count), &NO_BEACON);
    let picked = pick(mode, &weights, &key, 5);
    let ranks = |places: &[usize]| -> Vec<Rank> {
        (1..)
            .zip(places)
            .map(|(rank, place)| Rank {
                rank,
                tag: hex::encode(list[*place].0),
            })
            .collect()
    };
    let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap();
    let rules = json!({"eventId": EVENT, "drawNo": 1, "mode": mode.code(), "winnerCount": 3, "prizes": [{"name": "커피\n\"한 잔\"", "quantity": 3}], "beacon": {"id": "none", "round": null}});
    let bundle = Bundle {
        version: VERSION.to_owned(),
        draw_id: "draw-1".to_owned(),
        event_id: EVENT.to_owned(),
        draw_no: 1,
        mode,
        commitment: hex::encode(commitment(EVENT, &seed)),
        committed_at: at(0),
        rules_hash: hex::encode(rules_hash(&rules).unwrap()),
        rules,
        entries: Some(
            list.iter()
                .map(|e| Entry {
                    tag: hex::encode(e.0),
                    weight: e.1,
                })
                .collect(),
        ),
        entries_root: Some(hex::encode(top)),
        frozen_at: Some(at(10)),
        beacon: Beacon::none(),
        seed: Some(hex::encode(seed)),
        drawn_at: Some(at(20)),
        winners: Some(ranks(&picked[..3])),
        alternates: Some(ranks(&picked[3..])),
        forfeits: vec![],
    };
    let path = inclusion_path(&leaves, 3).unwrap();
    let path: Vec<String> = path.iter().map(hex::encode).collect();
    let proof = json!({
        "eventId": EVENT, "nonce": hex::encode(list[3].2), "tag": hex::encode(list[3].0), "weight": list[3].1, "index": 3,
        "count": count, "path": path, "entriesRoot": hex::encode(top), "phone": list[3].3,
    });
    (bundle, proof)
}

/// What the script says of these bundles and proofs.
fn said(asked: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("page/verify.js");
    let program = "
        const { verify, verifyReceipt } = await import('data:text/javascript;base64,' + process.argv[1]);
        const asked = JSON.parse((await import('fs')).readFileSync(0, 'utf8'));
        console.log(JSON.stringify({
            bundles: asked.bundles.map(verify),
            proofs: asked.proofs.map(p => verifyReceipt(p, p.phone)),
        }));";
    let text = std::fs::read(script).unwrap();
    let mut child = Command::new("node")
        .args(["--input-type=module", "-e", program])
        .arg(STANDARD.encode(&text))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed (the Debian package nodejs)");
    let mut input = child.stdin.take().unwrap();
    input.write_all(asked.to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the script failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_script_agrees_with_the_verifier() {
    let mut bundles = Vec::new();
    let mut proofs = Vec::new();
    for mode in [Mode::Uniform, Mode::Weighted] {
        for count in [5, 10, 1000] {
            let (bundle, proof) = drawn(mode, count);
            verify(&bundle).unwrap();
            let honest = serde_json::to_value(&bundle).unwrap();
            bundles.push(honest.clone());
            for (pointer, value) in [
                ("/seed", json!(hex::encode([9; 32]))),
                ("/entries/2/weight", json!(9)),
                ("/winners/0/tag", honest["winners"][1]["tag"].clone()),
                ("/alternates/1/rank", json!(3)),
                ("/rules/winnerCount", json!(4)),
                ("/entriesRoot", json!(hex::encode([1; 32]))),
                ("/frozenAt", json!("2020-01-01T00:00:00Z")),
                ("/frozenAt", Value::Null),
            ] {
                let mut bent = honest.clone();
                *bent.pointer_mut(pointer).unwrap() = value;
                let read: Bundle = serde_json::from_value(bent.clone()).unwrap();
                assert!(verify(&read).is_err(), "{pointer}");
                bundles.push(bent);
            }
            proofs.push(proof.clone());
            for (field, value) in [
                ("weight", json!(9)),
                ("index", json!(4)),
                ("phone", json!("+821099999999")),
                ("entriesRoot", json!(hex::encode([1; 32]))),
            ] {
                let mut bent = proof.clone();
                bent[field] = value;
                proofs.push(bent);
            }
        }
    }
    let said = said(&json!({"bundles": bundles, "proofs": proofs}));
    for (at, verdict) in said["bundles"].as_array().unwrap().iter().enumerate() {
        let good = verdict["faults"].as_array().unwrap().is_empty();
        assert_eq!(good, at % 9 == 0, "bundle {at}: {verdict}");
        assert_eq!(verdict["stage"], "DRAWN");
    }
    for (at, good) in said["proofs"].as_array().unwrap().iter().enumerate() {
        assert_eq!(*good, json!(at % 5 == 0), "proof {at}");
    }
}
