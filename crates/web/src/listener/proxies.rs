//! Whose word about the client's address counts: without it everybody behind a proxy would share the
//! limits of one network.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

/// The header in which proxies name those before them, each adding the address it was asked from.
pub(super) const FORWARDED_FOR: &str = "x-forwarded-for";

/// The networks of the operator's own proxies.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[Network]>);

/// A network: `10.1.0.0/16`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix_bits: u8,
}

/// Not a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a network is written as 10.1.0.0/16, fd00::/8 or 10.1.2.3")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let prefix_bits = bits.map_or(Ok(all), |bits| bits.parse().map_err(|_| NotANetwork))?;
        if prefix_bits > all {
            return Err(NotANetwork);
        }
        Ok(Self { address, prefix_bits })
    }
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix_bits);
                (u64::from(network.to_bits()) >> shift) == (u64::from(address.to_bits()) >> shift)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differing = network.to_bits() ^ address.to_bits();
                differing.leading_zeros() >= u32::from(self.prefix_bits)
            }
            _ => false,
        }
    }
}

impl FromIterator<Network> for TrustedProxies {
    fn from_iter<I: IntoIterator<Item = Network>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

impl TrustedProxies {
    /// Where a request comes from: the peer, or whom a trusted peer names. Read from the right, because
    /// anybody can write anything to the left of what the operator's proxies add. `named` are the values of
    /// [`FORWARDED_FOR`] in their order.
    pub(super) fn client_of<'a>(
        &self,
        peer: SocketAddr,
        named: impl DoubleEndedIterator<Item = &'a [u8]>,
    ) -> SocketAddr {
        let trusts = |address: IpAddr| self.0.iter().any(|network| network.contains(address));
        if !trusts(peer.ip()) {
            return peer;
        }
        let named = named.rev().filter_map(|value| std::str::from_utf8(value).ok());
        let mut client = peer;
        for name in named.flat_map(|value| value.rsplit(',')) {
            let Ok(address) = name.trim().parse::<IpAddr>() else {
                break;
            };
            client = SocketAddr::new(address.to_canonical(), 0);
            if !trusts(address) {
                break;
            }
        }
        client
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted: TrustedProxies = ["10.1.0.0/16", "fd00::/8", "127.0.0.1"]
            .iter()
            .map(|network| network.parse().unwrap())
            .collect();
        let peer = SocketAddr::new(peer.parse().unwrap(), 4_711);
        let named = forwarded.iter().map(|value| value.as_bytes());
        trusted.client_of(peer, named).ip().to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("10.1.255.3", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.2.0.1", &["198.51.100.7"]), "10.2.0.1");
        assert_eq!(client("fd12::1", &["2001:db8::5"]), "2001:db8::5");
        assert_eq!(client("::ffff:127.0.0.1", &["198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn what_a_client_claims_of_itself_is_to_the_left_of_what_the_proxy_saw() {
        assert_eq!(client("127.0.0.1", &["1.2.3.4, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("127.0.0.1", &["1.2.3.4", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            client("127.0.0.1", &["1.2.3.4, 198.51.100.7, 10.1.0.9"]),
            "198.51.100.7"
        );
        assert_eq!(client("127.0.0.1", &["1.2.3.4, rubbish"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn a_network_is_an_address_or_a_prefix_that_fits() {
        for wrong in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "proxy",
        ] {
            assert_eq!(wrong.parse::<Network>(), Err(NotANetwork), "{wrong}");
        }
        assert!(
            "0.0.0.0/0"
                .parse::<Network>()
                .unwrap()
                .contains("8.8.8.8".parse().unwrap())
        );
        assert!(
            !"0.0.0.0/0"
                .parse::<Network>()
                .unwrap()
                .contains("2001:db8::1".parse().unwrap())
        );
        assert!(
            "::/0"
                .parse::<Network>()
                .unwrap()
                .contains("2001:db8::1".parse().unwrap())
        );
    }
}
