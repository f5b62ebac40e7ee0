//! What a handler's types say about its operation, so that the fleet's OpenAPI document is made of the code itself.
//!
//! A route is told with its purpose in one line: `post(create_event, "…")`. Its id is the handler's name; its body,
//! query, answer and caller are the handler's arguments and result.

mod answers;
mod inputs;

pub use aide::axum::ApiRouter;
pub use aide::generate::GenContext;
pub use aide::openapi::{OpenApi, Operation, Response};
pub use aide::{OperationInput, OperationOutput};
pub use answers::{Answer, Events, File, Picture, Told};
pub use inputs::needs;

use aide::axum::routing::{self, ApiMethodRouter};
use aide::generate::in_context;
use aide::openapi::{MediaType, SchemaObject};
use aide::operation::OperationHandler;
use aide::transform::TransformOperation;
use axum::Router;
use axum::handler::Handler;
use schemars::Schema;

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
