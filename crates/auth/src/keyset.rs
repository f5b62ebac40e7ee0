use anyhow::{Context, ensure};
use jsonwebtoken::{DecodingKey, jwk};
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

/// Longer key ids are nobody's.
const LONGEST_KID: usize = 64;

/// The keys of one JWKS by their ids.
#[derive(Default)]
pub(crate) struct KeySet(HashMap<String, Key>);

struct Key {
    decoding: DecodingKey,
    /// For whose tokens alone it is good; a key without a word about it is good for both issuers.
    issuer: Option<String>,
    point: (String, String),
}

impl KeySet {
    /// Keeps the ES256 keys of a JWKS; others may be there for somebody else.
    ///
    /// # Errors
    /// What is no JWKS, or holds no key that could verify anything: such an answer must not replace good keys.
    pub(crate) fn parse(jwks: &Value) -> anyhow::Result<Self> {
        let entries = jwks["keys"].as_array().context("the JWKS has no keys")?;
        let keys: HashMap<String, Key> = entries.iter().filter_map(read).collect();
        ensure!(!keys.is_empty(), "the JWKS holds no ES256 key with an id");
        Ok(Self(keys))
    }

    /// Whether there is a key of this id, for whomever.
    pub(crate) fn has(&self, kid: &str) -> bool {
        self.0.contains_key(kid)
    }

    /// The key of this id, if it may speak for the issuer.
    pub(crate) fn get(&self, kid: &str, issuer: &str) -> Option<&DecodingKey> {
        let key = self.0.get(kid)?;
        let fits = key.issuer.as_deref().is_none_or(|bound| bound == issuer);
        fits.then_some(&key.decoding)
    }

    /// Whether all of these keys are still in `newer`.
    pub(crate) fn is_within(&self, newer: &Self) -> bool {
        self.0.iter().all(|(kid, key)| {
            newer
                .0
                .get(kid)
                .is_some_and(|other| other.point == key.point && other.issuer == key.issuer)
        })
    }
}

fn read(entry: &Value) -> Option<(String, Key)> {
    let parsed = jwk::Jwk::deserialize(entry).ok()?;
    let kid = parsed.common.key_id.clone()?;
    let jwk::AlgorithmParameters::EllipticCurve(point) = &parsed.algorithm else {
        return None;
    };
    let fits = kid.len() <= LONGEST_KID
        && point.curve == jwk::EllipticCurve::P256
        && parsed.common.key_algorithm == Some(jwk::KeyAlgorithm::ES256);
    let point = (point.x.clone(), point.y.clone());
    let key = Key {
        decoding: DecodingKey::from_jwk(&parsed).ok()?,
        issuer: entry["iss"].as_str().map(str::to_owned),
        point,
    };
    fits.then_some((kid, key))
}

#[cfg(test)]
mod tests {
    use super::KeySet;
    use crate::{OWNER_ISSUER, RECEIPT_ISSUER, Signer, bind_issuer};
    use serde_json::json;

    #[test]
    fn an_answer_without_a_key_replaces_nothing() {
        for bad in [
            json!(null),
            json!([]),
            json!({}),
            json!({"keys": []}),
            json!({"keys": {"a": 1}}),
            json!({"keys": [{"kty": "oct", "kid": "a", "k": "AAAA"}]}),
        ] {
            assert!(KeySet::parse(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn keys_that_are_not_ours_are_passed_over() {
        let signer = Signer::generate().unwrap().0;
        let mut other_curve = signer.public_jwk();
        other_curve["crv"] = json!("P-384");
        other_curve["kid"] = json!("p384");
        let mut nameless = signer.public_jwk();
        nameless.as_object_mut().unwrap().remove("kid");
        let mut long = signer.public_jwk();
        long["kid"] = json!("x".repeat(65));
        let keys = json!({"keys": [
            other_curve, nameless, long, {"kty": "RSA", "kid": "r", "n": "AQAB", "e": "AQAB", "alg": "RS256"},
            {"kty": "new", "kid": "n"}, signer.public_jwk(),
        ]});
        let set = KeySet::parse(&keys).unwrap();
        assert!(set.has(signer.kid()));
        assert_eq!(set.0.len(), 1);
    }

    #[test]
    fn a_bound_key_speaks_for_its_issuer_alone() {
        let signer = Signer::generate().unwrap().0;
        let bound = bind_issuer(signer.public_jwk(), RECEIPT_ISSUER);
        let set = KeySet::parse(&json!({"keys": [bound]})).unwrap();
        assert!(set.get(signer.kid(), RECEIPT_ISSUER).is_some());
        assert!(set.get(signer.kid(), OWNER_ISSUER).is_none());
        let free = KeySet::parse(&json!({"keys": [signer.public_jwk()]})).unwrap();
        assert!(free.get(signer.kid(), OWNER_ISSUER).is_some());
        assert!(!free.is_within(&set), "what it may sign has changed");
    }
}
