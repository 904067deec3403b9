//! Debian's nginx in front of the service, with the configuration that dran ships: ten thousand clients
//! read the public state of the lines, and the service is asked for it once a second.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::deployment::{Deployment, Opening};
use crate::http::{Call, Client};

/// Clients that read the public state of the lines.
const CLIENTS: usize = 10_000;
/// How often each of them asks.
const ASKS: usize = 5;
/// How many of them are connected at a time: each needs a socket here and one in nginx, and a process may
/// have 1,024 open files where nobody has said otherwise.
const CONNECTED: usize = 400;
/// How long anything may take before something is wrong.
const PATIENCE: Duration = Duration::from_secs(240);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_clients_read_the_line_and_the_service_is_asked_once_a_second() {
    let deployment = Deployment::new(40, &Opening::AtOnce, "");
    let service = deployment.serve();
    let counted = Counting::before(service.address).await;
    let nginx = Nginx::before(counted.address).await;

    let connected = Arc::new(Semaphore::new(CONNECTED));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (connected, address) = (Arc::clone(&connected), nginx.address);
        clients.spawn(async move {
            let _place = connected.acquire_owned().await.unwrap();
            read_the_line(address).await
        });
    }
    let mut seconds = BTreeSet::new();
    let mut answers = 0;
    while let Some(client) = clients.join_next().await {
        let dates = client.unwrap();
        answers += dates.len();
        seconds.extend(dates);
    }

    assert_eq!(answers, CLIENTS * ASKS);
    let asked = counted.asked.load(Ordering::Relaxed);
    // `Date` is written by the service, so each document has its second. A fetch that finds nothing new
    // (304) brings no new date, hence the comparison with the time that passed, in seconds of the service.
    let span = seconds_between(&seconds);
    println!(
        "{answers} answers, the service was asked {asked} times in {span} s, {} dates",
        seconds.len()
    );
    assert!(asked >= 1);
    assert!(u64::from(asked) <= span + 2, "asked {asked} times in {span} s");
    nginx.stop();
}

/// Asks for the public state of the lines several times over one connection. The dates of the answers.
async fn read_the_line(address: SocketAddr) -> Vec<String> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut dates = Vec::with_capacity(ASKS);
    for _ in 0..ASKS {
        stream
            .write_all(b"GET /line.json HTTP/1.1\r\nhost: termine.example\r\naccept-encoding: gzip, br\r\n\r\n")
            .await
            .unwrap();
        let head = response(&mut stream).await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(head.contains("\r\ncontent-encoding: gzip\r\n"), "{head}");
        assert!(head.contains("\r\netag: "), "{head}");
        assert!(head.contains("max-age=1"), "{head}");
        let date = head.lines().find_map(|line| line.strip_prefix("date: ")).unwrap();
        dates.push(date.to_owned());
    }
    dates
}

/// Reads one response with its body. Its head in lower case.
async fn response(stream: &mut TcpStream) -> String {
    let reading = async {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            assert!(
                stream.read_buf(&mut bytes).await.unwrap() > 0,
                "closed in the middle of a head"
            );
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let length: usize = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
            .unwrap();
        while bytes.len() < end + length {
            assert!(
                stream.read_buf(&mut bytes).await.unwrap() > 0,
                "closed in the middle of a body"
            );
        }
        head
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap()
}

/// From the first to the last of some HTTP dates of one day, in seconds.
fn seconds_between(dates: &BTreeSet<String>) -> u64 {
    let second = |date: &String| {
        let time = date.split(' ').nth(4).unwrap();
        let parts: Vec<u64> = time.split(':').map(|part| part.parse().unwrap()).collect();
        parts[0] * 3_600 + parts[1] * 60 + parts[2]
    };
    let seconds: Vec<u64> = dates.iter().map(second).collect();
    let (first, last) = (seconds.iter().min().unwrap(), seconds.iter().max().unwrap());
    // Over midnight it is a short run on the other side.
    if last - first > 43_200 {
        86_400 - (last - first)
    } else {
        last - first
    }
}

/// Stands between nginx and the service, and counts what the service is asked.
struct Counting {
    address: SocketAddr,
    asked: Arc<AtomicU32>,
}

impl Counting {
    async fn before(service: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((from_nginx, _)) = listener.accept().await {
                let count = Arc::clone(&count);
                tokio::spawn(async move {
                    let to_service = TcpStream::connect(service).await.unwrap();
                    let (mut requests, mut answers) = from_nginx.into_split();
                    let (mut from_service, mut into_service) = to_service.into_split();
                    let back = tokio::spawn(async move { tokio::io::copy(&mut from_service, &mut answers).await });
                    // nginx sends a request in one piece and waits for its answer before the next one.
                    let mut buffer = vec![0; 16 * 1024];
                    while let Ok(read) = requests.read(&mut buffer).await
                        && read > 0
                    {
                        if buffer.starts_with(b"GET /line.json ") {
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                        if into_service.write_all(&buffer[..read]).await.is_err() {
                            break;
                        }
                    }
                    drop(into_service);
                    let _ = back.await;
                });
            }
        });
        Self { address, asked }
    }
}

