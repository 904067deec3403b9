//! Names as people have them.

use serde_json::json;

use crate::deployment::{Deployment, Opening};
use crate::http::Call;
use crate::visitor::{Visitor, show};

/// Given and family name as typed, and as a letter says it.
const NAMES: [(&str, &str, &str); 10] = [
    ("Sukarno", "", "Sukarno"),
    ("", "Teller", "Teller"),
    ("Sinéad", "O'Neill", "Sinéad O'Neill"),
    ("Annette", "von der Höhe", "Annette von der Höhe"),
    ("Karl-Heinz", "Müller-Lüdenscheidt", "Karl-Heinz Müller-Lüdenscheidt"),
    ("דוד", "בן־גוריון", "דוד בן־גוריון"),
    ("فاطمة", "الزهراء", "فاطمة الزهراء"),
    ("Đặng", "Thị Ngọc", "Đặng Thị Ngọc"),
    ("李", "小龍", "李 小龍"),
    ("  Erika ", "Muster\u{200b}mann", "Erika Mustermann"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_booked_as_their_owners_write_them() {
    let deployment = Deployment::new(2 * NAMES.len() as u32, &Opening::AtOnce, "");
    let server = deployment.serve();
    for (number, (given, family, spoken)) in (0..).zip(NAMES) {
        let visitor = Visitor::new(server.address, number);
        let mut body = visitor.registration();
        body["persons"][0]["given_name"] = json!(given);
        body["persons"][0]["family_name"] = json!(family);
        let registered = visitor
            .client
            .send(&Call::post("/api/v1/registrations", &body))
            .await
            .expect(201);
        let permit = visitor.come_in().await;
        let booking = visitor
            .hold(&permit, registered["registration"].as_str().unwrap())
            .await;
        let booked = visitor.client.send(&booking.call()).await.expect(201);
        let series = visitor
            .client
            .send(&show(booked["booking_code"].as_str().unwrap()))
            .await
            .expect(200);
        assert_eq!(series["name"], spoken);
    }
    assert_eq!(deployment.audit().series(), NAMES.len() as u64);
    let log = server.stop() + &deployment.log();
    for (given, family, _) in NAMES {
        for name in [given, family] {
            assert!(name.is_empty() || !log.contains(name.trim()), "the log names {name}");
        }
    }
}
