//! A real mail server that keeps what it gets, and a real mail reader that looks at it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::harness::{Process, eventually, free_ports, listening};

/// The Python that Debian's packages belong to.
const PYTHON: &str = "/usr/bin/python3";

/// Prints a message's headers, text and calendar as another reader understands them.
const READER: &str = r"
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
parts = {part.get_content_type(): part for part in mail.walk()}
calendar = parts.get('text/calendar')
fields = [mail[name] or '' for name in ('Subject', 'From', 'To', 'Message-ID', 'Auto-Submitted', 'Content-Language')]
fields.append(parts['text/plain'].get_content())
fields.append(calendar.get_content() if calendar else '')
fields.append('%s %s' % (calendar.get_params('', 'Content-Type'), calendar.get_filename()) if calendar else '')
sys.stdout.buffer.write('\x1f'.join(fields).encode())
";

/// Refuses every recipient, and quotes the address as servers do.
const REFUSING: &str = r"
class Refusing:
    async def handle_RCPT(self, server, session, envelope, address, options):
        return '550 5.1.1 <%s>: Recipient address rejected' % address
";

/// A mail as the reader sees it.
#[derive(Debug)]
pub struct Mail {
    pub subject: String,
    pub from: String,
    pub to: String,
    pub message_id: String,
    pub auto_submitted: String,
    pub language: String,
    pub text: String,
    pub calendar: String,
    pub calendar_type: String,
}

pub struct MailServer {
    pub port: u16,
    folder: TempDir,
    _process: Process,
}

impl MailServer {
    pub async fn start() -> Self {
        Self::start_with(|folder| {
            vec![
                "-c".into(),
                "aiosmtpd.handlers.Mailbox".into(),
                folder.join("mail").into(),
            ]
        })
        .await
    }

    pub async fn start_refusing() -> Self {
        Self::start_with(|folder| {
            std::fs::write(folder.join("refusing.py"), REFUSING).unwrap();
            vec!["-c".into(), "refusing.Refusing".into()]
        })
        .await
    }

    /// One that wants STARTTLS, with a certificate for `localhost`, and that certificate.
    pub async fn start_with_tls() -> (Self, PathBuf) {
        let server = Self::start_with(|folder| {
            let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
            make_certificate(&key, &certificate);
            vec![
                "--tlscert".into(),
                certificate.into(),
                "--tlskey".into(),
                key.into(),
                "-c".into(),
                "aiosmtpd.handlers.Mailbox".into(),
                folder.join("mail").into(),
            ]
        })
        .await;
        let certificate = server.folder.path().join("certificate.pem");
        (server, certificate)
    }

    async fn start_with(handler: impl FnOnce(&Path) -> Vec<std::ffi::OsString>) -> Self {
        let known = Command::new(PYTHON)
            .args(["-c", "import aiosmtpd"])
            .stderr(Stdio::null())
            .status();
        if !known.is_ok_and(|status| status.success()) {
            panic!("these tests need a mail server: apt-get install python3-aiosmtpd");
        }
        let folder = tempfile::tempdir().unwrap();
        let [port] = free_ports();
        let process = Command::new(PYTHON)
            .args(["-m", "aiosmtpd", "--nosetuid", "--listen", &format!("127.0.0.1:{port}")])
            .args(handler(folder.path()))
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            port,
            folder,
            _process: Process(process),
        };
        listening(port).await;
        server
    }

    /// As many mails as are asked for, once they are there, in the order of their arrival.
    pub async fn mails(&self, count: usize) -> Vec<Mail> {
        let arrived = self.folder.path().join("mail/new");
        let files = eventually("mails arrive", async || {
            let mut files: Vec<PathBuf> = std::fs::read_dir(&arrived)
                .ok()?
                .map(|entry| entry.unwrap().path())
                .collect();
            files.sort();
            (files.len() >= count).then_some(files)
        })
        .await;
        assert_eq!(files.len(), count);
        files.iter().map(|file| read_mail(file)).collect()
    }

    pub fn mails_are_none(&self) {
        let arrived = std::fs::read_dir(self.folder.path().join("mail/new"));
        assert_eq!(arrived.map(Iterator::count).unwrap_or_default(), 0);
    }
}

/// Reads a mail file with Python's reader.
pub fn read_mail(file: &Path) -> Mail {
    let output = Command::new(PYTHON).args(["-c", READER]).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let fields: Vec<String> = text.split('\x1f').map(str::to_owned).collect();
    let [
        subject,
        from,
        to,
        message_id,
        auto_submitted,
        language,
        text,
        calendar,
        calendar_type,
    ] = fields.try_into().unwrap();
    Mail {
        subject,
        from,
        to,
        message_id,
        auto_submitted,
        language,
        text,
        calendar,
        calendar_type,
    }
}

fn make_certificate(key: &Path, certificate: &Path) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "36500",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(key)
        .arg("-out")
        .arg(certificate)
        .stderr(Stdio::null())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        panic!("this test needs a certificate: apt-get install openssl");
    }
}
