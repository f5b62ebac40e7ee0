use crate::Keys;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// A token that must be refused, and what is wrong with it.
pub type Forgery = (String, String);

/// Makes access tokens for one owner's living login: a good one, and every kind of bad one.
pub struct Forger<'a> {
    keys: &'a Keys,
    owner: Uuid,
    session: Uuid,
}

impl<'a> Forger<'a> {
    pub fn new(keys: &'a Keys, owner: Uuid, session: Uuid) -> Self {
        Self {
            keys,
            owner,
            session,
        }
    }

    /// Claims with which nothing is wrong.
    pub fn claims(&self) -> Value {
        let now = now();
        json!({
            "iss": janchi_auth::OWNER_ISSUER, "aud": janchi_auth::OWNER_AUDIENCE, "role": janchi_auth::OWNER_ROLE,
            "sub": self.owner, "sid": self.session, "jti": Uuid::now_v7(), "iat": now, "nbf": now, "exp": now + 900,
        })
    }

    fn header(&self) -> Value {
        json!({"typ": "JWT", "alg": "ES256", "kid": self.keys.user.kid()})
    }

    /// A token with which nothing is wrong, made as the bad ones are: it shows that they are refused for the right
    /// reason.
    pub fn good(&self) -> String {
        es256(&self.header(), &self.claims(), &self.keys.user_key)
    }

    /// All bad ones. `elsewhere` is where an attacker would serve keys.
    pub fn all(&self, elsewhere: &str) -> Vec<Forgery> {
        let mut all = self.algorithms();
        all.extend(self.claims_gone_wrong());
        all.extend(self.strange_headers(elsewhere));
        all.extend(self.broken_forms());
        all
    }

    fn algorithms(&self) -> Vec<Forgery> {
        let mut made = Vec::new();
        let mut add = |name: &str, token: String| made.push((name.to_owned(), token));
        let claims = self.claims();
        for alg in ["none", "None", "NONE", "nOnE", ""] {
            let mut header = self.header();
            header["alg"] = json!(alg);
            add(
                &format!("alg {alg:?}, unsigned"),
                sign(&header, &claims, |_| vec![]),
            );
            let signed = es256(&header, &claims, &self.keys.user_key);
            add(&format!("alg {alg:?}, signed"), signed);
        }
        for (name, alg) in [
            ("null", json!(null)),
            ("a list", json!(["ES256"])),
            ("a number", json!(7)),
        ] {
            let mut header = self.header();
            header["alg"] = alg;
            let signed = es256(&header, &claims, &self.keys.user_key);
            add(&format!("alg is {name}"), signed);
        }
        let mut header = self.header();
        header.as_object_mut().expect("an object").remove("alg");
        add("no alg", es256(&header, &claims, &self.keys.user_key));
        add("empty signature", sign(&self.header(), &claims, |_| vec![]));
        add(
            "signature of zeros",
            sign(&self.header(), &claims, |_| vec![0; 64]),
        );
        let public = self.keys.user.public_key_base64();
        let point = STANDARD.decode(&public).expect("a point in base64");
        let jwk = self.keys.user.public_jwk().to_string();
        let pem = pem(&point);
        for (name, secret) in [
            ("the public point", point.as_slice()),
            ("the public point in base64", public.as_bytes()),
            ("the public key in PEM", pem.as_bytes()),
            ("the public JWK", jwk.as_bytes()),
            ("nothing", b"".as_slice()),
        ] {
            for alg in ["HS256", "ES256"] {
                let mut header = self.header();
                header["alg"] = json!(alg);
                let token = sign(&header, &claims, |text| hs256(secret, text));
                add(&format!("{alg}, HMAC keyed with {name}"), token);
            }
        }
        for alg in ["HS384", "HS512", "ES384", "RS256", "PS256", "EdDSA"] {
            let mut header = self.header();
            header["alg"] = json!(alg);
            let token = es256(&header, &claims, &self.keys.user_key);
            add(&format!("{alg} with an ES256 signature"), token);
        }
        let strange = Keys::new();
        add(
            "signed with another key under our kid",
            es256(&self.header(), &claims, &strange.user_key),
        );
        add(
            "signed with another key under its own kid",
            strange.user.sign(&claims).expect("signing works"),
        );
        add(
            "signed with the key of receipts",
            self.keys.receipt.sign(&claims).expect("signing works"),
        );
        made
    }

    fn claims_gone_wrong(&self) -> Vec<Forgery> {
        let now = now();
        let wrong = [
            ("exp", json!(now - 6)),
            ("exp", json!((now + 900).to_string())),
            ("exp", json!(-1)),
            ("exp", json!(1e300)),
            ("exp", json!(null)),
            ("exp", json!([now + 900])),
            ("nbf", json!(now + 60)),
            ("nbf", json!("now")),
            ("iat", json!(now + 3600)),
            ("iat", json!(-1)),
            ("aud", json!("receipt")),
            ("aud", json!(7)),
            ("aud", json!(["receipt"])),
            ("aud", json!([])),
            ("aud", json!("")),
            ("aud", json!("JANCHI")),
            ("iss", json!("someone")),
            ("iss", json!("janchi-participation")),
            ("iss", json!("")),
            ("iss", json!(7)),
            ("sub", json!("")),
            ("sub", json!("not-an-id")),
            ("sub", json!(7)),
            ("sub", json!({"id": self.owner})),
            ("sid", json!("")),
            ("sid", json!(null)),
            ("role", json!("CUSTOMER")),
            ("role", json!("ADMIN")),
            ("role", json!(["OWNER"])),
            ("jti", json!("")),
        ];
        let changed = wrong.into_iter().map(|(claim, value)| {
            let mut claims = self.claims();
            let name = format!("{claim} = {value}");
            claims[claim] = value;
            (name, es256(&self.header(), &claims, &self.keys.user_key))
        });
        let names = [
            "iss", "aud", "role", "sub", "sid", "jti", "iat", "nbf", "exp",
        ];
        let left_out = names.into_iter().map(|claim| {
            let mut claims = self.claims();
            claims.as_object_mut().expect("an object").remove(claim);
            let token = es256(&self.header(), &claims, &self.keys.user_key);
            (format!("no {claim}"), token)
        });
        let no_object = [json!([]), json!("x"), json!(7), json!(null)]
            .into_iter()
            .map(|claims| {
                let token = es256(&self.header(), &claims, &self.keys.user_key);
                (format!("claims are {claims}"), token)
            });
        changed.chain(left_out).chain(no_object).collect()
    }

