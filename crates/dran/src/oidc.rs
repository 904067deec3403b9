//! What the configuration says about the identity provider, checked.

use anyhow::{Context, Result, bail};
use dran_core::region::Region;
use dran_core::staff::provider::ProviderRules;
use dran_notify::secret::read_secret;
use dran_oidc::{Provider, ProviderConfig};
use dran_service::staff::ProviderDoor;
use dran_web::FROM_PROVIDER;
use secrecy::SecretString;

use crate::config::OidcSection;

/// Where the secret stands if it is in no file.
pub const SECRET_VARIABLE: &str = "DRAN_OIDC_CLIENT_SECRET";

/// The door of the provider. `secret` is the environment's.
pub fn door(
    section: &OidcSection,
    staff_url: Option<&str>,
    secret: Option<SecretString>,
    region: &Region,
) -> Result<ProviderDoor> {
    let Some(staff_url) = staff_url else {
        bail!("[oidc] needs `staff_url`: the provider sends people back to {FROM_PROVIDER} below it");
    };
    let client_secret = match (&section.client_secret_file, secret) {
        (Some(file), None) => read_secret(file).with_context(|| format!("cannot read {}", file.display()))?,
        (None, Some(secret)) => secret,
        (Some(_), Some(_)) => {
            bail!("the client secret of [oidc] stands in client_secret_file and in {SECRET_VARIABLE}")
        }
        (None, None) => bail!("[oidc] needs client_secret_file, or {SECRET_VARIABLE} in the environment"),
    };
    if section.name.trim().is_empty() {
        bail!("oidc.name is empty; write the provider's name as staff know it");
    }
    let rules = ProviderRules::new(
        section.account_claim.clone(),
        section.role_claim.clone(),
        &section.roles,
        section.make_accounts,
    )
    .context("[oidc]")?;
    for centre in rules.centres() {
        if !region.centres.iter().any(|known| known.id == *centre) {
            bail!("[oidc.roles] names the centre `{centre}`, which the region does not have");
        }
    }
    let provider = Provider::new(ProviderConfig {
        issuer: section.issuer.clone(),
        client_id: section.client_id.clone(),
        client_secret,
        redirect_uri: format!("{staff_url}{FROM_PROVIDER}"),
        scopes: section.scopes.clone(),
        ask_again: section.ask_again,
    })
    .context("[oidc]")?;
    Ok(ProviderDoor {
        provider,
        rules,
        name: section.name.trim().to_owned(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    const GOOD: &str = "
        issuer = 'https://login.example/realms/land'
        name = 'Landeskonto'
        client_id = 'dran'
        role_claim = 'groups'
        [roles]
        impf-telefon = 'agent'
        iz-kassel = 'centre:kassel-stadt'
    ";

    fn of(section: &str, staff_url: Option<&str>, secret: Option<&str>) -> Result<ProviderDoor> {
        let region = Region::parse(include_str!("../../../regions/hessen.toml")).unwrap();
        let section: OidcSection = toml::from_str(section)?;
        door(&section, staff_url, secret.map(SecretString::from), &region)
    }

    fn wrong(section: &str, staff_url: Option<&str>, secret: Option<&str>) -> String {
        format!("{:#}", of(section, staff_url, secret).unwrap_err())
    }

    #[test]
    fn a_wrong_key_is_answered_with_what_to_write() {
        let url = Some("https://desk.example");
        let door = of(GOOD, url, Some("geheim")).unwrap();
        assert_eq!(
            (door.name.as_str(), door.provider.issuer()),
            ("Landeskonto", "https://login.example/realms/land")
        );
        assert!(wrong(GOOD, None, Some("geheim")).contains("staff_url"));
        assert!(wrong(GOOD, url, None).contains("DRAN_OIDC_CLIENT_SECRET"));
        let plain = GOOD.replace("https:", "http:");
        assert!(wrong(&plain, url, Some("geheim")).contains("no https: address"));
        let root = GOOD.replace("'agent'", "'root'");
        assert!(wrong(&root, url, Some("geheim")).contains("`root` is no role"));
        let nowhere = GOOD.replace("kassel-stadt", "atlantis");
        assert!(wrong(&nowhere, url, Some("geheim")).contains("atlantis"));
        let unknown = format!("secret = 'geheim'\n{GOOD}");
        assert!(
            wrong(&unknown, url, Some("geheim")).contains("secret"),
            "a secret has no place in this file"
        );
    }

    #[test]
    fn the_secret_comes_from_a_file_or_the_environment_and_not_from_both() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "geheim\n").unwrap();
        let section = format!("client_secret_file = '{}'\n{GOOD}", file.display());
        let url = Some("https://desk.example");
        assert!(of(&section, url, None).is_ok());
        assert!(wrong(&section, url, Some("geheim")).contains("and in"));
        std::fs::remove_file(&file).unwrap();
        assert!(wrong(&section, url, None).contains("cannot read"));
    }
}
