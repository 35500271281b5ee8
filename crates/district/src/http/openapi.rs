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

use super::rows::{OrdersPush, PUSH_BYTES, RowsTakeBack, RowsTakenBack, TasksPush};
use super::staff_orders::{self, OrderAnswered, OrderTold, OrderWanted};
use super::{staff, staff_rows};
use crate::pushed::answers::{Answers, TOLD};
use crate::pushed::order::OrderProgress;
use crate::pushed::progress::TaskProgress;
use crate::pushed::push::Pushed as RowsPushed;
use crate::pushed::{OrderAnswer, TaskAnswer};

/// A message of the protocol.
struct Endpoint {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    summary: &'static str,
    shows: Shows,
    parameters: &'static [Parameter],
    request: Content,
    answer: Content,
}

/// What is shown to be let in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Nothing,
    /// A PC's token.
    Pc,
    /// A source's.
    Source,
    /// The cookie of the staff's pages.
    Staff,
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

/// From where on a source fetches answers, and how many.
const OF_ANSWERS: [Parameter; 2] = [
    Parameter {
        name: "after",
        place: "query",
        required: false,
        schema: || json!({ "type": "integer", "minimum": 0 }),
    },
    Parameter {
        name: "limit",
        place: "query",
        required: false,
        schema: || json!({ "type": "integer", "minimum": 1, "maximum": TOLD }),
    },
];

