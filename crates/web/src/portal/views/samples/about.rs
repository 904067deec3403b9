//! Samples of the pages that explain, and of the demo's letter box.

use jiff::ToSpan;
use jiff::civil::date;

use super::{Gallery, ODD_NAMES, opens};
use crate::portal::views::{
    Accessibility, Chart, DemoMessage, DemoOutbox, DemoWay, DrawProof, Drawn, Privacy, Problem, Status, StatusAccount,
    StatusLine, StatusMinute,
};
use crate::problem::{self, Kind};

pub(super) fn add(gallery: &mut Gallery) -> Result<(), askama::Error> {
    gallery.add("draw-before", draw(gallery, None))?;
    let drawn = Drawn {
        at: opens(),
        secret: "a1b2c3d4".repeat(8),
        pools: [("Kassel", 61_204), ("Gießen", 48_911), ("Fulda", 0)]
            .map(|(town, n)| (format!("Impfzentrum {town}"), n))
            .to_vec(),
    };
    gallery.add("draw-after", draw(gallery, Some(drawn)))?;
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

fn draw(gallery: &Gallery, drawn: Option<Drawn>) -> DrawProof {
    DrawProof {
        shell: gallery.shell(),
        campaign: "Hessen, 12. Januar 2021".to_owned(),
        commitment: "0f1e2d3c".repeat(8),
        committed: date(2021, 1, 8).at(12, 0, 0, 0),
        opens: opens(),
        drawn,
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
