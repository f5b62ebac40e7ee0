//! Prints reports off the async threads. Typefaces are read for each report and dropped after it: reports are rare, and
//! an idle service should hold nothing for them.

use crate::domain::report::{self, Report};
use crate::error::Error;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Both from the Debian package `fonts-nanum`; the two have the same letters.
const REGULAR: &str = "NanumSquareR.ttf";
const BOLD: &str = "NanumSquareB.ttf";

/// So many reports are printed at once; the others wait their turn.
const AT_ONCE: usize = 2;

/// Where the typefaces are, and whose turn it is. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Printer {
    folder: Arc<Path>,
    turns: Arc<Semaphore>,
}

impl Printer {
    /// Looks at nothing yet: a service without typefaces does all but print.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.into(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The report as a PDF.
    ///
    /// # Errors
    /// [`Error::Typefaces`] when they cannot be read or used.
    pub async fn print(&self, report: Report) -> Result<Vec<u8>, Error> {
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .context("the printer never closes")?;
        let folder = Arc::clone(&self.folder);
        tokio::task::spawn_blocking(move || {
            // Kept to the end even if the reader has gone.
            let _turn = turn;
            let (regular, bold) = (read(&folder, REGULAR)?, read(&folder, BOLD)?);
            report::print(&report, &regular, &bold)
        })
        .await
        .context("printing ended abnormally")?
        .map_err(Error::Typefaces)
    }
}

fn read(folder: &Path, name: &str) -> anyhow::Result<Vec<u8>> {
    let path: PathBuf = folder.join(name);
    std::fs::read(&path).with_context(|| {
        format!(
            "font {} is missing: install the package fonts-nanum, or name the folder of its files in FONT_DIR",
            path.display()
        )
    })
}
