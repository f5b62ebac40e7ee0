//! What a handler's types say about its operation, so that the fleet's OpenAPI document is made of the code itself.
//!
//! A route is told with its purpose in one line: `post(create_event, "…")`. Its id is the handler's name; its body,
//! query, answer and caller are the handler's arguments and result.

use crate::{
    Empty, Entrant, IdempotencyKey, IfMatch, Json, OrDefault, Owner, Path, Problem, Query,
};
pub use aide::axum::ApiRouter;
use aide::axum::routing::{self, ApiMethodRouter};
pub use aide::generate::GenContext;
use aide::generate::in_context;
use aide::openapi::{
    HeaderStyle, MediaType, Parameter, ParameterData, ParameterSchemaOrContent, RequestBody,
    SchemaObject,
};
pub use aide::openapi::{OpenApi, Operation, Response};
use aide::operation::{
    OperationHandler, ParamLocation, add_parameters, parameters_from_schema, set_body,
};
use aide::transform::TransformOperation;
pub use aide::{OperationInput, OperationOutput};
use axum::Router;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use schemars::{JsonSchema, Schema, json_schema};
use serde::Serialize;
use std::marker::PhantomData;

/// The name of the token that a login gives.
pub const OWNER: &str = "owner";
/// The name of the token that an entry gives.
pub const RECEIPT: &str = "receipt";

/// A route for GET, and what it is for.
pub fn get<H, I, O, S, T>(handler: H, purpose: &'static str) -> ApiMethodRouter<S>
where
    H: Handler<T, S> + OperationHandler<I, O>,
    I: OperationInput,
    O: OperationOutput,
    S: Clone + Send + Sync + 'static,
    T: 'static,
{
    routing::get_with(handler, move |operation| told::<H>(operation, purpose))
}

/// A route for POST, and what it is for.
pub fn post<H, I, O, S, T>(handler: H, purpose: &'static str) -> ApiMethodRouter<S>
where
    H: Handler<T, S> + OperationHandler<I, O>,
    I: OperationInput,
    O: OperationOutput,
    S: Clone + Send + Sync + 'static,
    T: 'static,
{
    routing::post_with(handler, move |operation| told::<H>(operation, purpose))
}

/// A route for PUT, and what it is for.
pub fn put<H, I, O, S, T>(handler: H, purpose: &'static str) -> ApiMethodRouter<S>
where
    H: Handler<T, S> + OperationHandler<I, O>,
    I: OperationInput,
    O: OperationOutput,
    S: Clone + Send + Sync + 'static,
    T: 'static,
{
    routing::put_with(handler, move |operation| told::<H>(operation, purpose))
}

/// A route for PATCH, and what it is for.
pub fn patch<H, I, O, S, T>(handler: H, purpose: &'static str) -> ApiMethodRouter<S>
where
    H: Handler<T, S> + OperationHandler<I, O>,
    I: OperationInput,
    O: OperationOutput,
    S: Clone + Send + Sync + 'static,
    T: 'static,
{
    routing::patch_with(handler, move |operation| told::<H>(operation, purpose))
}

/// A route for DELETE, and what it is for.
pub fn delete<H, I, O, S, T>(handler: H, purpose: &'static str) -> ApiMethodRouter<S>
where
    H: Handler<T, S> + OperationHandler<I, O>,
    I: OperationInput,
    O: OperationOutput,
    S: Clone + Send + Sync + 'static,
    T: 'static,
{
    routing::delete_with(handler, move |operation| told::<H>(operation, purpose))
}

fn told<'t, H>(operation: TransformOperation<'t>, purpose: &str) -> TransformOperation<'t> {
    let path = std::any::type_name::<H>();
    let name = path.rsplit("::").next().unwrap_or(path);
    operation.id(&camel_case(name)).summary(purpose)
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut id = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        id.push_str(&first.to_uppercase());
        id.push_str(rest);
    }
    id
}

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
        vec![(Some(200), json::<T>(context, "OK"))]
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
        let schema = T::schema(context);
        let title = title.canonical_reason().unwrap_or("Answer");
        vec![(Some(STATUS), response(title, T::MEDIA, schema))]
    }
}

