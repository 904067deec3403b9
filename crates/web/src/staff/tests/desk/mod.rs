//! Calls at the desk, from the first question to the sentence that is read aloud.

mod call;
mod callbacks;
mod people;

use axum::http::StatusCode;
use dran_core::ids::{CampaignId, CentreId, GroupId, VaccineId};
use dran_core::phone::PhonePolicy;
use dran_core::staff::Role;
use dran_core::supply::{HoldBack, parse_csv_for};
use dran_service::planning::{self, CampaignOrder, RandomnessOrder, ReleaseOrder};
use jiff::civil::date;
use tokio_util::sync::CancellationToken;

use super::{Browser, Desk, Seen};

const CENTRES: [&str; 6] = [
    "kassel-stadt",
    "giessen",
    "fulda",
    "frankfurt",
    "wiesbaden",
    "darmstadt",
];

/// An open line with appointments, an agent who has come in, and the leader's loop until it is dropped.
pub(super) struct Open {
    pub(super) desk: Desk,
    agent: Browser,
    _stop: tokio_util::sync::DropGuard,
}

pub(super) async fn open() -> Open {
    let desk = Desk::new().await;
    let agent = desk.ready("agent", Role::Agent).await;
    let service = desk.service.clone();
    let (region, store, now) = (service.region(), service.store(), desk.now());
    let deliveries = include_str!("../../../../../../scenarios/hessen-2021-01-12.deliveries.csv");
    let deliveries = parse_csv_for(deliveries, region).unwrap();
    planning::import_deliveries(store, deliveries).await.unwrap();
    let centres = CENTRES.map(CentreId::new).to_vec();
    let release = ReleaseOrder {
        vaccine: VaccineId::new("biontech"),
        centres: centres.clone(),
        first_days: date(2021, 1, 19)..=date(2021, 2, 5),
        hold_back: HoldBack::ALL,
    };
    planning::release(region, store, &release, now).await.unwrap();
    let order = CampaignOrder {
        id: CampaignId::new("line"),
        opens_at: now,
        centres,
        groups: vec![GroupId::new("ab-80")],
        randomness: RandomnessOrder::None,
        phone: PhonePolicy::OneLine,
    };
    planning::create_campaign(region, store, order, [4; 32], now)
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let (leading, until) = (service.clone(), stop.clone());
    tokio::spawn(async move { leading.run(true, until).await });
    let drawn = || {
        service
            .campaign(&CampaignId::new("line"))
            .is_some_and(|view| view.drawn.is_some())
    };
    while !drawn() {
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Open {
        desk,
        agent,
        _stop: stop.drop_guard(),
    }
}

impl Open {
    /// Sends the part that is shown, with what is typed into it.
    async fn send(&mut self, shown: &Seen, typed: &[(&str, &str)]) -> Seen {
        let mut fields = fields(&shown.text);
        for (name, value) in typed {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        self.agent.post(&self.desk, "/desk", &fields).await
    }

    async fn get(&mut self, path: &str) -> Seen {
        self.agent.get(&self.desk, path).await
    }

    /// The part that is shown once the line has come to a ticket: the leader's loop needs a moment.
    async fn until_called(&mut self, mut shown: Seen) -> Seen {
        while shown.says("value=\"place\"") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            shown = self.send(&shown, &[]).await;
        }
        shown
    }

    /// A call as far as its proposals.
    async fn proposals(&mut self, typed: &[(&str, &str)]) -> Seen {
        let begin = self.get("/desk").await;
        let shown = self.send(&begin, typed).await;
        let shown = self.until_called(shown).await;
        assert!(shown.says("value=\"choose\""), "{}", shown.text);
        shown
    }

    fn joined(&self) -> u32 {
        let view = self.desk.service.campaign(&CampaignId::new("line")).unwrap();
        view.lines.iter().map(|line| line.joined).sum()
    }
}

/// Names and values of the inputs of the call's form.
fn fields(page: &str) -> Vec<(String, String)> {
    let form = page.split("<form id=\"form\"").nth(1).unwrap();
    let form = form.split("</form>").next().unwrap();
    let inputs = form
        .split("<input")
        .skip(1)
        .map(|input| input.split('>').next().unwrap());
    let get = |input: &str, name: &str| {
        let value = input.split(&format!(" {name}=\"")).nth(1)?;
        Some(value.split('"').next()?.to_owned())
    };
    inputs
        .filter_map(|input| Some((get(input, "name")?, get(input, "value")?)))
        .collect()
}

const ERNA: [(&str, &str); 5] = [
    ("family_name", "Muster"),
    ("given_name", "Erna Luise"),
    ("sex", "f"),
    ("contact", "0151 23456789"),
    ("language", "de"),
];

impl Open {
    /// A call from its beginning to its end; the address of what is booked.
    async fn book(&mut self, who: &[(&str, &str)], names: &[(&str, &str)]) -> String {
        let shown = self.proposals(who).await;
        let shown = self.send(&shown, &[("choice", "1")]).await;
        let review = self.send(&shown, names).await;
        let booked = self.send(&review, &[]).await;
        assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text);
        booked.location().to_owned()
    }

    /// Sends the form of another page than the call's.
    async fn send_to(&mut self, path: &str, shown: &Seen, typed: &[(&str, &str)]) -> Seen {
        let hidden = fields(&shown.text);
        let hidden = hidden
            .iter()
            .filter(|(name, _)| typed.iter().all(|(typed, _)| typed != name));
        let hidden = hidden.map(|(name, value)| (&**name, &**value));
        let fields: Vec<(&str, &str)> = hidden.chain(typed.iter().copied()).collect();
        self.agent.post(&self.desk, path, &fields).await
    }

    async fn search(&mut self, q: &str, birth: &str) -> Seen {
        let page = self.get("/desk/suche").await;
        self.send_to("/desk/suche", &page, &[("q", q), ("birth", birth)]).await
    }

    async fn messages(&self) -> usize {
        let messages = self.desk.service.store().recent_messages(99).await;
        messages.unwrap().len()
    }
}

const WHO: [(&str, &str); 2] = [("postcode", "34117"), ("birth", "08031935")];
