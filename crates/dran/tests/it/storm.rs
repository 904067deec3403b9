//! `dran storm` against the real binary: a small crowd, everybody served, and the report's word kept.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::deployment::{Deployment, Opening, dran};

/// Everybody that a scenario can have, a few of each. It ends when all are done, long before its end.
const SMALL: &str = r#"name = "small"
title = { de = "Klein", en = "Small" }
group = "ab-80"
birth_years = [1930, 1939]
postcodes = ["34117"]
ends = "1h"

[[people]]
name = "of all kinds"
count = 12
arrive = [["0s", 1], ["2s", 1]]
think = "100ms"
couple = 0.5
letter = 0.3
mistype = 0.5
tabs = 2
reload_every = "1s"
away = { share = 0.3, lasts = "1s" }

[[people]]
name = "helpers"
count = 2
arrive = [["0s", 1], ["1s", 1]]
relatives = 3
registers_early = true

[[people]]
name = "callers"
count = 4
arrive = [["0s", 1], ["1s", 1]]
door = "phone"

[[people]]
name = "bots"
count = 2
arrive = [["0s", 1]]
watch = { asks = "availability", every = "500ms", lasts = "2s" }

[[streams]]
name = "boards"
asks = "line"
rate = [["0s", 20], ["2s", 20]]
connections = 4
fresh = 0.5

[hotline]
agents = 2
call = "1s"

[[bars]]
name = "joined_percent"
goal = ">= 100"

[[bars]]
name = "failed_requests"
goal = "<= 0"

[[bars]]
name = "booked"
goal = ">= 22"
"#;

fn storm(deployment: &Deployment, scenario: &str, address: &str, more: &[&str]) -> (Output, Value) {
    let file = deployment.path("scenario.toml");
    std::fs::write(&file, scenario).unwrap();
    let report = deployment.path("report");
    let mut command = dran();
    command
        .arg("storm")
        .arg(&file)
        .args(["--against", address, "--language", "de", "--report"]);
    let output = command.arg(&report).args(more).output().unwrap();
    (output, json_in(&report))
}

fn json_in(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join("report.json"));
    text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
}

fn value(report: &Value, bar: &str) -> f64 {
    let bars = report["bars"].as_array().unwrap();
    let bar = bars.iter().find(|found| found["name"] == bar).unwrap();
    assert_eq!(
        bar.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["goal", "name", "pass", "value"]
    );
    bar["value"].as_f64().unwrap()
}

