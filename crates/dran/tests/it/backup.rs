//! Backup and restore as an operator types them, while the service runs.

use dran_cluster::Cluster;

use crate::deployment::{Deployment, Opening};
use crate::visitor::{Booking, Visitor, show};

/// Somebody who has entered, registered, and booked; with the booking's code.
async fn booked(visitor: &Visitor) -> (Booking, String) {
    let permit = visitor.come_in().await;
    let registration = visitor.register().await;
    let booking = visitor.hold(&permit, &registration).await;
    let booked = visitor.client.send(&booking.call()).await.expect(201);
    let code = booked["booking_code"].as_str().unwrap().to_owned();
    (booking, code)
}

async fn what_was_booked_before_the_backup_is_served_from_the_restored_database(deployment: Deployment, target: &str) {
    let server = deployment.serve();
    let (booking, code) = booked(&Visitor::new(server.address, 1)).await;
    let file = deployment.path("backup");
    let told = deployment.run(&["backup", "--out", file.to_str().unwrap()]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("keys.toml are not inside"), "{told}");
    let (_, later) = booked(&Visitor::new(server.address, 2)).await;
    server.kill();

    let told = deployment.run(&["restore", file.to_str().unwrap(), "--store", target]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("restored; what was booked after"), "{told}");
    let again = deployment.try_run(&["restore", file.to_str().unwrap(), "--store", target]);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    let told = String::from_utf8(again.stderr).unwrap();
    assert!(
        told.contains("nothing was restored") && told.contains("holds something already"),
        "{told}"
    );

    let config = deployment.path("dran.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    std::fs::write(&config, format!("store = \"{target}\"\n{rest}")).unwrap();
    let server = deployment.serve();
    let visitor = Visitor::new(server.address, 1);
    visitor.client.send(&show(&code)).await.expect(200);
    assert_eq!(visitor.client.send(&show(&later)).await.status.as_u16(), 404);
    // The same attempt again is the same booking, in the restored database too.
    let same = visitor.client.send(&booking.call()).await.expect(201);
    assert_eq!(same["booking_code"], *code);
    server.stop();
    assert_eq!(deployment.audit().series(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_file_comes_back_from_its_backup() {
    let deployment = Deployment::new(20, &Opening::AtOnce, "");
    let target = format!("sqlite:{}", deployment.path("restored.sqlite").display());
    what_was_booked_before_the_backup_is_served_from_the_restored_database(deployment, &target).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_postgresql_database_comes_back_from_its_backup() {
    let [source, target] = [(); 2].map(|()| Cluster::shared().create_database(None).unwrap().url);
    let deployment = Deployment::at(&source, 20, &Opening::AtOnce, "");
    what_was_booked_before_the_backup_is_served_from_the_restored_database(deployment, &target).await;
}

#[test]
fn a_truncated_backup_is_refused_with_a_sentence() {
    let deployment = Deployment::new(4, &Opening::AtOnce, "");
    let file = deployment.path("backup");
    deployment.run(&["backup", "--out", file.to_str().unwrap()]);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let target = deployment.path("restored.sqlite");
    let url = format!("sqlite:{}", target.display());
    let refused = deployment.try_run(&["restore", file.to_str().unwrap(), "--store", &url]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("the backup is incomplete"), "{told}");
    assert!(!target.exists());
}
