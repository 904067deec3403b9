//! Whatever happens to the citizens' side, the desk books on.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};

use dran_cluster::Cluster;

use crate::agents::Agent;
use crate::deployment::{CAMPAIGN, CENTRES, Deployment, Opening};
use crate::http::{Call, Client};

/// Connections of citizens that an instance with these limits answers at once, and far more than that.
const CONNECTIONS_MAX: usize = 8;
const CONNECTIONS: usize = 100;

/// A deployment with appointments in every centre, whose agents may let callers in beside the line.
fn deployment(url: Option<&str>, phone: &str) -> Deployment {
    let deployment = Deployment::empty(url, &format!("connections_max = {CONNECTIONS_MAX}"));
    deployment.deliver_to("T1", CENTRES, 200, 1);
    deployment.create_campaign_with(CAMPAIGN, &Opening::AtOnce, phone);
    deployment
}

/// All that an agent does, again and again.
async fn work(agent: &mut Agent) {
    for _ in 0..3 {
        agent.book().await.unwrap();
        agent.look_up().await.unwrap();
        agent.call_back().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_book_while_the_citizens_listener_takes_no_connection_any_more() {
    let deployment = deployment(None, "first-come");
    let server = deployment.serve();
    let _taken: Vec<TcpStream> = (0..CONNECTIONS).map(|_| never_finishes(server.address)).collect();
    let citizen = Client::new(server.address);
    let waits = tokio::spawn(async move { citizen.try_send(&Call::get("/healthz")).await.is_ok() });
    let mut agents = Agent::make(&deployment, deployment.staff_address(), 2);
    for agent in &mut agents {
        work(agent).await;
    }
    assert!(!waits.is_finished(), "a citizen was answered: nothing was exhausted");
    waits.abort();
    server.stop();
    assert_eq!(deployment.audit().series(), 6);
}

/// A request that keeps its connection: it says that more will come, and nothing does.
fn never_finishes(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = "POST /api/v1/line HTTP/1.1\r\nhost: termine.example\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agents_book_on_when_the_citizens_process_is_killed() {
    let database = Cluster::shared().create_database(None).unwrap();
    for url in [None, Some(&*database.url)] {
        let deployment = deployment(url, "first-come");
        let citizens = deployment.serve_roles(&["public", "worker"]);
        let staff = deployment.run_roles(&["staff"]);
        let mut agents = Agent::make(&deployment, deployment.staff_address(), 1);
        work(&mut agents[0]).await;
        citizens.kill();
        work(&mut agents[0]).await;
        staff.stop();
        assert_eq!(deployment.audit().series(), 6);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_line_moves_on_for_agents_where_their_process_may_lead() {
    let deployment = deployment(None, "one-line");
    let citizens = deployment.serve_roles(&["public", "worker"]);
    let staff = deployment.run_roles(&["staff", "worker"]);
    let mut agents = Agent::make(&deployment, deployment.staff_address(), 1);
    agents[0].book().await.unwrap();
    citizens.kill();
    agents[0].book().await.unwrap();
    staff.stop();
    assert_eq!(deployment.audit().series(), 2);
}
