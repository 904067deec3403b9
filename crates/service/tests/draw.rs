//! From the opening to the drawn order, with a real beacon from a real HTTP server, and with numbers
//! typed in. The clock is the test's.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a step that fails is a failed test"
)]

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use dran_core::campaign::CampaignState;
use dran_core::ids::{CampaignId, GroupId, Party};
use dran_core::line::proof::{ProofDocument, Source, Verdict};
use dran_core::line::randomness::DrandChain;
use dran_core::line::standing::LineState;
use dran_core::person::BirthYear;
use dran_core::phone::PhonePolicy;
use dran_core::region::{Postcode, Region};
use dran_core::token::{HashKey, KeyRing};
use dran_drand::DrandClient;
use dran_i18n::Texts;
use dran_notify::compose::Sender;
use dran_service::planning::{self, CampaignOrder, RandomnessOrder, ValueError};
use dran_service::{Clock, Entropy, Joined, Joining, Limits, Parts, PoolChoice, Service, Standing};
use dran_store::Store;
use dran_store::sqlite::{SqliteOptions, SqliteStore};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Round 123 of quicknet, as the League of Entropy published it.
const SIGNATURE: &str = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482\
                         e26cd02df835d3546d23c4b13e0dfc92";
const ROUND: u64 = 123;
/// How long a step may take before something is wrong with it.
const DEADLINE: Duration = Duration::from_secs(60);

fn quicknet() -> &'static DrandChain {
    DrandChain::named("quicknet").unwrap()
}

/// The opening for which round 123 is named.
fn opening() -> Timestamp {
    quicknet().time_of(ROUND) - SignedDuration::from_secs(10)
}

fn campaign() -> CampaignId {
    CampaignId::new("winter")
}

/// A deployment whose clock is set by hand.
struct World {
    folder: TempDir,
    now_ms: Arc<AtomicI64>,
}

impl World {
    async fn new(randomness: RandomnessOrder) -> Self {
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            now_ms: Arc::new(AtomicI64::new(
                (opening() - SignedDuration::from_hours(1)).as_millisecond(),
            )),
        };
        let order = CampaignOrder {
            id: campaign(),
            opens_at: opening(),
            centres: Vec::new(),
            groups: vec![GroupId::new("ab-80")],
            randomness,
            phone: PhonePolicy::OneLine,
        };
        planning::create_campaign(&region(), &*world.store(), order, [7; 32], world.now())
            .await
            .unwrap();
        world
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now_ms.load(Ordering::SeqCst)).unwrap()
    }

    fn set_clock(&self, at: Timestamp) {
        self.now_ms.store(at.as_millisecond(), Ordering::SeqCst);
    }

    fn store(&self) -> Arc<dyn Store> {
        let options = SqliteOptions {
            create: true,
            ..SqliteOptions::default()
        };
        Arc::new(SqliteStore::open(&self.folder.path().join("dran.sqlite"), options).unwrap())
    }

    /// A process on the deployment's database: the leader's loop, and the fetching from these addresses.
    async fn start(&self, drand_urls: &[String]) -> Process {
        let (now_ms, drawn) = (self.now_ms.clone(), AtomicU64::new(0));
        let parts = Parts {
            region: region(),
            texts: Texts::builtin().unwrap(),
            store: self.store(),
            keys: KeyRing::new(vec![(1, [1; 32])]).unwrap(),
            hash_key: HashKey::new([2; 32]),
            clock: Clock::new(move || Timestamp::from_millisecond(now_ms.load(Ordering::SeqCst)).unwrap()),
            entropy: Entropy::new(move |bytes| {
                for byte in bytes {
                    *byte = drawn.fetch_add(1, Ordering::SeqCst) as u8;
                }
            }),
            limits: Limits::default(),
            sender: Sender {
                portal_url: "https://impftermine.example".into(),
                email: "termine@impftermine.example".into(),
            },
        };
        let service = Service::start(parts).await.unwrap();
        let stop = CancellationToken::new();
        let client = DrandClient::new(drand_urls).unwrap();
        let (leading, fetching) = (service.clone(), service.clone());
        let (leader_stop, fetcher_stop) = (stop.clone(), stop.clone());
        let tasks = vec![
            tokio::spawn(async move { leading.run(true, leader_stop).await }),
            tokio::spawn(async move { fetching.fetch_public_values(&client, fetcher_stop).await }),
        ];
        Process { service, stop, tasks }
    }
}

