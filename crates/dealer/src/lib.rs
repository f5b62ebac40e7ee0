//! The message dealer, NHN Cloud: 알림톡 through its KakaoTalk Bizmessage ([`Talk`]) and SMS ([`Sms`]), each with its
//! own settings, deadline and breaker. Whoever is written to and what they are told is the caller's; nothing of it is
//! logged.
//!
//! A message has an id. The dealer refuses an id it took within ten minutes, which is the answer that was hoped for; and
//! it can be asked whether it knows one, for a message whose outcome is unknown.

mod answer;
mod settings;
mod sms;
mod talk;

pub use answer::DealerError;
pub use settings::{SmsChannel, TalkChannel};
pub use sms::{Length, Sms};
pub use talk::Talk;

use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(5);
/// Which key of the app speaks.
const SECRET: &str = "x-secret-key";
/// By what the dealer tells a message sent twice.
const ONCE: &str = "x-nc-api-idempotency-key";
