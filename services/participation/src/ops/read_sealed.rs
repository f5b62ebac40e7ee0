//! Opening what is personal of an entry, for its owner's eyes.

use crate::domain::event_key::EventKey;
use crate::error::Error;
use crate::store::participants::Listed;
use anyhow::Context;
use janchi_crypto::{Keyring, Phone};
use uuid::Uuid;

/// Where the number of an entry of before was sealed.
fn phone_place(participant_id: Uuid) -> String {
    format!("participants.phone.{participant_id}")
}

/// Where the name of an entry of before was sealed.
fn name_place(participant_id: Uuid) -> String {
    format!("participants.name.{participant_id}")
}

/// Name and number of an entry; none where nothing was given or all is destroyed.
#[derive(Debug, Clone, Default)]
pub struct Personal {
    pub name: Option<String>,
    pub phone: Option<Phone>,
}

impl Personal {
    /// The number as it is shown.
    pub fn masked_phone(&self) -> Option<String> {
        self.phone.as_ref().map(Phone::masked)
    }
}

/// Opens an entry with its event's key; one that was made before there were such keys, with the service's.
///
/// # Errors
/// A ciphertext does not open: it was changed, or its key is not configured.
pub fn open(key: &EventKey, keyring: &Keyring, row: &Listed) -> Result<Personal, Error> {
    if let Some(sealed) = &row.sealed {
        let opened = key.open_entry(row.id, sealed)?;
        return Ok(opened
            .map(|p| Personal {
                name: p.name,
                phone: Some(p.phone),
            })
            .unwrap_or_default());
    }
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
    Ok(Personal {
        name,
        phone: phone.as_deref().and_then(Phone::parse),
    })
}

/// The name of an entry, if it has one that opens.
pub fn name(
    key: &EventKey,
    keyring: &Keyring,
    participant_id: Uuid,
    sealed: Option<&[u8]>,
    name: Option<&[u8]>,
) -> Option<String> {
    if let Some(sealed) = sealed {
        return key.open_entry(participant_id, sealed).ok()??.name;
    }
    keyring
        .decrypt_text(name?, &name_place(participant_id))
        .ok()
}
