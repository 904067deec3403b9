//! The life of a serving process: parts, listeners, workers, stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use dran_core::region::Region;
use dran_core::token::{HashKey, KeyRing};
use dran_drand::DrandClient;
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_notify::email::EmailFrom;
use dran_notify::secret::read_secret;
use dran_notify::sms::{SmsGateway, SmsGatewayConfig};
use dran_notify::smtp::{Security, SmtpConfig, SmtpTransport};
use dran_notify::spool::Spool;
use dran_notify::transport::{EmailRoad, SmsRoad, Transports};
use dran_notify::worker::{OutboxPolicy, OutboxWorker};
use dran_service::staff::{LeakedPasswords, ProviderDoor, Staff, StaffParts};
use dran_service::{Clock, Entropy, Limits, Parts, Service};
use dran_store::Sides;
use dran_web::{App, Bound, HotlineConfig, Listener, ListenerLimits, PublicSide, StaffApp, StaffSide};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use secrecy::SecretString;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::commands::{cannot_open, read_region};
use crate::config::{ConfigFile, Deployment, DeploymentArgs, Listening, ServeArgs, SmsSection, SmtpSection};
use crate::timekeeping::Timekeeper;
use crate::workers::Workers;
use crate::{audit_log, hotline, keys, oidc, sources};

/// Everything that runs a service.
pub struct Process {
    /// The service itself.
    pub service: Service,
    /// Accounts of staff.
    pub staff_accounts: Staff,
    stop: CancellationToken,
    public: Option<Listener>,
    staff: Option<Listener>,
    workers: Workers,
}

/// What a process is made of.
pub struct Plan {
    /// The region.
    pub region: Region,
    /// The database.
    pub store: Sides,
    /// Signs.
    pub ring: KeyRing,
    /// Hashes.
    pub hash_key: HashKey,
    /// Tells the time.
    pub clock: Clock,
    /// Tells the time that people's telephones show.
    pub app_clock: Clock,
    /// Gives random bytes.
    pub entropy: Entropy,
    /// The operator's bounds.
    pub limits: Limits,
    /// Where to listen.
    pub listening: Listening,
    /// The roads of messages.
    pub transports: Transports,
    /// The sender's e-mail address.
    pub sender_email: String,
    /// Fetches public values for draws, where the operator has named addresses.
    pub drand: Option<DrandClient>,
    /// The doors that telephone systems come in by, if there are any.
    pub hotline: Option<HotlineConfig>,
    /// The identity provider of staff, if there is one.
    pub provider: Option<ProviderDoor>,
    /// Passwords that staff may not choose, besides the commonest.
    pub leaked: Option<LeakedPasswords>,
    /// Whether this is the demo.
    pub demo: bool,
}