/// Everything that nginx has written into its folder.
fn written(nginx: &Nginx) -> String {
    let entries = std::fs::read_dir(nginx.folder.path()).unwrap();
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_code_of_an_identity_provider_stands_in_no_log_of_the_proxy() {
    // A staff side that is away: what fails is what proxies write about.
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let away = nobody.local_addr().unwrap();
    drop(nobody);
    for (level, told) in [("crit", false), ("error", true)] {
        let nginx = Nginx::with("staff.conf", |site, path| {
            site.replace("STAFF_ADDRESS", &away.to_string())
                .replace("ERROR_LOG crit", &format!("{} {level}", path("error.log")))
        })
        .await;
        let call = Call::get("/anmelden/zurueck?code=GEHEIMER-CODE&state=x");
        let answer = Client::new(nginx.address).send(&call).await;
        assert_eq!(answer.status, 502);
        let log = written(&nginx);
        assert_eq!(
            log.contains("GEHEIMER-CODE"),
            told,
            "with errors from {level} on: {log}"
        );
        nginx.stop();
    }
}

/// Debian's nginx, in a folder of its own.
struct Nginx {
    address: SocketAddr,
    process: Child,
    folder: TempDir,
}

impl Nginx {
    /// In front of the citizens' listener.
    async fn before(service: SocketAddr) -> Self {
        Self::with("dran.conf", |site, path| {
            site.replace("DRAN_ADDRESS", &service.to_string())
                .replace("CACHE_FOLDER", &path("cache"))
        })
        .await
    }

    /// With a site that dran ships, whose names in capitals are filled in.
    async fn with(site: &str, fill: impl FnOnce(String, &dyn Fn(&str) -> String) -> String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../packaging/nginx")
            .join(site);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let site = std::fs::read_to_string(shipped).unwrap();
        let site = fill(site.replace("LISTEN_ADDRESS", &address.to_string()), &path);
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {};\n", path(kind)))
            .collect();
        let main = format!(
            "daemon off;\nworker_processes 1;\npid {};\nerror_log stderr warn;\n\
             events {{ worker_connections {}; }}\nhttp {{\n{temporary}{site}\n}}\n",
            path("nginx.pid"),
            CONNECTED * 2
        );
        std::fs::write(path("nginx.conf"), main).unwrap();
        // As root nginx would leave the folder to its own user; running as one user needs no such step.
        let process = Command::new("nginx")
            .args(["-e", "stderr", "-p", &path(""), "-c", &path("nginx.conf")])
            .args(["-g", "user root;"])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let nginx = Self {
            address,
            process,
            folder,
        };
        let listening = async {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, listening).await.unwrap();
        nginx
    }

    fn stop(mut self) {
        let pid = self.process.id().to_string();
        Command::new("kill").args(["-QUIT", &pid]).status().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Only where a test has failed: a stopped one is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