fn region() -> Region {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regions/hessen.toml");
    Region::parse(&std::fs::read_to_string(path).unwrap()).expect("the region file is right")
}

struct Process {
    service: Service,
    stop: CancellationToken,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Process {
    async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }

    async fn join(&self) -> Joined {
        let joining = Joining {
            campaign: campaign(),
            choice: PoolChoice::Postcode(Postcode::parse("34117").unwrap()),
            party: Party::One,
            birth_year: BirthYear::parse("1935", jiff::civil::date(2023, 8, 23)).unwrap(),
        };
        self.service.join(&joining).await.unwrap()
    }

    fn proof(&self) -> ProofDocument {
        self.service.proof(&campaign()).unwrap()
    }

    /// Waits until the proof document says so.
    async fn until(&self, holds: impl Fn(&ProofDocument) -> bool) -> ProofDocument {
        let waiting = async {
            while !holds(&self.proof()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(DEADLINE, waiting)
            .await
            .unwrap_or_else(|_| panic_with(&self.proof()));
        self.proof()
    }

    /// The position of a ticket, waited for.
    async fn position(&self, joined: &Joined) -> u32 {
        let waiting = async {
            loop {
                if let Some(Standing::InLine(standing)) =
                    self.service.standing(&joined.ticket).map(|told| told.standing)
                    && let Some(position) = standing.position
                {
                    return position.0;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(DEADLINE, waiting).await.expect("a position")
    }
}

#[expect(clippy::panic, reason = "tells how far it came")]
fn panic_with(proof: &ProofDocument) {
    panic!("the draw did not come so far: {proof:#?}");
}

/// An HTTP server on a port of its own that gives one answer, and counts how often it was asked.
async fn serve(status: StatusCode, answer: String) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicU64::new(0));
    let (counted, path) = (
        asked.clone(),
        format!("/{}/public/{ROUND}", dran_core::hex::encode(&quicknet().hash)),
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (answer, counted, path) = (answer.clone(), counted.clone(), path.clone());
            let respond = service_fn(move |request: Request<hyper::body::Incoming>| {
                counted.fetch_add(1, Ordering::SeqCst);
                let found = request.uri().path() == path;
                let mut response = Response::new(Full::new(Bytes::from(answer.clone())));
                *response.status_mut() = if found { status } else { StatusCode::NOT_FOUND };
                async move { Ok::<_, Infallible>(response) }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), respond));
        }
    });
    (url, asked)
}