impl Process {
    /// Starts listeners, the loop of a node, and where it may lead the outbox and the fetching of public values.
    pub async fn start(plan: Plan) -> Result<Self> {
        let listening = plan.listening;
        let bind =
            |address, threads| Bound::new(address, threads).with_context(|| format!("cannot listen on {address}"));
        let public = listening.public.map(|at| bind(at, listening.threads)).transpose()?;
        let staff = listening.staff.map(|at| bind(at, STAFF_THREADS)).transpose()?;
        let portal_url = match (listening.base_url, &public) {
            (Some(url), _) => url,
            (None, Some(public)) => format!("http://{}", public.address()),
            (None, None) => bail!("nobody knows the portal's address"),
        };
        let mut staff_accounts = Staff::new(StaffParts {
            store: plan.store.staff.clone(),
            hash_key: plan.hash_key.clone(),
            clock: plan.clock.clone(),
            app_clock: plan.app_clock,
            entropy: plan.entropy.clone(),
        });
        if let Some(provider) = plan.provider {
            staff_accounts = staff_accounts.with_provider(provider);
        }
        if let Some(leaked) = plan.leaked {
            staff_accounts = staff_accounts.with_leaked_passwords(leaked);
        }
        let parts = Parts {
            region: plan.region,
            texts: Texts::builtin()?,
            store: plan.store.public.clone(),
            keys: plan.ring,
            hash_key: plan.hash_key,
            clock: plan.clock.clone(),
            entropy: plan.entropy.clone(),
            limits: plan.limits,
            sender: Sender {
                portal_url,
                email: plan.sender_email,
            },
        };
        let service = Service::start(parts).await?;
        if let Some(address) = public.as_ref().or(staff.as_ref()).map(Bound::address) {
            service.name_node(format!("{} {address}", sources::machine_name()));
        }
        let app = App::new(service.clone(), plan.demo);
        let app_of_staff = App::new(service.through(plan.store.staff), plan.demo);
        let stop = CancellationToken::new();
        let public_side = PublicSide::new(app);
        let wall_clock = sources::system_clock();
        let public_limits = ListenerLimits {
            niceness: PUBLIC_NICENESS,
            ..listening.limits.clone()
        };
        let public = public
            .map(|public| public.start(public_limits, &wall_clock, public_side, &stop))
            .transpose()?;
        let telephone_service = app_of_staff.service.clone();
        let mut staff_side = StaffSide::new(StaffApp {
            app: app_of_staff,
            staff: staff_accounts.clone(),
            url: listening.staff_url,
        });
        if let Some(hotline) = plan.hotline {
            staff_side = staff_side.with(dran_web::hotline::routes(telephone_service, hotline));
        }
        let staff_limits = ListenerLimits {
            trusted_proxies: listening.limits.trusted_proxies.clone(),
            ..ListenerLimits::of(STAFF_CONNECTIONS_MAX)
        };
        let staff = staff
            .map(|staff| staff.start(staff_limits, &wall_clock, staff_side, &stop))
            .transpose()?;
        let (running, may_lead, until) = (service.clone(), listening.may_lead, stop.clone());
        let mut workers = Workers::default();
        workers.start(async move { running.run(may_lead, until).await });
        if listening.may_lead {
            let (clock, entropy) = (plan.clock, plan.entropy);
            let outbox = OutboxWorker {
                store: plan.store.public,
                transports: Arc::new(plan.transports),
                wake: Arc::new(Notify::new()),
                policy: OutboxPolicy::default(),
                clock: move || clock.now(),
                jitter: move || entropy.number() as f64 / u64::MAX as f64,
            };
            let sending = move |stop| outbox.clone().run(stop);
            workers.start(while_leading(service.clone(), stop.clone(), sending));
            let staff = staff_accounts.clone();
            let telling = move |stop| audit_log::tell_head(staff.clone(), stop);
            workers.start(while_leading(service.clone(), stop.clone(), telling));
            if let Some(client) = plan.drand {
                let (service, client) = (service.clone(), Arc::new(client));
                let fetching = {
                    let service = service.clone();
                    move |stop| {
                        let (service, client) = (service.clone(), client.clone());
                        async move { service.fetch_public_values(&client, stop).await }
                    }
                };
                workers.start(while_leading(service, stop.clone(), fetching));
            }
        }
        Ok(Self {
            service,
            staff_accounts,
            stop,
            public,
            staff,
            workers,
        })
    }

    /// Where citizens are answered, if they are.
    pub fn address(&self) -> Option<SocketAddr> {
        self.public.as_ref().map(Listener::address)
    }

    /// Where staff are answered, if they are.
    pub fn staff_address(&self) -> Option<SocketAddr> {
        self.staff.as_ref().map(Listener::address)
    }

    /// Waits until something has failed without which the process cannot go on; what.
    pub async fn failed(&mut self) -> anyhow::Error {
        self.workers.failed().await
    }

    /// Cancelled when the process stops.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops: no new connections, what is being answered is finished, workers end.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.workers.end().await?;
        let (public, staff) = (self.public, self.staff);
        tokio::task::spawn_blocking(move || {
            for listener in [public, staff].into_iter().flatten() {
                listener.join();
            }
        })
        .await?;
        Ok(())
    }
}

