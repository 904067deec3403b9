//! The proof of a draw: one document with everything that was published, and what follows from it.
//!
//! The service serves it as JSON (`/line/proof.json?campaign=…`); `dran draw verify`, the page
//! `/line/proof` and the script `docs/draw.py` read it. `docs/draw.md` describes its fields.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::draw::{Seed, commitment, positions};
use super::randomness::{Beacon, DrandChain, DrandRound, Randomness, lottery_value};
use crate::hex;
use crate::ids::{CampaignId, LineNo, PoolId};

/// The form of the document that this code writes and reads.
pub const VERSION: u32 = 1;

/// Everything that is published about a campaign's draw. What is not known yet is null.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofDocument {
    /// [`VERSION`].
    pub version: u32,
    /// The campaign.
    pub campaign: CampaignId,
    /// When its lines close for the draw.
    pub opens_at: Timestamp,
    /// Commitment to the secret, in hexadecimal.
    pub commitment: String,
    /// When it was published.
    pub committed_at: Timestamp,
    /// The source of the public value.
    pub randomness: Source,
    /// When N was frozen.
    pub frozen_at: Option<Timestamp>,
    /// The lines.
    pub pools: Vec<PoolProof>,
    /// The public value; null before it is known, and for ever when the source is `none`.
    pub public_value: Option<ValueProof>,
    /// When the order was drawn.
    pub drawn_at: Option<Timestamp>,
    /// The secret in hexadecimal, once the order is drawn.
    pub secret: Option<String>,
}

/// The source of the public value, as published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// None.
    None {},
    /// A round of a drand network.
    Drand {
        /// The network's name.
        chain: String,
        /// Its hash, in hexadecimal.
        chain_hash: String,
        /// How it signs.
        scheme: String,
        /// Its public key, in hexadecimal.
        public_key: String,
        /// When round 1 was signed, in seconds since 1970.
        genesis_time: i64,
        /// Seconds between rounds.
        period_s: u32,
        /// The round.
        round: u64,
        /// When it is signed.
        round_at: Timestamp,
        /// It was to be the first one so many seconds after the lines close.
        after_s: u32,
        /// When this round was named.
        named_at: Timestamp,
    },
    /// An official lottery.
    Lottery {
        /// Which draw, and which of its numbers.
        draw: String,
    },
}

/// A line of the campaign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolProof {
    /// The pool.
    pub pool: PoolId,
    /// The number of its line, as tickets carry it.
    pub line: LineNo,
    /// How many tickets take part, once frozen.
    pub n: Option<u32>,
}

/// The public value, as published.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueProof {
    /// The text that enters the seed.
    pub value: String,
    /// When it was taken in.
    pub at: Timestamp,
    /// drand: the signature, in hexadecimal.
    pub signature: Option<String>,
    /// drand, where the network chains its rounds: the signature before.
    pub previous_signature: Option<String>,
}

impl From<&Randomness> for Source {
    fn from(randomness: &Randomness) -> Self {
        match randomness {
            Randomness::None => Self::None {},
            Randomness::Lottery { draw } => Self::Lottery { draw: draw.clone() },
            Randomness::Drand(named) => Self::Drand {
                chain: named.chain.name.to_owned(),
                chain_hash: hex::encode(&named.chain.hash),
                scheme: named.chain.scheme.name().to_owned(),
                public_key: hex::encode(named.chain.public_key),
                genesis_time: named.chain.genesis_s,
                period_s: named.chain.period_s,
                round: named.round,
                round_at: named.at(),
                after_s: named.after_s,
                named_at: named.named_at,
            },
        }
    }
}

/// What a checker looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim {
    /// The document has the form that is known here.
    Form,
    /// Commitment, freezing, public value and draw happened in this order.
    Times,
    /// The secret is the one that was committed to.
    Commitment,
    /// The drand round was named in advance, and lies behind the freezing of N.
    Round,
    /// The signature is the drand network's.
    Signature,
    /// The public value is what its source says.
    Value,
}

/// What came out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It holds.
    Holds(String),
    /// It does not.
    Fails(String),
    /// It cannot be decided from the document: not known yet, or for people to compare.
    Open(String),
}

