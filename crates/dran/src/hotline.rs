//! What the configuration says about the hotline, checked.

use std::path::Path;

use anyhow::{Context, Result, bail};
use dran_notify::secret::read_secret;
use dran_web::HotlineConfig;
use secrecy::ExposeSecret;

use crate::config::HotlineSection;

/// The shortest secret in bytes: 128 bits in hexadecimal, as the known providers give out.
const SECRET_BYTES_MIN: usize = 32;

/// The doors that telephone systems come in by.
pub fn config(section: &HotlineSection) -> Result<HotlineConfig> {
    let url = section.url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.contains(['/', '?', '#', ' '])) {
        bail!("hotline.url is `{}`; write https://HOST", section.url);
    }
    if section.voice_secret_file.is_none() && section.json_secret_file.is_none() {
        bail!("[hotline] names neither voice_secret_file nor json_secret_file: there would be no door");
    }
    let secret = |file: &Option<std::path::PathBuf>| file.as_deref().map(secret).transpose();
    Ok(HotlineConfig {
        url: url.to_owned(),
        voice_secret: secret(&section.voice_secret_file)?,
        json_secret: secret(&section.json_secret_file)?,
        agents: section.agents.parse().context("hotline.agents")?,
    })
}

fn secret(file: &Path) -> Result<Vec<u8>> {
    let secret = read_secret(file).with_context(|| format!("cannot read {}", file.display()))?;
    let secret = secret.expose_secret().as_bytes();
    if secret.len() < SECRET_BYTES_MIN {
        bail!(
            "{} holds fewer than {SECRET_BYTES_MIN} characters: it could be guessed",
            file.display()
        );
    }
    Ok(secret.to_vec())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    fn wrong(section: &str) -> String {
        let section: HotlineSection = toml::from_str(section).unwrap();
        format!("{:#}", config(&section).unwrap_err())
    }

    #[test]
    fn a_wrong_key_is_answered_with_what_to_write() {
        let folder = tempfile::tempdir().unwrap();
        let (short, good) = (folder.path().join("short"), folder.path().join("good"));
        std::fs::write(&short, "12345").unwrap();
        std::fs::write(&good, "0123456789abcdef0123456789abcdef\n").unwrap();
        let with = |url: &str, agents: &str, file: &Path| {
            format!(
                "url = '{url}'\nagents = '{agents}'\nvoice_secret_file = '{}'",
                file.display()
            )
        };
        let url = "https://telefon.example";
        assert!(wrong(&with("telefon.example", "queue:a", &good)).contains("https://HOST"));
        assert!(wrong(&with("https://telefon.example/hotline", "queue:a", &good)).contains("https://HOST"));
        assert!(wrong(&with(url, "0611 505", &good)).contains("hotline.agents"));
        assert!(wrong(&with(url, "queue:a", &short)).contains("guessed"));
        assert!(wrong(&with(url, "queue:a", &folder.path().join("none"))).contains("cannot read"));
        assert!(wrong(&format!("url = '{url}'\nagents = 'queue:a'")).contains("no door"));
        let section: HotlineSection = toml::from_str(&with(&format!("{url}/"), "queue:a", &good)).unwrap();
        let config = config(&section).unwrap();
        assert_eq!(
            (config.url.as_str(), config.voice_secret.map(|s| s.len())),
            (url, Some(32))
        );
        assert_eq!(config.json_secret, None);
        let unknown = toml::from_str::<HotlineSection>("url = 'a'\nagents = 'b'\nsecret = 'c'").unwrap_err();
        assert!(unknown.to_string().contains("secret"), "{unknown}");
    }
}