    fn strange_headers(&self, elsewhere: &str) -> Vec<Forgery> {
        let mut made = Vec::new();
        let kids = [
            json!("../../../../etc/passwd"),
            json!("' or 1=1 --"),
            json!("'; drop table signing_keys; --"),
            json!(elsewhere),
            json!("x".repeat(10_000)),
            json!(""),
            json!("\u{0}"),
            json!(format!("{}\u{0}", self.keys.user.kid())),
            json!(self.keys.user.kid().to_lowercase() + " "),
            json!(7),
            json!(null),
            json!([self.keys.user.kid()]),
        ];
        for kid in kids {
            let mut header = self.header();
            header["kid"] = kid.clone();
            let name: String = format!("kid {kid}").chars().take(60).collect();
            made.push((name, es256(&header, &self.claims(), &self.keys.user_key)));
        }
        let mut header = self.header();
        header.as_object_mut().expect("an object").remove("kid");
        made.push((
            "no kid".to_owned(),
            es256(&header, &self.claims(), &self.keys.user_key),
        ));
        // The attacker signs with a key of their own and tells where it is to be found.
        let strange = Keys::new();
        for kid in [self.keys.user.kid(), strange.user.kid()] {
            for (name, value) in [
                ("jku", json!(elsewhere)),
                ("x5u", json!(elsewhere)),
                ("jwk", strange.user.public_jwk()),
                ("x5c", json!([strange.user.public_key_base64()])),
            ] {
                let mut header = self.header();
                header["kid"] = json!(kid);
                header[name] = value;
                let token = es256(&header, &self.claims(), &strange.user_key);
                made.push((format!("{name} in the header, kid {kid}"), token));
            }
        }
        for (name, value) in [
            ("crit", json!(["exp"])),
            ("crit", json!(["b64"])),
            ("typ", json!("at+jwt;x")),
        ] {
            let mut header = self.header();
            header[name] = value.clone();
            let token = es256(&header, &self.claims(), &self.keys.user_key);
            made.push((format!("{name} {value}"), token));
        }
        made
    }

    fn broken_forms(&self) -> Vec<Forgery> {
        let good = self.good();
        let parts: Vec<&str> = good.split('.').collect();
        let (head, body, signature) = (parts[0], parts[1], parts[2]);
        let mut other = self.claims();
        other["sub"] = json!(Uuid::now_v7());
        let other = URL_SAFE_NO_PAD.encode(other.to_string());
        let padded = URL_SAFE.encode(URL_SAFE_NO_PAD.decode(signature).expect("base64"));
        let tokens = [
            ("nothing", String::new()),
            ("dots", "..".to_owned()),
            ("one part", head.to_owned()),
            ("two parts", format!("{head}.{body}")),
            ("four parts", format!("{good}.{signature}")),
            ("five parts", format!("{good}.{body}.{signature}")),
            ("claims of another", format!("{head}.{other}.{signature}")),
            ("cut signature", good[..good.len() - 2].to_owned()),
            ("padded signature", format!("{head}.{body}.{padded}")),
            ("signature twice", format!("{good}{signature}")),
            ("header that is no JSON", format!("AAAA.{body}.{signature}")),
            ("10 kB", "x".repeat(10_000)),
            (
                "10 kB of claims",
                format!("{head}.{}.{signature}", "A".repeat(10_000)),
            ),
        ];
        tokens
            .into_iter()
            .map(|(name, token)| (name.to_owned(), token))
            .collect()
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
}

/// Any header, any claims, any signature.
fn sign(header: &Value, claims: &Value, signature: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(signature(text.as_bytes()));
    format!("{text}.{signature}")
}

fn es256(header: &Value, claims: &Value, key: &SecretString) -> String {
    let der = STANDARD
        .decode(key.expose_secret())
        .expect("a key in base64");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)
        .expect("the fleet's own key");
    sign(header, claims, |text| {
        pair.sign(&SystemRandom::new(), text)
            .expect("signing works")
            .as_ref()
            .to_vec()
    })
}

fn hs256(secret: &[u8], text: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::sign(&key, text).as_ref().to_vec()
}

/// The public key as a file would hold it.
fn pem(point: &[u8]) -> String {
    /// SubjectPublicKeyInfo of a P-256 point, up to the point.
    const SPKI: [u8; 26] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
        0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
    ];
    let text = STANDARD.encode([SPKI.as_slice(), point].concat());
    let lines: Vec<&str> = (0..text.len())
        .step_by(64)
        .map(|at| &text[at..text.len().min(at + 64)])
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        lines.join("\n")
    )
}