/// A claim with its verdict, as a sentence in English for the command line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What was looked at.
    pub claim: Claim,
    /// What came out.
    pub verdict: Verdict,
}

impl Finding {
    /// Whether the proof is wrong here.
    pub fn fails(&self) -> bool {
        matches!(self.verdict, Verdict::Fails(_))
    }
}

impl ProofDocument {
    /// Checks everything that follows from the document alone. `signed` says whether a beacon bears
    /// the signature of a network: the mathematics of it is not this crate's.
    pub fn check(&self, signed: impl Fn(&DrandChain, &Beacon) -> bool) -> Vec<Finding> {
        let finding = |claim, verdict| Finding { claim, verdict };
        if self.version != VERSION {
            let text = format!("version {} of the document is not known here", self.version);
            return vec![finding(Claim::Form, Verdict::Fails(text))];
        }
        let mut findings = vec![
            finding(Claim::Times, self.check_times()),
            finding(Claim::Commitment, self.check_commitment()),
        ];
        match &self.randomness {
            Source::None {} => findings.push(finding(Claim::Value, self.check_no_value())),
            Source::Lottery { draw } => findings.push(finding(Claim::Value, self.check_lottery(draw))),
            Source::Drand { .. } => {
                findings.push(finding(Claim::Round, self.check_round()));
                findings.push(finding(Claim::Signature, self.check_signature(signed)));
                findings.push(finding(Claim::Value, self.check_drand_value()));
            }
        }
        findings
    }

    /// The order of one pool's line, once drawn: ticket `t` stands at `positions[t]`.
    pub fn positions(&self, pool: &PoolId) -> Option<std::sync::Arc<[u32]>> {
        let n = self.pool(pool)?.n?;
        let secret = self.secret()?;
        let value = self.public_value.as_ref().map_or("", |value| value.value.as_str());
        Some(positions(&Seed::new(&self.campaign, pool, n, &secret, value), n))
    }

    /// The pool of that name.
    pub fn pool(&self, pool: &PoolId) -> Option<&PoolProof> {
        self.pools.iter().find(|proof| proof.pool == *pool)
    }

    /// The pool whose line has that number.
    pub fn pool_of_line(&self, line: LineNo) -> Option<&PoolProof> {
        self.pools.iter().find(|proof| proof.line == line)
    }

    fn secret(&self) -> Option<[u8; 32]> {
        hex::decode(self.secret.as_deref()?)?.try_into().ok()
    }

    fn check_times(&self) -> Verdict {
        let moments = [
            ("commitment", Some(self.committed_at)),
            ("freezing of N", self.frozen_at),
            ("public value", self.public_value.as_ref().map(|value| value.at)),
            ("draw", self.drawn_at),
        ];
        let known: Vec<_> = moments
            .iter()
            .filter_map(|(name, at)| at.map(|at| (*name, at)))
            .collect();
        if let Some([(earlier, _), (later, _)]) = known.array_windows().find(|[(_, a), (_, b)]| a > b) {
            return Verdict::Fails(format!("{later} came before {earlier}"));
        }
        if self.drawn_at.is_some() && (self.frozen_at.is_none() || self.pools.iter().any(|pool| pool.n.is_none())) {
            return Verdict::Fails("the order was drawn without freezing N".to_owned());
        }
        if self.frozen_at.is_some_and(|frozen_at| frozen_at < self.opens_at) {
            return Verdict::Fails("N was frozen before the opening".to_owned());
        }
        match self.drawn_at {
            Some(_) => Verdict::Holds("commitment, N, public value and draw came in this order".to_owned()),
            None => Verdict::Open("the order is not drawn yet".to_owned()),
        }
    }

    fn check_commitment(&self) -> Verdict {
        match (&self.secret, self.secret()) {
            (None, _) => Verdict::Open("the secret is not revealed yet".to_owned()),
            (Some(_), None) => Verdict::Fails("the secret is not 32 bytes in hexadecimal".to_owned()),
            (Some(_), Some(secret)) => {
                if hex::encode(&commitment(&self.campaign, &secret)) == self.commitment {
                    Verdict::Holds(format!("the secret is the one committed to on {}", self.committed_at))
                } else {
                    Verdict::Fails("the secret is not the one that was committed to".to_owned())
                }
            }
        }
    }

