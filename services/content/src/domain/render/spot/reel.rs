//! The part of a film that is the same whatever number it ends on: two television channels show one picture.

use super::super::mp4::Film;
use super::super::raster::Assets;
use crate::domain::design::Design;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};

/// The last film's part before its end card, some two megabytes.
#[derive(Default)]
pub struct Reel(Mutex<Option<(Key, Film)>>);

/// Names what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// # Errors
    /// A design that cannot be written down.
    pub fn of(design: &Design, assets: &Assets) -> anyhow::Result<Self> {
        let mut digest = Sha256::new();
        digest.update(serde_json::to_vec(design)?);
        for asset in [&assets.photo, &assets.logo] {
            digest.update(asset.as_ref().map_or("", |a| &a.name).as_bytes());
            digest.update([0]);
        }
        Ok(Self(digest.finalize().into()))
    }
}

impl Reel {
    /// The part, if it is the last one that was kept.
    pub fn find(&self, key: Key) -> Option<Film> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (known, film) = kept.as_ref()?;
        (*known == key).then(|| film.clone())
    }

    /// Keeps a part in place of the one before.
    pub fn keep(&self, key: Key, film: Film) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, film));
    }
}