/// Does some work whenever this node leads, until it is told to stop.
async fn while_leading<W>(service: Service, stop: CancellationToken, work: impl Fn(CancellationToken) -> W)
where
    W: Future<Output = ()>,
{
    let mut leading = service.leading();
    loop {
        let term = stop.child_token();
        tokio::select! {
            () = stop.cancelled() => return,
            leads = leading.wait_for(|leads| *leads) => {
                if leads.is_err() {
                    return;
                }
            }
        }
        let over = async {
            tokio::select! {
                () = stop.cancelled() => {}
                // An error is the end of the service.
                _ = leading.wait_for(|leads| !*leads) => {}
            }
            term.cancel();
        };
        tokio::join!(work(term.clone()), over);
    }
}

/// Connections of staff and monitoring: two for each of a thousand seats.
const STAFF_CONNECTIONS_MAX: usize = 2_048;
/// How far the threads of the citizens' listener step back where there is more to do than processors for it: a tenth
/// of the share that a thread of staff, the store's writer or the leader's loop has (`sched(7)`).
pub const PUBLIC_NICENESS: i32 = 10;
/// Threads of the staff listener, each with a runtime of its own: what citizens ask never stands in their way.
const STAFF_THREADS: usize = 2;

/// `dran serve`
pub fn serve(args: &DeploymentArgs, serve: &ServeArgs) -> Result<ExitCode> {
    log_to_stderr("info");
    open_as_many_files_as_allowed();
    let deployment = Deployment::resolve(args)?;
    let listening = deployment.listening(serve)?;
    if let Some(address) = listening.staff.filter(|address| !address.ip().is_loopback())
        && !listening
            .staff_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    {
        tracing::warn!(%address, "staff log in without TLS unless `staff_url` begins with https:");
    }
    let keys = keys::read(&deployment.keys)?;
    let region = read_region(&deployment.region)?;
    let (transports, sender_email) = transports(&deployment.file, &region)?;
    let provider = provider(&deployment.file, listening.staff_url.as_deref(), &region)?;
    let leaked = leaked_passwords(&deployment.file)?;
    let store = deployment.store.open_sides(Some(sources::monotonic));
    let store = store.with_context(|| cannot_open(&deployment))?;
    let timekeeper = Timekeeper::new(sources::system_clock());
    let plan = Plan {
        region,
        store: store.clone(),
        ring: keys.ring,
        hash_key: keys.hash,
        clock: timekeeper.clock(),
        app_clock: timekeeper.clock(),
        entropy: sources::system_entropy(),
        limits: deployment.limits(),
        listening,
        transports,
        sender_email,
        drand: drand_client(&deployment.file)?,
        hotline: deployment.file.hotline.as_ref().map(hotline::config).transpose()?,
        provider,
        leaked,
        demo: false,
    };
    runtime()?.block_on(async {
        timekeeper.ask(&*store.public).await?;
        let mut process = Process::start(plan).await?;
        process.workers.start(timekeeper.keep(store.public, process.stopping()));
        if let Some(address) = process.staff_address() {
            tracing::info!(%address, "staff are answered");
        }
        match process.address() {
            Some(address) => println!("listening on http://{address}"),
            None => println!("running"),
        }
        let failed = tokio::select! {
            asked = stop_asked() => asked.map(|()| None)?,
            failed = process.failed() => Some(failed),
        };
        tracing::info!("stopping");
        let stopped = process.stop().await;
        // Whoever started it starts it again.
        failed.map_or(stopped, Err)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Every connection is an open file, and many systems begin with 1,024 of them and allow more to whoever asks.
pub fn open_as_many_files_as_allowed() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::warn!(%error, ?limit, "the limit of open files stays as it is");
    }
}

/// The door of the identity provider in the configuration.
fn provider(file: &ConfigFile, staff_url: Option<&str>, region: &Region) -> Result<Option<ProviderDoor>> {
    let Some(section) = &file.oidc else {
        return Ok(None);
    };
    let secret = std::env::var(oidc::SECRET_VARIABLE).ok().map(SecretString::from);
    oidc::door(section, staff_url, secret, region).map(Some)
}

/// The file of leaked passwords in the configuration.
fn leaked_passwords(file: &ConfigFile) -> Result<Option<LeakedPasswords>> {
    let Some(path) = &file.leaked_passwords else {
        return Ok(None);
    };
    let opened = LeakedPasswords::open(path);
    let opened = opened.with_context(|| format!("`leaked_passwords` names {}", path.display()))?;
    Ok(Some(opened))
}

/// The client for the addresses in the configuration.
fn drand_client(file: &ConfigFile) -> Result<Option<DrandClient>> {
    let urls = &file.draw.drand_urls;
    if urls.is_empty() {
        return Ok(None);
    }
    Ok(Some(DrandClient::new(urls).context("draw.drand_urls")?))
}

/// The runtime of everything that is not HTTP: the leader's loop, the outbox, the fetching of public values, the demo's crowd.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?)
}

