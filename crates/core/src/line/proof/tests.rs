//! A proof holds as it was published, and fails as soon as one thing in it is another.

use super::*;

const SECRET: [u8; 32] = [7; 32];

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_692_803_367 + second).unwrap()
}

/// A drawn campaign; quicknet's round 123 comes at second 366.
fn drawn(randomness: &Randomness, value: Option<ValueProof>) -> ProofDocument {
    let campaign = CampaignId::new("winter");
    ProofDocument {
        version: VERSION,
        commitment: hex::encode(&commitment(&campaign, &SECRET)),
        campaign,
        opens_at: time(356),
        committed_at: time(0),
        randomness: randomness.into(),
        frozen_at: Some(time(356)),
        pools: vec![PoolProof {
            pool: PoolId::new("kassel"),
            line: LineNo(3),
            n: Some(20),
        }],
        public_value: value,
        drawn_at: Some(time(368)),
        secret: Some(hex::encode(&SECRET)),
    }
}

fn by_drand() -> ProofDocument {
    let chain = DrandChain::named("quicknet").unwrap();
    let named = DrandRound::name(chain, 10, time(356), time(0));
    assert_eq!(named.round, 123);
    let beacon = Beacon {
        round: 123,
        signature: vec![1, 2, 3],
        previous_signature: Vec::new(),
    };
    let value = ValueProof {
        value: beacon.value(),
        at: time(367),
        signature: Some(hex::encode(&beacon.signature)),
        previous_signature: None,
    };
    drawn(&Randomness::Drand(named), Some(value))
}

/// Stands for the mathematics: believes one signature of one round.
fn signed(chain: &DrandChain, beacon: &Beacon) -> bool {
    (chain.name, beacon.round, &beacon.signature[..]) == ("quicknet", 123, &[1, 2, 3])
}

/// The claims that fail.
fn failing(document: &ProofDocument) -> Vec<Claim> {
    let findings = document.check(signed);
    findings
        .iter()
        .filter(|finding| finding.fails())
        .map(|finding| finding.claim)
        .collect()
}

/// The claims that fail after one change.
fn failing_with(change: impl Fn(&mut ProofDocument)) -> Vec<Claim> {
    let mut document = by_drand();
    change(&mut document);
    failing(&document)
}

fn value(document: &mut ProofDocument) -> &mut ValueProof {
    document.public_value.as_mut().unwrap()
}

#[test]
fn a_draw_as_it_was_published_holds_in_every_claim() {
    let findings = by_drand().check(signed);
    assert_eq!(findings.len(), 5);
    for finding in findings {
        assert!(matches!(finding.verdict, Verdict::Holds(_)), "{finding:?}");
    }
}

#[test]
fn whatever_was_changed_afterwards_is_found() {
    assert_eq!(
        failing_with(|document| document.secret = Some("08".repeat(32))),
        [Claim::Commitment]
    );
    assert_eq!(
        failing_with(|document| document.secret = Some("07".to_owned())),
        [Claim::Commitment]
    );
    assert_eq!(
        failing_with(|document| document.campaign = CampaignId::new("summer")),
        [Claim::Commitment]
    );
    assert_eq!(
        failing_with(|document| value(document).value = "0".repeat(64)),
        [Claim::Value]
    );
    assert_eq!(
        failing_with(|document| value(document).signature = Some("010204".to_owned())),
        [Claim::Signature, Claim::Value]
    );
    assert_eq!(
        failing_with(|document| value(document).signature = None),
        [Claim::Signature, Claim::Value]
    );
    assert_eq!(failing_with(|document| document.version = 2), [Claim::Form]);
}

#[test]
fn n_frozen_when_the_value_could_be_known_is_found() {
    let after_the_round = |document: &mut ProofDocument| document.frozen_at = Some(time(364));
    assert_eq!(failing_with(after_the_round), [Claim::Round]);
    let before_the_opening = |document: &mut ProofDocument| document.frozen_at = Some(time(355));
    assert_eq!(failing_with(before_the_opening), [Claim::Times]);
    assert_eq!(
        failing_with(|document| document.committed_at = time(357)),
        [Claim::Times]
    );
    assert_eq!(failing_with(|document| document.frozen_at = None), [Claim::Times]);
    assert_eq!(failing_with(|document| document.pools[0].n = None), [Claim::Times]);
}

#[test]
fn a_round_named_late_or_of_another_network_is_found() {
    let change = |change: fn(&mut u64, &mut Timestamp, &mut String, &mut u32)| {
        failing_with(|document| {
            if let Source::Drand {
                round,
                named_at,
                public_key,
                period_s,
                ..
            } = &mut document.randomness
            {
                change(round, named_at, public_key, period_s);
            }
        })
    };
    assert_eq!(change(|_, named_at, _, _| *named_at = time(357)), [Claim::Round]);
    assert_eq!(
        change(|round, _, _, _| *round = 124),
        [Claim::Round, Claim::Signature],
        "its time is another"
    );
    assert_eq!(
        change(|_, _, key, _| *key = "00".repeat(96)),
        [Claim::Round, Claim::Signature]
    );
    assert_eq!(
        change(|_, _, _, period_s| *period_s = 30),
        [Claim::Round, Claim::Signature]
    );
}

#[test]
fn before_the_draw_nothing_fails_and_nothing_is_claimed() {
    let mut document = by_drand();
    (document.drawn_at, document.secret, document.public_value) = (None, None, None);
    assert_eq!(failing(&document), []);
    assert_eq!(document.positions(&PoolId::new("kassel")), None);
    document.frozen_at = None;
    document.pools[0].n = None;
    for finding in document.check(signed) {
        assert!(matches!(finding.verdict, Verdict::Open(_)), "{finding:?}");
    }
}

#[test]
fn a_lottery_is_for_people_to_compare_and_none_is_said_plainly() {
    let lottery = Randomness::Lottery {
        draw: "Lotto 6 aus 49".to_owned(),
    };
    let numbers = |text: &str| {
        Some(ValueProof {
            value: text.to_owned(),
            at: time(367),
            signature: None,
            previous_signature: None,
        })
    };
    let verdict = |document: &ProofDocument| document.check(signed).pop().unwrap().verdict;
    let compare = verdict(&drawn(&lottery, numbers("3 7 12 25 38 49")));
    assert!(matches!(&compare, Verdict::Open(text) if text.contains("Lotto 6 aus 49: 3 7 12 25 38 49")));
    assert_eq!(failing(&drawn(&lottery, numbers("7 3 12 25 38 49"))), [Claim::Value]);
    let none = verdict(&drawn(&Randomness::None, None));
    assert!(matches!(&none, Verdict::Open(text) if text.contains("no public randomness")));
    assert_eq!(failing(&drawn(&Randomness::None, numbers("1234"))), [Claim::Value]);
}

#[test]
fn positions_are_those_of_the_draw() {
    let document = by_drand();
    let pool = document.pool_of_line(LineNo(3)).unwrap().pool.clone();
    let seed = Seed::new(
        &document.campaign,
        &pool,
        20,
        &SECRET,
        &document.public_value.as_ref().unwrap().value,
    );
    assert_eq!(document.positions(&pool), Some(positions(&seed, 20)));
    assert_eq!(document.positions(&PoolId::new("fulda")), None);
}
