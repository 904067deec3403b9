//! A deployment in a folder of its own: made by the commands that an operator types, and served.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use jiff::civil::Date;
use jiff::{ToSpan, Zoned};
use serde_json::Value;
use tempfile::TempDir;

/// The campaign of every deployment here.
pub const CAMPAIGN: &str = "probe";
/// The only centre that has doses.
pub const CENTRE: &str = "kassel-stadt";
/// A postcode of the district that this centre serves.
pub const POSTCODE: &str = "34117";
/// The centres that serve all of the region, so that everybody can join.
pub const CENTRES: &str = "kassel-stadt,giessen,fulda,frankfurt,wiesbaden,darmstadt";
/// How long a process may take to start or to stop before something is wrong with it.
const PROCESS_DEADLINE: Duration = Duration::from_secs(60);

/// The binary under test, without the environment of whoever runs the tests.
pub fn dran() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dran"));
    command.env_clear().stdin(Stdio::null());
    command
}

/// The region file of Hessen.
pub fn hessen() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regions/hessen.toml")
}

/// Today in the region.
pub fn today() -> Date {
    #[expect(clippy::disallowed_methods, reason = "the service under test runs by the real clock")]
    let now = Zoned::now();
    now.in_tz("Europe/Berlin").unwrap().date()
}

/// When the campaign's order is drawn.
pub enum Opening {
    /// It is open as soon as the service runs.
    AtOnce,
    /// Not before [`Deployment::open`].
    OnCommand,
}

/// Database, keys, spool folder and configuration of one deployment.
pub struct Deployment {
    folder: TempDir,
    /// Where its database is.
    pub url: String,
    /// How much its services log (`DRAN_LOG`).
    pub log_level: &'static str,
}

impl Deployment {
    /// Makes one with so many doses in one centre, all released for one day, two doses a series.
    /// `limits` are lines of the configuration's `[limits]`.
    pub fn new(doses: u32, opening: &Opening, limits: &str) -> Self {
        Self::empty(None, limits).opened(doses, opening)
    }

    /// The same in the database at a URL.
    pub fn at(url: &str, doses: u32, opening: &Opening, limits: &str) -> Self {
        Self::empty(Some(url), limits).opened(doses, opening)
    }

    fn opened(self, doses: u32, opening: &Opening) -> Self {
        self.deliver("T1", doses);
        self.create_campaign(CAMPAIGN, opening);
        self
    }

    /// Makes one without a dose and a campaign, in the database at a URL or in a file.
    pub fn empty(url: Option<&str>, limits: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = format!("sqlite:{}", folder.path().join("dran.sqlite").display());
        let url = url.unwrap_or(&file);
        let deployment = Self {
            folder,
            url: url.to_owned(),
            log_level: "debug",
        };
        let region = hessen();
        let config = format!(
            "store = \"{url}\"\nregion = \"{}\"\nkeys = \"{}\"\nspool = \"{}\"\nlisten = \"127.0.0.1:0\"\n\
             staff_listen = \"127.0.0.1:0\"\n[limits]\n{limits}\n",
            region.display(),
            deployment.path("keys.toml").display(),
            deployment.path("spool").display(),
        );
        std::fs::write(deployment.path("dran.toml"), config).unwrap();
        deployment.run(&["init"]);
        deployment
    }

    /// Makes a campaign for everybody from 80.
    pub fn create_campaign(&self, name: &str, opening: &Opening) {
        self.create_campaign_with(name, opening, "one-line");
    }

    /// The same, with a word about whom agents may let in.
    pub fn create_campaign_with(&self, name: &str, opening: &Opening, phone: &str) {
        let opens_at = match opening {
            Opening::AtOnce => today(),
            Opening::OnCommand => today() + 2.days(),
        };
        let opens_at = opens_at.at(0, 0, 0, 0).to_string();
        self.run(&[
            "campaign",
            "create",
            name,
            "--opens-at",
            &opens_at,
            "--groups",
            "ab-80",
            "--centres",
            CENTRES,
            "--phone",
            phone,
        ]);
    }

    /// Books in a delivery of so many doses in the one centre and releases it, two doses a series.
    pub fn deliver(&self, reference: &str, doses: u32) {
        self.deliver_to(reference, CENTRE, doses, 1);
    }

    /// The same to some centres (`A,B`), each so many doses, with first doses on so many days.
    pub fn deliver_to(&self, reference: &str, centres: &str, doses: u32, days: i64) {
        let first_day = today() + 3.days();
        let mut csv = "reference,centre,vaccine,day,doses\n".to_owned();
        for centre in centres.split(',') {
            csv += &format!("{reference}-{centre},{centre},biontech,{first_day},{doses}\n");
        }
        let deliveries = self.path("deliveries.csv");
        std::fs::write(&deliveries, csv).unwrap();
        self.run(&["delivery", "import", deliveries.to_str().unwrap()]);
        let (from, to) = (first_day.to_string(), (first_day + (days - 1).days()).to_string());
        self.run(&[
            "release",
            "--vaccine",
            "biontech",
            "--centres",
            centres,
            "--from",
            &from,
            "--to",
            &to,
            "--hold-back",
            "all",
        ]);
    }

