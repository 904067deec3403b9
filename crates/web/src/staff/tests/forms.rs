//! What keeps others' pages and scripts from acting for somebody.

use axum::body::Body;
use axum::http::{StatusCode, header};
use dran_core::staff::Role;

use super::{Browser, Desk, form};

#[tokio::test]
async fn a_form_of_another_site_or_another_session_does_nothing() {
    let desk = Desk::new().await;
    let mut browser = desk.ready("anna", Role::Operator).await;
    let mut other = desk.ready("berta", Role::Operator).await;
    let (csrf, foreign_csrf) = (browser.csrf(&desk).await, other.csrf(&desk).await);
    let post = async |headers: &[(&str, &str)], csrf: &str| {
        let mut request = browser.request("POST", "/abmelden");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(form(&[("csrf", csrf)]));
        desk.send(request.body(body).unwrap()).await.status
    };
    let own = ("origin", "http://desk.example");
    for (headers, csrf) in [
        (vec![], &*csrf),
        (vec![("origin", "http://evil.example")], &csrf),
        (vec![("origin", "null")], &csrf),
        (vec![own, ("sec-fetch-site", "cross-site")], &csrf),
        (vec![own, ("sec-fetch-site", "same-site")], &csrf),
        (vec![own], ""),
        (vec![own], &foreign_csrf),
    ] {
        assert_eq!(post(&headers, csrf).await, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert_eq!(
        browser.clone().get(&desk, "/konto").await.status,
        StatusCode::OK,
        "still there"
    );
    assert_eq!(
        post(&[own, ("sec-fetch-site", "same-origin")], &csrf).await,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn every_answer_keeps_scripts_frames_and_caches_out() {
    let desk = Desk::new().await;
    let mut browser = desk.ready("anna", Role::Operator).await;
    let mut stranger = Browser::new();
    for seen in [
        browser.get(&desk, "/konto").await,
        browser.get(&desk, "/verwaltung/konten").await,
        browser.get(&desk, "/pruefung/protokoll").await,
        stranger.get(&desk, "/anmelden").await,
        stranger.get(&desk, "/nothing").await,
    ] {
        let csp = seen.header("content-security-policy");
        assert!(
            csp.contains("default-src 'none'") && csp.contains("frame-ancestors 'none'"),
            "{csp}"
        );
        assert!(!csp.contains("unsafe"));
        assert_eq!(seen.header("x-content-type-options"), "nosniff");
        assert_eq!(seen.header("x-frame-options"), "DENY");
        assert_eq!(seen.header("referrer-policy"), "same-origin");
        assert_eq!(seen.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(seen.header("cache-control"), "no-store");
        assert!(!seen.text.contains("<script"), "no page of staff needs one");
    }
}

#[tokio::test]
async fn a_session_is_for_this_host_and_no_script() {
    for (url, name, secure) in [
        (None, "dran_staff", false),
        (Some("https://desk.example"), "__Host-dran_staff", true),
    ] {
        let desk = Desk::at(url).await;
        let initial = desk.account("anna", Role::Agent).await;
        let mut browser = Browser::new();
        let seen = browser.sign_in(&desk, "anna", &initial).await;
        let cookies: Vec<_> = seen
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|set| set.to_str().unwrap())
            .collect();
        let session = cookies.iter().find(|set| set.starts_with(&format!("{name}="))).unwrap();
        assert!(session.contains("; Path=/;") && !session.contains("Domain") && !session.contains("Max-Age"));
        for set in &cookies {
            assert!(set.contains("; HttpOnly") && set.contains("; SameSite=Strict"), "{set}");
            assert_eq!(set.contains("; Secure"), secure, "{set}");
            assert_eq!(set.starts_with("__Host-") && set.contains("; Path=/;"), secure, "{set}");
        }
        let strict = seen.header("strict-transport-security");
        assert_eq!(strict.contains("includeSubDomains"), secure, "{strict}");
        assert_eq!(strict.is_empty(), !secure);
        let kept = browser.session().unwrap();
        assert_eq!(kept.len(), 64, "256 bits");
    }
}

#[tokio::test]
async fn what_is_typed_is_shown_as_text() {
    let desk = Desk::new().await;
    let seen = Browser::new().sign_in(&desk, "<script>alert(1)</script>", "x").await;
    assert!(!seen.says("<script>") && seen.says("&#60;script&#62;"), "{}", seen.text);
    assert!(!seen.says("value=\"x\""), "a password is not sent back");
}
