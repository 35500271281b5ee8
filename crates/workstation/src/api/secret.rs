//! Passwords on their way: wiped from memory where they end, and never written by a `{:?}`.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A password as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Deref for Secret {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Secret {
        Secret::from(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_travels_as_it_is_and_is_shown_by_nothing() {
        let password: Secret = serde_json::from_value(serde_json::json!("邻里密码-1")).unwrap();
        assert_eq!((&*password, format!("{password:?}").as_str()), ("邻里密码-1", "Secret"));
        assert_eq!(serde_json::to_value(&password).unwrap(), "邻里密码-1");
    }
}
