//! The first page, and pages that explain.

use axum::extract::State;
use axum::response::Response;
use dran_core::campaign::CampaignState;
use dran_service::CampaignView;
use dran_store::Channel;

use super::page::{Page, civil, page, seconds_until, shell, show};
use super::views::{
    Accessibility, CampaignCard, CampaignStanding, DemoMessage, DemoOutbox, DemoWay, Home, Privacy, paths,
};
use crate::app::{App, Visitor};
use crate::problem::Kind;

/// How many of the demo's messages are shown.
const MESSAGES_SHOWN: u32 = 100;

/// `GET /`
pub async fn home(State(app): State<App>, visitor: Visitor) -> Response {
    let mut campaigns = app.service.campaigns();
    campaigns.sort_by_key(|view| view.campaign.opens_at);
    let view = Home {
        shell: shell(&app, &visitor),
        campaigns: campaigns.iter().map(|view| card(&app, &visitor, view)).collect(),
        letter_address: Vec::new(),
    };
    show(&visitor, &view)
}

fn card(app: &App, visitor: &Visitor, view: &CampaignView) -> CampaignCard {
    let campaign = &view.campaign;
    CampaignCard {
        groups: group_names(app, visitor, view),
        centres: centre_names(app, &campaign.centres),
        opens: civil(app, campaign.opens_at),
        state: match view.state {
            CampaignState::Scheduled => CampaignStanding::Coming {
                in_s: seconds_until(app, campaign.opens_at),
            },
            CampaignState::Open => CampaignStanding::Open,
            CampaignState::Paused => CampaignStanding::Paused,
            CampaignState::Closed => CampaignStanding::Closed,
        },
        join_href: format!("{}/{}", paths::JOIN, campaign.id),
        draw_href: format!("{}/{}", paths::DRAW, campaign.id),
    }
}

/// Names of a campaign's priority groups.
pub fn group_names(app: &App, visitor: &Visitor, view: &CampaignView) -> Vec<String> {
    let groups = view
        .campaign
        .groups
        .iter()
        .filter_map(|id| app.service.region().group(id));
    groups
        .map(|group| group.name.get(visitor.speaker.language()).to_owned())
        .collect()
}

/// Names of centres.
pub fn centre_names(app: &App, centres: &[dran_core::ids::CentreId]) -> Vec<String> {
    centres
        .iter()
        .filter_map(|id| app.service.region().centre(id))
        .map(|centre| centre.name.clone())
        .collect()
}

/// `GET /datenschutz`
pub async fn privacy(State(app): State<App>, visitor: Visitor) -> Response {
    show(
        &visitor,
        &Privacy {
            shell: shell(&app, &visitor),
            controller: controller(&app, &visitor),
        },
    )
}

/// `GET /barrierefreiheit`
pub async fn accessibility(State(app): State<App>, visitor: Visitor) -> Response {
    show(
        &visitor,
        &Accessibility {
            shell: shell(&app, &visitor),
            controller: controller(&app, &visitor),
        },
    )
}

/// Who is in charge: the region, reached by its hotline.
fn controller(app: &App, visitor: &Visitor) -> Vec<String> {
    let region = app.service.region();
    let numbers = region.hotline.numbers.iter().map(|number| number.shown.clone());
    std::iter::once(region.name.get(visitor.speaker.language()).to_owned())
        .chain(numbers)
        .collect()
}

/// `GET /demo/outbox`: only in the demo, where nobody is real.
pub async fn outbox(State(app): State<App>, visitor: Visitor) -> Response {
    page(&app, &visitor, messages(&app, &visitor).await)
}

async fn messages(app: &App, visitor: &Visitor) -> Page {
    if !app.demo {
        return Err(Kind::NotFound.into());
    }
    let messages = app
        .service
        .store()
        .recent_messages(MESSAGES_SHOWN)
        .await
        .map_err(|_| Kind::Unavailable)?;
    let counts = app.service.store().counts().await.map_err(|_| Kind::Unavailable)?;
    let shown = messages.into_iter().map(|stored| DemoMessage {
        way: match stored.message.channel {
            Channel::Sms => DemoWay::Sms,
            Channel::Email => DemoWay::Email,
            Channel::Letter => DemoWay::Letter,
        },
        recipient: stored.message.recipient,
        subject: stored.message.subject,
        body: stored.message.body,
        at: civil(app, stored.created_at),
        calendar: stored.message.calendar.is_some(),
    });
    let view = DemoOutbox {
        shell: shell(app, visitor),
        messages: shown.collect(),
        total: counts.messages_waiting + counts.messages_sent,
    };
    Ok(show(visitor, &view))
}
