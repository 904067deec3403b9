//! Debian's HAProxy in front of two nodes, with the configuration that dran ships: one of them goes away,
//! comes back, and the other goes, and nobody's poll fails.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use dran_cluster::Cluster;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::deployment::{Deployment, Opening, Server};
use crate::http::Call;
use crate::visitor::Visitor;

/// People who wait, each asking again as soon as there was an answer and a short pause.
const WAITING: u32 = 40;
const PAUSE: Duration = Duration::from_millis(10);
/// Answers of all of them between two events.
const ANSWERS: u32 = 400;
/// How often something that must come is looked for, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(20);
const LOOKS_MAX: u32 = 3000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_goes_away_and_comes_back_and_nobodys_poll_fails() {
    let database = Cluster::shared().create_database(None).unwrap();
    let deployment = Deployment::at(&database.url, 40, &Opening::OnCommand, "");
    let nodes = [Node::anywhere(), Node::anywhere()];
    let [first, second] = [0, 1].map(|node: usize| nodes[node].serve(&deployment));
    let balancer = Balancer::before(&nodes).await;
    balancer.waits_for("node1", "UP").await;
    balancer.waits_for("node2", "UP").await;

    let ticket = Visitor::new(balancer.address, 1).join().await;
    let (answers, over) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let mut waiting = JoinSet::new();
    for number in 0..WAITING {
        let (answers, over) = (Arc::clone(&answers), Arc::clone(&over));
        let visitor = Visitor::new(balancer.address, number);
        let poll = Call::get(format!("/api/v1/line/{ticket}"));
        waiting.spawn(async move {
            while !over.load(Ordering::Relaxed) {
                visitor.client.send(&poll).await.expect(200);
                answers.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
    let more_answers = async || {
        let wanted = answers.load(Ordering::Relaxed) + ANSWERS;
        until("answers", || answers.load(Ordering::Relaxed) >= wanted).await;
    };
    more_answers().await;
    first.kill();
    more_answers().await;
    balancer.waits_for("node1", "DOWN").await;
    let first = nodes[0].serve(&deployment);
    balancer.waits_for("node1", "UP").await;
    more_answers().await;
    second.kill();
    more_answers().await;
    balancer.waits_for("node2", "DOWN").await;
    more_answers().await;
    over.store(true, Ordering::Relaxed);
    // Each of them has seen nothing but answers.
    waiting.join_all().await;

    // Nobody is left: a page says so, and comes back by itself.
    first.kill();
    balancer.waits_for("node1", "DOWN").await;
    let away = Visitor::new(balancer.address, 1).client.send(&Call::get("/")).await;
    assert_eq!(away.status.as_u16(), 503);
    assert!(String::from_utf8_lossy(&away.body).contains("Ihr Platz"), "{away:?}");
}

/// Looks until something is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..LOOKS_MAX {
        if is_so() {
            return;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    panic!("waited for {what} in vain");
}

/// The addresses of a node, which it keeps when it comes back.
struct Node {
    citizens: SocketAddr,
    staff: SocketAddr,
}

impl Node {
    fn anywhere() -> Self {
        // Both at once, so that they differ.
        let [citizens, staff] = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        Self {
            citizens: citizens.local_addr().unwrap(),
            staff: staff.local_addr().unwrap(),
        }
    }

    fn serve(&self, deployment: &Deployment) -> Server {
        let (citizens, staff) = (self.citizens.to_string(), self.staff.to_string());
        deployment.serve_with(&["--listen", &citizens, "--staff-listen", &staff])
    }
}

/// Debian's HAProxy, in a folder of its own.
struct Balancer {
    address: SocketAddr,
    process: Child,
    folder: TempDir,
}

impl Balancer {
    async fn before(nodes: &[Node; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = [(); 2].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        let [address, nobody] = free.map(|free| free.local_addr().unwrap());
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/haproxy");
        // Only a test asks it how it sees the nodes.
        let socket = folder.path().join("haproxy.sock");
        let asked = folder.path().join("asked.cfg");
        std::fs::write(&asked, format!("global\n    stats socket {}\n", socket.display())).unwrap();
        let mut command = Command::new("haproxy");
        command.arg("-f").arg(shipped.join("haproxy.cfg")).arg("-f").arg(&asked);
        // Fewer connections than in service, for a machine that allows few open files.
        command.args(["-db", "-n", "300"]).env("ERRORS", &shipped);
        command.env("LISTEN", address.to_string());
        let third = Node {
            citizens: nobody,
            staff: nobody,
        };
        for (number, node) in (1..).zip(nodes.iter().chain([&third])) {
            command.env(format!("NODE_{number}"), node.citizens.to_string());
            command.env(format!("NODE_{number}_STAFF"), node.staff.to_string());
        }
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin"));
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let balancer = Self {
            address,
            process,
            folder,
        };
        until("HAProxy", || UnixStream::connect(balancer.socket()).is_ok()).await;
        balancer
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("haproxy.sock")
    }

    /// Waits until it sees a node as it is.
    async fn waits_for(&self, node: &str, status: &str) {
        let line = format!("dran,{node},");
        until(&format!("{node} to be {status}"), || {
            let mut socket = UnixStream::connect(self.socket()).unwrap();
            socket.write_all(b"show stat\n").unwrap();
            let mut table = String::new();
            socket.read_to_string(&mut table).unwrap();
            let found = table.lines().find(|row| row.starts_with(&line));
            // The 18th column is the status.
            found
                .and_then(|row| row.split(',').nth(17))
                .is_some_and(|is| is == status)
        })
        .await;
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // It may have ended by itself; then the test has failed already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
