//! Every call of a vendor is counted and written down with what it cost, whatever came of it.

use crate::clients::{Heard, Vendor};
use crate::domain::cost::Purpose;
use crate::state::AppState;
use crate::store::costs::{self, VendorCall};

/// Counts a call and writes it down. `outcome` is `ok`, or why there was no usable answer. That it could not be written down harms
/// nobody today: the metrics have it.
pub async fn record(
    state: &AppState,
    purpose: Purpose,
    vendor: &Vendor,
    prompt: &str,
    heard: &Heard,
    outcome: &'static str,
) {
    vendor.count(heard, outcome);
    let call = VendorCall {
        purpose,
        vendor: vendor.name(),
        model: &heard.model,
        prompt,
        outcome,
        usage: heard.usage,
        cost_micros: heard.cost_micros,
        took: heard.took,
    };
    if let Err(error) = costs::insert_call(&state.db, &call, state.clock.now()).await {
        tracing::warn!(error = %error, "could not write down what a call cost");
    }
}
