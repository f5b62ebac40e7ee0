//! What a visitor gets, in every state and both languages.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on ends with its reason"
)]

mod creation;
mod customer;
mod fake;
mod making;
mod owner;
mod running;
mod states;

use http::{StatusCode, header};
use janchi_site::{Api, Page, Site, Visit};

pub async fn ask(fake: &impl Api, visit: Visit) -> Page {
    Site::new().answer(fake, visit).await.unwrap()
}

/// Every page in every state.
pub fn states() -> Vec<(&'static str, fake::Fake, Visit)> {
    let mut states = fake::states();
    states.extend(making::states());
    states
}

pub fn html(page: &Page) -> String {
    String::from_utf8(page.body.clone()).unwrap()
}

pub fn cookies(page: &Page) -> Vec<String> {
    let all = page.headers.get_all(header::SET_COOKIE).iter();
    all.map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

pub fn location(page: &Page) -> &str {
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    page.headers[header::LOCATION].to_str().unwrap()
}