/// A body and its media type.
pub trait Told {
    const MEDIA: &'static str;
    fn schema(context: &mut GenContext) -> Schema;
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

fn json<T: JsonSchema>(context: &mut GenContext, description: &str) -> Response {
    let schema = context.schema.subschema_for::<T>();
    response(description, "application/json", schema)
}

fn response(description: &str, media: &str, schema: Schema) -> Response {
    Response {
        description: description.to_owned(),
        content: [(media.to_owned(), content(schema))].into(),
        ..Response::default()
    }
}

fn content(schema: Schema) -> MediaType {
    MediaType {
        schema: Some(object(schema)),
        ..MediaType::default()
    }
}

fn object(json_schema: Schema) -> SchemaObject {
    SchemaObject {
        json_schema,
        external_docs: None,
        example: None,
    }
}

impl<T: JsonSchema> OperationInput for Json<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        take_json::<T>(context, operation, true);
    }
}

impl<T: JsonSchema> OperationInput for OrDefault<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        take_json::<T>(context, operation, false);
    }
}

fn take_json<T: JsonSchema>(context: &mut GenContext, operation: &mut Operation, required: bool) {
    let schema = context.schema.subschema_for::<T>();
    let body = RequestBody {
        content: [("application/json".to_owned(), content(schema))].into(),
        required,
        ..RequestBody::default()
    };
    set_body(context, operation, body);
}

impl<T: JsonSchema> OperationInput for Query<T> {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let schema = context.schema.subschema_for::<T>();
        let parameters = parameters_from_schema(context, schema, ParamLocation::Query);
        add_parameters(context, operation, parameters);
    }
}

/// Its names stand in the route's pattern.
impl<T> OperationInput for Path<T> {}
impl OperationInput for Empty {}

impl OperationInput for Owner {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        needs(operation, OWNER);
    }
}

impl OperationInput for Entrant {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        needs(operation, RECEIPT);
    }
}

/// Marks an operation as one for whoever has this token.
pub fn needs(operation: &mut Operation, token: &str) {
    operation
        .security
        .push([(token.to_owned(), Vec::new())].into());
}

impl OperationInput for IfMatch {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let parameter = header("If-Match", "The last ETag that was seen.");
        add_parameters(context, operation, [parameter]);
    }
}

impl OperationInput for IdempotencyKey {
    fn operation_input(context: &mut GenContext, operation: &mut Operation) {
        let parameter = header(
            "Idempotency-Key",
            "The same key with the same request has one effect for 24 hours.",
        );
        add_parameters(context, operation, [parameter]);
    }
}

fn header(name: &str, description: &str) -> Parameter {
    Parameter::Header {
        parameter_data: ParameterData {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required: false,
            deprecated: None,
            format: ParameterSchemaOrContent::Schema(object(json_schema!({ "type": "string" }))),
            example: None,
            examples: Default::default(),
            explode: None,
            extensions: Default::default(),
        },
        style: HeaderStyle::Simple,
    }
}

/// Who makes a value: a field that a client may leave out is always there in an answer, though it may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Clients send it.
    Sent,
    /// Clients are answered with it.
    Answered,
}

/// What a service's handlers say of themselves, with all types read as this side makes them.
pub fn document<S: Clone + Send + Sync + 'static>(
    side: Side,
    routes: impl FnOnce() -> ApiRouter<S>,
) -> OpenApi {
    in_context(|context| {
        let settings = context.schema.settings().clone();
        let settings = match side {
            Side::Sent => settings.for_deserialize(),
            Side::Answered => settings.for_serialize(),
        };
        context.schema = settings.into_generator();
    });
    let mut document = OpenApi::default();
    let _ = routes().finish_api(&mut document);
    document
}

/// The routes ready to serve.
pub fn served<S: Clone + Send + Sync + 'static>(routes: ApiRouter<S>, state: S) -> Router {
    // Whoever serves has no use for the words; finishing frees them.
    routes.with_state(state).finish_api(&mut OpenApi::default())
}
