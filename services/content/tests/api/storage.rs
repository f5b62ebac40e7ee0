//! Where files lie: unused ones are collected, and a bucket serves as well as a folder.

#![expect(
    clippy::disallowed_types,
    reason = "the practice bucket answers as S3 does, not with our problems"
)]

use crate::fleet::{Fleet, config, job, one};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use content_service::config::Bucket;
use content_service::domain::file_key::FileKey;
use content_service::domain::render::encode::Format;
use content_service::ops::sweep::sweep;
use content_service::state::AppState;
use content_service::store::files::Files;
use janchi_contracts::reference::{Platform, Style};
use janchi_runtime::Clock;
use sqlx::PgPool;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn files_that_no_row_names_are_collected_and_no_others(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let owner = Uuid::now_v7();
    let (_, image) = one(&fleet, owner).await;
    fleet
        .draw(&job(owner, &[Style::Fancy], &[Platform::Kakao]))
        .await;
    let settings = config(
        &db,
        &fleet.keys,
        &fleet.namespace,
        fleet.folder.path(),
        None,
    )
    .await;
    let state = AppState::new(&settings, Clock::system()).unwrap();
    let named = fleet.count_files();
    let orphan = FileKey::of(b"left over", Format::Png);
    state.files.put(&orphan, b"left over").await.unwrap();
    std::fs::write(fleet.folder.path().join("notes.txt"), "not ours").unwrap();
    // Young files may be waiting for their rows.
    assert_eq!(sweep(&state, Duration::from_secs(3600)).await.unwrap(), 0);
    assert_eq!(sweep(&state, Duration::ZERO).await.unwrap(), 1);
    assert_eq!(state.files.read(&orphan).await.unwrap(), None);
    assert_eq!(fleet.count_files(), named + 1);
    fleet.fetch(&image.url).await.status(200);
    assert!(fleet.folder.path().join("notes.txt").exists());
}

type Objects = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// As much of S3 as is spoken to.
async fn bucket_server() -> (Bucket, Objects) {
    let objects = Objects::default();
    let router = Router::new()
        .route("/{bucket}", get(list))
        .route("/{bucket}/{*key}", get(read).put(write).delete(remove))
        .with_state(Arc::clone(&objects));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let bucket = Bucket {
        name: "pictures".into(),
        endpoint: format!("http://{address}").parse().unwrap(),
        region: "ap-northeast-2".into(),
        key_id: "practice".into(),
        secret: "practice".into(),
    };
    (bucket, objects)
}

const WHEN: &str = "Sun, 01 Nov 2026 00:00:00 GMT";

async fn list(State(objects): State<Objects>, Query(_): Query<HashMap<String, String>>) -> String {
    let rows: String = objects
        .lock()
        .unwrap()
        .iter()
        .map(|(key, bytes)| {
            format!(
                "<Contents><Key>{key}</Key><LastModified>2026-11-01T00:00:00.000Z</LastModified><ETag>\"e\"</ETag><Size>{}</Size></Contents>",
                bytes.len()
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
    )
}

async fn read(
    State(objects): State<Objects>,
    Path((_, key)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(bytes) = objects.lock().unwrap().get(&key).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let common = [("etag", "\"e\""), ("last-modified", WHEN)];
    let range = headers
        .get("range")
        .map(|r| r.to_str().unwrap().replace("bytes=", ""));
    match range.as_deref().and_then(|r| r.split_once('-')) {
        Some((from, to)) => {
            let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
            let place = format!("bytes {from}-{to}/{}", bytes.len());
            let part = bytes.slice(from..=to);
            (
                StatusCode::PARTIAL_CONTENT,
                common,
                [("content-range", place)],
                part,
            )
                .into_response()
        }
        None => (common, bytes).into_response(),
    }
}

async fn write(
    State(objects): State<Objects>,
    Path((_, key)): Path<(String, String)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    // Signed, as the store wants it.
    let signed = headers.get("authorization").is_some_and(|v| {
        v.to_str()
            .unwrap()
            .starts_with("AWS4-HMAC-SHA256 Credential=practice/")
    });
    if !signed {
        return StatusCode::FORBIDDEN.into_response();
    }
    objects.lock().unwrap().insert(key, bytes);
    [("etag", "\"e\"")].into_response()
}

async fn remove(
    State(objects): State<Objects>,
    Path((_, key)): Path<(String, String)>,
) -> StatusCode {
    match objects.lock().unwrap().remove(&key) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::NOT_FOUND,
    }
}

#[tokio::test]
async fn a_bucket_keeps_and_gives_files_as_a_folder_does() {
    let (bucket, objects) = bucket_server().await;
    let folder = tempfile::tempdir().unwrap();
    for files in [
        Files::bucket(&bucket).unwrap(),
        Files::folder(folder.path()).unwrap(),
    ] {
        let bytes: Vec<u8> = (0..200).collect();
        let key = FileKey::of(&bytes, Format::WebP);
        assert_eq!(files.read(&key).await.unwrap(), None);
        assert_eq!(files.size(&key).await.unwrap(), None);
        files.put(&key, &bytes).await.unwrap();
        files.put(&key, &bytes).await.unwrap();
        assert_eq!(files.size(&key).await.unwrap(), Some(200));
        assert_eq!(files.read(&key).await.unwrap().unwrap(), bytes);
        assert_eq!(
            files.read_part(&key, 10..20).await.unwrap().unwrap(),
            bytes[10..20]
        );
        let found = Mutex::new(Vec::new());
        files
            .each_older(chrono::Utc::now() + Duration::from_secs(60), async |keys| {
                found.lock().unwrap().extend(keys);
                Ok(())
            })
            .await
            .unwrap();
        assert_eq!(found.into_inner().unwrap(), std::slice::from_ref(&key));
        files.remove(&key).await.unwrap();
        files.remove(&key).await.unwrap();
        assert_eq!(files.read(&key).await.unwrap(), None);
    }
    assert!(objects.lock().unwrap().is_empty());
}
