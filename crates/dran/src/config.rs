//! Options: one TOML file, then the environment, then flags, each outweighing the one before.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::{NonZeroU8, NonZeroU32};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use dran_core::line::work::DIFFICULTY_MAX;
use dran_service::Limits;
use dran_store::Database;
use dran_web::{ListenerLimits, Network, TrustedProxies};
use jiff::SignedDuration;
use serde::Deserialize;

/// The options that every command about a deployment shares.
#[derive(Args, Clone, Debug, Default)]
pub struct DeploymentArgs {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE", env = "DRAN_CONFIG")]
    pub config: Option<PathBuf>,
    /// The database: sqlite:PATH or postgres://HOST/DATABASE
    #[arg(long, value_name = "URL", env = "DRAN_STORE")]
    pub store: Option<String>,
    /// The region file
    #[arg(long, value_name = "FILE", env = "DRAN_REGION")]
    pub region: Option<PathBuf>,
    /// The file with the deployment's secret keys, made by `dran init`
    #[arg(long, value_name = "FILE", env = "DRAN_KEYS")]
    pub keys: Option<PathBuf>,
}

/// The options of `dran serve` alone.
#[derive(Args, Clone, Debug, Default)]
pub struct ServeArgs {
    /// Where citizens are answered
    #[arg(long, value_name = "ADDR", env = "DRAN_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Where staff and monitoring are answered
    #[arg(long, value_name = "ADDR", env = "DRAN_STAFF_LISTEN")]
    pub staff_listen: Option<SocketAddr>,
    /// The address of the staff side as browsers type it; with https: cookies are bound to it
    #[arg(long, value_name = "URL", env = "DRAN_STAFF_URL")]
    pub staff_url: Option<String>,
    /// The address of the portal as citizens type it, for links in messages
    #[arg(long, value_name = "URL", env = "DRAN_BASE_URL")]
    pub base_url: Option<String>,
    /// What this process does; several processes on one database share the work
    #[arg(long, value_name = "ROLES", value_delimiter = ',', default_values = ["public", "staff", "worker"])]
    pub roles: Vec<Role>,
}

/// A part of the work of `dran serve`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Answers citizens
    Public,
    /// Answers staff and monitoring
    Staff,
    /// Draws, calls, expires and sends messages, unless another worker leads
    Worker,
}

/// The configuration file. Unknown keys are errors with file and line.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigFile {
    store: Option<String>,
    region: Option<PathBuf>,
    keys: Option<PathBuf>,
    listen: Option<SocketAddr>,
    staff_listen: Option<SocketAddr>,
    staff_url: Option<String>,
    /// A file of leaked passwords, which staff may not choose: see docs/security.md.
    pub leaked_passwords: Option<PathBuf>,
    base_url: Option<String>,
    trusted_proxies: Vec<String>,
    limits: LimitsSection,
    /// Where public randomness is fetched.
    pub draw: DrawSection,
    /// How telephone systems ask.
    pub hotline: Option<HotlineSection>,
    /// The identity provider of staff.
    pub oidc: Option<OidcSection>,
    /// How e-mail leaves.
    pub smtp: Option<SmtpSection>,
    /// How SMS leave.
    pub sms: Option<SmsSection>,
    /// Where messages without a gateway (and all letters) are put as files.
    pub spool: Option<PathBuf>,
}

/// `[limits]`: every bound an operator may set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsSection {
    permits_max: Option<u32>,
    permits_min: Option<u32>,
    delay_goal_ms: Option<NonZeroU32>,
    permit_minutes: Option<u32>,
    permit_extensions_max: Option<u32>,
    arrival_grace_s: Option<u32>,
    poll_budget_per_s: Option<NonZeroU32>,
    /// 0 is no bound: behind a proxy that hides its visitors' addresses.
    joins_per_minute: Option<u32>,
    /// 0 is none; at most 24.
    join_work_bits: Option<u8>,
    joins_without_work_per_minute: Option<NonZeroU32>,
    notice_lead_minutes: Option<u32>,
    one_place_per_person: Option<bool>,
    connections_max: Option<usize>,
    threads: Option<usize>,
}

/// `trusted_proxies`: networks whose word about a client's address is believed.
fn trusted_proxies(networks: &[String]) -> Result<TrustedProxies> {
    networks
        .iter()
        .map(|network| {
            network
                .parse::<Network>()
                .with_context(|| format!("`trusted_proxies` names `{network}`"))
        })
        .collect()
}

/// `[draw]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DrawSection {
    /// Addresses of drand services, asked in this order; none by default, then the value is typed in.
    pub drand_urls: Vec<String>,
}

