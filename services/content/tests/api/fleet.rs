//! One running content service with a folder and a namespace of its own.

use content_service::Config;
use content_service::config::{USUAL_EMOJI_FONT, USUAL_FONT_DIR};
use janchi_contracts::content::{ContentJobEvent, GenerateImages, ImageBrief, ImageRef};
use janchi_contracts::reference::{Industry, Objective, Platform, Region, Style};
use janchi_partners::Partners;
use janchi_runtime::Clock;
use janchi_testkit::{
    Client, Events, Keys, Running, eventually, namespace, send_job, shared_settings,
};
use serde_json::Value;
use sqlx::PgPool;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

pub struct Fleet {
    pub service: Running,
    pub keys: Keys,
    pub namespace: String,
    pub events: Events,
    pub folder: TempDir,
}

impl Fleet {
    /// Without any vendor.
    pub async fn start(db: &PgPool) -> Self {
        Self::start_with(db, None).await
    }

    /// With both vendors played by `partners`.
    pub async fn start_with(db: &PgPool, partners: Option<&Partners>) -> Self {
        let (keys, namespace, folder) = (Keys::new(), namespace(), tempfile::tempdir().unwrap());
        let events = Events::listen(&namespace, &["content.#"]).await;
        let config = config(db, &keys, &namespace, folder.path(), partners).await;
        let service = Running::start(move |listeners, shutdown| async move {
            content_service::assemble(config, Clock::system(), shutdown)?
                .serve(listeners)
                .await
        })
        .await;
        Self {
            service,
            keys,
            namespace,
            events,
            folder,
        }
    }

    pub fn owner(&self, owner: Uuid) -> Client {
        self.service.client().bearer(&self.keys.owner_token(owner))
    }

    /// As the event service asks.
    pub fn peer(&self) -> Client {
        self.service
            .client()
            .bearer(&self.keys.peer_token("event", "content"))
    }

    /// Orders the job and waits for its pictures.
    pub async fn draw(&self, job: &GenerateImages) -> Vec<ImageRef> {
        send_job(&self.namespace, job).await;
        let id = job.job_id;
        let told = eventually(Duration::from_secs(90), || async {
            let all = self
                .events
                .named::<ContentJobEvent>("content.job.succeeded");
            all.into_iter()
                .find(|e| matches!(e, ContentJobEvent::Succeeded { job_id, .. } if *job_id == id))
        })
        .await;
        match told {
            ContentJobEvent::Succeeded {
                result, event_id, ..
            } => {
                assert_eq!(event_id, job.event_id);
                result.images
            }
            ContentJobEvent::Failed { code, .. } => panic!("failed: {code}"),
        }
    }

    /// The file behind an address that begins with the public base.
    pub async fn fetch(&self, url: &str) -> janchi_testkit::Reply {
        let path = url
            .strip_prefix("https://shop.example")
            .unwrap_or_else(|| panic!("foreign address {url}"));
        self.service.client().get(path).await
    }

    /// How many picture files there are.
    pub fn count_files(&self) -> usize {
        fn count(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder)
                .unwrap()
                .map(|e| e.unwrap().path());
            entries
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(self.folder.path())
    }
}

pub async fn config(
    db: &PgPool,
    keys: &Keys,
    namespace: &str,
    folder: &Path,
    partners: Option<&Partners>,
) -> Config {
    Config {
        shared: shared_settings(db, keys, namespace),
        jwks_url: keys.jwks_url().await,
        public_base_url: "https://shop.example/".parse().unwrap(),
        cdn_dir: folder.to_owned(),
        bucket: None,
        font_dir: USUAL_FONT_DIR.into(),
        emoji_font: USUAL_EMOJI_FONT.into(),
        stability_url: partners.map(Partners::stability_url),
        stability_key: partners.map(|_| "sk-practice".into()),
        openai_url: partners.map(Partners::openai_url),
        openai_key: partners.map(|_| "sk-practice".into()),
        openai_image_model: "gpt-image-2".into(),
        sandbox: partners.is_some(),
    }
}

/// An order for these styles and sizes of a new event of this owner.
pub fn job(owner_id: Uuid, styles: &[Style], platforms: &[Platform]) -> GenerateImages {
    GenerateImages {
        job_id: Uuid::now_v7(),
        event_id: Uuid::now_v7(),
        owner_id,
        styles: styles.to_vec(),
        platforms: platforms.to_vec(),
        brief: ImageBrief {
            store_name: "연남동 봄날 카페".into(),
            industry: Industry::Cafe,
            region: Region::Seoul,
            objective: Objective::Revisit,
            title: "겨울맞이 단골 손님 감사 이벤트".into(),
            prize_text: "1등 10만 원 상품권 1명, 2등 음료 교환권 20명".into(),
            guide_text: "주소로 들어와 전화번호만 남기면 참여 완료!".into(),
            starts_at: Some("2026-12-01T00:00:00Z".parse().unwrap()),
            ends_at: Some("2026-12-24T12:00:00Z".parse().unwrap()),
            short_link: "janchi.kr/e/K7M2QX9A".into(),
            event_version: 3,
            photo_upload_id: None,
        },
    }
}

/// One picture of one style, drawn.
pub async fn one(fleet: &Fleet, owner: Uuid) -> (GenerateImages, ImageRef) {
    let job = job(owner, &[Style::Simple], &[Platform::Naver]);
    let image = fleet.draw(&job).await.remove(0);
    (job, image)
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} is missing in {value}"))
}
