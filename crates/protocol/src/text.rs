//! Bytes as Base64 (RFC 4648 §4) in JSON.

use data_encoding::BASE64;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64.encode(bytes))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(deserializer: D) -> Result<[u8; N], D::Error> {
    let bytes = BASE64
        .decode(String::deserialize(deserializer)?.as_bytes())
        .map_err(D::Error::custom)?;
    bytes.try_into().map_err(|_| D::Error::custom(format!("not {N} bytes")))
}
