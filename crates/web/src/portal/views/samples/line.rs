//! Samples of standing in the line.

use super::{Gallery, centre, opens};
use crate::portal::views::{Field, FindTicket, Form, LineState, Refresh, Waiting, paths};

pub(super) fn add(gallery: &mut Gallery) -> Result<(), askama::Error> {
    for state in LineState::ALL {
        gallery.add(
            &format!("waiting-{}", state.name().replace('_', "-")),
            waiting(gallery, state),
        )?;
    }
    let mut still = waiting(gallery, LineState::Waiting);
    still.refresh = Refresh::Still {
        now_href: "?still=1".to_owned(),
        moving_href: "?still=0".to_owned(),
    };
    still.persons = 2;
    still.wait_s = None;
    gallery.add("waiting-still-two", still)?;
    let mut stale = waiting(gallery, LineState::Waiting);
    stale.stale_since = Some(opens());
    gallery.add("waiting-stale", stale)?;
    for cause in ["slower", "pause", "supply"] {
        let mut later = waiting(gallery, LineState::Waiting);
        later.wait_cause = cause;
        gallery.add(&format!("waiting-later-{cause}"), later)?;
    }
    let page = FindTicket {
        shell: gallery.shell(),
        form: Form::to(paths::PLACE),
        code: Field::empty("code"),
    };
    gallery.add("find-ticket", page.clone())?;
    let code = Field::filled("code", "K7QM 3XP").with_error(gallery.t("input-short-code-typo"));
    gallery.add("find-ticket-errors", FindTicket { code, ..page })
}

fn waiting(gallery: &Gallery, state: LineState) -> Waiting {
    let drawn = !matches!(state, LineState::BeforeOpening | LineState::Drawing);
    Waiting {
        shell: gallery.shell(),
        state,
        short_code: "K7QM-3XPA-9TRW".to_owned(),
        lot: 17_408,
        proof_href: format!("{}?campaign=hessen-2021-01-12#kassel-stadt:17408", paths::PROOF),
        persons: 1,
        centres: vec![centre()],
        opens: opens(),
        opens_in_s: if state == LineState::BeforeOpening { 61_200 } else { 0 },
        position: drawn.then_some(12_346),
        ahead: drawn.then_some(3_128),
        wait_s: (drawn && state != LineState::BeyondSupply).then_some((2_700, 5_100)),
        wait_cause: "",
        stale_since: None,
        supply: 9_872,
        link: "https://impftermine.example/platz/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMk".to_owned(),
        enter: Form::to("/platz/AQIDBAUG/eintreten"),
        continue_href: "/buchen".to_owned(),
        notice_href: "/platz/AQIDBAUG/nachricht".to_owned(),
        draw_href: format!("{}/hessen-2021-01-12", paths::DRAW),
        api_href: "/api/v1/line/AQIDBAUG".to_owned(),
        poll_after_ms: 15_000,
        refresh: Refresh::Every {
            seconds: 30,
            still_href: "?still=1".to_owned(),
        },
    }
}
