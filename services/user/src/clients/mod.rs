//! Outbound calls: the tax office and the message channel.

pub mod messages;
pub mod tax_office;
