//! The OpenAPI 3.1 document, made from the messages' own types.

use axum::Json;
use axum::response::{IntoResponse, Response};
use linli_protocol::{
    BODY_BYTES, Denial, EnrolRequest, Enrolled, LeaseRequest, Leased, PARTS, PullRequest, Pulled, PushRequest, Pushed,
    ServerTime, VERSION, VERSION_HEADER,
};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

/// A message of the protocol.
struct Endpoint {
    path: &'static str,
    method: &'static str,
    summary: &'static str,
    /// Whether the PC shows its token.
    token: bool,
    request: Option<fn(&mut SchemaGenerator) -> Schema>,
    answer: fn(&mut SchemaGenerator) -> Schema,
}

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// All messages.
const ENDPOINTS: [Endpoint; 5] = [
    Endpoint {
        path: "/v1/enrol",
        method: "post",
        summary: "A PC joins its committee with a one-time code.",
        token: false,
        request: Some(schema::<EnrolRequest>),
        answer: schema::<Enrolled>,
    },
    Endpoint {
        path: "/v1/push",
        method: "post",
        summary: "Parts that wait on a PC; each that is taken gets its number and verdict.",
        token: true,
        request: Some(schema::<PushRequest>),
        answer: schema::<Pushed>,
    },
    Endpoint {
        path: "/v1/pull",
        method: "post",
        summary: "Parts after a number, in the committee's order.",
        token: true,
        request: Some(schema::<PullRequest>),
        answer: schema::<Pulled>,
    },
    Endpoint {
        path: "/v1/lease",
        method: "post",
        summary: "A PC asks for voucher numbers and rights to issue; they come with the next pull.",
        token: true,
        request: Some(schema::<LeaseRequest>),
        answer: schema::<Leased>,
    },
    Endpoint {
        path: "/v1/time",
        method: "get",
        summary: "What time it is at the district, in milliseconds since 1970.",
        token: false,
        request: None,
        answer: schema::<ServerTime>,
    },
];

/// The document.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let denial = content(generator.subschema_for::<Denial>());
    let mut paths = Map::new();
    for endpoint in &ENDPOINTS {
        paths.insert(endpoint.path.into(), json!({ endpoint.method: operation(endpoint, &mut generator, &denial) }));
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
    let answer = content((endpoint.answer)(generator));
    let mut operation = json!({
        "summary": endpoint.summary,
        "operationId": endpoint.path.trim_start_matches("/v1/"),
        "parameters": [{
            "name": VERSION_HEADER,
            "in": "header",
            "required": false,
            "schema": { "type": "integer", "minimum": 1 },
        }],
        "responses": {
            "200": { "description": "Done.", "content": answer },
            "default": { "description": "Why not.", "content": denial },
        },
    });
    if let Some(request) = endpoint.request {
        operation["requestBody"] = json!({ "required": true, "content": content(request(generator)) });
    }
    if endpoint.token {
        operation["security"] = json!([{ "token": [] }]);
    }
    operation
}

fn content(schema: Schema) -> Value {
    json!({ "application/json": { "schema": schema } })
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
        for name in ["SignedPart", "WireOperation", "PartVerdict", "Numbered", "DeviceCard", "KindDigest", "Denial"] {
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
