//! A deployment in a folder: configuration, keys, messages, made by the commands that an operator types.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail};
use jiff::ToSpan;

use crate::clock::today;

/// The campaign.
pub const CAMPAIGN: &str = "probe";
/// The centre that has doses.
pub const CENTRE: &str = "kassel-stadt";
/// A postcode that it serves.
pub const POSTCODE: &str = "34117";
/// A postcode of another line of the campaign, whose centre has none.
pub const POSTCODE_WITHOUT_DOSES: &str = "36037";
/// The database.
pub const DATABASE: &str = "dran";
/// The account that nodes log on with: no superuser, whose connections are limited only by the server.
pub const ACCOUNT: &str = "dran";

/// Where the program under test is, unless it stands in the folder of this one.
const PROGRAM: &str = "DRAN_BINARY";

/// The centres that serve all of the region.
const CENTRES: &str = "kassel-stadt,giessen,fulda,frankfurt,wiesbaden,darmstadt";

/// The program under test, without the environment of whoever runs the harness.
///
/// # Errors
/// When it has not been built.
pub fn program() -> Result<Command> {
    let path = match std::env::var_os(PROGRAM) {
        Some(path) => PathBuf::from(path),
        None => {
            let own = std::env::current_exe()?;
            let folders = own.ancestors().skip(1).take(2);
            let found = folders.map(|folder| folder.join("dran")).find(|path| path.is_file());
            found.with_context(|| format!("there is no `dran` beside this program: build it, or set {PROGRAM}"))?
        }
    };
    let mut command = Command::new(path);
    command.env_clear().env("DRAN_LOG", "info").stdin(Stdio::null());
    Ok(command)
}

/// One deployment.
pub struct Deployment {
    folder: PathBuf,
    url: String,
}

impl Deployment {
    /// Makes the tables in the database at this URL, a delivery of so many doses, two a series, spread over
    /// so many days, and a campaign that opens at once.
    ///
    /// # Errors
    /// When a command fails.
    pub fn make(folder: &Path, url: &str, doses: u32, days: i32) -> Result<Self> {
        let deployment = Self {
            folder: folder.to_owned(),
            url: url.to_owned(),
        };
        std::fs::create_dir_all(deployment.spool())?;
        let config = deployment.config(url, "127.0.0.1:0");
        std::fs::write(deployment.path("operator.toml"), config)?;
        deployment.run(&["init"])?;
        let first = today()? + 3.days();
        let (from, to) = (first.to_string(), (first + (days - 1).days()).to_string());
        let deliveries = deployment.path("deliveries.csv");
        let csv = format!("reference,centre,vaccine,day,doses\nT1,{CENTRE},biontech,{from},{doses}\n");
        std::fs::write(&deliveries, csv)?;
        deployment.run(&["delivery", "import", &deliveries.display().to_string()])?;
        let (vaccine, centres) = (["--vaccine", "biontech"], ["--centres", CENTRE]);
        let days = ["--from", &from, "--to", &to, "--hold-back", "all"];
        deployment.run(&[&["release"][..], &vaccine, &centres, &days].concat())?;
        let opens_at = today()?.at(0, 0, 0, 0).to_string();
        let opening = ["--opens-at", &opens_at, "--groups", "ab-80", "--centres", CENTRES];
        deployment.run(&[&["campaign", "create", CAMPAIGN][..], &opening].concat())?;
        Ok(deployment)
    }

    /// Writes the configuration of a node that reaches the database by these addresses; its file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn configure_node(&self, number: usize, hosts: &[SocketAddr]) -> Result<PathBuf> {
        let hosts: Vec<String> = hosts.iter().map(SocketAddr::to_string).collect();
        let url = format!(
            "postgres://{ACCOUNT}@{}/{DATABASE}?target_session_attrs=read-write&application_name=node-{number}",
            hosts.join(",")
        );
        let path = self.path(&format!("node-{number}.toml"));
        std::fs::write(&path, self.config(&url, "127.0.0.1:0"))?;
        Ok(path)
    }

    /// Where messages are put.
    pub fn spool(&self) -> PathBuf {
        self.path("spool")
    }

    /// A file of this deployment.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What `dran audit` of a database says: nothing when all is well.
    ///
    /// # Errors
    /// When it cannot be run.
    pub fn audit(&self, url: &str) -> Result<Vec<String>> {
        let output = self.try_run(&["audit", "--json", "--store", url])?;
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).with_context(|| format!("dran audit: {output:?}"))?;
        let checks = report["checks"].as_array().context("an audit without checks")?;
        let violations = checks.iter().flat_map(|check| {
            let said = check["violations"].as_array().cloned().unwrap_or_default();
            let name = check["name"].as_str().unwrap_or_default().to_owned();
            said.into_iter().map(move |violation| format!("{name}: {violation}"))
        });
        let violations: Vec<String> = violations.collect();
        if violations.is_empty() != output.status.success() {
            bail!("dran audit does not know what it says: {output:?}");
        }
        Ok(violations)
    }

    fn config(&self, url: &str, listen: &str) -> String {
        let region = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regions/hessen.toml");
        format!(
            "store = \"{url}\"\nregion = \"{}\"\nkeys = \"{}\"\nspool = \"{}\"\nlisten = \"{listen}\"\n\
             staff_listen = \"127.0.0.1:0\"\ntrusted_proxies = [\"127.0.0.1/32\"]\n[limits]\npermits_max = 40\n\
             joins_per_minute = 0\n",
            region.display(),
            self.path("keys.toml").display(),
            self.spool().display(),
        )
    }

    fn run(&self, command: &[&str]) -> Result<()> {
        let output = self.try_run(command)?;
        if !output.status.success() {
            bail!("dran {command:?} at {}: {output:?}", self.url);
        }
        Ok(())
    }

    fn try_run(&self, command: &[&str]) -> Result<Output> {
        let mut dran = program()?;
        dran.args(command).arg("--config").arg(self.path("operator.toml"));
        dran.output().with_context(|| format!("cannot run dran {command:?}"))
    }
}
