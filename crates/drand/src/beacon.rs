//! Reading and checking a beacon.

use dran_core::hex;
use dran_core::line::randomness::{Beacon, DrandChain, DrandRound, DrandScheme};
use drand_verify::{G1Pubkey, G2PubkeyRfc, Pubkey};
use serde::Deserialize;

/// Why a text is not the value of a round.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BeaconError {
    /// Neither drand's JSON nor a signature.
    #[error("neither drand's JSON nor a signature in hexadecimal")]
    Unreadable,
    /// It is the value of another round.
    #[error("the value of round {0}, not of the named one")]
    OtherRound(u64),
    /// The signature is not the network's.
    #[error("the signature is not the network's")]
    NotSigned,
}

/// A beacon as drand's HTTP interface writes it, in its first and its second version. What else stands
/// there (the randomness) follows from the signature.
#[derive(Deserialize)]
struct BeaconJson {
    round: u64,
    signature: String,
    #[serde(default)]
    previous_signature: String,
}

/// Reads the value of the named round: drand's JSON, or the signature alone where the network does not
/// chain its rounds. Only a value with the network's signature is accepted.
///
/// # Errors
/// Says what is wrong with the text.
pub fn read_beacon(text: &str, named: &DrandRound) -> Result<Beacon, BeaconError> {
    let text = text.trim();
    let json = if text.starts_with('{') {
        serde_json::from_str(text).map_err(|_| BeaconError::Unreadable)?
    } else {
        BeaconJson {
            round: named.round,
            signature: text.to_owned(),
            previous_signature: String::new(),
        }
    };
    if json.round != named.round {
        return Err(BeaconError::OtherRound(json.round));
    }
    let bytes = |digits: &str| hex::decode(digits).ok_or(BeaconError::Unreadable);
    let mut beacon = Beacon {
        round: json.round,
        signature: bytes(&json.signature)?,
        previous_signature: bytes(&json.previous_signature)?,
    };
    if named.chain.scheme == DrandScheme::UnchainedG1 {
        beacon.previous_signature.clear();
    }
    if signed(named.chain, &beacon) {
        Ok(beacon)
    } else {
        Err(BeaconError::NotSigned)
    }
}

/// Whether a beacon bears the signature of its network: BLS over BLS12-381, as `drand-verify` does it.
pub fn signed(chain: &DrandChain, beacon: &Beacon) -> bool {
    let (round, previous, signature) = (beacon.round, &beacon.previous_signature, &beacon.signature);
    // Both crates have errors of their own for points that are none: not signed.
    match chain.scheme {
        DrandScheme::Chained => G1Pubkey::from_variable(chain.public_key)
            .is_ok_and(|key| key.verify(round, previous, signature).unwrap_or(false)),
        DrandScheme::UnchainedG1 => G2PubkeyRfc::from_variable(chain.public_key)
            .is_ok_and(|key| key.verify(round, previous, signature).unwrap_or(false)),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn named(chain: &str, round: u64) -> DrandRound {
        let chain = DrandChain::named(chain).unwrap();
        let at = chain.time_of(round);
        let named = DrandRound::name(chain, 0, at, at);
        assert_eq!(named.round, round);
        named
    }

    // Both beacons as the League of Entropy published them (`https://api.drand.sh/{hash}/public/{round}`).

    const QUICKNET_123: &str = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482\
                                e26cd02df835d3546d23c4b13e0dfc92";

    const DEFAULT_72785: &str = r#"{
        "round": 72785,
        "randomness": "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9",
        "signature": "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
        "previous_signature": "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747"
    }"#;

    #[test]
    fn real_beacons_of_both_networks_are_believed() {
        let chained = read_beacon(DEFAULT_72785, &named("default", 72_785)).unwrap();
        assert_eq!(
            chained.value(),
            "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9"
        );
        let typed = read_beacon(&format!(" {}\n", QUICKNET_123.to_uppercase()), &named("quicknet", 123));
        let json = format!(r#"{{"round": 123, "signature": "{QUICKNET_123}"}}"#);
        assert_eq!(typed.unwrap(), read_beacon(&json, &named("quicknet", 123)).unwrap());
    }

    #[test]
    fn a_signature_of_another_round_or_network_is_not_believed() {
        let not_signed = Err(BeaconError::NotSigned);
        assert_eq!(read_beacon(QUICKNET_123, &named("quicknet", 124)), not_signed);
        assert_eq!(read_beacon(QUICKNET_123, &named("default", 123)), not_signed);
        let mut digits = QUICKNET_123.replace('b', "c");
        assert_eq!(read_beacon(&digits, &named("quicknet", 123)), not_signed);
        digits.truncate(64);
        assert_eq!(read_beacon(&digits, &named("quicknet", 123)), not_signed);
        assert_eq!(read_beacon("", &named("quicknet", 123)), not_signed);
    }

    #[test]
    fn a_chained_beacon_needs_the_signature_before() {
        let json: serde_json::Value = serde_json::from_str(DEFAULT_72785).unwrap();
        let alone = json["signature"].as_str().unwrap();
        assert_eq!(
            read_beacon(alone, &named("default", 72_785)),
            Err(BeaconError::NotSigned)
        );
    }

    #[test]
    fn what_is_no_beacon_is_told_apart() {
        assert_eq!(
            read_beacon(DEFAULT_72785, &named("default", 72_786)),
            Err(BeaconError::OtherRound(72_785))
        );
        for text in ["{", "{}", "3 7 12", r#"{"round": 123, "signature": "zz"}"#] {
            assert_eq!(read_beacon(text, &named("quicknet", 123)), Err(BeaconError::Unreadable));
        }
    }
}
