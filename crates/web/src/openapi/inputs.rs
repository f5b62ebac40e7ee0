//! What arguments say of themselves.

use super::{OWNER, RECEIPT, content, object};
use crate::{Empty, Entrant, IdempotencyKey, IfMatch, Json, OrDefault, Owner, Path, Query};
use aide::generate::GenContext;
use aide::openapi::{
    HeaderStyle, Operation, Parameter, ParameterData, ParameterSchemaOrContent, RequestBody,
};
use aide::operation::{
    OperationInput, ParamLocation, add_parameters, parameters_from_schema, set_body,
};
use schemars::{JsonSchema, json_schema};

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
