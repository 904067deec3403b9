//! The worker with the real engine: nothing is lost, whatever dies or comes late.

use std::path::Path;
use std::time::Duration;

use dran_notify::spool::Spool;
use dran_notify::transport::{SendError, SmsRoad, Transports};
use dran_notify::worker::OutboxPolicy;
use dran_store::{Channel, MessageKind, NewMessage, Store as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{
    Running, eventually, free_ports, from, impatient, message, new_message, only_message, open, put, store_with,
};
use crate::kannel::{Kannel, Ports};
use crate::mail_server::read_mail;
use crate::sms::gateway;

fn sms() -> NewMessage {
    new_message(Channel::Sms, "+4915112345678", "Gebucht: Jürgen Größe")
}

fn email() -> NewMessage {
    new_message(Channel::Email, "juergen@example.org", "Guten Tag Jürgen Größe")
}

fn sms_to(port: u16, folder: &Path) -> Transports {
    Transports {
        sms: SmsRoad::Gateway(Box::new(gateway(port, "geheim"))),
        ..Transports::spooled(Spool::new(folder, from()))
    }
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_gateway_that_comes_up_late_gets_the_message() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_with(&folder.path().join("dran.sqlite"), vec![sms()]).await;
    let ports = Ports::reserve();
    let worker = Running::start(&store, sms_to(ports.send, folder.path()), impatient());
    eventually("two tries have failed", async || {
        (only_message(&store).await.tries >= 2).then_some(())
    })
    .await;
    let kannel = Kannel::start(ports).await;
    let received = kannel.received(1).await;
    assert_eq!(
        received,
        [("+4915112345678".to_owned(), "Gebucht: Jürgen Größe".to_owned())]
    );
    eventually("it is written down", async || only_message(&store).await.sent_at).await;
    worker.stop().await;
}

/// Reads the head of a request.
async fn request(listener: &TcpListener) -> (TcpStream, String) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(head).unwrap())
}

#[tokio::test]
async fn a_worker_killed_between_sending_and_writing_down_sends_again_and_once_more_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dran.sqlite");
    let store = store_with(&path, vec![sms()]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();

    let worker = Running::start(&store, sms_to(port, folder.path()), impatient());
    let (unanswered, first) = request(&listener).await;
    worker.kill().await;
    drop((unanswered, store));

    let store = open(&path);
    assert_eq!(only_message(&store).await.sent_at, None);
    let worker = Running::start(&store, sms_to(port, folder.path()), impatient());
    let (mut answered, second) = request(&listener).await;
    let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    answered.write_all(answer).await.unwrap();
    eventually("it is written down", async || only_message(&store).await.sent_at).await;
    worker.stop().await;

    assert_eq!(first, second);
    assert!(first.contains("&binfo=1&"), "{first}");
    assert_eq!(store.counts().await.unwrap().messages_waiting, 0);
}

#[tokio::test]
async fn a_closed_road_does_not_hold_up_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut messages = vec![sms(); 40];
    messages.push(email());
    let store = store_with(&folder.path().join("dran.sqlite"), messages).await;
    let out = tempfile::tempdir().unwrap();
    let [nowhere] = free_ports();
    let worker = Running::start(&store, sms_to(nowhere, out.path()), impatient());
    eventually("the e-mail is out", async || {
        (files(out.path()) == ["00000041-confirmation.eml"]).then_some(())
    })
    .await;
    eventually("it is written down", async || {
        (store.counts().await.unwrap().messages_sent == 1).then_some(())
    })
    .await;
    worker.stop().await;
    assert_eq!(store.counts().await.unwrap().messages_waiting, 40);
}

#[tokio::test]
async fn what_fails_too_often_is_given_up_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_with(&folder.path().join("dran.sqlite"), vec![sms()]).await;
    let [nowhere] = free_ports();
    let policy = OutboxPolicy {
        tries_max: 3,
        ..impatient()
    };
    let worker = Running::start(&store, sms_to(nowhere, folder.path()), policy);
    eventually("it is given up", async || {
        (store.counts().await.unwrap().messages_waiting == 0).then_some(())
    })
    .await;
    worker.stop().await;
    let kept = only_message(&store).await;
    assert_eq!((kept.tries, kept.sent_at), (3, None));
}

#[tokio::test]
async fn a_code_that_is_too_old_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let code = NewMessage {
        kind: MessageKind::Code,
        ..sms()
    };
    let store = store_with(&folder.path().join("dran.sqlite"), vec![code]).await;
    let out = tempfile::tempdir().unwrap();
    let policy = OutboxPolicy {
        code_age_max: Duration::ZERO,
        ..impatient()
    };
    let worker = Running::start(&store, Transports::spooled(Spool::new(out.path(), from())), policy);
    eventually("it is given up", async || {
        (store.counts().await.unwrap().messages_waiting == 0).then_some(())
    })
    .await;
    worker.stop().await;
    assert_eq!(files(out.path()), Vec::<String>::new());
    assert_eq!(store.counts().await.unwrap().messages_sent, 0);
}

