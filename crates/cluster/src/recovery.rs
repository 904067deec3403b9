//! Point-in-time recovery: a log that is archived, a base backup, and a second server that is brought to a
//! moment between them. The commands are those of `docs/backup.md`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::{Account, Cluster, ClusterError, SUPERUSER, succeed};

/// How often something that must come is looked for, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS_MAX: u32 = 1200;

/// A cluster's archive: base backup and log, all that is left when the cluster is lost.
#[derive(Debug)]
pub struct Archive {
    cluster: Cluster,
}

impl Cluster {
    /// Keeps every piece of the log in a folder from now on. The server starts again for it.
    pub fn archive(self) -> Result<Archive, ClusterError> {
        let archive = Archive { cluster: self };
        let log = archive.path("archived");
        fs::create_dir(&log).map_err(|error| ClusterError::System("make the folder of the log", error))?;
        let account = Account::of_server()?;
        account.own(&log)?;
        let log = log.display();
        let copy = format!("test ! -f {log}/%f && cp %p {log}/%f");
        for (name, value) in [("archive_mode", "on"), ("archive_command", &copy)] {
            archive
                .cluster
                .sql("postgres", &format!("ALTER SYSTEM SET {name} = '{value}'"))?;
        }
        archive.cluster.restart()?;
        Ok(archive)
    }

    /// Starts the server again, for settings that only a start reads.
    pub fn restart(&self) -> Result<(), ClusterError> {
        let mut restart = Account::of_server()?.program("pg_ctl");
        restart.arg("--pgdata").arg(self.folder().join("data"));
        restart.args(["--mode=fast", "--wait", "--silent", "--log"]);
        restart.arg(self.folder().join("log")).arg("restart");
        succeed("pg_ctl", &mut restart).map(|_| ())
    }
}

impl Archive {
    /// The cluster, which goes on.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Copies the whole cluster while it goes on.
    pub fn base_backup(&self) -> Result<(), ClusterError> {
        let mut backup = Account::of_server()?.program("pg_basebackup");
        backup.args(["--checkpoint=fast", "--no-sync", "-U", SUPERUSER, "-h"]);
        backup.arg(self.cluster.folder()).arg("--pgdata").arg(self.path("base"));
        succeed("pg_basebackup", &mut backup).map(|_| ())
    }

    /// The time of the server, in the form in which it takes a moment to recover to.
    pub fn now(&self) -> Result<String, ClusterError> {
        self.cluster.sql("postgres", "SELECT clock_timestamp()")
    }

    /// Waits until everything that is committed is in the archive.
    pub fn complete(&self) -> Result<(), ClusterError> {
        let last = self
            .cluster
            .sql("postgres", "SELECT pg_walfile_name(pg_switch_wal())")?;
        let last = self.path("archived").join(last);
        for _ in 0..LOOKS_MAX {
            if last.is_file() {
                return Ok(());
            }
            pause();
        }
        Err(ClusterError::Program("archive_command", "the log does not come".into()))
    }

    /// Starts another server from base backup and log, as everything stood at a time.
    pub fn recover_to(&self, time: &str) -> Result<Recovered<'_>, ClusterError> {
        let (base, socket) = (self.path("base"), self.path("recovered"));
        let account = Account::of_server()?;
        let prepare = || {
            fs::create_dir(&socket)?;
            fs::write(base.join("recovery.signal"), "")?;
            let settings = format!(
                "unix_socket_directories = '{}'\narchive_mode = off\nrestore_command = 'cp {}/%f %p'\n\
                 recovery_target_time = '{time}'\nrecovery_target_action = 'promote'\n",
                socket.display(),
                self.path("archived").display()
            );
            // Read last of all: what stands here outweighs what the lost cluster had.
            fs::write(base.join("postgresql.auto.conf"), settings)
        };
        prepare().map_err(|error| ClusterError::System("prepare the recovery", error))?;
        account.own(&socket)?;
        account.own(&base.join("recovery.signal"))?;
        let recovered = Recovered {
            archive: self,
            data: base,
            socket,
        };
        let mut start = recovered.control()?;
        start
            .args(["--wait", "--timeout=60", "--silent", "--log"])
            .arg(self.path("recovery-log"));
        succeed("pg_ctl", start.arg("start"))?;
        for _ in 0..LOOKS_MAX {
            if recovered.sql("SELECT pg_is_in_recovery()")? == "f" {
                return Ok(recovered);
            }
            pause();
        }
        Err(ClusterError::Program("recovery", "it does not end".into()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.cluster.folder().join(name)
    }
}

/// Between two looks.
#[expect(clippy::disallowed_methods, reason = "the server tells nobody when it is there")]
fn pause() {
    sleep(LOOK_EVERY);
}

/// A server with everything of the first one up to a time. It is stopped when this is dropped.
#[derive(Debug)]
pub struct Recovered<'a> {
    archive: &'a Archive,
    data: PathBuf,
    socket: PathBuf,
}

impl Recovered<'_> {
    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        let first = self.archive.cluster.folder().display().to_string();
        let url = self.archive.cluster.url(database);
        url.replace(&first, &self.socket.display().to_string())
    }

    fn sql(&self, sql: &str) -> Result<String, ClusterError> {
        let mut psql = super::program("psql");
        psql.args([
            "-X", "-q", "-A", "-t", "-U", SUPERUSER, "-d", "postgres", "-c", sql, "-h",
        ]);
        let output = succeed("psql", psql.arg(&self.socket))?;
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    fn control(&self) -> Result<Command, ClusterError> {
        let mut control = Account::of_server()?.program("pg_ctl");
        control.arg("--pgdata").arg::<&Path>(&self.data);
        Ok(control)
    }
}

impl Drop for Recovered<'_> {
    fn drop(&mut self) {
        if let Ok(mut stop) = self.control() {
            // It stops by itself when its folder goes.
            let _ = succeed("pg_ctl", stop.args(["--mode=immediate", "--silent", "stop"]));
        }
    }
}
