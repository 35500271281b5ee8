//! A gateway behind an address: each message is posted there as JSON, signed with a shared secret.
//!
//! `linli-signature: sha256=` and the HMAC-SHA256 (RFC 2104) of the body in hexadecimal: the other side knows who sends.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::{Delivery, Gateway, Message};
use crate::Error;

/// How long the other side may take to answer.
const ANSWERING: Duration = Duration::from_secs(20);
/// The header with the signature.
const SIGNATURE: &str = "linli-signature";
/// The least bytes of a secret.
const SECRET: usize = 16;
/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;

/// The gateway.
pub struct Webhook {
    client: reqwest::blocking::Client,
    url: reqwest::Url,
    secret: Vec<u8>,
}

impl Webhook {
    /// A gateway at this address.
    ///
    /// # Errors
    /// The address is none, or sends personal data in the clear beyond this machine; the secret is too short.
    pub fn new(url: &str, secret: &str) -> Result<Webhook, Error> {
        let url: reqwest::Url = url
            .parse()
            .map_err(|_| Error::Input(format!("短信网关地址“{url}”读不懂")))?;
        let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && here) {
            return Err(Error::Input("短信网关地址要用 https".into()));
        }
        if secret.len() < SECRET {
            return Err(Error::Input(format!("短信网关的密钥至少要 {SECRET} 个字符")));
        }
        // Already there where the program runs a second gateway: one is as good as the other.
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::blocking::Client::builder()
            .timeout(ANSWERING)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Error::Input(format!("短信网关不能使用：{error}")))?;
        Ok(Webhook {
            client,
            url,
            secret: secret.as_bytes().to_vec(),
        })
    }
}

impl Gateway for Webhook {
    fn send(&self, message: &Message) -> Delivery {
        let Ok(body) = serde_json::to_vec(message) else {
            return Delivery::Refused("内容写不出来".into());
        };
        let signature = format!("sha256={}", data_encoding::HEXLOWER.encode(&hmac(&self.secret, &body)));
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json");
        match request.header(SIGNATURE, signature).body(body).send() {
            Ok(answer) if answer.status().is_success() => Delivery::Accepted,
            Ok(answer) if answer.status().is_client_error() => {
                Delivery::Refused(format!("网关回答 {}", answer.status().as_u16()))
            }
            Ok(answer) => Delivery::Unknown(format!("网关回答 {}", answer.status().as_u16())),
            Err(error) if error.is_connect() => Delivery::Refused("连不上网关".into()),
            Err(_) => Delivery::Unknown("网关没有回答".into()),
        }
    }
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    match block.get_mut(..key.len()) {
        Some(start) => start.copy_from_slice(key),
        None => block[..32].copy_from_slice(&Sha256::digest(key)),
    }
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_standard() {
        // RFC 4231, test cases 2 and 6.
        let hex = |bytes: [u8; 32]| data_encoding::HEXLOWER.encode(&bytes);
        let two = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(
            hex(two),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let six = hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(
            hex(six),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn personal_data_does_not_leave_in_the_clear() {
        let secret = "0123456789abcdef";
        assert!(Webhook::new("http://gateway.example/send", secret).is_err());
        assert!(Webhook::new("https://gateway.example/send", "short").is_err());
        assert!(Webhook::new("http://127.0.0.1:9/send", secret).is_ok());
    }
}
