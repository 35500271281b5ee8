//! Where a connection comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// The header in which proxies say where a request comes from.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    /// Its address.
    pub(super) address: IpAddr,
    /// It is a proxy of the district's own, which says where requests come from.
    pub(super) proxy: bool,
}

impl Peer {
    /// The other end at this address, where these are the district's proxies.
    pub(super) fn at(address: SocketAddr, proxies: &[IpAddr]) -> Peer {
        let address = address.ip().to_canonical();
        Peer {
            address,
            proxy: proxies.iter().any(|proxy| proxy.to_canonical() == address),
        }
    }

    /// Where it is, as is counted.
    pub(super) fn source(self) -> String {
        network(self.address)
    }
}

/// Where a request came from, as tries are counted: an address, or of IPv6 the network one household has.
pub(crate) struct Source(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Source, Self::Rejection> {
        let Some(peer) = parts.extensions.get::<Peer>() else {
            return Ok(Source("here".to_owned()));
        };
        let forwarded = if peer.proxy { forwarded(&parts.headers) } else { None };
        Ok(Source(forwarded.map_or_else(|| peer.source(), network)))
    }
}

/// Where a proxy says that a request comes from: the last entry is its own, those before it are anybody's.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .next_back()?
        .to_str()
        .ok()?
        .rsplit(',')
        .next()?
        .trim();
    last.parse()
        .ok()
        .or_else(|| Some(last.parse::<SocketAddr>().ok()?.ip()))
}

fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_own_word_is_the_last_one() {
        let said = |lines: &[&str]| {
            forwarded(
                &lines
                    .iter()
                    .map(|line| (FORWARDED_FOR.parse().unwrap(), line.parse().unwrap()))
                    .collect(),
            )
        };
        let of = |text: &str| Some(text.parse().unwrap());
        assert_eq!(said(&["192.0.2.1, 198.51.100.7"]), of("198.51.100.7"));
        assert_eq!(said(&["192.0.2.1", "2001:db8::1"]), of("2001:db8::1"));
        assert_eq!(said(&["198.51.100.7:4711"]), of("198.51.100.7"));
        assert_eq!((said(&[]), said(&["192.0.2.1, unknown"])), (None, None));
    }

    #[test]
    fn a_household_counts_as_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("::ffff:198.51.100.7"), "198.51.100.7");
        assert_eq!(of("2001:db8:1:2:aaaa::1"), of("2001:db8:1:2::ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
