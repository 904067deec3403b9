//! Samples of the pages that explain, and of the demo's letter box.

use jiff::ToSpan;
use jiff::civil::date;

use super::{Gallery, ODD_NAMES, opens};
use crate::portal::views::{
    Accessibility, Chart, DemoMessage, DemoOutbox, DemoWay, DrawProof, DrawSource, Drawn, Form, Frozen, LineProof,
    Privacy, Problem, Status, StatusAccount, StatusLine, StatusMinute, paths,
};
use crate::problem::{self, Kind};

pub(super) fn add(gallery: &mut Gallery) -> Result<(), askama::Error> {
    gallery.add("draw-before", draw(gallery))?;
    let frozen = Frozen {
        at: opens(),
        pools: [("Kassel", 61_204), ("Gießen", 48_911), ("Fulda", 0)]
            .map(|(town, n)| (format!("Impfzentrum {town}"), n))
            .to_vec(),
    };
    let drawn = Drawn {
        at: opens(),
        secret: "a1b2c3d4".repeat(8),
    };
    let by_drand = DrawSource::Drand {
        chain: "quicknet".to_owned(),
        round: 27_946_612,
        at: opens(),
    };
    let frozen_by_drand = DrawProof {
        source: by_drand.clone(),
        frozen: Some(frozen.clone()),
        ..draw(gallery)
    };
    gallery.add("draw-frozen", frozen_by_drand.clone())?;
    let drawn_by_drand = DrawProof {
        value: Some("8b676484".repeat(8)),
        drawn: Some(drawn.clone()),
        ..frozen_by_drand.clone()
    };
    gallery.add("draw-after", drawn_by_drand)?;
    let by_lottery = DrawProof {
        source: DrawSource::Lottery {
            draw: "Lotto 6 aus 49, Samstag 9. Januar 2021".to_owned(),
        },
        value: Some("3 7 12 25 38 49".to_owned()),
        ..frozen_by_drand.clone()
    };
    gallery.add("draw-lottery", by_lottery)?;
    let by_secret_alone = DrawProof {
        source: DrawSource::None,
        drawn: Some(drawn),
        ..frozen_by_drand
    };
    gallery.add("draw-secret-alone", by_secret_alone)?;
    let pools = frozen.pools.iter().zip(["kassel-stadt", "giessen", "fulda"]);
    let proof = LineProof {
        shell: gallery.shell(),
        campaign: "hessen-2021-01-12".to_owned(),
        draw_href: format!("{}/hessen-2021-01-12", paths::DRAW),
        document_href: format!("{}?campaign=hessen-2021-01-12", paths::PROOF_DOCUMENT),
        document: "{\n  \"version\": 1,\n  \"campaign\": \"hessen-2021-01-12\"\n}".to_owned(),
        pools: pools
            .map(|((centres, n), pool)| (pool.to_owned(), centres.clone(), *n))
            .collect(),
        secret_alone: true,
        drawn: true,
    };
    gallery.add("line-proof", proof.clone())?;
    let before = LineProof {
        pools: Vec::new(),
        secret_alone: false,
        drawn: false,
        ..proof
    };
    gallery.add("line-proof-before", before)?;
    gallery.add("status-before", status(gallery, 1))?;
    gallery.add("status-of-a-day", status(gallery, 500))?;
    gallery.add(
        "privacy",
        Privacy {
            shell: gallery.shell(),
            controller: controller(),
        },
    )?;
    gallery.add(
        "accessibility",
        Accessibility {
            shell: gallery.shell(),
            controller: controller(),
        },
    )?;
    for kind in Kind::ALL {
        let next_href = (kind == Kind::Unavailable).then(|| "/platz/AQIDBAUG".to_owned());
        let (shell, problem) = (gallery.shell(), problem::Problem::from(kind));
        let (title, detail) = (problem.title(&shell.speaker), problem.detail(&shell.speaker));
        let status = kind.status().as_u16().into();
        gallery.add(
            &format!("problem-{}", kind.name()),
            Problem {
                shell,
                title,
                detail,
                status,
                next_href,
                again: (kind == Kind::ReadOnly)
                    .then(|| Form::to("/buchen/1-17/person").with_hidden("family_name", "Schneider")),
                refresh_s: None,
            },
        )?;
    }
    let empty = DemoOutbox {
        shell: gallery.shell(),
        messages: Vec::new(),
        total: 0,
    };
    gallery.add("demo-outbox-empty", empty)?;
    let mut outbox = DemoOutbox {
        shell: gallery.shell(),
        messages: messages(),
        total: 12_345,
    };
    outbox.shell.demo = true;
    gallery.add("demo-outbox", outbox)
}

fn controller() -> Vec<String> {
    [
        "Hessisches Ministerium des Innern und für Sport",
        "Friedrich-Ebert-Allee 12",
        "65185 Wiesbaden",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The public status after so many minutes.
fn status(gallery: &Gallery, minutes: i64) -> Status {
    let minute = |minute: i64| StatusMinute {
        at: (opens() + minute.minutes()).time(),
        numbers: [
            60_000 + 40 * minute.unsigned_abs(),
            100 * minute.unsigned_abs(),
            80 * minute.unsigned_abs(),
        ],
    };
    let line = |town: &str, waited_min| StatusLine {
        centres: format!("Impfzentrum {town}"),
        joined: 61_204,
        called: 4_211,
        free: 1_020,
        waited_min,
    };
    let all: Vec<StatusMinute> = (0..minutes).map(minute).collect();
    Status {
        shell: gallery.shell(),
        at: opens() + minutes.minutes(),
        joined: 80_000,
        called: 50_000,
        booked: 40_000,
        free: 20_000,
        lines: vec![line("Kassel", Some(1)), line("Gießen", Some(75)), line("Fulda", None)],
        chart: Chart::of(&all),
        account: StatusAccount {
            lines: minutes.unsigned_abs() * 3,
            head: "a1b2c3d4".repeat(8),
            files: if minutes > 1 {
                vec![
                    (1, 1_000, "/status/account/1".to_owned()),
                    (1_001, 1_500, "/status/account/2".to_owned()),
                ]
            } else {
                Vec::new()
            },
        },
    }
}

fn draw(gallery: &Gallery) -> DrawProof {
    DrawProof {
        shell: gallery.shell(),
        campaign: "Hessen, 12. Januar 2021".to_owned(),
        commitment: "0f1e2d3c".repeat(8),
        committed: date(2021, 1, 8).at(12, 0, 0, 0),
        opens: opens(),
        source: DrawSource::None,
        value: None,
        frozen: None,
        drawn: None,
        proof_href: format!("{}?campaign=hessen-2021-01-12", paths::PROOF),
    }
}

fn messages() -> Vec<DemoMessage> {
    let message = |way, recipient: &str, subject: &str, body: &str, calendar| DemoMessage {
        way,
        recipient: recipient.to_owned(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        at: date(2021, 1, 12).at(8, 4, 0, 0),
        calendar,
    };
    vec![
        message(DemoWay::Sms, "+49 171 2345678", "", "Ihr Code: 123456", false),
        message(
            DemoWay::Email,
            "erna@beispiel.de",
            "Ihre Impftermine sind gebucht",
            "Guten Tag,\n\nIhre Termine sind gebucht.\n\n1. Impfung: Donnerstag, 21. Januar 2021, 9:30 Uhr",
            true,
        ),
        message(DemoWay::Letter, ODD_NAMES[1], ODD_NAMES[2], ODD_NAMES[0], false),
    ]
}
