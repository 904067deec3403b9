//! The interface and its description.

use crate::deployment::{Deployment, Opening};
use crate::http::{Call, Client};

#[tokio::test]
async fn every_path_of_the_description_exists() {
    let deployment = Deployment::new(2, &Opening::AtOnce, "");
    let server = deployment.serve();
    let client = Client::new(server.address);
    let document = client.send(&Call::get("/api/openapi.json")).await.expect(200);
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1."),
        "{}",
        document["openapi"]
    );
    let mut operations = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path = path.replace(['{', '}'], "");
            let answer = client.send(&Call::new(&method.to_uppercase(), &path)).await;
            // An unknown ticket or code is 404 as well, but says which.
            assert_ne!(answer.problem(), "not-found", "{method} {path}");
            assert!(
                answer.status != 405 && !answer.status.is_server_error(),
                "{method} {path}: {answer:?}"
            );
            operations += 1;
        }
    }
    assert_eq!(operations, 25, "a call was added or lost: does the description say so?");
}