/// `[hotline]`: see docs/hotline.md.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HotlineSection {
    /// The address of the staff side as the telephone system calls it.
    pub url: String,
    /// `queue:NAME`, `sip:USER@HOST` or `tel:+NUMBER`.
    pub agents: String,
    /// File with the secret that signs voice requests; without it there is no `/hotline/voice`.
    pub voice_secret_file: Option<PathBuf>,
    /// File with the secret that signs JSON requests; without it there is no `/hotline/json`.
    pub json_secret_file: Option<PathBuf>,
}

/// `[oidc]`: see docs/oidc.md.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSection {
    /// What the provider calls itself: an address.
    pub issuer: String,
    /// Its name, as staff know it.
    pub name: String,
    /// What it calls us.
    pub client_id: String,
    /// File with our secret there; or the environment's `DRAN_OIDC_CLIENT_SECRET`.
    pub client_secret_file: Option<PathBuf>,
    /// What it is asked for besides `openid`.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// The claim that is the account's name.
    #[serde(default = "default_account_claim")]
    pub account_claim: String,
    /// The claim that says the role; without it the account has its own.
    pub role_claim: Option<String>,
    /// Roles by the texts of that claim: `agent`, or `centre:NAME,NAME`.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// Whether an account is made for who has none.
    #[serde(default)]
    pub make_accounts: bool,
    /// Whether the provider asks each time who it is.
    #[serde(default = "yes")]
    pub ask_again: bool,
}

fn default_scopes() -> Vec<String> {
    vec!["profile".to_owned()]
}

fn default_account_claim() -> String {
    "preferred_username".to_owned()
}

fn yes() -> bool {
    true
}

/// `[smtp]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpSection {
    /// Host name of the mail relay.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls` or `none`.
    pub security: String,
    /// The sender's address.
    pub from: String,
    /// User name, if the relay wants one.
    pub user: Option<String>,
    /// File that holds the password.
    pub password_file: Option<PathBuf>,
}

/// `[sms]`: an HTTP gateway in the form of Kannel's sendsms.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSection {
    /// The gateway's URL.
    pub url: String,
    /// The sender that phones show.
    pub from: String,
    /// User name.
    pub user: String,
    /// File that holds the password.
    pub password_file: PathBuf,
}

/// What a deployment needs to be found.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// The database.
    pub store: Database,
    /// The region file.
    pub region: PathBuf,
    /// The secret keys.
    pub keys: PathBuf,
    /// The whole configuration file.
    pub file: ConfigFile,
}

/// What `dran serve` needs besides.
#[derive(Clone, Debug)]
pub struct Listening {
    /// Where citizens are answered, if they are.
    pub public: Option<SocketAddr>,
    /// Where staff and monitoring are answered, if they are.
    pub staff: Option<SocketAddr>,
    /// The staff side's address as browsers type it, if it is not that of the request.
    pub staff_url: Option<String>,
    /// Whether this process draws, calls, expires and sends, unless another one does.
    pub may_lead: bool,
    /// The portal's address for links in messages; else the address that citizens are answered at.
    pub base_url: Option<String>,
    /// What bounds its connections, and which proxies are believed.
    pub limits: ListenerLimits,
    /// HTTP worker threads.
    pub threads: usize,
}

impl Deployment {
    /// Puts file, environment and flags together.
    pub fn resolve(args: &DeploymentArgs) -> Result<Self> {
        let file = args
            .config
            .as_deref()
            .map(ConfigFile::read)
            .transpose()?
            .unwrap_or_default();
        let store = args.store.clone().or_else(|| file.store.clone());
        let store = store.context("no database named: use --store URL, DRAN_STORE, or `store` in the file")?;
        let region = args.region.clone().or_else(|| file.region.clone());
        let region = region.context("no region file named: use --region FILE, DRAN_REGION, or `region` in the file")?;
        let keys = args
            .keys
            .clone()
            .or_else(|| file.keys.clone())
            .unwrap_or_else(|| "dran-keys.toml".into());
        Ok(Self {
            store: store.parse()?,
            region,
            keys,
            file,
        })
    }

