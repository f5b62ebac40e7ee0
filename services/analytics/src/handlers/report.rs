use crate::domain::attachment::disposition;
use crate::domain::report::Report;
use crate::domain::spreadsheet;
use crate::error::Error;
use crate::ops::build;
use crate::state::AppState;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use janchi_web::openapi::{Answer, File};
use janchi_web::{Owner, Path, Query};
use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// In which form.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReportQuery")]
pub struct Wish {
    format: Format,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "ReportFormat")]
enum Format {
    Csv,
    Pdf,
}

/// The dashboard as a file to keep: a table, or a page to print.
pub async fn get_report(
    State(state): State<AppState>,
    owner: Owner,
    Path(event_id): Path<Uuid>,
    Query(wish): Query<Wish>,
) -> Result<Answer<200, File>, Error> {
    let dashboard = build::dashboard(&state, owner.user_id, event_id).await?;
    let title = dashboard.title.clone();
    let (kind, ending, body) = match wish.format {
        Format::Csv => (
            "text/csv; charset=utf-8",
            "csv",
            spreadsheet::table(&dashboard)?,
        ),
        Format::Pdf => {
            let event = build::own_event(&state, owner.user_id, event_id).await?;
            let report = Report {
                dashboard,
                starts_at: event.starts_at,
                ends_at: event.closed_at.or(event.ends_at),
            };
            ("application/pdf", "pdf", state.printer.print(report).await?)
        }
    };
    let name = disposition(&format!("janchi-{event_id}"), &title, ending);
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, name)];
    Ok(Answer::new((headers, body)))
}
