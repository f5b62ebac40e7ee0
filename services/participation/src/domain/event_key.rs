//! The key under which everything personal of one event lies, and what is sealed with it.

use crate::error::Error;
use anyhow::{Context, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use janchi_crypto::{Keyring, LookupKey, Phone};
use uuid::Uuid;

/// What opens the personal data of an event.
#[derive(Debug, Clone)]
pub enum EventKey {
    /// The event's own: destroyed with it, everything sealed is lost for good, in backups too.
    Own { ring: Keyring, lookup: LookupKey },
    /// For events that opened before there were keys of their own: the service's.
    Shared { ring: Keyring, lookup: LookupKey },
    /// Nothing opens any more.
    Destroyed,
}

/// What an entrant gave, and the nonce that ties it to the public tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personal {
    pub nonce: [u8; 16],
    pub phone: Phone,
    pub name: Option<String>,
}

impl EventKey {
    /// The keys that come from an event's secret.
    ///
    /// # Errors
    /// None in practice: a digest has the length of a key.
    pub fn from_secret(secret: &[u8; 32]) -> anyhow::Result<Self> {
        let base = LookupKey::parse(&STANDARD.encode(secret).into())?;
        let seal = STANDARD.encode(base.hash("event.seal", ""));
        let look = STANDARD.encode(base.hash("event.lookup", ""));
        Ok(Self::Own {
            ring: Keyring::parse(&format!("e:{seal}").into())?,
            lookup: LookupKey::parse(&look.into())?,
        })
    }

    /// By what an entry is found: one per phone and event.
    pub fn phone_hash(&self, phone: &Phone) -> [u8; 32] {
        match self {
            Self::Own { lookup, .. } => lookup.hash("phone", &phone.e164()),
            Self::Shared { lookup, .. } => lookup.hash("participants.phone", &phone.e164()),
            Self::Destroyed => [0; 32],
        }
    }

    /// By what the last four digits are found, within one event: ten thousand hashes are no secret across all.
    pub fn phone_tail_hash(&self, event_id: Uuid, digits: &str) -> Vec<u8> {
        match self {
            Self::Own { lookup, .. } => lookup.hash("phone_tail", digits)[..16].to_vec(),
            Self::Shared { lookup, .. } => lookup
                .hash("participants.phone_tail", &format!("{event_id}:{digits}"))
                .to_vec(),
            Self::Destroyed => Vec::new(),
        }
    }

    fn ring(&self) -> Option<&Keyring> {
        match self {
            Self::Own { ring, .. } | Self::Shared { ring, .. } => Some(ring),
            Self::Destroyed => None,
        }
    }

    /// Seals some bytes for the place that `place` names. None once the key is destroyed.
    pub fn seal(&self, plain: &[u8], place: &str) -> Option<Vec<u8>> {
        self.ring().map(|ring| ring.encrypt(plain, place))
    }

    /// Opens what was sealed for the same place; none once the key is destroyed.
    ///
    /// # Errors
    /// It was changed, or sealed elsewhere.
    pub fn open(&self, sealed: &[u8], place: &str) -> Result<Option<Vec<u8>>, Error> {
        self.ring()
            .map(|ring| ring.decrypt(sealed, place).context("open what was sealed"))
            .transpose()
            .map_err(Error::from)
    }

    /// Seals what an entrant gave. None once the key is destroyed.
    pub fn seal_entry(&self, participant_id: Uuid, personal: &Personal) -> Option<Vec<u8>> {
        let local = personal.phone.local().as_bytes();
        let name = personal.name.as_deref().unwrap_or_default().as_bytes();
        let mut plain = Vec::with_capacity(17 + local.len() + name.len());
        plain.extend_from_slice(&personal.nonce);
        plain.push(u8::try_from(local.len()).unwrap_or_default());
        plain.extend_from_slice(local);
        plain.extend_from_slice(name);
        self.seal(&plain, &entry_place(participant_id))
    }

    /// What an entrant gave; none once the key is destroyed.
    ///
    /// # Errors
    /// It was changed, or belongs to another entry.
    pub fn open_entry(
        &self,
        participant_id: Uuid,
        sealed: &[u8],
    ) -> Result<Option<Personal>, Error> {
        let Some(plain) = self.open(sealed, &entry_place(participant_id))? else {
            return Ok(None);
        };
        Ok(Some(read(&plain)?))
    }
}

fn entry_place(participant_id: Uuid) -> String {
    let mut id = Uuid::encode_buffer();
    let id = participant_id.hyphenated().encode_lower(&mut id);
    ["participants.sealed.", id].concat()
}

fn read(plain: &[u8]) -> anyhow::Result<Personal> {
    ensure!(plain.len() > 17, "an entry is cut");
    let (nonce, rest) = plain.split_at(16);
    let length = usize::from(rest[0]);
    ensure!(rest.len() > length, "an entry is cut");
    let (phone, name) = rest[1..].split_at(length);
    let phone = Phone::parse(std::str::from_utf8(phone).context("read a number")?)
        .context("read a number")?;
    let name = std::str::from_utf8(name).context("read a name")?;
    Ok(Personal {
        nonce: nonce.try_into().context("read a nonce")?,
        phone,
        name: (!name.is_empty()).then(|| name.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::{EventKey, Personal};
    use janchi_crypto::Phone;
    use uuid::Uuid;

    #[test]
    fn an_entry_opens_with_its_events_key_in_its_place_alone() {
        let (key, other) = (
            EventKey::from_secret(&[1; 32]).unwrap(),
            EventKey::from_secret(&[2; 32]).unwrap(),
        );
        for name in [None, Some("홍길동".to_owned())] {
            let personal = Personal {
                nonce: [7; 16],
                phone: Phone::parse("010-1234-5678").unwrap(),
                name,
            };
            let id = Uuid::now_v7();
            let sealed = key.seal_entry(id, &personal).unwrap();
            assert_eq!(key.open_entry(id, &sealed).unwrap(), Some(personal));
            assert!(key.open_entry(Uuid::now_v7(), &sealed).is_err());
            assert!(other.open_entry(id, &sealed).is_err());
            assert_eq!(EventKey::Destroyed.open_entry(id, &sealed).unwrap(), None);
        }
        let phone = Phone::parse("010-1234-5678").unwrap();
        assert_ne!(key.phone_hash(&phone), other.phone_hash(&phone));
    }
}