    /// What `dran serve` listens on.
    pub fn listening(&self, args: &ServeArgs) -> Result<Listening> {
        let public = args
            .listen
            .or(self.file.listen)
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let staff = args
            .staff_listen
            .or(self.file.staff_listen)
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8081)));
        let base_url = args.base_url.clone().or_else(|| self.file.base_url.clone());
        let staff_url = args.staff_url.clone().or_else(|| self.file.staff_url.clone());
        if let Some(url) = &staff_url
            && !url.starts_with("https://")
            && !url.starts_with("http://")
        {
            bail!("`staff_url` is `{url}`; write https://HOST");
        }
        let has = |role: Role| args.roles.contains(&role);
        if base_url.is_none() && !has(Role::Public) {
            bail!(
                "without the role `public` nobody knows the portal's address: use --base-url or `base_url` in the file"
            );
        }
        let limits = &self.file.limits;
        Ok(Listening {
            public: has(Role::Public).then_some(public),
            staff: has(Role::Staff).then_some(staff),
            staff_url: staff_url.map(|url| url.trim_end_matches('/').to_owned()),
            may_lead: has(Role::Worker),
            base_url: base_url.map(|url| url.trim_end_matches('/').to_owned()),
            limits: ListenerLimits {
                trusted_proxies: trusted_proxies(&self.file.trusted_proxies)?,
                ..ListenerLimits::of(limits.connections_max.unwrap_or(CONNECTIONS_MAX))
            },
            threads: limits.threads.unwrap_or_else(cores),
        })
    }

    /// The bounds of the service.
    pub fn limits(&self) -> Limits {
        let (set, default) = (&self.file.limits, Limits::default());
        let minutes = |minutes: u32| SignedDuration::from_mins(i64::from(minutes));
        let millis = |millis: NonZeroU32| Duration::from_millis(u64::from(millis.get()));
        let seconds = |seconds: u32| SignedDuration::from_secs(i64::from(seconds));
        Limits {
            permits_max: set.permits_max.unwrap_or(default.permits_max),
            permits_min: set.permits_min.unwrap_or(default.permits_min),
            delay_goal: set.delay_goal_ms.map_or(default.delay_goal, millis),
            permit_duration: set.permit_minutes.map_or(default.permit_duration, minutes),
            permit_extensions_max: set.permit_extensions_max.unwrap_or(default.permit_extensions_max),
            arrival_grace: set.arrival_grace_s.map_or(default.arrival_grace, seconds),
            poll_budget_per_s: set.poll_budget_per_s.unwrap_or(default.poll_budget_per_s),
            joins_per_minute: set.joins_per_minute.map_or(default.joins_per_minute, NonZeroU32::new),
            join_work_bits: set
                .join_work_bits
                .map_or(default.join_work_bits, |bits| NonZeroU8::new(bits.min(DIFFICULTY_MAX))),
            joins_without_work_per_minute: set
                .joins_without_work_per_minute
                .unwrap_or(default.joins_without_work_per_minute),
            notice_lead: set.notice_lead_minutes.map_or(default.notice_lead, |minutes| {
                std::time::Duration::from_secs(60 * u64::from(minutes))
            }),
            one_place_per_person: set.one_place_per_person.unwrap_or(default.one_place_per_person),
            ..default
        }
    }
}

/// Connections open at once unless configured: at some 12 KiB each, 600 MB at the most.
pub const CONNECTIONS_MAX: usize = 50_000;

/// One HTTP thread per core.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

impl ConfigFile {
    fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_an_error_that_names_its_line() {
        let error = toml::from_str::<ConfigFile>("store = \"sqlite:a\"\nstroe = 1\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("line 2") && error.contains("stroe"), "{error}");
    }

    #[test]
    fn a_flag_outweighs_the_file() {
        let file: ConfigFile = toml::from_str("listen = \"127.0.0.1:1\"\nbase_url = \"https://a.example/\"").unwrap();
        let deployment = Deployment {
            store: "sqlite:s".parse().unwrap(),
            region: "r".into(),
            keys: "k".into(),
            file,
        };
        let flag = ServeArgs {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 2))),
            roles: vec![Role::Public, Role::Worker],
            ..ServeArgs::default()
        };
        let listening = deployment.listening(&flag).unwrap();
        assert_eq!(listening.public.map(|address| address.port()), Some(2));
        assert_eq!(listening.base_url.as_deref(), Some("https://a.example"));
        assert_eq!((listening.staff, listening.may_lead), (None, true));
    }

    #[test]
    fn a_process_that_answers_no_citizen_has_to_be_told_the_portals_address() {
        let mut deployment = Deployment {
            store: "sqlite:s".parse().unwrap(),
            region: "r".into(),
            keys: "k".into(),
            file: ConfigFile::default(),
        };
        let worker = ServeArgs {
            roles: vec![Role::Worker],
            ..ServeArgs::default()
        };
        assert!(
            deployment
                .listening(&worker)
                .unwrap_err()
                .to_string()
                .contains("--base-url")
        );
        deployment.file = toml::from_str("base_url = \"https://a.example\"").unwrap();
        assert!(deployment.listening(&worker).unwrap().may_lead);
    }
}
