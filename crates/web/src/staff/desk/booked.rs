//! The end of a call: what is booked, with the sentences to read aloud.

use dran_core::ids::{LineNo, TicketId, TicketNumber};
use dran_core::phone::AgentState;
use dran_service::staff::{Access, Person};
use dran_store::{Booked, ContactRecord, Series};

use super::bar::bar;
use super::screen;
use crate::portal::page::{Page, shell, show as page_of};
use crate::portal::proposals::series_card;
use crate::portal::views::{SeriesCard, Shell};
use crate::problem::{Kind, Problem};
use crate::staff::call::{Call, Desk, unavailable};
use crate::staff::own::form;
use crate::staff::page;
use crate::staff::views::{DeskBooked, DeskPrint, paths};

/// `GET /desk/gebucht/{place}`: as often as it is opened.
pub async fn show(call: Call<Desk>) -> Page {
    let (ticket, booked) = booked(&call).await?;
    let shell = shell(&call.app.app, &call.visitor);
    let series = cards(&call, &booked);
    let view = DeskBooked {
        who: Some(page::who(&call.visitor, &call.who)),
        bar: bar(&call).await,
        say: sentences(&shell, &booked, &series),
        series,
        print_href: format!("{}/druck", paths::desk_booked(ticket)),
        next: form(&call.who, paths::DESK_STATE).with_hidden("state", AgentState::Ready.word()),
        shell,
    };
    Ok(page_of(&call.visitor, &view))
}

/// `GET /desk/gebucht/{place}/druck`: for paper.
pub async fn print(call: Call<Desk>) -> Page {
    let (ticket, booked) = booked(&call).await?;
    let view = DeskPrint {
        shell: shell(&call.app.app, &call.visitor),
        who: Some(page::who(&call.visitor, &call.who)),
        series: cards(&call, &booked),
        back_href: paths::desk_booked(ticket),
    };
    Ok(page_of(&call.visitor, &view))
}

/// What the place of the address has booked; that it is shown is in the log before.
async fn booked(call: &Call<Desk>) -> Result<(TicketId, Booked), Problem> {
    let ticket = ticket_of(call.param("place")).ok_or(Kind::NotFound)?;
    let staff = &call.app.staff;
    let persons = [Person::Ticket(ticket)];
    let recorded = staff.record_access(call.who.actor(), Access::Read, &persons);
    recorded.await.map_err(|_| unavailable())?;
    let booked = call.app.app.service.booked_by(ticket).await;
    let booked = booked.map_err(|_| Problem::from(Kind::OutcomeUnknown).retry_after(1))?;
    Ok((ticket, booked.ok_or(Kind::NotFound)?))
}

/// The place that an address names: its line, and its number there.
fn ticket_of(text: &str) -> Option<TicketId> {
    let (line, number) = text.split_once('-')?;
    Some(TicketId {
        line: LineNo(line.parse().ok()?),
        number: TicketNumber(number.parse().ok()?),
    })
}

fn cards(call: &Call<Desk>, booked: &Booked) -> Vec<SeriesCard> {
    let card = |series: &Series| SeriesCard {
        calendar_href: None,
        ..series_card(&call.app.app, series)
    };
    booked.series.iter().map(card).collect()
}

/// What is read aloud to be written down, each thing once: when, where, the code, and where the confirmation goes.
fn sentences(shell: &Shell, booked: &Booked, cards: &[SeriesCard]) -> Vec<String> {
    let mut say = vec![shell.t("desk-say-booked")];
    let visits = |card: &SeriesCard| screen::spoken(shell, &card.visits);
    match cards {
        [first, others @ ..] if others.iter().all(|card| card.visits == first.visits) => {
            say.push(shell.tv("desk-say-visits", "visits", &visits(first)));
        }
        _ => say.extend(
            cards
                .iter()
                .map(|card| shell.tv2("desk-say-series", "name", &card.person, "visits", &visits(card))),
        ),
    }
    if let Some(card) = cards.first() {
        let place = [&card.place.name, &card.place.street, &card.place.town].map(String::as_str);
        let place: Vec<&str> = place.into_iter().filter(|line| !line.is_empty()).collect();
        say.push(shell.tv("desk-say-where", "place", &place.join(", ")));
    }
    match cards {
        [card] => say.push(shell.tv("desk-say-booking-code", "code", &card.booking_code)),
        _ => say.extend(cards.iter().map(|card| {
            let (name, code) = (card.person.as_str(), card.booking_code.as_str());
            shell.tv2("desk-say-booking-code-of", "name", name, "code", code)
        })),
    }
    if let Some(series) = booked.series.first() {
        say.push(match &series.contact {
            ContactRecord::Sms(number) => shell.tv("desk-say-by-sms", "contact", number),
            ContactRecord::Email(address) => shell.tv("desk-say-by-email", "contact", address),
            ContactRecord::Letter { .. } => shell.t("desk-say-by-letter"),
        });
    }
    say.push(shell.t("desk-say-bring"));
    say
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_one_place_and_rubbish_names_none() {
        let place = |text| ticket_of(text).map(|ticket| (ticket.line.0, ticket.number.0));
        assert_eq!(place("3-17"), Some((3, 17)));
        assert_eq!(
            paths::desk_booked(ticket_of("3-17").unwrap_or(TicketId {
                line: LineNo(0),
                number: TicketNumber(0)
            })),
            "/desk/gebucht/3-17"
        );
        for text in ["", "3", "3-", "-1", "3-x", "99999-1", "3-1-2"] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
