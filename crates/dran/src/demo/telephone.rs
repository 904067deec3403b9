//! A hotline to try: `docs/hotline-call.sh` plays the telephone system.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use dran_core::hex;
use dran_web::{AgentsLine, HotlineConfig};

/// The address that the demo's requests are signed for, whatever port it has; the script knows it.
const URL: &str = "https://telefon.demo.invalid";

/// Both doors, with a secret of their own in a file beside the database.
pub fn config(folder: &Path, random: [u8; 32]) -> Result<HotlineConfig> {
    let (path, secret) = (secret_file(folder), hex::encode(&random));
    write_private(&path, &secret)?;
    Ok(HotlineConfig {
        url: URL.to_owned(),
        voice_secret: Some(secret.clone().into_bytes()),
        json_secret: Some(secret.into_bytes()),
        agents: AgentsLine::Queue("hotline".to_owned()),
    })
}

/// Writes a file that nobody else may read.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    let mut file = file.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(file.write_all(text.as_bytes())?)
}

/// Says how to call.
pub fn invite(staff: SocketAddr, folder: &Path) {
    let secret = secret_file(folder);
    println!(
        "call the hotline: sh docs/hotline-call.sh http://{staff} {}",
        secret.display()
    );
}

fn secret_file(folder: &Path) -> PathBuf {
    folder.join("hotline-secret")
}
