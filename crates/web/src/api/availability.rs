//! The board, for everyone, and the public numbers of the day.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use dran_core::hex;
use dran_service::{CampaignView, LineView, waited};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::line::campaign_word;
use super::{Answer, respond};
use crate::app::{App, Visitor, query_value};
use crate::input;

/// What is free for a postcode, by day.
#[derive(Serialize, ToSchema)]
pub struct AvailabilityAnswer {
    /// When it was read.
    at: String,
    /// Days with free series, in order; empty when there are none.
    days: Vec<DayAnswer>,
}

/// What is free on one day.
#[derive(Serialize, ToSchema)]
pub struct DayAnswer {
    /// Day of the first appointment.
    day: String,
    /// The centre.
    centre: String,
    /// The vaccine.
    vaccine: String,
    /// Series (first and second dose together) that nobody holds or has booked.
    free: u64,
}

/// The public numbers of the day.
#[derive(Serialize, ToSchema)]
pub struct StatusAnswer {
    /// When they were read.
    at: String,
    /// Series booked.
    booked: u64,
    /// Series held right now.
    held: u64,
    /// Series nobody holds or has booked.
    free: u64,
    /// Permits in use right now.
    permits: u64,
    /// The account of who was called when.
    account: AccountAnswer,
    /// The campaigns, oldest first.
    campaigns: Vec<CampaignAnswer>,
}

/// A campaign's numbers.
#[derive(Serialize, ToSchema)]
pub struct CampaignAnswer {
    /// Its name.
    campaign: String,
    /// `scheduled`, `open`, `paused` or `closed`.
    state: &'static str,
    /// When it opens or opened.
    opens_at: String,
    /// SHA-256 commitment to the secret of the draw, in hexadecimal.
    commitment: String,
    /// When the commitment was published.
    committed_at: String,
    /// The secret, once the order is drawn.
    secret: Option<String>,
    /// Its lines.
    lines: Vec<LineAnswer>,
}

/// The public account of who was called when; its lines are under `/status/account/{file}`.
#[derive(Serialize, ToSchema)]
pub struct AccountAnswer {
    /// How many lines it has.
    lines: u32,
    /// The head of all of them, in hexadecimal.
    head: String,
}

/// A line's numbers.
#[derive(Serialize, ToSchema)]
pub struct LineAnswer {
    /// Its pool.
    pool: String,
    /// Tickets given out.
    joined: u32,
    /// Tickets that took part in the draw; null before.
    drawn: Option<u32>,
    /// Positions called.
    called: u32,
    /// Series nobody holds or has booked.
    supply: u32,
    /// How long the next one to be called has been waiting, in seconds; null if nobody waits.
    longest_wait_s: Option<u64>,
}

#[utoipa::path(get, path = "/api/v1/availability", tag = "open data",
    params(("postcode" = String, Query, description = "Postcode of residence")),
    responses((status = 200, body = AvailabilityAnswer), (status = 422, body = crate::problem::ProblemDocument)))]
pub async fn availability(State(app): State<App>, visitor: Visitor, uri: Uri) -> Response {
    respond(&visitor, StatusCode::OK, days(&app, &uri))
}

fn days(app: &App, uri: &Uri) -> Answer<AvailabilityAnswer> {
    let postcode = query_value(uri, "postcode").unwrap_or_default();
    let postcode = input::postcode(&postcode).map_err(|problem| vec![problem])?;
    let region = app.service.region();
    let districts = region.districts_of(&postcode);
    let campaigns = app.service.campaigns();
    let pools = campaigns.iter().flat_map(|view| &view.campaign.pools);
    let serves =
        |pool: &&dran_core::campaign::Pool| districts.iter().any(|district| pool.districts.contains(&district.id));
    let mut centres: Vec<_> = pools.filter(serves).flat_map(|pool| pool.centres.clone()).collect();
    centres.sort_unstable();
    centres.dedup();
    let supply = app.service.supply();
    let days = supply.board.availability(&centres, app.service.clock().now());
    let answer = |day: dran_core::supply::DayAvailability| DayAnswer {
        day: day.day.to_string(),
        centre: day.centre.to_string(),
        vaccine: day.vaccine.to_string(),
        free: day.free,
    };
    Ok(AvailabilityAnswer {
        at: supply.read_at.to_string(),
        days: days.into_iter().map(answer).collect(),
    })
}

/// What was booked and what is free, of all that was released.
pub struct DayNumbers {
    /// Series booked.
    pub booked: u64,
    /// Series held right now.
    pub held: u64,
    /// Series nobody holds or has booked.
    pub free: u64,
}

/// The numbers of the board.
pub fn day_numbers(app: &App) -> DayNumbers {
    let supply = app.service.supply();
    let slots = supply.board.slots();
    let released: u64 = slots.iter().map(|slot| u64::from(slot.capacity)).sum();
    let free: u64 = slots.iter().map(|slot| u64::from(slot.free)).sum();
    let held = u64::from(app.service.in_use().places_held);
    DayNumbers {
        booked: (released - free).saturating_sub(held),
        held,
        free,
    }
}

#[utoipa::path(get, path = "/api/v1/status", tag = "open data", responses((status = 200, body = StatusAnswer)))]
pub async fn status(State(app): State<App>, visitor: Visitor) -> Response {
    respond(&visitor, StatusCode::OK, Ok(numbers(&app)))
}

fn numbers(app: &App) -> StatusAnswer {
    let (day, account) = (day_numbers(app), app.service.account_head());
    let now = app.service.clock().now();
    StatusAnswer {
        at: app.service.supply().read_at.to_string(),
        booked: day.booked,
        held: day.held,
        free: day.free,
        permits: u64::from(app.service.in_use().permits),
        account: AccountAnswer {
            lines: account.lines,
            head: hex::encode(&account.head),
        },
        campaigns: app.service.campaigns().iter().map(|view| campaign(view, now)).collect(),
    }
}

fn campaign(view: &CampaignView, now: Timestamp) -> CampaignAnswer {
    CampaignAnswer {
        campaign: view.campaign.id.to_string(),
        state: campaign_word(view.state),
        opens_at: view.campaign.opens_at.to_string(),
        commitment: hex::encode(&view.commitment),
        committed_at: view.committed_at.to_string(),
        secret: view.drawn.map(|(secret, _)| hex::encode(&secret)),
        lines: view.lines.iter().map(|view| line(view, now)).collect(),
    }
}

fn line(line: &LineView, now: Timestamp) -> LineAnswer {
    LineAnswer {
        pool: line.pool.id.to_string(),
        joined: line.joined,
        drawn: line.drawn_n,
        called: line.called,
        supply: line.supply,
        longest_wait_s: line
            .waiting_since
            .map(|since| waited(since, now).as_secs().unsigned_abs()),
    }
}