    /// Brings the opening to now.
    pub fn open(&self) {
        self.run(&["campaign", "open", CAMPAIGN]);
    }

    /// A file in the deployment's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command that must succeed.
    pub fn run(&self, command: &[&str]) -> Output {
        let output = self.try_run(command);
        assert!(output.status.success(), "dran {command:?}: {output:?}");
        output
    }

    /// Runs a command.
    pub fn try_run(&self, command: &[&str]) -> Output {
        let mut dran = dran();
        dran.args(command).arg("--config").arg(self.path("dran.toml"));
        dran.output().unwrap()
    }

    /// What `dran audit` says, which must be that all is well.
    pub fn audit(&self) -> Audit {
        let output = self.try_run(&["audit", "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["ok"], true, "{report:#}");
        assert!(output.status.success(), "{output:?}");
        Audit(report)
    }

    /// Starts the service and waits until it listens.
    pub fn serve(&self) -> Server {
        self.start(&[]).1
    }

    /// Starts the service with more options and waits until it listens.
    pub fn serve_with(&self, options: &[&str]) -> Server {
        self.start(options).1
    }

    /// Starts a process of some roles, with `public` among them, and waits until it listens.
    pub fn serve_roles(&self, roles: &[&str]) -> Server {
        self.start(&["--roles", &roles.join(",")]).1
    }

    /// Starts a process that answers no citizen, and waits until it runs.
    pub fn run_roles(&self, roles: &[&str]) -> Server {
        let portal = ["--base-url", "https://termine.example"];
        let (said, server) = self.start(&[&["--roles", &roles.join(",")], &portal[..]].concat());
        assert_eq!(said, "running");
        server
    }

    /// Starts the service with more arguments; what it says first, and itself.
    fn start(&self, arguments: &[&str]) -> (String, Server) {
        let log = self.path("stderr.log");
        let mut command = dran();
        command
            .args(["serve", "--config"])
            .arg(self.path("dran.toml"))
            .args(arguments);
        command.env("DRAN_LOG", self.log_level).current_dir(self.folder.path());
        command.stdout(Stdio::piped());
        command.stderr(File::options().create(true).append(true).open(&log).unwrap());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (said, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            stdout.read_line(&mut line).unwrap();
            // Who no longer listens has failed already and says why.
            let _ = said.send(line);
            let mut rest = String::new();
            stdout.read_to_string(&mut rest).unwrap();
            let _ = said.send(rest);
        });
        let line = heard.recv_timeout(PROCESS_DEADLINE).unwrap().trim().to_owned();
        let address = match &*line {
            "running" => SocketAddr::from(([127, 0, 0, 1], 0)),
            listens => match listens.strip_prefix("listening on http://").map(str::parse) {
                Some(Ok(address)) => address,
                _ => panic!("`dran serve` said `{line}`: {}", std::fs::read_to_string(&log).unwrap()),
            },
        };
        (line, Server { child, address, heard })
    }

    /// Where the process that was started last answers staff.
    pub fn staff_address(&self) -> SocketAddr {
        let log = self.log();
        let told = log.rsplit("staff are answered").next().unwrap();
        let address = told.split("127.0.0.1:").nth(1).unwrap();
        let port = address.split(|c: char| !c.is_ascii_digit()).next().unwrap();
        SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap()))
    }

    /// Everything that services of this deployment have logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("stderr.log")).unwrap()
    }
}

/// A clean audit.
#[derive(PartialEq, Debug)]
pub struct Audit(Value);

impl Audit {
    /// How many rows a check looked at.
    pub fn rows(&self, check: &str) -> u64 {
        let checks = self.0["checks"].as_array().unwrap();
        let found = checks.iter().find(|found| found["name"] == check);
        found.unwrap_or_else(|| panic!("no check {check}: {:#}", self.0))["rows"]
            .as_u64()
            .unwrap()
    }

    /// How many series there are, booked or cancelled.
    pub fn series(&self) -> u64 {
        self.rows("nobody_booked_twice")
    }
}

/// A running `dran serve`; killed when it is dropped.
pub struct Server {
    child: Child,
    /// Where citizens are answered.
    pub address: SocketAddr,
    heard: mpsc::Receiver<String>,
}

impl Server {
    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power cut does: with SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, as an operator does, and waits until it has. Gives what it printed meanwhile.
    pub fn stop(mut self) -> String {
        let pid = self.pid().to_string();
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM \"$0\"", &pid])
            .status()
            .unwrap();
        assert!(asked.success());
        // Its standard output ends with it.
        let printed = self.heard.recv_timeout(PROCESS_DEADLINE).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
        printed
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