#[tokio::test]
async fn a_worker_that_is_woken_does_not_wait_for_its_interval() {
    let folder = tempfile::tempdir().unwrap();
    let store = store_with(&folder.path().join("dran.sqlite"), vec![email()]).await;
    let out = tempfile::tempdir().unwrap();
    let policy = OutboxPolicy {
        poll_interval: Duration::from_secs(3600),
        ..impatient()
    };
    let worker = Running::start(&store, Transports::spooled(Spool::new(out.path(), from())), policy);
    eventually("the first is out", async || {
        (files(out.path()).len() == 1).then_some(())
    })
    .await;
    put(&store, 2, email()).await;
    worker.wake.notify_one();
    eventually("the second is out", async || {
        (files(out.path()).len() == 2).then_some(())
    })
    .await;
    worker.stop().await;
}

#[tokio::test]
async fn a_spooled_message_is_one_whole_file_however_often_it_is_sent() {
    let out = tempfile::tempdir().unwrap();
    let transports = Transports::spooled(Spool::new(out.path(), from()));
    let letter = new_message(
        Channel::Letter,
        "Jürgen Größe\nHauptstraße 1\n34117 Kassel",
        "Guten Tag",
    );
    for _ in 0..2 {
        for (id, content) in [(1, sms()), (2, email()), (3, letter.clone())] {
            transports.send(&message(id, content)).await.unwrap();
        }
    }
    assert_eq!(
        files(out.path()),
        [
            "00000001-confirmation.sms.txt",
            "00000002-confirmation.eml",
            "00000003-confirmation.letter.txt"
        ]
    );
    let read = |name: &str| std::fs::read_to_string(out.path().join(name)).unwrap();
    assert_eq!(
        read("00000001-confirmation.sms.txt"),
        "+4915112345678\n\nGebucht: Jürgen Größe\n"
    );
    assert_eq!(
        read("00000003-confirmation.letter.txt"),
        "Jürgen Größe\nHauptstraße 1\n34117 Kassel\n\nIhre Termine für Übermorgen\n\nGuten Tag\n"
    );
    let mail = read_mail(&out.path().join("00000002-confirmation.eml"));
    assert_eq!(
        (mail.subject.as_str(), mail.text.trim_end()),
        ("Ihre Termine für Übermorgen", "Guten Tag Jürgen Größe")
    );
}

#[tokio::test]
async fn one_message_that_cannot_be_written_keeps_none_of_its_round_back() {
    let out = tempfile::tempdir().unwrap();
    // A file cannot take the name of a folder.
    std::fs::create_dir(out.path().join("00000002-confirmation.sms.txt")).unwrap();
    let mut to_nobody = email();
    to_nobody.recipient = "nobody".to_owned();
    let contents = [sms(), sms(), email(), to_nobody, sms(), sms()];
    let messages = (1..).zip(contents).map(|(id, content)| message(id, content)).collect();
    let sent = Spool::new(out.path(), from()).send(messages).await;
    let results: Vec<_> = sent
        .into_iter()
        .map(|(message, result)| {
            let result = match result {
                Ok(()) => "sent",
                Err(SendError::Closed { .. }) => "closed",
                Err(SendError::Later { .. }) => "later",
                Err(SendError::Never { .. }) => "never",
            };
            (message.id.0, result)
        })
        .collect();
    let expected = ["sent", "closed", "sent", "never", "sent", "sent"];
    assert_eq!(results, (1..).zip(expected).collect::<Vec<_>>());
    let shown: Vec<_> = files(out.path())
        .into_iter()
        .filter(|name| !name.starts_with('.'))
        .collect();
    assert_eq!(
        shown,
        [
            "00000001-confirmation.sms.txt",
            "00000002-confirmation.sms.txt",
            "00000003-confirmation.eml",
            "00000005-confirmation.sms.txt",
            "00000006-confirmation.sms.txt"
        ]
    );
}

#[tokio::test]
async fn a_folder_that_is_gone_keeps_all_in_the_outbox_until_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let messages = vec![sms(), sms(), email(), sms(), sms()];
    let store = store_with(&folder.path().join("dran.sqlite"), messages).await;
    let out = folder.path().join("messages");
    let worker = Running::start(&store, Transports::spooled(Spool::new(&out, from())), impatient());
    eventually("each was tried", async || {
        let messages = store.recent_messages(5).await.unwrap();
        messages.iter().all(|message| message.tries > 0).then_some(())
    })
    .await;
    assert_eq!(store.counts().await.unwrap().messages_waiting, 5);
    std::fs::create_dir(&out).unwrap();
    eventually("all are written down", async || {
        (store.counts().await.unwrap().messages_sent == 5).then_some(())
    })
    .await;
    worker.stop().await;
    assert_eq!(files(&out).len(), 5);
}
