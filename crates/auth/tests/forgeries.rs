//! Every forged token is refused by a verifier that knows the keys, whether they are bound to their issuers or not.

use janchi_auth::{OWNER_ISSUER, RECEIPT_ISSUER, Refused, Verifier, bind_issuer};
use janchi_testkit::{Forger, Keys};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn no_forgery_is_taken() {
    let keys = Keys::new();
    let jwks = json!({"keys": [
        bind_issuer(keys.user.public_jwk(), OWNER_ISSUER),
        bind_issuer(keys.receipt.public_jwk(), RECEIPT_ISSUER),
    ]});
    let verifier = Verifier::fixed(&jwks).unwrap();
    let forger = Forger::new(&keys, Uuid::now_v7(), Uuid::now_v7());
    assert!(verifier.owner(&forger.good()).await.is_ok());
    for (name, token) in forger.all("http://127.0.0.1:1/jwks.json") {
        let refused = verifier.owner(&token).await;
        assert!(matches!(refused, Err(Refused::Invalid)), "{name}");
        assert!(verifier.receipt(&token).await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_key_of_receipts_signs_no_owners_token() {
    let keys = Keys::new();
    let forged = Forger::new(&keys, Uuid::now_v7(), Uuid::now_v7()).claims();
    let token = keys.receipt.sign(&forged).unwrap();
    // Without a word in the JWKS any key is good for both.
    let free = Verifier::fixed(&keys.jwks()).unwrap();
    assert!(free.owner(&token).await.is_ok());
    let receipts = bind_issuer(keys.receipt.public_jwk(), RECEIPT_ISSUER);
    let bound = Verifier::fixed(&json!({"keys": [receipts]})).unwrap();
    assert!(bound.owner(&token).await.is_err());
    let receipt = keys.receipt_token(Uuid::now_v7());
    assert!(bound.receipt(&receipt).await.is_ok());
}