    fn check_no_value(&self) -> Verdict {
        match self.public_value {
            None => Verdict::Open(
                "no public randomness was used: the secret and N alone make the order, \
                 and the operator could have known it before"
                    .to_owned(),
            ),
            Some(_) => Verdict::Fails("there is a public value, but no source was named for it".to_owned()),
        }
    }

    fn check_lottery(&self, draw: &str) -> Verdict {
        let Some(value) = &self.public_value else {
            return Verdict::Open(format!("the numbers are not known yet: {draw}"));
        };
        match lottery_value(&value.value) {
            Ok(written) if written == value.value => Verdict::Open(format!(
                "compare with what was published: {draw}: {}; N was frozen on {}",
                value.value,
                self.frozen_at.map_or_else(String::new, |at| at.to_string())
            )),
            _ => Verdict::Fails("the public value is not written as lottery numbers are".to_owned()),
        }
    }

    /// The named round, if its figures are those of a network that is known here.
    fn named_round(&self) -> Result<DrandRound, &'static str> {
        let Source::Drand {
            chain_hash,
            round,
            after_s,
            named_at,
            ..
        } = &self.randomness
        else {
            return Err("no drand round is named");
        };
        let chain = hex::decode(chain_hash)
            .and_then(|hash| DrandChain::of_hash(&hash))
            .ok_or("this drand network is not known here")?;
        let named = DrandRound {
            chain,
            round: *round,
            after_s: *after_s,
            named_at: *named_at,
        };
        if Source::from(&Randomness::Drand(named)) == self.randomness {
            Ok(named)
        } else {
            Err("the network's figures are not those that belong to its hash")
        }
    }

    fn check_round(&self) -> Verdict {
        let named = match self.named_round() {
            Ok(named) => named,
            Err(reason) => return Verdict::Fails(reason.to_owned()),
        };
        let (round, at) = (named.round, named.at());
        let Some(frozen_at) = self.frozen_at else {
            return Verdict::Open(format!("round {round} comes on {at}; N is not frozen yet"));
        };
        if named.named_at > frozen_at {
            Verdict::Fails("the round was named after N was frozen".to_owned())
        } else if named.is_after(frozen_at) {
            Verdict::Holds(format!("N was frozen on {frozen_at}, round {round} came on {at}"))
        } else {
            Verdict::Fails(format!("round {round} came on {at}, when N was not frozen yet"))
        }
    }

    fn beacon(&self) -> Option<Beacon> {
        let Source::Drand { round, .. } = self.randomness else {
            return None;
        };
        let value = self.public_value.as_ref()?;
        Some(Beacon {
            round,
            signature: hex::decode(value.signature.as_deref()?)?,
            previous_signature: hex::decode(value.previous_signature.as_deref().unwrap_or_default())?,
        })
    }

    fn check_signature(&self, signed: impl Fn(&DrandChain, &Beacon) -> bool) -> Verdict {
        if self.public_value.is_none() {
            return Verdict::Open("the round's value is not known yet".to_owned());
        }
        match (self.named_round(), self.beacon()) {
            (Ok(named), Some(beacon)) if signed(named.chain, &beacon) => {
                Verdict::Holds(format!("round {} is signed by {}", named.round, named.chain.name))
            }
            (Ok(named), Some(_)) => Verdict::Fails(format!("the signature is not {}'s", named.chain.name)),
            (Err(reason), _) => Verdict::Fails(reason.to_owned()),
            (Ok(_), None) => Verdict::Fails("there is no signature to check".to_owned()),
        }
    }

    fn check_drand_value(&self) -> Verdict {
        match (&self.public_value, self.beacon()) {
            (None, _) => Verdict::Open("the round's value is not known yet".to_owned()),
            (Some(value), Some(beacon)) if beacon.value() == value.value => {
                Verdict::Holds("the public value is SHA-256 of the signature".to_owned())
            }
            (Some(_), _) => Verdict::Fails("the public value is not SHA-256 of the signature".to_owned()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests;