/// All messages.
const ENDPOINTS: [Endpoint; 18] = [
    Endpoint {
        path: "/v1/enrol",
        method: "post",
        id: "enrol",
        summary: "A PC joins its committee with a one-time code.",
        shows: Shows::Nothing,
        parameters: &[],
        request: Content::Message(schema::<EnrolRequest>),
        answer: Content::Message(schema::<Enrolled>),
    },
    Endpoint {
        path: "/v1/push",
        method: "post",
        id: "push",
        summary: "Parts that wait on a PC; each that is taken gets its number and verdict.",
        shows: Shows::Pc,
        parameters: &[],
        request: Content::Message(schema::<PushRequest>),
        answer: Content::Message(schema::<Pushed>),
    },
    Endpoint {
        path: "/v1/pull",
        method: "post",
        id: "pull",
        summary: "Parts after a number, in the committee's order.",
        shows: Shows::Pc,
        parameters: &[],
        request: Content::Message(schema::<PullRequest>),
        answer: Content::Message(schema::<Pulled>),
    },
    Endpoint {
        path: "/v1/lease",
        method: "post",
        id: "lease",
        summary: "A PC asks for voucher numbers and rights to issue; they come with the next pull.",
        shows: Shows::Pc,
        parameters: &[],
        request: Content::Message(schema::<LeaseRequest>),
        answer: Content::Message(schema::<Leased>),
    },
    Endpoint {
        path: "/v1/attachments/{hash}",
        method: "get",
        id: "attachment",
        summary: "Bytes of an attachment from one place on, as many as one message carries; none after its end.",
        shows: Shows::Pc,
        parameters: OF_ATTACHMENT.split_at(2).0,
        request: Content::None,
        answer: Content::Piece,
    },
    Endpoint {
        path: "/v1/attachments/{hash}",
        method: "put",
        id: "put_attachment",
        summary: "The next piece of an attachment of so many bytes: full, but for the last one.",
        shows: Shows::Pc,
        parameters: &OF_ATTACHMENT,
        request: Content::Piece,
        answer: Content::Message(schema::<PieceKept>),
    },
    Endpoint {
        path: "/v1/tasks",
        method: "post",
        id: "push_tasks",
        summary: "A source pushes rows to be verified; pushed again, a row changes nothing, or is corrected.",
        shows: Shows::Source,
        parameters: &[],
        request: Content::Message(schema::<TasksPush>),
        answer: Content::Message(schema::<RowsPushed>),
    },
    Endpoint {
        path: "/v1/tasks/take_back",
        method: "post",
        id: "take_tasks_back",
        summary: "A source needs no answer to these rows any more.",
        shows: Shows::Source,
        parameters: &[],
        request: Content::Message(schema::<RowsTakeBack>),
        answer: Content::Message(schema::<RowsTakenBack>),
    },
    Endpoint {
        path: "/v1/tasks/answers",
        method: "get",
        id: "task_answers",
        summary: "What became of a source's rows, after a cursor; each comes again only where it became another.",
        shows: Shows::Source,
        parameters: &OF_ANSWERS,
        request: Content::None,
        answer: Content::Message(schema::<Answers<TaskAnswer>>),
    },
    Endpoint {
        path: staff_rows::NUMBERS,
        method: "get",
        id: "task_progress",
        summary: "How far tasks are, by source, town and committee: numbers only, for the district's staff.",
        shows: Shows::Staff,
        parameters: &[],
        request: Content::None,
        answer: Content::Message(schema::<TaskProgress>),
    },
    Endpoint {
        path: "/v1/orders",
        method: "post",
        id: "push_orders",
        summary: "A source pushes orders; pushed again, an order changes nothing, or is corrected.",
        shows: Shows::Source,
        parameters: &[],
        request: Content::Message(schema::<OrdersPush>),
        answer: Content::Message(schema::<RowsPushed>),
    },
    Endpoint {
        path: "/v1/orders/recall",
        method: "post",
        id: "recall_orders",
        summary: "A source needs no reply to these orders any more.",
        shows: Shows::Source,
        parameters: &[],
        request: Content::Message(schema::<RowsTakeBack>),
        answer: Content::Message(schema::<RowsTakenBack>),
    },
    Endpoint {
        path: "/v1/orders/replies",
        method: "get",
        id: "order_replies",
        summary: "What became of a source's orders, after a cursor; each comes again only where it became another.",
        shows: Shows::Source,
        parameters: &OF_ANSWERS,
        request: Content::None,
        answer: Content::Message(schema::<Answers<OrderAnswer>>),
    },
    Endpoint {
        path: staff_orders::NUMBERS,
        method: "get",
        id: "order_progress",
        summary: "How far orders are, by town, committee, source, kind and urgency: numbers only, for the district's staff.",
        shows: Shows::Staff,
        parameters: &[],
        request: Content::None,
        answer: Content::Message(schema::<OrderProgress>),
    },
    Endpoint {
        path: staff_orders::URGE,
        method: "post",
        id: "urge_order",
        summary: "Staff want an order sooner.",
        shows: Shows::Staff,
        parameters: &[],
        request: Content::Message(schema::<OrderWanted>),
        answer: Content::Message(schema::<OrderTold>),
    },
    Endpoint {
        path: staff_orders::AGAIN,
        method: "post",
        id: "give_order_again",
        summary: "Staff give an order again to the committee that replied to it or returned it.",
        shows: Shows::Staff,
        parameters: &[],
        request: Content::Message(schema::<OrderWanted>),
        answer: Content::Message(schema::<OrderTold>),
    },
    Endpoint {
        path: staff_orders::ANSWER,
        method: "post",
        id: "answer_order",
        summary: "Staff answer an order that the district sees to itself.",
        shows: Shows::Staff,
        parameters: &[],
        request: Content::Message(schema::<OrderAnswered>),
        answer: Content::Message(schema::<OrderTold>),
    },
    Endpoint {
        path: "/v1/time",
        method: "get",
        id: "time",
        summary: "What time it is at the district, in milliseconds since 1970.",
        shows: Shows::Nothing,
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
                 before and after decompression ({PUSH_BYTES} where rows are pushed), at most {PARTS} parts each; `Content-Encoding: zstd` is understood \
                 both ways. The client names its version in the header `{VERSION_HEADER}`. See docs/protocol.md."
            ),
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A PC's, from its enrolment." },
                "source": { "type": "http", "scheme": "bearer", "description": "A source's, from the district's staff." },
                "staff": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": staff::COOKIE_NAME,
                    "description": "The token in the address that `linli-district staff-link` prints.",
                },
            },
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
    match endpoint.shows {
        Shows::Nothing => {}
        Shows::Pc => operation["security"] = json!([{ "token": [] }]),
        Shows::Source => operation["security"] = json!([{ "source": [] }]),
        Shows::Staff => operation["security"] = json!([{ "staff": [] }]),
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
