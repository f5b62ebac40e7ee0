//! Pictures as files, named by their content, in a folder of two levels (`ab/cd/abcd….png`).

use crate::domain::file_key::FileKey;
use anyhow::Context as _;
use bytes::Bytes;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

/// The folder of pictures. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    root: Arc<Path>,
}

impl Files {
    /// Makes the folder, so that a wrong setting shows at start.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let waiting = root.join("incoming");
        std::fs::create_dir_all(&waiting).with_context(|| {
            format!(
                "cannot write to the folder of pictures {} (CDN_DIR)",
                root.display()
            )
        })?;
        Ok(Self {
            root: Arc::from(root),
        })
    }

    fn path(&self, key: &FileKey) -> PathBuf {
        let (first, rest) = key.digest().split_at(2);
        let (second, _) = rest.split_at(2);
        self.root.join(first).join(second).join(key.to_string())
    }

    /// Keeps the bytes under their key. Whoever sees the file sees all of it: it is written aside, brought to
    /// the disk and renamed.
    pub async fn put(&self, key: &FileKey, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path(key);
        if tokio::fs::try_exists(&path).await.unwrap_or(false) {
            return Ok(());
        }
        let aside = self.root.join("incoming").join(Uuid::now_v7().to_string());
        let mut file = tokio::fs::File::create(&aside)
            .await
            .context("create a picture file")?;
        file.write_all(bytes)
            .await
            .context("write a picture file")?;
        file.sync_all()
            .await
            .context("bring a picture file to the disk")?;
        let folder = path.parent().context("a key's path has a folder")?;
        tokio::fs::create_dir_all(folder)
            .await
            .context("create a picture folder")?;
        tokio::fs::rename(&aside, &path)
            .await
            .context("put a picture file in its place")
    }

    /// The bytes, or none when no such picture is kept.
    pub async fn read(&self, key: &FileKey) -> anyhow::Result<Option<Bytes>> {
        match tokio::fs::read(self.path(key)).await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("read a picture file"),
        }
    }

    /// Takes a picture away; it is no error when it is gone already.
    pub async fn remove(&self, key: &FileKey) -> anyhow::Result<()> {
        match tokio::fs::remove_file(self.path(key)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).context("remove a picture file")
            }
            _ => Ok(()),
        }
    }
}
