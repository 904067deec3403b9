//! A real SMS gateway, Kannel, with its fake operator that writes down what it gets.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::{Process, eventually, free_ports, listening};

const BEARERBOX: &str = "/usr/sbin/bearerbox";
const SMSBOX: &str = "/usr/sbin/smsbox";
const FAKE_OPERATOR: &str = "/usr/lib/kannel/test/fakesmsc";
/// The operator's messages to us: none, so that the pause between them does not matter.
const NEVER_S: &str = "1000000";

/// Where a gateway will listen; known before it runs.
#[derive(Clone, Copy)]
pub struct Ports {
    admin: u16,
    boxes: u16,
    operator: u16,
    pub send: u16,
}

impl Ports {
    pub fn reserve() -> Self {
        let [admin, boxes, operator, send] = free_ports();
        Self {
            admin,
            boxes,
            operator,
            send,
        }
    }
}

pub struct Kannel {
    folder: TempDir,
    _processes: [Process; 3],
}

impl Kannel {
    /// Starts the gateway; `dran` with the password `geheim` may send.
    pub async fn start(ports: Ports) -> Self {
        for program in [BEARERBOX, SMSBOX, FAKE_OPERATOR] {
            if !Path::new(program).exists() {
                panic!("these tests need an SMS gateway: apt-get install kannel kannel-extras ({program} is missing)");
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("kannel.conf");
        std::fs::write(&configuration, configuration_text(ports)).unwrap();
        let operator_port = ports.operator.to_string();
        let bearerbox = start(folder.path(), BEARERBOX, &[configuration.to_str().unwrap()]);
        listening(ports.boxes).await;
        listening(ports.operator).await;
        let operator_args = [
            "-H",
            "127.0.0.1",
            "-r",
            &operator_port,
            "-i",
            NEVER_S,
            "-m",
            "0",
            "49 116117 text nothing",
        ];
        let operator = start(folder.path(), FAKE_OPERATOR, &operator_args);
        let smsbox = start(folder.path(), SMSBOX, &[configuration.to_str().unwrap()]);
        eventually("the gateway knows its users", async || knows_its_user(ports.send).await).await;
        Self {
            folder,
            _processes: [smsbox, operator, bearerbox],
        }
    }

    /// What the operator got, once it is so many parts: number and text of each.
    pub async fn received(&self, parts: usize) -> Vec<(String, String)> {
        let log = self.folder.path().join("fakesmsc.log");
        let received = eventually("SMS arrive at the operator", async || {
            let text = std::fs::read_to_string(&log).unwrap();
            let received: Vec<_> = text.lines().filter_map(received_part).collect();
            (received.len() >= parts).then_some(received)
        })
        .await;
        assert_eq!(received.len(), parts, "{received:?}");
        received
    }
}

/// The gateway listens before it has read its users, and answers 403 until then. With them, it misses
/// the number.
async fn knows_its_user(port: u16) -> Option<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let request = b"GET /cgi-bin/sendsms?username=dran&password=geheim HTTP/1.0\r\n\r\n";
    stream.write_all(request).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.lines().next()?.contains(" 400 ").then_some(())
}

fn start(folder: &Path, program: &str, args: &[&str]) -> Process {
    let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap();
    let log = File::create(folder.join(format!("{name}.log"))).unwrap();
    let child = Command::new(program)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn();
    Process(child.unwrap())
}

fn configuration_text(ports: Ports) -> String {
    let Ports {
        admin,
        boxes,
        operator,
        send,
    } = ports;
    format!(
        "group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = geheim
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1

group = smsc
smsc = fake
host = 127.0.0.1
port = {operator}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {send}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = dran
password = geheim
concatenation = true
max-messages = 6
"
    )
}

/// Number and text of a line `Got message 1: <from to text ...>` of the operator's log.
fn received_part(line: &str) -> Option<(String, String)> {
    let message = line
        .split_once("Got message ")?
        .1
        .split_once('<')?
        .1
        .strip_suffix('>')?;
    let (_, rest) = message.split_once(' ')?;
    let (to, rest) = rest.split_once(' ')?;
    let rest = match rest.strip_prefix("udh ") {
        Some(with_header) => with_header.split_once(' ')?.1,
        None => rest,
    };
    let (form, text) = rest.split_once(' ')?;
    let text = match form {
        "text" => text.to_owned(),
        "data" => String::from_utf8(url_decode(text)).unwrap(),
        "ucs-2" => {
            let units: Vec<u16> = url_decode(text)
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).unwrap()
        }
        other => panic!("the operator got a message of the form {other:?}"),
    };
    Some((to.to_owned(), text))
}

fn url_decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        decoded.push(match first {
            b'+' => b' ',
            b'%' => {
                let digits = std::str::from_utf8(&after[..2]).unwrap();
                rest = &after[2..];
                u8::from_str_radix(digits, 16).unwrap()
            }
            other => *other,
        });
    }
    decoded
}
