//! A real PostgreSQL cluster for tests and benchmarks, from Debian's package `postgresql`.
//!
//! It lives in a temporary folder and answers on a Unix socket there, nowhere else. A shell in the
//! background owns it: when this process ends, however it ends, the shell's standard input closes, and it
//! stops the server that it started and removes the folder.

mod account;
mod failover;
mod recovery;

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use account::{Account, program, silent, succeed};
pub use recovery::{Archive, Recovered};

/// The account that owns everything inside the cluster.
const SUPERUSER: &str = "postgres";

/// The port in the name of a socket that nobody else uses.
const DEFAULT_PORT: u16 = 5432;

/// Starts the server, says so, waits for the end of its own standard input, stops the server and removes
/// the folder. Signals from a terminal go to the whole group, and the folder still has to be removed.
const WATCHDOG: &str = r#"
trap '' INT HUP TERM
folder=$1
shift
if "$@" --log="$folder/log" --wait --timeout=60 start </dev/null >/dev/null 2>&1; then
    echo ready
    cat >/dev/null
fi
"$@" --mode=immediate stop </dev/null >/dev/null 2>&1
cat "$folder/log"
umount "$folder" 2>/dev/null
rm -rf "$folder"
"#;

/// Why there is no cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// A program could not be run, or a file not be made.
    #[error("could not {0}")]
    System(&'static str, #[source] io::Error),
    /// A program said no.
    #[error("{0} failed: {1}")]
    Program(&'static str, String),
}

/// How much a commit is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing survives a power cut: for tests, which ask for answers only.
    None,
    /// As delivered: `fsync` and `synchronous_commit` on.
    Full,
}

/// What a cluster is like.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much a commit is worth.
    pub durability: Durability,
    /// Whether it answers on a free TCP port of this machine too.
    pub on_tcp: bool,
    /// Its disk is a file system of its own in memory, of so many MiB, so that it can be full. Only root
    /// may mount one.
    pub disk_mib: Option<u32>,
}

impl Options {
    /// A cluster that answers on its socket alone, on the disk of this machine.
    pub const fn plain(durability: Durability) -> Self {
        Self {
            durability,
            on_tcp: false,
            disk_mib: None,
        }
    }
}

/// A database of a cluster.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
}

/// A running cluster. It goes when this is dropped or the process ends.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    /// Names the socket, and is the TCP port where there is one.
    port: u16,
    account: Account,
    watchdog: Child,
    /// Closed first when the cluster is dropped.
    alive: Option<ChildStdin>,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start(durability: Durability) -> Result<Self, ClusterError> {
        Self::start_with(&Options::plain(durability))
    }

    /// Makes and starts one that is like this.
    pub fn start_with(options: &Options) -> Result<Self, ClusterError> {
        let account = Account::of_server()?;
        let folder = Folder::make(&account, options.disk_mib)?;
        let data = folder.path().join("data");
        let mut initdb = account.program("initdb");
        initdb.args([
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--username",
            SUPERUSER,
        ]);
        initdb.args(["--no-sync", "--no-instructions", "--pgdata"]).arg(&data);
        succeed("initdb", &mut initdb)?;
        let port = if options.on_tcp { free_port()? } else { DEFAULT_PORT };
        configure(&data, folder.path(), port, options)
            .map_err(|error| ClusterError::System("write the configuration of PostgreSQL", error))?;
        Self::launch(folder, port, account)
    }

    /// Starts the server whose data are in the folder; from then on the watchdog removes it.
    fn launch(folder: Folder, port: u16, account: Account) -> Result<Self, ClusterError> {
        let folder = folder.keep();
        let data = folder.join("data");
        let mut server = account.program("pg_ctl");
        server.arg("--pgdata").arg(&data);
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "dran-pg-watchdog"]).arg(&folder);
        watchdog
            .arg(server.get_program())
            .args(server.get_args())
            .current_dir("/");
        watchdog
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut watchdog = watchdog
            .spawn()
            .map_err(|error| ClusterError::System("start the watchdog of PostgreSQL", error))?;
        let said = watchdog.stdout.take();
        let cluster = Self {
            folder,
            port,
            account,
            alive: watchdog.stdin.take(),
            watchdog,
        };
        let mut said = BufReader::new(said.ok_or_else(|| silent("has no output"))?);
        let mut line = String::new();
        let _ = said.read_line(&mut line);
        if line.trim() == "ready" {
            return Ok(cluster);
        }
        let _ = said.read_to_string(&mut line);
        Err(silent(&line))
    }

    /// The one cluster of this process, without durability. It is stopped when the process has ended.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            #[expect(clippy::panic, reason = "a test without its database has failed, and says why")]
            Self::start(Durability::None)
                .unwrap_or_else(|error| panic!("{error}: {:?}", std::error::Error::source(&error)))
        })
    }

    /// Makes a database like `template`, or an empty one, under a name of its own.
    pub fn create_database(&self, template: Option<&str>) -> Result<Database, ClusterError> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("dran_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let template = template.unwrap_or("template0");
        self.sql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"),
        )?;
        Ok(Database {
            url: self.url(&name),
            name,
        })
    }

    /// Ends all connections of a database and takes no new ones, as if it were away.
    ///
    /// # Errors
    /// The server's.
    pub fn shut(&self, database: &str) -> Result<(), ClusterError> {
        let shut = format!(
            "ALTER DATABASE {database} ALLOW_CONNECTIONS false;
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        );
        self.sql("postgres", &shut).map(drop)
    }

    /// Takes connections to a database again.
    ///
    /// # Errors
    /// The server's.
    pub fn reopen(&self, database: &str) -> Result<(), ClusterError> {
        let reopen = format!("ALTER DATABASE {database} ALLOW_CONNECTIONS true");
        self.sql("postgres", &reopen).map(drop)
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        let (folder, port) = (self.folder.display(), self.port);
        format!("postgres://{SUPERUSER}@/{database}?host={folder}&port={port}")
    }

    /// Runs SQL in a database as the superuser and answers what it printed: a row a line, `|` between
    /// columns.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, ClusterError> {
        let mut psql = program("psql");
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", SUPERUSER, "-h"]);
        psql.arg(&self.folder).args(["-p", &self.port.to_string()]);
        psql.args(["-d", database, "-c", sql]);
        let output = succeed("psql", &mut psql)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// The folder of the socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One of the cluster's programs (`pgbench`), set up to reach it.
    pub fn client(&self, name: &str) -> Command {
        let mut client = program(name);
        client
            .args(["-U", SUPERUSER, "-p", &self.port.to_string(), "-h"])
            .arg(&self.folder);
        client
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.alive = None;
        // It has been told; nothing is left to do if it cannot be waited for.
        let _ = self.watchdog.wait();
    }
}

