//! The demo shop: seeded through the public API alone, as an owner and the customers would.

mod customers;
mod story;
mod visitor;

pub(crate) use story::seed;

use crate::terminal::say;
use url::Url;

/// What seeding came to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The shop is there now; the password is nowhere else.
    Seeded(Shop),
    /// It was there before.
    Known {
        /// With which its owner logs in.
        email: String,
    },
}

/// The seeded shop.
#[derive(Debug)]
pub(crate) struct Shop {
    email: String,
    password: String,
    running_code: String,
    draw_id: String,
}

impl Outcome {
    /// Tells a person how to get in.
    pub(crate) fn tell(&self, gateway: &Url) {
        let at = gateway.as_str().trim_end_matches('/');
        match self {
            Self::Known { email } => say(&format!(
                "demo shop:   {email} (its password was shown when it was made)"
            )),
            Self::Seeded(shop) => {
                say(&format!(
                    "demo shop:   {}  password: {}  (shown only this once)",
                    shop.email, shop.password
                ));
                say(&format!(
                    "  open event:  {at}/api/public/events/{}",
                    shop.running_code
                ));
                say(&format!(
                    "  its draw:    {at}/api/public/draws/{}/bundle  (check it: cargo janchi verify-draw <address>)",
                    shop.draw_id
                ));
            }
        }
    }
}
