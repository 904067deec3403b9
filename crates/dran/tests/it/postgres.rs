//! A deployment on PostgreSQL: the same commands, the same service, another URL.

use dran_cluster::Cluster;

use crate::deployment::{Deployment, Opening};
use crate::visitor::Visitor;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_series_is_booked_on_postgresql_and_is_there_after_a_power_cut() {
    let database = Cluster::shared().create_database(None).unwrap();
    let deployment = Deployment::at(&database.url, 20, &Opening::AtOnce, "");
    let server = deployment.serve();
    let visitor = Visitor::new(server.address, 1);
    let permit = visitor.come_in().await;
    let registration = visitor.register().await;
    let booking = visitor.hold(&permit, &registration).await;
    let booked = visitor.client.send(&booking.call()).await.expect(201);
    assert_eq!(deployment.audit().series(), 1);

    server.kill();
    let server = deployment.serve();
    let again = Visitor::new(server.address, 1);
    assert_eq!(again.client.send(&booking.call()).await.expect(201), booked);
    server.stop();
    assert_eq!(deployment.audit().series(), 1);
}

#[test]
fn a_mistyped_url_of_a_server_makes_nothing_and_says_what_is_wrong() {
    let cluster = Cluster::shared();
    let database = cluster.create_database(None).unwrap();
    let deployment = Deployment::at(&database.url, 2, &Opening::AtOnce, "");
    let fresh = cluster.create_database(None).unwrap();
    let told = |command: &[&str], url: &str| {
        let output = deployment.try_run(&[command, &["--store", url]].concat());
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(told(&["audit"], &cluster.url("mistyped")).contains("no database `mistyped`"));
    assert!(told(&["serve"], &fresh.url).contains("the database is empty"));
    assert!(told(&["audit"], &database.url.replace("postgres:", "postgre:")).contains("postgres://"));
    assert!(told(&["init"], &database.url).contains("exists already"));
    let tables = cluster.sql(&fresh.name, r"\dt").unwrap();
    assert_eq!(tables, "", "the empty database is still empty");
    assert!(
        cluster.sql("mistyped", r"\dt").is_err(),
        "there is still no such database"
    );
}
