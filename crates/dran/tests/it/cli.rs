//! Mistakes at the command line.

use std::fs;

use crate::deployment::{Deployment, Opening, dran, hessen};

#[test]
fn a_broken_region_file_is_told_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.toml");
    let text = fs::read_to_string(hessen()).unwrap();
    let line = 1 + text.lines().position(|line| line == "interval_days_max = 42").unwrap();
    fs::write(
        &broken,
        text.replacen("interval_days_max = 42", "interval_days_max = 7", 1),
    )
    .unwrap();
    let output = dran().args(["region", "check"]).arg(&broken).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("broken.toml") && told.contains(&format!("line {line}:")),
        "line {line}: {told}"
    );

    let output = dran().args(["region", "check"]).arg(hessen()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn a_mistyped_database_is_not_made() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    let mistyped = deployment.path("drann.sqlite");
    let url = format!("sqlite:{}", mistyped.display());
    for command in [&["audit"][..], &["campaign", "list"], &["delivery", "list"], &["serve"]] {
        let output = deployment.try_run(&[command, &["--store", &url]].concat());
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("drann.sqlite"), "{told}");
        assert!(!mistyped.exists(), "dran {command:?} made a database");
    }
}

#[test]
fn an_unknown_key_of_the_configuration_is_told_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("dran.toml");
    fs::write(&config, "store = \"sqlite:a\"\n[limits]\npermit_minuets = 1\n").unwrap();
    let output = dran().args(["audit", "--config"]).arg(&config).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("dran.toml") && told.contains("line 3") && told.contains("permit_minuets"),
        "{told}"
    );
}
