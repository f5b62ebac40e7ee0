//! Opening what is personal of an entry, for its owner's eyes.

use crate::error::Error;
use crate::store::participants::Listed;
use anyhow::Context;
use janchi_crypto::{Keyring, Phone};
use uuid::Uuid;

/// Where an entry's phone number is sealed.
pub fn phone_place(participant_id: Uuid) -> String {
    format!("participants.phone.{participant_id}")
}

/// Where an entry's name is sealed.
pub fn name_place(participant_id: Uuid) -> String {
    format!("participants.name.{participant_id}")
}

/// Name and masked number of an entry; none where nothing was given or all is destroyed.
#[derive(Debug, Clone, Default)]
pub struct Personal {
    pub name: Option<String>,
    pub masked_phone: Option<String>,
}

/// Opens an entry.
///
/// # Errors
/// A ciphertext does not open: it was changed, or its key is not configured.
pub fn open(keyring: &Keyring, row: &Listed) -> Result<Personal, Error> {
    let name = row
        .name
        .as_deref()
        .map(|sealed| keyring.decrypt_text(sealed, &name_place(row.id)))
        .transpose()
        .context("open an entry's name")?;
    let phone = row
        .phone
        .as_deref()
        .map(|sealed| keyring.decrypt_text(sealed, &phone_place(row.id)))
        .transpose()
        .context("open an entry's number")?;
    let masked_phone = phone
        .as_deref()
        .and_then(Phone::parse)
        .map(|phone| phone.masked());
    Ok(Personal { name, masked_phone })
}
