//! Every page in every state as a file, to be looked at: `cargo run -p janchi-site --example gallery -- FOLDER`.
//!
//! The API behind it answers from tables in the shapes of the OpenAPI document.

#[expect(
    dead_code,
    reason = "who looks at pages asks nothing of the calls behind them"
)]
#[path = "../tests/pages/fake.rs"]
mod fake;
#[expect(
    dead_code,
    reason = "who looks at pages asks nothing of the calls behind them"
)]
#[path = "../tests/pages/making.rs"]
mod making;

use fake::{Fake, get};
use janchi_site::{Page, Site, Visit};
use std::path::Path;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder")?;
    let folder = Path::new(&folder);
    for beside in ["site", "cdn"] {
        std::fs::create_dir_all(folder.join(beside))?;
    }
    // Any picture of the content service will do.
    let sample = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sample = sample.join("../../services/content/tests/reference/simple-center.png");
    let sample = std::fs::read(sample)?;
    for (name, fake, visit) in fake::states().into_iter().chain(making::states()) {
        for language in ["ko", "en"] {
            let mut visit = visit.clone();
            visit.accept_language = language.to_owned();
            let Some(page) = Site::new().answer(&fake, visit).await else {
                return Err(format!("{name} is no page").into());
            };
            let html = String::from_utf8(page.body)?;
            // A file has no host: what a page links to lies beside it.
            let html = html
                .replace("=\"/site/", "=\"site/")
                .replace("\"/cdn/", "\"cdn/");
            for picture in html.split('"').filter(|text| text.starts_with("cdn/")) {
                std::fs::write(folder.join(picture), &sample)?;
            }
            std::fs::write(folder.join(format!("{name}.{language}.html")), &html)?;
            println!("{name}.{language} {} {} bytes", page.status, html.len());
            for path in html.split('"').filter(|text| text.starts_with("site/")) {
                let asset = asset(&fake, path)
                    .await
                    .ok_or(format!("{path} is no asset"))?;
                std::fs::write(folder.join(path), asset.body)?;
            }
        }
    }
    Ok(())
}

async fn asset(fake: &Fake, path: &str) -> Option<Page> {
    let visit: Visit = get(&format!("/{path}"));
    Site::new().answer(fake, visit).await
}
