//! Tokens: signing and verifying them, for people and between services. No users, no passwords, no HTTP routes.
//!
//! Owners' access tokens and entrants' receipt tokens are ES256 JWTs with their own issuers and audiences, verified
//! with keys from one JWKS. Calls between services carry a short HS256 token that names caller and callee.

mod keyset;
mod service;
mod signer;
mod source;
mod verifier;

pub use service::ServiceTokens;
pub use signer::{Signer, bind_issuer};
pub use source::Pace;
pub use verifier::{OwnerClaims, ReceiptClaims, Refused, Verifier};

/// Issuer of owners' tokens.
pub const OWNER_ISSUER: &str = "janchi-user";
/// Audience of owners' tokens.
pub const OWNER_AUDIENCE: &str = "janchi";
/// Issuer of entrants' receipt tokens.
pub const RECEIPT_ISSUER: &str = "janchi-participation";
/// Audience of entrants' receipt tokens.
pub const RECEIPT_AUDIENCE: &str = "receipt";
/// Role of a shop owner.
pub const OWNER_ROLE: &str = "OWNER";
/// Role of a person who entered an event.
pub const CUSTOMER_ROLE: &str = "CUSTOMER";

/// Clocks of two machines may differ by so many seconds.
const LEEWAY: u64 = 5;

fn now() -> u64 {
    jsonwebtoken::get_current_timestamp()
}
