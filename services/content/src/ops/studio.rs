//! Draws off the async threads, no more pictures at once than there are cores.

use crate::domain::design::Design;
use crate::domain::file_key::FileKey;
use crate::domain::render::card::compose;
use crate::domain::render::encode::{Format, encode};
use crate::domain::render::fonts::Fonts;
use crate::domain::render::raster::paint;
use anyhow::Context as _;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A preview is this much of a picture's size.
const PREVIEW_SCALE: f32 = 0.5;

/// A JPEG to be drawn behind the text.
pub type Photo = Arc<Vec<u8>>;

/// A picture in every format.
pub struct Drawn {
    pub width: u32,
    pub height: u32,
    pub png: (FileKey, Vec<u8>),
    pub jpeg: (FileKey, Vec<u8>),
    pub webp: (FileKey, Vec<u8>),
}

impl Drawn {
    /// The three files.
    pub fn files(&self) -> [(&FileKey, &[u8]); 3] {
        [&self.png, &self.jpeg, &self.webp].map(|(key, bytes)| (key, bytes.as_slice()))
    }
}

/// The fonts and the right to use a core. Cheap to clone.
#[derive(Clone)]
pub struct Studio {
    fonts: Arc<Fonts>,
    cores: Arc<Semaphore>,
}

impl Studio {
    pub fn new(fonts: Fonts) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            fonts: Arc::new(fonts),
            cores: Arc::new(Semaphore::new(cores)),
        }
    }

    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// Runs heavy work when a core is free. Work that has begun ends even if nobody waits for it any more, and
    /// keeps its core until then.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Fonts) -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let core = Arc::clone(&self.cores)
            .acquire_owned()
            .await
            .context("the studio never closes")?;
        let fonts = Arc::clone(&self.fonts);
        tokio::task::spawn_blocking(move || {
            let result = work(&fonts);
            drop(core);
            result
        })
        .await
        .context("drawing ended abnormally")
    }

    /// Draws a picture in its full size, in the three formats.
    pub async fn draw(&self, design: Design, photo: Option<Photo>) -> anyhow::Result<Drawn> {
        self.run(move |fonts| {
            let card = compose(fonts, &design, photo.is_some());
            let pixels = paint(fonts, &card, photo.as_ref(), 1.0)?;
            let file = |format| -> anyhow::Result<(FileKey, Vec<u8>)> {
                let bytes = encode(&pixels, format, design.ai_background)?;
                Ok((FileKey::of(&bytes, format), bytes))
            };
            Ok(Drawn {
                width: pixels.width,
                height: pixels.height,
                png: file(Format::Png)?,
                jpeg: file(Format::Jpeg)?,
                webp: file(Format::WebP)?,
            })
        })
        .await?
    }

    /// Draws a small PNG.
    pub async fn preview(&self, design: Design, photo: Option<Photo>) -> anyhow::Result<Vec<u8>> {
        self.run(move |fonts| {
            let card = compose(fonts, &design, photo.is_some());
            let pixels = paint(fonts, &card, photo.as_ref(), PREVIEW_SCALE)?;
            encode(&pixels, Format::Png, design.ai_background)
        })
        .await?
    }
}
