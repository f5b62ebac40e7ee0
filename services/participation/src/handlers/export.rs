use crate::domain::event_key::EventKey;
use crate::domain::sheet::safe_cell;
use crate::error::Error;
use crate::ops::event_keys::EventKeys;
use crate::ops::read_sealed;
use crate::ops::rule_book::RuleBook;
use crate::store;
use crate::store::participants::{Filter, Listed};
use anyhow::Context;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use janchi_contracts::reference::{Channel, Code};
use janchi_crypto::Keyring;
use janchi_runtime::seoul;
use janchi_web::openapi::{Answer, File};
use janchi_web::{Owner, Path, Query};
use rust_xlsxwriter::{Format, Workbook};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use std::io::{Seek, SeekFrom};
use tokio::sync::mpsc;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

/// Rows in memory at a time.
const PAGE: i64 = 1000;
/// A sheet holds a million rows and a bit, the head included.
const SHEET: u32 = 1_000_000;
const HEAD: [&str; 8] = [
    "응모번호",
    "이름",
    "전화번호",
    "채널",
    "매장 방문",
    "추첨 가중치",
    "당첨",
    "참여 시각",
];

type Cells = [String; 8];

/// Which entries, and in which form.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportQuery {
    /// `csv` if absent.
    #[serde(default)]
    format: Form,
    channel: Option<Channel>,
    visited: Option<bool>,
    winner: Option<bool>,
    suspicious: Option<bool>,
    /// What the list is wanted for; written down with the export.
    purpose: Option<Purpose>,
}

/// What a list of entrants is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "ExportPurpose")]
enum Purpose {
    ContactWinners,
    CheckEntries,
    Report,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ExportFormat")]
enum Form {
    #[default]
    Csv,
    Xlsx,
}

impl Form {
    const fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv => ("csv", "text/csv; charset=utf-8"),
            Self::Xlsx => (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
        }
    }
}

/// The list as a file, numbers masked. Who took it is written down before the first byte leaves.
pub async fn export_participants(
    State(db): State<PgPool>,
    State(book): State<RuleBook>,
    State(keys): State<EventKeys>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    Query(query): Query<ExportQuery>,
) -> Result<Answer<200, File>, Error> {
    let event = book.owned_event(owner.user_id, event_id).await?;
    let filter = Filter {
        channel: query.channel,
        visited: query.visited,
        winner: query.winner,
        suspicious: query.suspicious,
        search: None,
    };
    let (ending, kind) = query.format.named();

    let mut tx = db.begin().await?;
    let detail = serde_json::json!({"format": ending, "purpose": query.purpose});
    let (actor, subject) = (owner.user_id.to_string(), event_id.to_string());
    janchi_db::audit::record(&mut tx, &actor, "participants.exported", &subject, detail).await?;
    tx.commit().await?;

    let key = keys.of(&db, event_id).await?;
    let rows = rows(db, (key, keys.keyring().clone()), event_id, filter);
    let body = match query.format {
        Form::Csv => Body::from_stream(csv_stream(rows)),
        Form::Xlsx => Body::from_stream(ReaderStream::new(write_workbook(rows).await?)),
    };
    let name = event.map_or_else(|| "event".to_owned(), |e| e.rules.code.clone());
    let attachment = format!("attachment; filename=\"participants-{name}.{ending}\"");
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, attachment),
    ];
    Ok(Answer::new((headers, body)))
}

/// The rows, a page at a time.
fn rows(
    db: PgPool,
    keys: (EventKey, Keyring),
    event_id: Uuid,
    filter: Filter,
) -> impl Stream<Item = Result<Vec<Cells>, Error>> + Send + 'static {
    stream::try_unfold(
        (db, keys, filter, None),
        move |(db, keys, filter, before)| async move {
            let page = store::participants::list_participants(&db, event_id, &filter, before, PAGE)
                .await?;
            let Some(last) = page.last().map(|row| row.entry_no) else {
                return Ok(None);
            };
            let cells = page
                .iter()
                .map(|row| cells(&keys.0, &keys.1, row))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(Some((cells, (db, keys, filter, Some(last)))))
        },
    )
}

fn cells(key: &EventKey, keyring: &Keyring, row: &Listed) -> Result<Cells, Error> {
    let personal = read_sealed::open(key, keyring, row)?;
    let phone = personal.masked_phone();
    let yes = |told: bool| if told { "예" } else { "" }.to_owned();
    let channel = row
        .channel
        .as_deref()
        .and_then(Channel::from_code)
        .map_or("", |c| c.named().ko);
    Ok([
        row.entry_number.clone(),
        personal.name.unwrap_or_default(),
        phone.unwrap_or_default(),
        channel.to_owned(),
        yes(row.visited),
        row.weight.to_string(),
        yes(row.winner),
        row.entered_at
            .with_timezone(&seoul::offset())
            .format("%Y-%m-%d %H:%M:%S")
            .to_string(),
    ])
}

fn csv_stream(
    rows: impl Stream<Item = Result<Vec<Cells>, Error>> + Send + 'static,
) -> impl Stream<Item = Result<Vec<u8>, Error>> + Send + 'static {
    let head = async {
        // The mark by which Excel knows UTF-8.
        let mut bytes = "\u{feff}".as_bytes().to_vec();
        bytes.extend(csv_bytes(&[HEAD.map(str::to_owned)])?);
        Ok(bytes)
    };
    stream::once(head).chain(rows.and_then(|page| async move { csv_bytes(&page) }))
}

fn csv_bytes(rows: &[Cells]) -> Result<Vec<u8>, Error> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer
            .write_record(row.iter().map(|cell| safe_cell(cell).into_owned()))
            .context("write a line")?;
    }
    Ok(writer
        .into_inner()
        .map_err(|e| e.into_error())
        .context("finish lines")?)
}

/// Writes a workbook to a temporary file, row by row: its memory does not grow with the list.
async fn write_workbook(
    rows: impl Stream<Item = Result<Vec<Cells>, Error>> + Send + 'static,
) -> Result<tokio::fs::File, Error> {
    let (pages, waiting) = mpsc::channel(2);
    let writing = tokio::task::spawn_blocking(move || fill_workbook(waiting));
    let mut rows = std::pin::pin!(rows);
    while let Some(page) = rows.try_next().await? {
        if pages.send(page).await.is_err() {
            // The writer has ended early and says why below.
            break;
        }
    }
    drop(pages);
    let file = writing.await.context("write a workbook")??;
    Ok(tokio::fs::File::from_std(file))
}

fn fill_workbook(mut pages: mpsc::Receiver<Vec<Cells>>) -> anyhow::Result<std::fs::File> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let mut next = pages.blocking_recv();
    loop {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        for (column, title) in (0_u16..).zip(HEAD) {
            sheet.set_column_width(column, 18)?;
            sheet.write_string_with_format(0, column, title, &bold)?;
        }
        let mut line = 1;
        while let Some(page) = &next {
            for row in page {
                for (column, cell) in (0_u16..).zip(row) {
                    // Text is stored as text: no cell is ever a formula.
                    sheet.write_string(line, column, cell)?;
                }
                line += 1;
            }
            next = pages.blocking_recv();
            if line > SHEET {
                break;
            }
        }
        if next.is_none() {
            break;
        }
    }
    let mut file = tempfile::tempfile()?;
    workbook.save_to_writer(&mut file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}
