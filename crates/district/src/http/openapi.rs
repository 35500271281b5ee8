//! The OpenAPI 3.1 document, made from the messages' own types.

use axum::Json;
use axum::response::{IntoResponse, Response};
use linli_protocol::{
    ATTACHMENT_BYTES, BODY_BYTES, Denial, EnrolRequest, Enrolled, LeaseRequest, Leased, PARTS, PIECE_BYTES, PieceKept,
    PullRequest, Pulled, PushRequest, Pushed, ServerTime, VERSION, VERSION_HEADER,
};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// A message of the protocol.
struct Endpoint {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    summary: &'static str,
    /// Whether the PC shows its token.
    token: bool,
    parameters: &'static [Parameter],
    request: Content,
    answer: Content,
}

/// What is in an address.
struct Parameter {
    name: &'static str,
    place: &'static str,
    required: bool,
    schema: fn() -> Value,
}

/// What is in a body.
#[derive(Clone, Copy)]
enum Content {
    /// Nothing.
    None,
    /// A message.
    Message(fn(&mut SchemaGenerator) -> Schema),
    /// A piece of an attachment.
    Piece,
}

/// A piece of an attachment.
const OF_ATTACHMENT: [Parameter; 3] = [
    Parameter {
        name: "hash",
        place: "path",
        required: true,
        schema: || json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
    },
    Parameter {
        name: "from",
        place: "query",
        required: false,
        schema: bytes,
    },
    Parameter {
        name: "size",
        place: "query",
        required: true,
        schema: bytes,
    },
];

fn bytes() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": ATTACHMENT_BYTES })
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// All messages.
const ENDPOINTS: [Endpoint; 7] = [
    Endpoint {
        path: "/v1/enrol",
        method: "post",
        id: "enrol",
        summary: "A PC joins its committee with a one-time code.",
        token: false,
        parameters: &[],
        request: Content::Message(schema::<EnrolRequest>),
        answer: Content::Message(schema::<Enrolled>),
    },
    Endpoint {
        path: "/v1/push",
        method: "post",
        id: "push",
        summary: "Parts that wait on a PC; each that is taken gets its number and verdict.",
        token: true,
        parameters: &[],
        request: Content::Message(schema::<PushRequest>),
        answer: Content::Message(schema::<Pushed>),
    },
    Endpoint {
        path: "/v1/pull",
        method: "post",
        id: "pull",
        summary: "Parts after a number, in the committee's order.",
        token: true,
        parameters: &[],
        request: Content::Message(schema::<PullRequest>),
        answer: Content::Message(schema::<Pulled>),
    },
    Endpoint {
        path: "/v1/lease",
        method: "post",
        id: "lease",
        summary: "A PC asks for voucher numbers and rights to issue; they come with the next pull.",
        token: true,
        parameters: &[],
        request: Content::Message(schema::<LeaseRequest>),
        answer: Content::Message(schema::<Leased>),
    },
    Endpoint {
        path: "/v1/attachments/{hash}",
        method: "get",
        id: "attachment",
        summary: "Bytes of an attachment from one place on, as many as one message carries; none after its end.",
        token: true,
        parameters: OF_ATTACHMENT.split_at(2).0,
        request: Content::None,
        answer: Content::Piece,
    },
    Endpoint {
        path: "/v1/attachments/{hash}",
        method: "put",
        id: "put_attachment",
        summary: "The next piece of an attachment of so many bytes: full, but for the last one.",
        token: true,
        parameters: &OF_ATTACHMENT,
        request: Content::Piece,
        answer: Content::Message(schema::<PieceKept>),
    },
    Endpoint {
        path: "/v1/time",
        method: "get",
        id: "time",
        summary: "What time it is at the district, in milliseconds since 1970.",
        token: false,
        parameters: &[],
        request: Content::None,
        answer: Content::Message(schema::<ServerTime>),
    },
];

/// The document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let denial = content(Content::Message(schema::<Denial>), &mut generator);
    let mut paths = Map::new();
    for endpoint in &ENDPOINTS {
        let methods = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        methods[endpoint.method] = operation(endpoint, &mut generator, &denial);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Linli district exchange",
            "version": VERSION.to_string(),
            "description": format!(
                "The exchange between a committee's PCs and their district. Bodies are at most {BODY_BYTES} bytes \
                 before and after decompression, at most {PARTS} parts each; `Content-Encoding: zstd` is understood \
                 both ways. The client names its version in the header `{VERSION_HEADER}`. See docs/protocol.md."
            ),
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator, denial: &Value) -> Value {
    let version = json!({
        "name": VERSION_HEADER,
        "in": "header",
        "required": false,
        "schema": { "type": "integer", "minimum": 1 },
    });
    let parameters = endpoint
        .parameters
        .iter()
        .map(|one| json!({ "name": one.name, "in": one.place, "required": one.required, "schema": (one.schema)() }));
    let mut operation = json!({
        "summary": endpoint.summary,
        "operationId": endpoint.id,
        "parameters": parameters.chain([version]).collect::<Vec<_>>(),
        "responses": {
            "200": { "description": "Done.", "content": content(endpoint.answer, generator) },
            "default": { "description": "Why not.", "content": denial },
        },
    });
    if !matches!(endpoint.request, Content::None) {
        operation["requestBody"] = json!({ "required": true, "content": content(endpoint.request, generator) });
    }
    if endpoint.token {
        operation["security"] = json!([{ "token": [] }]);
    }
    operation
}

fn content(content: Content, generator: &mut SchemaGenerator) -> Value {
    match content {
        Content::None => json!({}),
        Content::Message(schema) => json!({ "application/json": { "schema": schema(generator) } }),
        Content::Piece => json!({
            "application/octet-stream": { "schema": { "type": "string", "format": "binary", "maxLength": PIECE_BYTES } },
        }),
    }
}

/// `GET /v1/openapi.json`.
pub(super) async fn answer() -> Response {
    Json(document()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_described_to_its_fields() {
        let document = document();
        let schemas = &document["components"]["schemas"];
        for name in [
            "SignedPart",
            "WireOperation",
            "PartVerdict",
            "Numbered",
            "DeviceCard",
            "KindDigest",
            "Denial",
        ] {
            assert!(schemas[name].is_object(), "{name}");
        }
        assert_eq!(schemas["SignedPart"]["properties"]["signature"]["type"], "string");
        assert_eq!(schemas["EnrolRequest"]["properties"]["device"]["format"], "uuid");
        assert_eq!(document["paths"]["/v1/push"]["post"]["security"][0]["token"], json!([]));
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schemas[name].is_object(), "{name} is referred to");
        }
    }
}
