//! Pictures and films as objects, named by their content (`ab/cd/abcd….png`): in a folder, or in a bucket that
//! speaks S3. The only outward calls outside `clients/`: the object store brings its own, with its own deadlines.

use crate::config::Bucket;
use crate::domain::file_key::FileKey;
use anyhow::Context as _;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};
use secrecy::ExposeSecret as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The store of pictures. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
}

impl Files {
    /// A folder; it is made, so that a wrong setting shows at start.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub fn folder(root: &Path) -> anyhow::Result<Self> {
        let wrong = || {
            format!(
                "cannot write to the folder of pictures {} (CDN_DIR)",
                root.display()
            )
        };
        std::fs::create_dir_all(root).with_context(wrong)?;
        let store = LocalFileSystem::new_with_prefix(root).with_context(wrong)?;
        Ok(Self {
            // What is acknowledged is on the disk.
            store: Arc::new(store.with_fsync(true)),
        })
    }

    /// A bucket.
    ///
    /// # Errors
    /// A setting that is no address.
    pub fn bucket(bucket: &Bucket) -> anyhow::Result<Self> {
        let store = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(&bucket.region)
            .with_endpoint(bucket.endpoint.as_str().trim_end_matches('/'))
            .with_access_key_id(&bucket.key_id)
            .with_secret_access_key(bucket.secret.expose_secret())
            .with_allow_http(bucket.endpoint.scheme() == "http")
            // Not every store that speaks S3 knows how to remove many at once.
            .with_disable_bulk_delete(true)
            .with_client_options(
                ClientOptions::new()
                    .with_timeout(Duration::from_secs(10))
                    .with_connect_timeout(Duration::from_secs(2))
                    .with_allow_http(bucket.endpoint.scheme() == "http"),
            )
            .with_retry(RetryConfig {
                max_retries: 2,
                retry_timeout: Duration::from_secs(20),
                ..RetryConfig::default()
            })
            .build()
            .context("set up the bucket of pictures (CDN_BUCKET_…)")?;
        Ok(Self {
            store: Arc::new(store),
        })
    }

    fn place(key: &FileKey) -> Place {
        let (first, rest) = key.digest().split_at(2);
        let (second, _) = rest.split_at(2);
        Place::from(format!("{first}/{second}/{key}"))
    }

    /// Keeps the bytes under their key. Whoever sees the file sees all of it: both kinds of store put it in its
    /// place in one step.
    pub async fn put(&self, key: &FileKey, bytes: &[u8]) -> anyhow::Result<()> {
        if self.size(key).await?.is_some() {
            return Ok(());
        }
        let payload = Bytes::copy_from_slice(bytes).into();
        self.store
            .put(&Self::place(key), payload)
            .await
            .context("store a picture file")?;
        Ok(())
    }

    /// Bytes in the file, or none when no such file is kept.
    pub async fn size(&self, key: &FileKey) -> anyhow::Result<Option<usize>> {
        match self.store.head(&Self::place(key)).await {
            Ok(found) => Ok(Some(usize::try_from(found.size).context("a file's size")?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).context("look for a picture file"),
        }
    }

    /// The bytes, or none when no such file is kept.
    pub async fn read(&self, key: &FileKey) -> anyhow::Result<Option<Bytes>> {
        match self.store.get(&Self::place(key)).await {
            Ok(found) => Ok(Some(found.bytes().await.context("read a picture file")?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).context("read a picture file"),
        }
    }

    /// A part of the bytes; the range must lie inside the file.
    pub async fn read_part(
        &self,
        key: &FileKey,
        range: Range<usize>,
    ) -> anyhow::Result<Option<Bytes>> {
        let range = range.start as u64..range.end as u64;
        match self.store.get_range(&Self::place(key), range).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error).context("read a part of a picture file"),
        }
    }

    /// Takes a file away; it is no error when it is gone already.
    pub async fn remove(&self, key: &FileKey) -> anyhow::Result<()> {
        match self.store.delete(&Self::place(key)).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error).context("remove a picture file"),
        }
    }

    /// Keys of all files stored before `moment`, handed over in heaps. What is no file of ours is passed over.
    pub async fn each_older<F: Future<Output = anyhow::Result<()>>>(
        &self,
        moment: DateTime<Utc>,
        mut take: impl FnMut(Vec<FileKey>) -> F,
    ) -> anyhow::Result<()> {
        const HEAP: usize = 500;
        let old = self.store.list(None).try_filter_map(|found| async move {
            let key = found.location.filename().and_then(FileKey::parse);
            Ok(key.filter(|_| found.last_modified < moment))
        });
        let mut heaps = old.chunks(HEAP).boxed();
        while let Some(heap) = heaps.next().await {
            let keys: Result<Vec<FileKey>, _> = heap.into_iter().collect();
            take(keys.context("list the picture files")?).await?;
        }
        Ok(())
    }
}
