//! A deployment of the real program, with appointments in six centres for a fortnight and a line that is open.

use dran_cluster::{Cluster, Durability};
use dran_core::ids::{Language, Party, TicketId, TicketNumber};
use dran_core::phone::PhoneNumber;
use dran_store::{Database, NewCallback};
use tokio::task::JoinSet;

use crate::agents::{Agent, in_a_thread, timestamp};
use crate::deployment::{CAMPAIGN, CENTRES, Deployment, Opening, Server};

/// First doses on so many days, with so many doses for each centre: some 30,000 series.
const DAYS: i64 = 14;
const DOSES_OF_A_CENTRE: u32 = 20_000;
/// Citizens come from one address here and are not to be refused for it; permits are for five hundred agents and
/// whoever of the citizens is called.
const LIMITS: &str = "joins_per_minute = 0\npermits_max = 5000";
/// Call-backs in each of the six lines, for those who were first in it.
const CALLBACKS_OF_A_LINE: u32 = 100;

/// A deployment that is served, with agents who have logged in.
pub struct World {
    /// The agents.
    pub agents: Vec<Agent>,
    /// The process; its address is that of the citizens.
    pub server: Server,
    /// Its folder and commands.
    pub deployment: Deployment,
    // Goes last.
    _cluster: Option<Cluster>,
}

impl World {
    /// Makes one, in a SQLite file or in a PostgreSQL cluster of its own that loses nothing in a power cut.
    pub fn start(on_postgresql: bool, agents: u32) -> Self {
        let cluster = on_postgresql.then(|| Cluster::start(Durability::Full).unwrap());
        let url = cluster
            .as_ref()
            .map(|cluster| cluster.create_database(None).unwrap().url);
        let mut deployment = Deployment::empty(url.as_deref(), LIMITS);
        deployment.log_level = "info";
        deployment.deliver_to("T1", CENTRES, DOSES_OF_A_CENTRE, DAYS);
        deployment.create_campaign_with(CAMPAIGN, &Opening::AtOnce, "first-come");
        promise_callbacks(&deployment);
        let server = deployment.serve();
        let agents = Agent::make(&deployment, deployment.staff_address(), agents);
        Self {
            agents,
            server,
            deployment,
            _cluster: cluster,
        }
    }
}

/// Call-backs for the first in every line: due as soon as they are called.
fn promise_callbacks(deployment: &Deployment) {
    let database: Database = deployment.url.parse().unwrap();
    in_a_thread(move || {
        let store = database.open(None).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let lines = store.campaigns().await.unwrap().remove(0).lines;
            let mut promises = JoinSet::new();
            for line in lines.into_iter().map(|marks| marks.line) {
                let first = store.lease_tickets(line, CALLBACKS_OF_A_LINE).await.unwrap();
                for number in first..first + CALLBACKS_OF_A_LINE {
                    let store = std::sync::Arc::clone(&store);
                    let new = NewCallback {
                        ticket: TicketId {
                            line,
                            number: TicketNumber(number),
                        },
                        party: Party::One,
                        birth_year: 1935,
                        joined_at: timestamp(),
                        phone: PhoneNumber::of_e164(&format!("+49561{:02}{number:06}", line.0)).unwrap(),
                        language: Language::new("de"),
                        postcode: None,
                        by: None,
                        now: timestamp(),
                    };
                    promises.spawn(async move { store.phone().note_callback(new).await.map(|_| ()) });
                }
            }
            for promised in promises.join_all().await {
                promised.unwrap();
            }
        });
    });
}