fn beacon(signature: &str) -> String {
    format!(r#"{{"round": {ROUND}, "randomness": "", "signature": "{signature}"}}"#)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n_is_frozen_before_the_round_and_its_fetched_value_draws_the_order() {
    let order = RandomnessOrder::Drand {
        chain: "quicknet".into(),
        after_s: 10,
    };
    let world = World::new(order).await;
    let (failing, failing_asked) = serve(StatusCode::BAD_GATEWAY, String::new()).await;
    // The same point mirrored: on the curve, and still wrong.
    let (lying, lying_asked) = serve(StatusCode::OK, beacon(&SIGNATURE.replace("b75c", "975c"))).await;
    let (honest, honest_asked) = serve(StatusCode::OK, beacon(SIGNATURE)).await;
    let urls = [failing, lying, honest];
    let process = world.start(&urls).await;
    assert!(
        matches!(process.proof().randomness, Source::Drand { round: ROUND, .. }),
        "named with the commitment"
    );
    let mut early = Vec::new();
    for _ in 0..3 {
        early.push(process.join().await);
    }

    world.set_clock(opening());
    let frozen = process.until(|proof| proof.frozen_at.is_some()).await;
    assert!(frozen.pools.iter().all(|pool| pool.n.is_some()), "N is published");
    assert_eq!(
        (frozen.public_value, frozen.drawn_at, frozen.secret),
        (None, None, None)
    );
    let late = process.join().await;
    let told = process.service.standing(&late.ticket).unwrap().line;
    assert_eq!(
        told,
        LineState::Drawing {
            value_at: Some(quicknet().time_of(ROUND))
        }
    );
    assert_eq!(
        honest_asked.load(Ordering::SeqCst),
        0,
        "nobody is asked before the round"
    );

    // The process dies between freezing and value; another goes on where it was.
    process.stop().await;
    let process = world.start(&urls).await;
    assert_eq!(process.proof().pools, frozen.pools);
    world.set_clock(quicknet().time_of(ROUND) + SignedDuration::from_secs(1));
    let drawn = process.until(|proof| proof.drawn_at.is_some()).await;
    assert!(failing_asked.load(Ordering::SeqCst) > 0 && lying_asked.load(Ordering::SeqCst) > 0);

    for finding in drawn.check(dran_drand::signed) {
        assert!(matches!(finding.verdict, Verdict::Holds(_)), "{finding:?}");
    }
    let pool = drawn.pool_of_line(late.ticket.id.line).unwrap();
    assert_eq!(pool.n, Some(3));
    let positions = drawn.positions(&pool.pool).unwrap();
    for joined in &early {
        let number = joined.ticket.id.number.0 as usize;
        assert_eq!(process.position(joined).await, positions[number]);
    }
    assert!(
        process.position(&late).await >= 3,
        "behind those who came before the opening"
    );
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_freezing_came_too_late_a_later_round_is_named_with_it() {
    let order = RandomnessOrder::Drand {
        chain: "quicknet".into(),
        after_s: 10,
    };
    let world = World::new(order).await;
    // Nothing ran at the opening, and the round has come and gone.
    let late = opening() + SignedDuration::from_hours(1);
    world.set_clock(late);
    let process = world.start(&[]).await;
    let frozen = process.until(|proof| proof.frozen_at.is_some()).await;
    let Source::Drand { round_at, named_at, .. } = frozen.randomness else {
        panic_with(&frozen);
        return;
    };
    assert_eq!(named_at, late);
    assert!(round_at >= late + SignedDuration::from_secs(10));
    // The value of the first round, which everybody knows by now, is not accepted.
    let known = planning::take_in_value(&*world.store(), &campaign(), SIGNATURE, world.now()).await;
    assert!(matches!(known, Err(ValueError::Beacon(_))), "{known:?}");
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bringing_the_opening_forward_names_the_round_that_belongs_to_it() {
    let order = RandomnessOrder::Drand {
        chain: "quicknet".into(),
        after_s: 10,
    };
    let world = World::new(order).await;
    let process = world.start(&[]).await;
    process.service.open_now(&campaign()).await.unwrap();
    let frozen = process.until(|proof| proof.frozen_at.is_some()).await;
    let Source::Drand { round, named_at, .. } = frozen.randomness else {
        panic_with(&frozen);
        return;
    };
    let expected = quicknet().first_round_from(world.now() + SignedDuration::from_secs(10));
    assert_eq!((round, named_at), (expected, world.now()));
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lotterys_numbers_are_typed_in_after_the_opening_and_stand() {
    let draw = "Lotto 6 aus 49, Mittwoch 23. August 2023".to_owned();
    let world = World::new(RandomnessOrder::Lottery(draw)).await;
    let process = world.start(&[]).await;
    let typed = async |text: &str| planning::take_in_value(&*world.store(), &campaign(), text, world.now()).await;
    assert!(matches!(typed("1 2 3 4").await, Err(ValueError::NotFrozen)));
    let joined = process.join().await;
    world.set_clock(opening());
    process.until(|proof| proof.frozen_at.is_some()).await;
    assert!(matches!(typed("none").await, Err(ValueError::Lottery(_))));
    assert_eq!(typed("41, 38, 25, 12, 7, 3").await.unwrap(), "3 7 12 25 38 41");
    assert!(matches!(typed("1 2 3 4").await, Err(ValueError::OtherValue)));
    let drawn = process.until(|proof| proof.drawn_at.is_some()).await;
    assert_eq!(drawn.public_value.as_ref().unwrap().value, "3 7 12 25 38 41");
    assert!(drawn.check(dran_drand::signed).iter().all(|finding| !finding.fails()));
    assert_eq!(process.position(&joined).await, 0);
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_source_the_order_is_drawn_at_the_opening() {
    let world = World::new(RandomnessOrder::None).await;
    let process = world.start(&[]).await;
    let joined = process.join().await;
    world.set_clock(opening());
    let drawn = process.until(|proof| proof.drawn_at.is_some()).await;
    assert_eq!(drawn.frozen_at, drawn.drawn_at, "in one step of the loop");
    assert_eq!(
        process.service.campaign(&campaign()).unwrap().state,
        CampaignState::Open
    );
    assert_eq!(process.position(&joined).await, 0);
    let refused = planning::take_in_value(&*world.store(), &campaign(), "1 2 3 4", world.now()).await;
    assert!(matches!(refused, Err(ValueError::NoSource(_))));
    process.stop().await;
}
