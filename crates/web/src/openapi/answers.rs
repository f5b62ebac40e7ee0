//! What answers say of themselves.

use super::content;
use crate::{Json, Problem};
use aide::generate::GenContext;
use aide::openapi::{Operation, Response};
use aide::operation::OperationOutput;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;
use std::marker::PhantomData;

/// What every error answer holds (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Problem")]
struct ProblemBody {
    /// Always `about:blank`.
    r#type: String,
    title: String,
    status: u16,
    /// What is wrong and how to mend it, in Korean unless English is preferred.
    detail: String,
    /// Stable, for programs.
    code: String,
    request_id: String,
    /// For 422: which fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<FieldProblem>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FieldProblem {
    /// With dots and indices: `prizes[0].quantity`.
    field: String,
    code: String,
    message: String,
}

impl OperationOutput for Problem {
    type Inner = Self;

    fn inferred_responses(
        context: &mut GenContext,
        _: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        let schema = context.schema.subschema_for::<ProblemBody>();
        vec![(
            None,
            response("Problem", "application/problem+json", schema),
        )]
    }
}

impl<T: JsonSchema> OperationOutput for Json<T> {
    type Inner = T;

    fn inferred_responses(
        context: &mut GenContext,
        _: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        vec![(Some(200), <Self as Told>::response(context, "OK"))]
    }
}

/// An answer with this status and a body of this type: what the handler made, with whatever headers it added.
#[derive(Debug)]
pub struct Answer<const STATUS: u16, T> {
    response: axum::response::Response,
    body: PhantomData<fn() -> T>,
}

impl<const STATUS: u16, T> Answer<STATUS, T> {
    /// Of anything that is an answer; it gets the status unless it has another than 200 already.
    pub fn new(answer: impl IntoResponse) -> Self {
        let mut response = answer.into_response();
        if response.status() == StatusCode::OK {
            *response.status_mut() = StatusCode::from_u16(STATUS).unwrap_or_default();
        }
        Self {
            response,
            body: PhantomData,
        }
    }
}

impl<const STATUS: u16, T> IntoResponse for Answer<STATUS, T> {
    fn into_response(self) -> axum::response::Response {
        self.response
    }
}

impl<const STATUS: u16, T: Told> OperationOutput for Answer<STATUS, T> {
    type Inner = T;

    fn inferred_responses(
        context: &mut GenContext,
        _: &mut Operation,
    ) -> Vec<(Option<u16>, Response)> {
        let title = StatusCode::from_u16(STATUS).unwrap_or_default();
        let title = title.canonical_reason().unwrap_or("Answer");
        vec![(Some(STATUS), T::response(context, title))]
    }
}

/// A body and its media type.
pub trait Told {
    const MEDIA: &'static str;
    fn schema(context: &mut GenContext) -> Schema;

    fn response(context: &mut GenContext, description: &str) -> Response {
        let schema = Self::schema(context);
        response(description, Self::MEDIA, schema)
    }
}

impl<T: JsonSchema> Told for Json<T> {
    const MEDIA: &'static str = "application/json";

    fn schema(context: &mut GenContext) -> Schema {
        context.schema.subschema_for::<T>()
    }
}

/// Server-sent events, each of them JSON.
#[derive(Debug)]
pub struct Events;

impl Told for Events {
    const MEDIA: &'static str = "text/event-stream";

    fn schema(_: &mut GenContext) -> Schema {
        bytes()
    }
}

/// A picture; its type is in `Content-Type`.
#[derive(Debug)]
pub struct Picture;

impl Told for Picture {
    const MEDIA: &'static str = "image/*";

    fn schema(_: &mut GenContext) -> Schema {
        bytes()
    }
}

/// A file in the form that was asked for.
#[derive(Debug)]
pub struct File;

impl Told for File {
    const MEDIA: &'static str = "application/octet-stream";

    fn schema(_: &mut GenContext) -> Schema {
        bytes()
    }
}

fn bytes() -> Schema {
    json_schema!({ "type": "string", "format": "binary" })
}

fn response(description: &str, media: &str, schema: Schema) -> Response {
    Response {
        description: description.to_owned(),
        content: [(media.to_owned(), content(schema))].into(),
        ..Response::default()
    }
}