#[test]
fn a_small_crowd_is_served_to_the_last_person_and_the_report_counts_what_the_audit_counts() {
    let deployment = Deployment::new(200, &Opening::AtOnce, "");
    let server = deployment.serve();
    let spool = deployment.path("spool");
    let address = format!("http://{}", server.address);
    let (output, report) = storm(&deployment, SMALL, &address, &["--spool", spool.to_str().unwrap()]);
    for bar in ["joined_percent", "failed_requests", "booked"] {
        let found = report["bars"]
            .as_array()
            .unwrap()
            .iter()
            .find(|found| found["name"] == bar)
            .unwrap();
        assert_eq!(found["pass"], true, "{bar}: {report:#} {output:?}");
    }
    assert_eq!(
        (&report["scenario"], &report["cut_short"]),
        (&Value::from("small"), &Value::from(false))
    );
    // The bars that every replay has.
    assert!(value(&report, "lag_p99_ms") >= 0.0);
    assert!(value(&report, "not_sent") < 1.0);
    let (people, booked) = (&report["people"], value(&report, "booked"));
    // Twelve, six relatives and four callers; further windows are nobody.
    assert_eq!(
        (&people["came"], &people["joined"]),
        (&Value::from(22), &Value::from(22))
    );
    assert_eq!(people["booked_by_phone"], 4);
    assert!(people["codes_typed"].as_u64().unwrap() > 0, "{people}");
    assert_eq!(report["service"]["booked_after"].as_f64(), Some(booked));
    let page = std::fs::read_to_string(deployment.path("report/report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("Gebuchte Terminpaare") && page.contains("<svg"));
    assert!(
        !page.contains("storm-") && !page.contains("<script") && !page.contains("src="),
        "{page}"
    );
    drop(server);
    assert_eq!(deployment.audit().series() as f64, booked);
}

/// A demo, which ends with its audit when it is asked to.
struct Demo {
    child: Child,
    citizens: String,
    staff: String,
}

impl Demo {
    fn start(folder: &Path, agents: u32) -> Self {
        let anywhere = ["--listen", "127.0.0.1:0", "--staff-listen", "127.0.0.1:0"];
        let mut command = dran();
        command.args([
            "demo",
            "--crowd",
            "0",
            "--open-in",
            "1",
            "--agents",
            &agents.to_string(),
        ]);
        command.args(anywhere).arg("--data").arg(folder);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = |before: &str| {
            let line = lines.by_ref().map(Result::unwrap).find(|line| line.starts_with(before));
            line.unwrap()[before.len()..].to_owned()
        };
        let (citizens, staff) = (told("listening on "), told("staff on "));
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, citizens, staff }
    }

    /// Whether it ends well: with a clean audit.
    fn stop(mut self) -> bool {
        let pid = self.child.id().to_string();
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &pid])
            .status()
            .unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Callers only, and agents for them.
const CALLERS: &str = r#"name = "callers"
title = {}
group = "ab-80"
birth_years = [1930, 1939]
postcodes = ["34117", "60311"]
ends = "1h"

[[people]]
name = "callers"
count = 6
arrive = [["0s", 1], ["1s", 1]]
door = "phone"
couple = 0.5
redials = 20
redial_every = "1s"

[hotline]
agents = 3
call = "1s"
listen = "50ms"

[[bars]]
name = "joined_percent"
goal = ">= 100"

[[bars]]
name = "desk_errors"
goal = "<= 0"

[[bars]]
name = "desk_p99_ms"
goal = "<= 600000"
"#;

#[test]
fn callers_ring_up_the_hotline_and_agents_ring_them_back_and_book_at_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), 2);
    let (scenario, report) = (folder.path().join("callers.toml"), folder.path().join("report"));
    std::fs::write(&scenario, CALLERS).unwrap();
    let play = |doors: &[&str]| {
        let mut storm = dran();
        storm
            .arg("storm")
            .arg(&scenario)
            .args(["--language", "de", "--against", &demo.citizens]);
        storm
            .args(["--staff", &demo.staff, "--json-secret"])
            .arg(folder.path().join("hotline-secret"));
        let output = storm.args(doors).arg("--report").arg(&report).output().unwrap();
        (
            output,
            json_in(&report),
            std::fs::read_to_string(report.join("report.html")).unwrap(),
        )
    };
    // Without agents a caller has a place and the promise, and the desk's bars are not judged.
    let (output, told, page) = play(&[]);
    assert!(output.status.code().is_some(), "{output:?}");
    assert_eq!((&told["doors"], &told["desk"]), (&Value::from("hotline"), &Value::Null));
    assert_eq!(
        (&told["people"]["promised_callbacks"], &told["people"]["booked"]),
        (&Value::from(6), &Value::from(0))
    );
    assert!(
        page.contains("6 Anrufende") && !page.contains("Telefonplätze:"),
        "{page}"
    );
    // They call once more and hear their place; with two of three agents everybody is rung back and booked.
    let accounts = folder.path().join("agents.toml");
    let (output, told, page) = play(&["--agents", accounts.to_str().unwrap()]);
    let people = &told["people"];
    assert_eq!(
        (&told["doors"], &people["joined"]),
        (&Value::from("desk"), &Value::from(6)),
        "{output:?}"
    );
    assert_eq!(people["booked"], people["booked_by_phone"], "{people}");
    assert!(people["booked"].as_u64().unwrap() >= 6, "{people}");
    assert_eq!(
        (&told["desk"]["agents_in"], value(&told, "desk_errors")),
        (&Value::from(2), 0.0)
    );
    assert!(value(&told, "desk_p99_ms") > 0.0);
    let asked: Vec<&str> = told["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|kind| kind["name"].as_str())
        .collect();
    for kind in [
        "call",
        "desk_login",
        "desk_callback",
        "desk_proposals",
        "desk_hold",
        "desk_names",
        "desk_confirm",
    ] {
        assert!(asked.contains(&kind), "{asked:?}");
    }
    assert!(!asked.contains(&"join") && !asked.contains(&"book"), "{asked:?}");
    assert!(
        page.contains("2 angemeldete Telefonistinnen") && !page.contains("storm-"),
        "{page}"
    );
    assert!(demo.stop());
}

