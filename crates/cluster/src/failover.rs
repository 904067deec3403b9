//! What may happen to a cluster: it is killed, has a standby, which is promoted, and its disk is full.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::account::{Account, succeed};
use crate::{Cluster, ClusterError, Folder, SUPERUSER, append, free_port, listening};

/// How a standby calls itself where its primary waits for it.
const STANDBY: &str = "standby";

/// How long a server may take to start or to be promoted, in seconds: recovery after a crash reads the log.
const SERVER_SECONDS_MAX: &str = "--timeout=120";

/// What fills a disk.
const BALLAST: &str = "ballast";

impl Cluster {
    /// Where it answers on TCP, if it does.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Makes and starts a standby that streams from this cluster, which answers a commit from now on only
    /// when the standby has it too.
    pub fn synchronous_standby(&self) -> Result<Self, ClusterError> {
        let account = Account::of_server()?;
        let folder = Folder::make(&account, None)?;
        let (data, port) = (folder.path().join("data"), free_port()?);
        let primary = format!(
            "host={} port={} user={SUPERUSER} application_name={STANDBY}",
            self.folder.display(),
            self.port
        );
        let mut backup = account.program("pg_basebackup");
        backup.args(["--dbname", &primary, "--write-recovery-conf", "--checkpoint=fast"]);
        backup.args(["--wal-method=stream", "--no-sync", "--pgdata"]).arg(&data);
        succeed("pg_basebackup", &mut backup)?;
        let own = listening(folder.path(), port, true);
        // The copied file may say for whom its server waits, and outweighs the other.
        let alone = "synchronous_standby_names = ''\n";
        append(&data.join("postgresql.conf"), &own)
            .and_then(|()| append(&data.join("postgresql.auto.conf"), alone))
            .map_err(|error| ClusterError::System("write the configuration of the standby", error))?;
        let standby = Self::launch(folder, port, account)?;
        self.wait_for_standby(true)?;
        Ok(standby)
    }

    /// Whether commits wait for the standby.
    pub fn wait_for_standby(&self, wait: bool) -> Result<(), ClusterError> {
        let name = if wait { STANDBY } else { "" };
        self.sql(
            "postgres",
            &format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'"),
        )?;
        self.sql("postgres", "DO 'BEGIN PERFORM pg_reload_conf(); END'")?;
        Ok(())
    }

    /// Ends the server and all its processes at once, as a power cut does.
    pub fn kill(&self) -> Result<(), ClusterError> {
        let file = self.data().join("postmaster.pid");
        let failed = |error| ClusterError::System("kill PostgreSQL", error);
        let text = fs::read_to_string(&file).map_err(failed)?;
        let postmaster: u32 = text
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok())
            .ok_or_else(|| failed(ErrorKind::InvalidData.into()))?;
        // Stopped it starts no more processes while they are counted.
        signal("-STOP", postmaster);
        let mut all = vec![postmaster];
        all.extend(children(postmaster));
        all.iter().for_each(|process| signal("-KILL", *process));
        while all.iter().any(|process| is_alive(*process)) {
            std::thread::yield_now();
        }
        // Nobody may have waited for the dead process yet, and its successor would take it for a living one.
        let lock = self.folder.join(format!(".s.PGSQL.{}.lock", self.port));
        fs::remove_file(file)
            .and_then(|()| fs::remove_file(lock))
            .map_err(failed)
    }

    /// Starts a server again that was killed or has ended.
    pub fn start_again(&self) -> Result<(), ClusterError> {
        let log = self.folder.join("log");
        self.control(|command| command.arg("--log").arg(&log).arg("start"))
    }

    /// Makes a standby the primary, which waits for no other.
    pub fn promote(&self) -> Result<(), ClusterError> {
        self.control(|command| command.arg("promote"))
    }

    /// Whether the server answers.
    pub fn answers(&self) -> bool {
        self.sql("postgres", "SHOW port").is_ok()
    }

    /// Leaves nothing free on a disk of its own.
    pub fn fill_disk(&self) -> Result<(), ClusterError> {
        let failed = |error| ClusterError::System("fill a disk", error);
        let mut ballast = File::create(self.folder.join(BALLAST)).map_err(failed)?;
        let block = vec![0; 64 << 10];
        loop {
            match ballast.write_all(&block) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(failed(error)),
            }
        }
    }

    /// Gives free again what was filled.
    pub fn free_disk(&self) -> Result<(), ClusterError> {
        fs::remove_file(self.folder.join(BALLAST)).map_err(|error| ClusterError::System("free a disk", error))
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn control(&self, order: impl FnOnce(&mut Command) -> &mut Command) -> Result<(), ClusterError> {
        let mut control = self.account.program("pg_ctl");
        control
            .args(["--wait", SERVER_SECONDS_MAX, "--pgdata"])
            .arg(self.data());
        succeed("pg_ctl", order(&mut control)).map(|_| ())
    }
}

/// Sends a signal. Who has ended meanwhile needs it no more.
fn signal(name: &str, process: u32) {
    let mut kill = Command::new("sh");
    let _ = succeed(
        "kill",
        kill.args(["-c", "kill \"$0\" \"$1\"", name, &process.to_string()]),
    );
}

/// The processes that a process has started, of those that live.
fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|process| process.file_name().to_str()?.parse::<u32>().ok());
    numbers
        .filter(|process| status(*process).is_some_and(|(_, its_parent)| its_parent == parent))
        .collect()
}

/// Whether a process goes on: one that has ended and was not yet waited for does not.
fn is_alive(process: u32) -> bool {
    status(process).is_some_and(|(state, _)| !matches!(state, 'Z' | 'X'))
}

/// State and parent of a process (proc(5): after the name, which may hold anything, in brackets).
fn status(process: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).ok()?;
    let mut words = text.rsplit_once(") ")?.1.split(' ');
    Some((words.next()?.chars().next()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use crate::{Cluster, Durability, Options};

    #[test]
    fn what_was_answered_is_on_the_standby_after_the_primary_was_killed() {
        let options = Options {
            on_tcp: true,
            ..Options::plain(Durability::Full)
        };
        let primary = Cluster::start_with(&options).unwrap();
        let standby = primary.synchronous_standby().unwrap();
        let sql = |cluster: &Cluster, sql: &str| cluster.sql("postgres", sql).map(|_| ());
        sql(&primary, "CREATE ROLE acknowledged").unwrap();
        primary.kill().unwrap();
        assert!(!primary.answers());
        standby.promote().unwrap();
        sql(&standby, "DROP ROLE acknowledged").unwrap();
        sql(&standby, "DROP ROLE acknowledged").unwrap_err();

        primary.start_again().unwrap();
        assert!(primary.answers());
    }
}