/// A cluster's folder until its watchdog looks after it.
struct Folder {
    folder: tempfile::TempDir,
    is_mounted: bool,
}

impl Folder {
    fn make(account: &Account, disk_mib: Option<u32>) -> Result<Self, ClusterError> {
        let folder = tempfile::Builder::new()
            .prefix("dran-pg-")
            .tempdir()
            .map_err(|error| ClusterError::System("make a folder for PostgreSQL", error))?;
        if let Some(mib) = disk_mib {
            let mut mount = Command::new("mount");
            mount.args(["-t", "tmpfs", "-o", &format!("size={mib}m,mode=0700"), "dran-pg"]);
            succeed("mount", mount.arg(folder.path()))?;
        }
        account.own(folder.path())?;
        Ok(Self {
            folder,
            is_mounted: disk_mib.is_some(),
        })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn keep(mut self) -> PathBuf {
        self.is_mounted = false;
        self.folder.disable_cleanup(true);
        self.folder.path().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.is_mounted {
            // Nothing more can be done about a mount that stays.
            let _ = succeed("umount", Command::new("umount").arg(self.folder.path()));
        }
    }
}

fn free_port() -> Result<u16, ClusterError> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let bound = bound.map_err(|error| ClusterError::System("find a free port", error))?;
    Ok(bound.port())
}

fn configure(data: &Path, socket: &Path, port: u16, options: &Options) -> io::Result<()> {
    let durability = match (options.durability, options.disk_mib) {
        (Durability::None, _) => "fsync = off\nfull_page_writes = off\nautovacuum = off",
        (Durability::Full, None) => "fsync = on\nmax_wal_size = 4GB",
        (Durability::Full, Some(_)) => "fsync = on\nmax_wal_size = 96MB",
    };
    let settings = format!(
        "{}max_connections = 400\nshared_buffers = 256MB\n\
         log_min_messages = fatal\nlog_min_error_statement = panic\n{durability}\n",
        listening(socket, port, options.on_tcp)
    );
    append(&data.join("postgresql.conf"), &settings)
}

/// Where a server answers, as lines of its configuration.
fn listening(socket: &Path, port: u16, on_tcp: bool) -> String {
    let address = if on_tcp { "127.0.0.1" } else { "" };
    format!(
        "listen_addresses = '{address}'\nport = {port}\nunix_socket_directories = '{}'\n",
        socket.display()
    )
}

fn append(file: &Path, lines: &str) -> io::Result<()> {
    fs::OpenOptions::new()
        .append(true)
        .open(file)?
        .write_all(lines.as_bytes())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_answers_and_leaves_nothing_behind() {
        let cluster = Cluster::start(Durability::None).unwrap();
        let Database { name, .. } = cluster.create_database(None).unwrap();
        assert_eq!(cluster.sql(&name, "SHOW server_encoding").unwrap(), "UTF8");
        let folder = cluster.folder().to_owned();
        assert!(folder.is_dir());
        drop(cluster);
        assert!(!folder.exists());
    }
}
