//! `GET /line.json`: the public state of all lines, one document a second for everybody. Who knows
//! their position computes from it how many are before them, and asks nobody else.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use dran_service::{CampaignView, LineView, Service};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::campaign_word;
use crate::app::App;
use crate::document::{Choice, Document};
use crate::listener::{PlainRequest, Reply};

/// Where it is.
pub const PATH: &str = "/line.json";

const CONTENT_TYPE: &str = "application/json";
/// A second in every cache; an older one while a cache fetches the next, and for a minute if dran does
/// not answer (RFC 5861).
const CACHE_CONTROL: &str = "public, max-age=1, stale-while-revalidate=2, stale-if-error=60";

/// The state of all lines.
#[derive(Serialize, ToSchema)]
pub struct LineBoardAnswer {
    /// All campaigns, oldest first.
    campaigns: Vec<CampaignLines>,
    /// Whether nobody can book for a while; the line goes on.
    read_only: bool,
    /// When all this stood so, if that is longer ago than it should be; null in normal use.
    stale_since: Option<String>,
}

/// The lines of a campaign.
#[derive(Serialize, ToSchema)]
struct CampaignLines {
    /// Its name.
    campaign: String,
    /// `scheduled`, `open`, `paused` or `closed`.
    state: &'static str,
    /// When it opens or opened.
    opens_at: String,
    /// Its lines, one a pool.
    pools: Vec<PoolLine>,
}

/// One line. Position `p` (from 1) has `p - 1 - called` tickets before it, or is called when that is
/// negative; an appointment is there for it while that is below `supply`.
#[derive(Serialize, ToSchema)]
struct PoolLine {
    /// The pool.
    pool: String,
    /// Tickets given out.
    joined: u32,
    /// Tickets that took part in the draw; null before.
    drawn: Option<u32>,
    /// Positions called: all up to this one.
    called: u32,
    /// Series nobody holds or has booked.
    supply: u32,
    /// Positions called in a minute, measured over the last ten; null before anything is known.
    called_per_min: Option<f64>,
    /// How long somebody who joins now would wait, as a range; null while it cannot be told.
    joiner_wait_s: Option<Wait>,
}

/// A wait as a range.
#[derive(Serialize, ToSchema)]
struct Wait {
    /// One in ten is called sooner.
    low: u64,
    /// One in ten is called later.
    high: u64,
}

/// The document of this second.
#[derive(Default)]
pub struct LineDocument(ArcSwapOption<Made>);

struct Made {
    second: i64,
    document: Document,
}

impl LineDocument {
    /// The document of this second, made by whoever asks first.
    fn current(&self, service: &Service) -> Arc<Made> {
        let second = service.clock().now().as_second();
        let known = self.0.load_full();
        if let Some(made) = known
            && made.second == second
        {
            return made;
        }
        let made = Arc::new(Made {
            second,
            document: Document::new(written(service)),
        });
        self.0.store(Some(Arc::clone(&made)));
        made
    }
}

fn written(service: &Service) -> Vec<u8> {
    let line = |line: &LineView| PoolLine {
        pool: line.pool.id.to_string(),
        joined: line.joined,
        drawn: line.drawn_n,
        called: line.called,
        supply: line.supply,
        called_per_min: line.called_per_s.map(|rate| (rate * 600.0).round() / 10.0),
        joiner_wait_s: line.wait.map(|wait| Wait {
            low: wait.low.as_secs(),
            high: wait.high.as_secs(),
        }),
    };
    let campaign = |view: &CampaignView| CampaignLines {
        campaign: view.campaign.id.to_string(),
        state: campaign_word(view.state),
        opens_at: view.campaign.opens_at.to_string(),
        pools: view.lines.iter().map(line).collect(),
    };
    let answer = LineBoardAnswer {
        campaigns: service.campaigns().iter().map(campaign).collect(),
        read_only: service.read_only().is_some(),
        stale_since: service.stale_since().map(|since| since.to_string()),
    };
    serde_json::to_vec(&answer).unwrap_or_else(|error| {
        tracing::error!(%error, "the public state of the lines could not be written");
        b"{\"campaigns\":[]}".to_vec()
    })
}

#[utoipa::path(get, path = PATH, tag = "open data", responses((status = 200, body = LineBoardAnswer), (status = 304)))]
pub async fn line_json(State(app): State<App>, headers: HeaderMap) -> Response {
    let made = app.line_document.current(&app.service);
    made.document.respond(&headers, CONTENT_TYPE, CACHE_CONTROL)
}

/// [`line_json`] where the request was read.
pub fn reply_line_json(app: &App, request: &PlainRequest<'_>, reply: &mut Reply<'_>) {
    let made = app.line_document.current(&app.service);
    let choice = made
        .document
        .choose(request.header("accept-encoding"), request.header("if-none-match"));
    let (Choice::NotModified(form) | Choice::Send(form)) = &choice;
    let caching = format!(
        "cache-control: {CACHE_CONTROL}\r\nvary: accept-encoding\r\netag: {}\r\n",
        form.tag
    );
    if matches!(choice, Choice::NotModified(_)) {
        reply.not_modified(&[caching.as_bytes()]);
        return;
    }
    let content: &[u8] = match form.coding {
        Some(_) => b"content-type: application/json\r\ncontent-encoding: gzip\r\n",
        None => b"content-type: application/json\r\n",
    };
    reply.write("200 OK", &[caching.as_bytes(), content], &form.bytes);
}