#[test]
fn a_service_that_is_gone_ends_the_replay_with_a_plain_sentence() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let scenario = "name = \"gone\"\ntitle = {}\ngroup = \"ab-80\"\nbirth_years = [1930, 1939]\npostcodes = [\"34117\"]\n\
        ends = \"10h\"\nbars = []\n[[streams]]\nname = \"boards\"\nasks = \"line\"\nrate = [[\"0s\", 5], [\"9h\", 5]]\n\
        connections = 2\n";
    let address = format!("http://{}", server.address);
    let file = deployment.path("scenario.toml");
    std::fs::write(&file, scenario).unwrap();
    let mut storm = dran();
    storm
        .arg("storm")
        .arg(&file)
        .args(["--against", &address, "--language", "de", "--report"]);
    let mut storm = storm
        .arg(deployment.path("report"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(storm.stdout.take().unwrap()).lines().map(Result::unwrap);
    // Once it has asked how the service stands, the service goes.
    assert!(lines.any(|line| line.contains(", campaign ")));
    server.kill();
    let said: Vec<String> = lines.collect();
    let (code, said) = (storm.wait().unwrap().code(), said.join("\n"));
    let report = json_in(&deployment.path("report"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("the service is gone: nobody has listened"), "{said}");
    assert_eq!(
        (&report["service_gone"], &report["cut_short"]),
        (&Value::from(true), &Value::from(true))
    );
    assert_eq!(report["passed"], false);
    let page = std::fs::read_to_string(deployment.path("report/report.html")).unwrap();
    assert!(page.contains("Der Dienst war weg"), "{page}");
}

#[test]
fn a_bar_that_is_missed_is_told_and_ends_with_exit_code_1() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let scenario = "name = \"short\"\ntitle = {}\ngroup = \"ab-80\"\nbirth_years = [1930, 1939]\npostcodes = [\"34117\"]\n\
        ends = \"1m\"\n[[streams]]\nname = \"boards\"\nasks = \"line\"\nrate = [[\"0s\", 10], [\"1s\", 10]]\nconnections = 2\n\
        [[bars]]\nname = \"requests\"\ngoal = \">= 1000\"\n";
    let (output, report) = storm(
        &deployment,
        scenario,
        &format!("http://{}", server.address),
        &["--scale", "0.5"],
    );
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let bar = &report["bars"][0];
    assert_eq!(
        (&bar["name"], &bar["goal"]),
        (&Value::from("requests"), &Value::from(">= 500"))
    );
    assert_eq!((&bar["value"], &bar["pass"]), (&Value::from(5.0), &Value::from(false)));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("MISSED") && said.contains("no --spool"), "{said}");
}

#[test]
fn another_machine_is_not_loaded_by_mistake() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    // TEST-NET-1 (RFC 5737): nobody's address.
    let (output, report) = storm(&deployment, SMALL, "http://192.0.2.1:8080", &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && report.is_null());
    assert!(
        said.contains("--i-may-load-this-host") && said.contains("20 people"),
        "{said}"
    );
}

#[test]
fn a_mistake_in_a_scenario_is_told_with_its_line() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let scenario = SMALL.replace("tabs = 2", "tbas = 2");
    let (output, _) = storm(&deployment, &scenario, "http://127.0.0.1:1", &[]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("line 16") && said.contains("tbas"), "{said}");
}
