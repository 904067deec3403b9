//! The draw, checked as its document says: by the command, and by the script in the documentation.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dran_core::hex;
use dran_core::ids::{CampaignId, LineNo, PoolId};
use dran_core::line::draw::{Seed, commitment};
use dran_core::line::proof::{PoolProof, ProofDocument, Source, VERSION};
use tempfile::TempDir;

use crate::deployment::dran;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn example() -> ProofDocument {
    let text = std::fs::read_to_string(docs().join("draw-example.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn verify(file: &Path, ticket: Option<&str>) -> Output {
    let mut command = dran();
    command.args(["draw", "verify"]).arg(file);
    if let Some(ticket) = ticket {
        command.args(["--ticket", ticket]);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A folder with a document in it.
fn saved(proof: &ProofDocument) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proof.json");
    std::fs::write(&path, serde_json::to_vec(proof).unwrap()).unwrap();
    (folder, path)
}

#[test]
fn the_script_prints_the_order_that_core_draws() {
    let campaign = CampaignId::new("hessen-2021-01-12");
    let secret = [0xa5; 32];
    let sizes = [1, 2, 1_000, 1_000_000];
    let pool = |(n, line): (u32, u16)| PoolProof {
        pool: PoolId::new(format!("pool-of-{n}")),
        line: LineNo(line),
        n: Some(n),
    };
    let proof = ProofDocument {
        version: VERSION,
        opens_at: "2021-01-12T07:00:00Z".parse().unwrap(),
        commitment: hex::encode(&commitment(&campaign, &secret)),
        campaign,
        committed_at: "2021-01-08T11:00:00Z".parse().unwrap(),
        randomness: Source::None {},
        frozen_at: Some("2021-01-12T07:00:00Z".parse().unwrap()),
        pools: sizes.into_iter().zip(1..).map(pool).collect(),
        public_value: None,
        drawn_at: Some("2021-01-12T07:00:00Z".parse().unwrap()),
        secret: Some(hex::encode(&secret)),
    };
    let (_folder, path) = saved(&proof);
    let run = Command::new("/usr/bin/python3")
        .arg(docs().join("draw.py"))
        .arg(&path)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", said(&run));

    let printed = String::from_utf8(run.stdout).unwrap();
    let mut lines = printed.lines();
    for pool in &proof.pools {
        let name = &pool.pool;
        for (ticket, position) in proof.positions(name).unwrap().iter().enumerate() {
            assert_eq!(lines.next(), Some(format!("{name} {ticket} {}", position + 1).as_str()));
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn the_script_has_at_most_thirty_lines_and_refuses_another_secret() {
    let script = std::fs::read_to_string(docs().join("draw.py")).unwrap();
    assert!(script.lines().count() <= 30);
    let mut proof = example();
    proof.secret = Some("08".repeat(32));
    let (_folder, path) = saved(&proof);
    let run = Command::new("/usr/bin/python3")
        .arg(docs().join("draw.py"))
        .arg(&path)
        .output()
        .unwrap();
    assert!(
        !run.status.success() && said(&run).contains("wrong secret"),
        "{}",
        said(&run)
    );
}

#[test]
fn the_example_in_the_documentation_holds_in_every_claim() {
    let checked = verify(&docs().join("draw-example.json"), None);
    let text = said(&checked);
    assert!(checked.status.success(), "{text}");
    assert_eq!(text.matches("\nholds ").count(), 5, "{text}");
    for place in ["ticket 0 has place 5", "ticket 3 has place 1"] {
        assert!(text.contains(place), "{text}");
    }
}

#[test]
fn the_numbers_of_the_worked_example_are_right() {
    let text = std::fs::read_to_string(docs().join("draw.md")).unwrap();
    let proof = example();
    let value = proof.public_value.clone().unwrap();
    let secret: [u8; 32] = hex::decode(proof.secret.as_ref().unwrap()).unwrap().try_into().unwrap();
    let pool = proof.pools[0].pool.clone();
    let seed = Seed::new(&proof.campaign, &pool, 5, &secret, &value.value);
    let row = |name: &str, figure: &str| assert!(text.contains(&format!("{name:<12}{figure}\n")), "{name} {figure}");
    row("commitment", &proof.commitment);
    row("signature", &value.signature.unwrap());
    row("value", &value.value);
    row("seed", &hex::encode(&seed.0));
    let positions = proof.positions(&pool).unwrap();
    let positions: Vec<String> = positions.iter().map(u32::to_string).collect();
    assert!(text.contains(&format!(
        "1  572212244   0                    {}\n",
        positions.join(" ")
    )));
}

#[test]
fn a_ticket_is_told_its_place_and_late_ones_stand_behind() {
    let example = docs().join("draw-example.json");
    let told = |ticket| said(&verify(&example, Some(ticket)));
    assert!(told("kassel-stadt:3").contains("ticket 3 of kassel-stadt has place 1"));
    assert!(told("kassel-stadt:7").contains("came after the draw and has place 8"));
    for (wrong, reason) in [
        ("fulda:3", "has no pool fulda"),
        ("kassel-stadt:three", "after the colon"),
        ("three", "is no ticket"),
    ] {
        let output = verify(&example, Some(wrong));
        assert!(
            !output.status.success() && said(&output).contains(reason),
            "{}",
            said(&output)
        );
    }
}

#[test]
fn a_draw_that_does_not_hold_ends_with_one_and_says_what() {
    let forge = |change: fn(&mut ProofDocument)| {
        let mut proof = example();
        change(&mut proof);
        let (_folder, path) = saved(&proof);
        let output = verify(&path, None);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        said(&output)
    };
    let another_secret = forge(|proof| proof.secret = Some("08".repeat(32)));
    assert!(another_secret.contains("FAILS  the secret is not the one that was committed to"));
    let late_n = forge(|proof| proof.frozen_at = Some("2023-08-23T15:15:31Z".parse().unwrap()));
    assert!(late_n.contains("when N was not frozen yet"));
    let another_signature = forge(|proof| {
        let value = proof.public_value.as_mut().unwrap();
        let signature = value.signature.as_mut().unwrap();
        signature.replace_range(2..4, "5d");
    });
    assert!(another_signature.contains("FAILS  the signature is not quicknet's"));
    assert!(another_signature.contains("FAILS  the public value is not SHA-256 of the signature"));
}
