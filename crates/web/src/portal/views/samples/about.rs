//! Samples of the pages that explain, and of the demo's letter box.

use jiff::civil::date;

use super::{Gallery, ODD_NAMES, opens};
use crate::portal::views::{Accessibility, DemoMessage, DemoOutbox, DemoWay, DrawProof, Drawn, Privacy, Problem};
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
