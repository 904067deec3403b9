//! nginx with a static file as long as an answer: what a poll would cost if it were none.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::Outcome;
use crate::server::Server;

/// How long nginx may take to listen.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// nginx, and the folder that it serves; none if it is not on this machine.
pub fn start(body_bytes: usize, target: &str) -> Outcome<Option<(Server, TempDir)>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(target.trim_start_matches('/'));
    std::fs::create_dir_all(file.parent().unwrap_or(folder.path()))?;
    std::fs::write(file, vec![b' '; body_bytes])?;
    let address = free_address()?;
    let configuration = folder.path().join("nginx.conf");
    std::fs::write(&configuration, written(folder.path(), address))?;
    let mut nginx = Command::new("nginx");
    // Where Debian has it, for those whose path does not lead there.
    nginx.env("PATH", "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin");
    nginx.arg("-e").arg(folder.path().join("error.log"));
    nginx.arg("-p").arg(folder.path()).arg("-c").arg(&configuration);
    let child = match nginx.stdin(Stdio::null()).stdout(Stdio::null()).spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let server = Server::of(format!("nginx, a file of {body_bytes} bytes"), child, address);
    let begun = crate::now();
    while TcpStream::connect(address).is_err() {
        if begun.elapsed() > PATIENCE {
            return Err(std::fs::read_to_string(folder.path().join("error.log"))?.into());
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a benchmark waits for a program that tells nobody"
        )]
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(Some((server, folder)))
}

/// One worker per core, files kept open, no log: nginx at its best for small files. `user` counts only for who may
/// choose it: there the workers could not read the folder otherwise.
fn written(folder: &Path, address: SocketAddr) -> String {
    let folder = folder.display();
    format!(
        "daemon off; user root; pid {folder}/nginx.pid; worker_processes auto; worker_rlimit_nofile 20000;\n\
         events {{ worker_connections 4096; }}\n\
         http {{\n  access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000000;\n\
         open_file_cache max=16; default_type application/json;\n\
         client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;\n\
         uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
         server {{ listen {address} reuseport; root {folder}; }}\n}}\n"
    )
}

fn free_address() -> Outcome<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}
