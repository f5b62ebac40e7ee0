//! Which tokens are taken, and which never.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use janchi_auth::{Refused, ServiceTokens, Signer, Verifier};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

fn signer() -> Signer {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
        .expect("the test's own keys are good");
    let der = pair.to_pkcs8v1().expect("the test's own keys are good");
    Signer::from_pkcs8_base64(&STANDARD.encode(der.as_ref()).into())
        .expect("the test's own keys are good")
}

fn verifier(signer: &Signer) -> Verifier {
    Verifier::fixed(&json!({"keys": [signer.public_jwk()]})).expect("the test's own keys are good")
}

fn now() -> u64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("the test's own keys are good")
        .as_secs()
}

fn good_claims() -> Value {
    json!({
        "iss": "janchi-user", "aud": "janchi", "role": "OWNER", "sub": Uuid::now_v7(), "sid": Uuid::now_v7(),
        "jti": Uuid::now_v7(), "iat": now(), "nbf": now(), "exp": now() + 900,
    })
}

#[tokio::test]
async fn an_owners_token_tells_who_and_which_session() {
    let signer = signer();
    let (owner, session) = (Uuid::now_v7(), Uuid::now_v7());
    let token = signer
        .owner_access(owner, session, Duration::from_secs(900))
        .unwrap();
    let claims = verifier(&signer).owner(&token).await.unwrap();
    assert_eq!((claims.sub, claims.sid), (owner, session));
}

#[tokio::test]
async fn a_receipt_is_no_owners_token_and_the_reverse() {
    let signer = signer();
    let verifier = verifier(&signer);
    let receipt = signer.receipt(Uuid::now_v7(), now() + 900).unwrap();
    let owner = signer
        .owner_access(Uuid::now_v7(), Uuid::now_v7(), Duration::from_secs(900))
        .unwrap();
    assert!(verifier.receipt(&receipt).await.is_ok());
    assert!(matches!(
        verifier.owner(&receipt).await,
        Err(Refused::Invalid)
    ));
    assert!(matches!(
        verifier.receipt(&owner).await,
        Err(Refused::Invalid)
    ));
}

#[tokio::test]
async fn every_wrong_claim_is_refused() {
    let signer = signer();
    let verifier = verifier(&signer);
    let wrong = [
        ("iss", json!("someone")),
        ("aud", json!("receipt")),
        ("aud", json!(7)),
        ("role", json!("CUSTOMER")),
        ("sub", json!("")),
        ("sub", json!("not-a-uuid")),
        ("exp", json!(now() - 6)),
        ("exp", json!("soon")),
        ("exp", json!(-1)),
        ("nbf", json!(now() + 60)),
        ("iat", json!(now() + 60)),
    ];
    for (claim, value) in wrong {
        let mut claims = good_claims();
        claims[claim] = value.clone();
        let token = signer.sign(&claims).unwrap();
        assert!(
            matches!(verifier.owner(&token).await, Err(Refused::Invalid)),
            "{claim} = {value}"
        );
    }
    for claim in [
        "iss", "aud", "role", "sub", "sid", "jti", "exp", "nbf", "iat",
    ] {
        let mut claims = good_claims();
        claims.as_object_mut().unwrap().remove(claim);
        let token = signer.sign(&claims).unwrap();
        assert!(
            matches!(verifier.owner(&token).await, Err(Refused::Invalid)),
            "without {claim}"
        );
    }
    assert!(
        verifier
            .owner(&signer.sign(&good_claims()).unwrap())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn forged_signatures_are_refused() {
    let signer = signer();
    let verifier = verifier(&signer);
    let token = signer.sign(&good_claims()).unwrap();
    let (head, rest) = token.split_once('.').unwrap();
    let body = rest.split_once('.').unwrap().0;
    let encode = |header: Value| URL_SAFE_NO_PAD.encode(header.to_string());
    let none = encode(json!({"alg": "none", "kid": signer.kid()}));
    let with_key = encode(json!({"alg": "HS256", "kid": signer.kid()}));
    let public = STANDARD.decode(signer.public_key_base64()).unwrap();
    let confused = jsonwebtoken::encode(
        &{
            let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
            header.kid = Some(signer.kid().to_owned());
            header
        },
        &good_claims(),
        &jsonwebtoken::EncodingKey::from_secret(&public),
    )
    .unwrap();
    let elsewhere = crate::signer().sign(&good_claims()).unwrap();
    for forged in [
        format!("{none}.{body}."),
        format!("{head}.{body}."),
        format!("{with_key}.{body}.AAAA"),
        format!(
            "{head}.{}.{}",
            URL_SAFE_NO_PAD.encode(good_claims().to_string()),
            token.rsplit('.').next().unwrap()
        ),
        confused,
        elsewhere,
        "x".repeat(10_000),
        String::new(),
    ] {
        assert!(matches!(
            verifier.owner(&forged).await,
            Err(Refused::Invalid)
        ));
    }
}

#[test]
fn a_service_token_is_good_for_its_callee_alone() {
    let secret = STANDARD.encode([7; 32]).into();
    let event = ServiceTokens::new("event", &secret).unwrap();
    let ai = ServiceTokens::new("ai", &secret).unwrap();
    let content = ServiceTokens::new("content", &secret).unwrap();
    let token = event.mint("ai").unwrap();
    assert_eq!(ai.check(&token).as_deref(), Some("event"));
    assert_eq!(content.check(&token), None);
    let stranger = ServiceTokens::new("event", &STANDARD.encode([8; 32]).into()).unwrap();
    assert_eq!(ai.check(&stranger.mint("ai").unwrap()), None);
    assert!(ServiceTokens::new("ai", &String::new().into()).is_err());
}
