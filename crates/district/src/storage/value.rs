//! Values as both databases know them: nothing, whole numbers, texts, bytes. Ids and hashes are bytes.

use linli_domain::operation::{DeviceId, EntityId};
use uuid::Uuid;

use super::StorageError;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BLOB or BYTEA.
    Bytes(Vec<u8>),
}

/// A row of a query's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub(super) Vec<Value>);

impl Row {
    /// A column's value, from 0.
    ///
    /// # Errors
    /// It is of another type.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, StorageError> {
        let value = self.0.get(column).unwrap_or(&Value::Null);
        T::from_value(value).ok_or(StorageError::Shape {
            column,
            wanted: std::any::type_name::<T>(),
        })
    }
}

/// Types that are read from a value.
pub trait FromValue: Sized {
    /// `None` where the value is of another type or out of range.
    fn from_value(value: &Value) -> Option<Self>;
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }
}

impl FromValue for EntityId {
    fn from_value(value: &Value) -> Option<Self> {
        <[u8; 16]>::from_value(value).map(|bytes| EntityId(Uuid::from_bytes(bytes)))
    }
}

impl FromValue for DeviceId {
    fn from_value(value: &Value) -> Option<Self> {
        <[u8; 16]>::from_value(value).map(|bytes| DeviceId(Uuid::from_bytes(bytes)))
    }
}

/// Whole numbers: read where they fit; written, as large as BIGINT goes.
macro_rules! whole_numbers {
    ($($number:ty),+) => {$(
        impl FromValue for $number {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::Int(number) => (*number).try_into().ok(),
                    _ => None,
                }
            }
        }

        impl From<$number> for Value {
            fn from(number: $number) -> Value {
                Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )+};
}

whole_numbers!(i64, u64, u32, u16, u8, usize);

impl From<bool> for Value {
    fn from(yes: bool) -> Value {
        Value::Int(yes.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value::Bytes(bytes.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Value {
        Value::Bytes(bytes.to_vec())
    }
}

impl From<EntityId> for Value {
    fn from(id: EntityId) -> Value {
        (*id.0.as_bytes()).into()
    }
}

impl From<DeviceId> for Value {
    fn from(id: DeviceId) -> Value {
        (*id.0.as_bytes()).into()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// The parameters of a statement.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::storage::Value::from($value)),*] };
}
