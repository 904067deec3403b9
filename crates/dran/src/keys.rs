//! The deployment's secret keys, in a file of their own that only the service may read.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use dran_core::hex;
use dran_core::token::{HashKey, KeyRing};
use serde::Deserialize;

/// The keys of a deployment.
#[derive(Debug)]
pub struct Keys {
    /// Signs tickets, permits and sessions.
    pub ring: KeyRing,
    /// Hashes what must be compared but not read: persons and codes. Never rotated.
    pub hash: HashKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    hash_key: String,
    signing_keys: Vec<SigningKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SigningKey {
    id: u8,
    secret: String,
}

/// Writes a new key file; an existing one is never overwritten.
pub fn create(path: &Path, random: impl Fn() -> [u8; 32]) -> Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot create the key file {}", path.display()))?;
    let text = format!(
        "# Secret keys of this deployment. Whoever has them can forge tickets: keep them from others.\n\
         # To rotate, put a new [[signing_keys]] with another id in front; remove the old one when no\n\
         # ticket signed by it is waiting any more. The hash key must never change.\n\
         hash_key = \"{}\"\n\n[[signing_keys]]\nid = 1\nsecret = \"{}\"\n",
        hex::encode(&random()),
        hex::encode(&random())
    );
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(())
}

/// Reads the key file.
pub fn read(path: &Path) -> Result<Keys> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the key file {}; `dran init` makes one", path.display()))?;
    let file: KeyFile = toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    let mut signing = Vec::with_capacity(file.signing_keys.len());
    for key in file.signing_keys {
        signing.push((
            key.id,
            from_hex(&key.secret).with_context(|| format!("signing key {}", key.id))?,
        ));
    }
    let ring = KeyRing::new(signing).with_context(|| format!("in {}", path.display()))?;
    Ok(Keys {
        ring,
        hash: HashKey::new(from_hex(&file.hash_key).context("hash_key")?),
    })
}

fn from_hex(text: &str) -> Result<[u8; 32]> {
    let key = hex::decode(text).and_then(|bytes| bytes.try_into().ok());
    key.context("a key is 64 hexadecimal digits")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        create(&path, || [7; 32]).unwrap();
        read(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(create(&path, || [8; 32]).is_err());
    }

    #[test]
    fn a_key_of_the_wrong_form_is_refused_without_being_shown() {
        let error = from_hex("secret").unwrap_err().to_string();
        assert!(!error.contains("secret"));
        assert!(from_hex(&"zz".repeat(32)).is_err());
        assert_eq!(from_hex(&"0f".repeat(32)).unwrap(), [15; 32]);
    }
}
