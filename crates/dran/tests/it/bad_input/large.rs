//! Bodies that no form or call can have.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Scene;

const LARGE_BYTES: usize = 10_000_000;
const DEADLINE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_megabytes_are_refused_and_the_connection_goes_on() {
    let scene = Scene::new().await;
    let before = scene.state().await;
    let paths = [
        ("/api/v1/line", "application/problem+json"),
        ("/api/v1/registrations", "application/problem+json"),
        ("/anstellen/probe", "text/html"),
        ("/termin", "text/html"),
    ];
    for (path, kind) in paths {
        let mut connection = TcpStream::connect(scene.server.address).await.unwrap();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\naccept-language: en\r\ncontent-length: {LARGE_BYTES}\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.unwrap();
        // A browser sends all of it before it looks for an answer: a reset would be all it ever sees.
        let rubbish = vec![b'a'; LARGE_BYTES];
        tokio::time::timeout(DEADLINE, connection.write_all(&rubbish))
            .await
            .unwrap()
            .unwrap();
        let status = b"GET /api/v1/status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        connection.write_all(status).await.unwrap();
        let mut answers = Vec::new();
        tokio::time::timeout(DEADLINE, connection.read_to_end(&mut answers))
            .await
            .unwrap()
            .unwrap();
        let answers = String::from_utf8(answers).unwrap();
        assert!(answers.starts_with("HTTP/1.1 413 "), "{answers}");
        assert!(answers.contains(&format!("content-type: {kind}")), "{answers}");
        assert!(answers.contains("HTTP/1.1 200 OK"), "{answers}");
    }
    assert_eq!(scene.state().await, before);
    scene.nobody_is_named_in_the_log();
}
