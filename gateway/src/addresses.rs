//! Which address a request counts for.

use axum::http::{HeaderMap, HeaderValue};
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// Whoever is at the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    pub address: IpAddr,
    /// As a header has it.
    pub shown: HeaderValue,
}

impl Peer {
    pub fn new(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self {
            address,
            shown: shown(address),
        }
    }
}

/// An address as a header has it.
pub fn shown(address: IpAddr) -> HeaderValue {
    HeaderValue::from_str(&address.to_string()).unwrap_or(HeaderValue::from_static("unknown"))
}

/// Networks whose word about the client's address is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trusted(Vec<(IpAddr, u8)>);

impl FromStr for Trusted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = |part: &str| -> Result<(IpAddr, u8), String> {
            let (address, bits) = part.split_once('/').unwrap_or((part, ""));
            let address: IpAddr = address
                .parse()
                .map_err(|_| format!("{part} is no address"))?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = if bits.is_empty() {
                Ok(most)
            } else {
                bits.parse()
            };
            match bits {
                Ok(bits) if bits <= most => Ok((address, bits)),
                _ => Err(format!("{part} is no network")),
            }
        };
        text.split(',')
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Trusted {
    /// Loopback, for a desk and for tests.
    pub fn loopback() -> Self {
        Self(vec![
            (IpAddr::from([127, 0, 0, 0]), 8),
            (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
        ])
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0
            .iter()
            .any(|(network, bits)| match (network, address) {
                (IpAddr::V4(network), IpAddr::V4(address)) => same_prefix(
                    u128::from(u32::from(*network)) << 96,
                    u128::from(u32::from(address)) << 96,
                    *bits,
                ),
                (IpAddr::V6(network), IpAddr::V6(address)) => {
                    same_prefix((*network).into(), address.into(), *bits)
                }
                _ => false,
            })
    }
}

fn same_prefix(a: u128, b: u128, bits: u8) -> bool {
    bits == 0 || (a ^ b) >> (128 - u32::from(bits)) == 0
}

/// The client's address: the peer, unless it is a trusted proxy; then the last address in `X-Forwarded-For` that is
/// not one. What stands before it was written by strangers.
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &Trusted) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contains(peer) {
        return peer;
    }
    let told: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for hop in told.into_iter().rev() {
        match hop.parse::<IpAddr>().map(|address| address.to_canonical()) {
            Ok(address) if trusted.contains(address) => {}
            Ok(address) => return address,
            Err(_) => return peer,
        }
    }
    peer
}

#[cfg(test)]
mod tests {
    use super::{Trusted, client};
    use axum::http::HeaderMap;
    use std::net::IpAddr;

    fn told(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", value.parse().unwrap());
        headers
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_stranger_cannot_choose_its_address() {
        let trusted: Trusted = "10.0.0.0/8, 127.0.0.1".parse().unwrap();
        assert_eq!(
            client(ip("203.0.113.9"), &told("1.1.1.1"), &trusted),
            ip("203.0.113.9")
        );
        assert_eq!(
            client(ip("10.0.0.1"), &told("1.1.1.1, 203.0.113.9"), &trusted),
            ip("203.0.113.9")
        );
        assert_eq!(
            client(
                ip("10.0.0.1"),
                &told("1.1.1.1, 203.0.113.9, 10.9.9.9"),
                &trusted
            ),
            ip("203.0.113.9")
        );
        assert_eq!(
            client(ip("10.0.0.1"), &told("nonsense"), &trusted),
            ip("10.0.0.1")
        );
        assert_eq!(
            client(ip("::ffff:10.0.0.1"), &told("203.0.113.9"), &trusted),
            ip("203.0.113.9")
        );
        assert_eq!(
            client(ip("127.0.0.1"), &told("203.0.113.9"), &Trusted::default()),
            ip("127.0.0.1")
        );
    }

    #[test]
    fn malformed_networks_are_refused() {
        for bad in ["10.0.0.0/33", "x", "10.0.0/8", "::1/129"] {
            assert!(bad.parse::<Trusted>().is_err(), "{bad}");
        }
        assert_eq!("".parse::<Trusted>().unwrap(), Trusted::default());
    }
}
