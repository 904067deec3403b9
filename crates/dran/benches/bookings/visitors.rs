//! Visitors in a closed loop: the people of a replay, each with a connection of their own.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use dran_storm::codes::Phones;
use dran_storm::crowd::heard::Answer;
use dran_storm::crowd::letters::Stationery;
use dran_storm::crowd::notes::Notes;
use dran_storm::crowd::person::{Act, Desk, Person, Then, World};
use dran_storm::kind::Kind;
use dran_storm::pace::Pace;
use dran_storm::scenario::Scenario;
use dran_storm::wire::answer::{self, Read};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::{Outcome, now};

/// Somebody who is told to ask again later does so after this: the bench waits for nobody's eyes, and the line is looked
/// after every quarter of a second.
const AGAIN: Duration = Duration::from_millis(100);
/// One who makes no haste at all, of everybody's district.
const EVERYBODY: &str = "name = \"bookings\"\ntitle = {}\ngroup = \"ab-80\"\nbirth_years = [1925, 1939]\n\
    postcodes = [\"34117\", \"35390\", \"36037\", \"60311\", \"65183\", \"64283\"]\nends = \"1h\"\nbars = []\n\
    [[people]]\nname = \"visitors\"\ncount = 1\narrive = [[\"0s\", 1], [\"1s\", 1]]\n";
/// Which crowd.
const SEED: u64 = 1;
/// Attempts of one visitor at anything, before the bench gives up.
const ACTS_MAX: u32 = 10_000;

/// An answer that was given.
#[derive(Clone, Serialize, Deserialize)]
pub struct Said {
    /// Its status.
    pub status: u16,
    /// Its body.
    pub body: String,
}

/// What visitors got.
#[derive(Default)]
pub struct Booked {
    /// From the first request to the last answer.
    pub took: Duration,
    /// Requests sent.
    pub requests: u64,
    /// How long the answers took, by kind.
    pub times: BTreeMap<&'static str, Vec<Duration>>,
    /// The first answer of each kind with which somebody went on.
    pub answers: BTreeMap<String, Said>,
}

/// Visitors of a service.
pub struct Crowd {
    address: SocketAddr,
    scenario: Scenario,
    stationery: Stationery,
}

/// What visitors of a run share.
struct Run {
    crowd: Rc<Crowd>,
    next: Cell<u32>,
    end: u32,
    booked: RefCell<Booked>,
}

impl Crowd {
    /// Of the service at an address, for a campaign.
    pub fn new(address: SocketAddr, campaign: &str) -> Rc<Self> {
        let scenario = Scenario::parse(EVERYBODY).unwrap();
        let stationery = Stationery::new(&scenario, &address.to_string(), campaign, SEED);
        Rc::new(Self {
            address,
            scenario,
            stationery,
        })
    }

    /// Books for the people of these numbers, so many at a time.
    pub fn book(self: &Rc<Self>, people: Range<u32>, visitors: u32) -> Outcome<Booked> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let visitors = visitors.min(people.len() as u32);
        let run = Rc::new(Run {
            crowd: Rc::clone(self),
            next: Cell::new(people.start),
            end: people.end,
            booked: RefCell::default(),
        });
        let started = now();
        LocalSet::new().block_on(&runtime, async {
            let visiting: Vec<_> = (0..visitors)
                .map(|_| tokio::task::spawn_local(Rc::clone(&run).visit()))
                .collect();
            for visitor in visiting {
                visitor.await??;
            }
            Outcome::Ok(())
        })?;
        let took = started.elapsed();
        Ok(Booked {
            took,
            ..run.booked.take()
        })
    }
}

impl Run {
    /// One visitor after the other, over one connection.
    async fn visit(self: Rc<Self>) -> Outcome<()> {
        let mut stream = TcpStream::connect(self.crowd.address).await?;
        stream.set_nodelay(true)?;
        let mut buffer = Vec::with_capacity(8 * 1_024);
        while self.next.get() < self.end {
            let number = self.next.replace(self.next.get() + 1);
            self.live(number, &mut stream, &mut buffer).await?;
        }
        Ok(())
    }

    /// Somebody's visit, from the line to the appointments.
    async fn live(&self, number: u32, stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Outcome<()> {
        let crowd = &*self.crowd;
        let (people, number) = (&crowd.scenario.people[0], u64::from(number));
        let pace = Pace::new(1.0, 0.0, 0.0, false);
        let (mut desk, mut notes) = (Desk::of(None, 0, false), Notes::default());
        let mut person = Person::new(0, people, number, number, SEED);
        let mut world = World {
            people,
            pace: &pace,
            desk: &mut desk,
            notes: &mut notes,
            codes: &Phones::silent(),
            now: 0,
        };
        person.arrive(&mut world);
        for _ in 0..ACTS_MAX {
            let Act::Ask(kind) = person.act(&mut world) else {
                tokio::time::sleep(AGAIN).await;
                continue;
            };
            buffer.clear();
            crowd.stationery.write(kind, &person, buffer);
            let asked = now();
            let (status, body_from) = ask(stream, buffer).await?;
            let answer = Answer {
                status,
                head: &buffer[..body_from],
                body: &buffer[body_from..],
            };
            self.note(kind, asked.elapsed(), &answer);
            match person.hear(&answer, &mut world) {
                Then::End if world.notes.booked == 1 => return Ok(()),
                Then::End => break,
                Then::After(0) => {}
                Then::After(_) | Then::Every(_) => tokio::time::sleep(AGAIN).await,
            }
        }
        Err(format!("visitor {number} was not booked: {notes:?}").into())
    }

    fn note(&self, kind: Kind, took: Duration, answer: &Answer<'_>) {
        let mut booked = self.booked.borrow_mut();
        booked.requests += 1;
        booked.times.entry(kind.name()).or_default().push(took);
        // Of the polls one that says that somebody is called.
        let said = Said {
            status: answer.status,
            body: String::from_utf8_lossy(answer.body).into_owned(),
        };
        let goes_on = kind != Kind::Poll || said.body.contains("\"called\"");
        if goes_on && answer.status < 300 && !booked.answers.contains_key(kind.name()) {
            booked.answers.insert(kind.name().to_owned(), said);
        }
    }
}

/// Sends what is in the buffer and reads the answer into it; its status and where its body begins.
async fn ask(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Outcome<(u16, usize)> {
    stream.write_all(buffer).await?;
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the service closed a connection".into());
        }
        match answer::read(buffer) {
            Read::Whole(whole) => return Ok((whole.status, whole.body_from)),
            Read::More => {}
            Read::Nonsense => return Err(String::from_utf8_lossy(buffer).into()),
        }
    }
}

/// The time within which this share of them were done, in milliseconds.
pub fn within_ms(times: &[Duration], share: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) as f64 * share).ceil() as usize;
    times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}
