//! Picture vendors. The pictures are painted here: a soft gradient with lights, different for every prompt.

pub mod openai_images;
mod paint;
pub mod stability;

use bytes::Bytes;
use std::collections::HashMap;

pub use paint::{Format, Request, paint};

/// Pictures painted before; the same request costs nothing the second time.
#[derive(Debug, Default)]
pub struct Pictures(HashMap<Request, Bytes>);

const KEPT: usize = 64;

/// Paints, off the async threads, or takes the picture painted before.
pub async fn picture(stage: &crate::stage::Stage, request: Request) -> Bytes {
    if let Some(found) = stage.pictures().0.get(&request).cloned() {
        return found;
    }
    let painted = tokio::task::spawn_blocking(move || paint(request))
        .await
        .unwrap_or_default();
    let mut pictures = stage.pictures();
    if pictures.0.len() >= KEPT {
        pictures.0.clear();
    }
    pictures.0.insert(request, painted.clone());
    painted
}