/// Waits for SIGINT or SIGTERM.
pub async fn stop_asked() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        asked = tokio::signal::ctrl_c() => asked?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Logs to standard error, as much as `DRAN_LOG` says.
pub fn log_to_stderr(default: &str) {
    let filter = EnvFilter::try_from_env("DRAN_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    // A second logger in one process is not an error worth stopping for.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

/// The address that messages of a deployment without SMTP come from.
const SPOOL_SENDER: &str = "termine@dran.invalid";
/// How long a gateway may take to accept a message.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(20);
/// Connections to the mail relay kept open.
const SMTP_IDLE_CONNECTIONS_MAX: usize = 8;

fn transports(file: &ConfigFile, region: &Region) -> Result<(Transports, String)> {
    let folder = file.spool.clone().unwrap_or_else(|| PathBuf::from("dran-spool"));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let email = file.smtp.as_ref().map_or(SPOOL_SENDER, |smtp| &smtp.from).to_owned();
    let name = region
        .languages
        .first()
        .map_or("", |language| region.name.get(language));
    let from = EmailFrom::new(name, &email).with_context(|| format!("`{email}` is no e-mail address"))?;
    let spool = Spool::new(folder, from.clone());
    let mut transports = Transports::spooled(spool);
    if let Some(smtp) = &file.smtp {
        transports.email = EmailRoad::Smtp(Box::new(smtp_transport(smtp, from)?));
    }
    if let Some(sms) = &file.sms {
        transports.sms = SmsRoad::Gateway(Box::new(sms_gateway(sms)?));
    }
    Ok((transports, email))
}

fn smtp_transport(smtp: &SmtpSection, from: EmailFrom) -> Result<SmtpTransport> {
    let security = match smtp.security.as_str() {
        "tls" => Security::Tls,
        "starttls" => Security::StartTls,
        "none" => Security::None,
        other => bail!("smtp.security is `{other}`; write tls, starttls or none"),
    };
    let login = match (&smtp.user, &smtp.password_file) {
        (Some(user), Some(file)) => Some((
            user.clone(),
            read_secret(file).with_context(|| format!("cannot read {}", file.display()))?,
        )),
        (None, None) => None,
        _ => bail!("smtp.user and smtp.password_file belong together"),
    };
    let config = SmtpConfig {
        host: smtp.server.clone(),
        port: smtp.port,
        security,
        login,
        ca_file: None,
        timeout: GATEWAY_TIMEOUT,
        idle_connections_max: SMTP_IDLE_CONNECTIONS_MAX,
    };
    Ok(SmtpTransport::new(config, from)?)
}

fn sms_gateway(sms: &SmsSection) -> Result<SmsGateway> {
    let file = &sms.password_file;
    let password = read_secret(file).with_context(|| format!("cannot read {}", file.display()))?;
    let config = SmsGatewayConfig {
        url: sms.url.clone(),
        username: sms.user.clone(),
        password,
        from: sms.from.clone(),
        timeout: GATEWAY_TIMEOUT,
    };
    Ok(SmsGateway::new(config)?)
}
