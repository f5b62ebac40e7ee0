//! Draws off the async threads, no more pictures at once than there are cores.

use crate::domain::design::Design;
use crate::domain::file_key::FileKey;
use crate::domain::render::card::{Shows, compose};
use crate::domain::render::encode::{Format, encode};
use crate::domain::render::fonts::Fonts;
use crate::domain::render::raster::{Assets, Painter, Pixels};
use crate::domain::render::spot::Reel;
use anyhow::Context as _;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// A preview is this much of a picture's size.
const PREVIEW_SCALE: f32 = 0.5;

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
    tools: Arc<Tools>,
    cores: Arc<Semaphore>,
}

/// What drawing needs: loaded once, shared by all.
pub struct Tools {
    pub fonts: Fonts,
    pub painter: Painter,
    pub reel: Reel,
}

impl Tools {
    /// Composes a design and paints it at `scale` times its size.
    ///
    /// # Errors
    /// A drawing that is no SVG, or no memory.
    pub fn pixels(&self, design: &Design, assets: &Assets, scale: f32) -> anyhow::Result<Pixels> {
        let card = compose(&self.fonts, design, shows(assets));
        self.painter.paint(&self.fonts, &card, assets, scale)
    }
}

/// Which pictures there are.
pub const fn shows(assets: &Assets) -> Shows {
    Shows {
        photo: assets.photo.is_some(),
        logo: assets.logo.is_some(),
    }
}

impl Studio {
    pub fn new(fonts: Fonts) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            tools: Arc::new(Tools {
                fonts,
                painter: Painter::default(),
                reel: Reel::default(),
            }),
            cores: Arc::new(Semaphore::new(cores)),
        }
    }

    pub fn fonts(&self) -> &Fonts {
        &self.tools.fonts
    }

    /// Runs heavy work when a core is free. Work that has begun ends even if nobody waits for it any more, and
    /// keeps its core until then.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tools) -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let core = Arc::clone(&self.cores)
            .acquire_owned()
            .await
            .context("the studio never closes")?;
        let tools = Arc::clone(&self.tools);
        tokio::task::spawn_blocking(move || {
            let result = work(&tools);
            drop(core);
            result
        })
        .await
        .context("drawing ended abnormally")
    }

    /// Draws a picture in its full size, in the three formats.
    pub async fn draw(&self, design: Design, assets: Assets) -> anyhow::Result<Drawn> {
        self.run(move |tools| {
            let pixels = tools.pixels(&design, &assets, 1.0)?;
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
    pub async fn preview(&self, design: Design, assets: Assets) -> anyhow::Result<Vec<u8>> {
        self.run(move |tools| {
            let pixels = tools.pixels(&design, &assets, PREVIEW_SCALE)?;
            encode(&pixels, Format::Png, design.ai_background)
        })
        .await?
    }
}
