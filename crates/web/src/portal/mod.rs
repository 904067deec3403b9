//! The portal: citizens' pages. A handler reads what was typed, asks the service, and fills a view.

mod access;
mod booking;
pub(crate) mod draw;
pub(crate) mod forms;
pub(crate) mod home;
pub(crate) mod line;
pub(crate) mod manage;
mod notice;
pub(crate) mod outcome;
pub(crate) mod page;
mod people;
pub(crate) mod proposals;
mod registration;
mod status;
pub mod views;

pub(crate) use forms::Posted;
pub(crate) use page::{page_of, wait_page};

use axum::Router;
use axum::routing::{any, get};

use crate::app::App;
use views::paths;

/// All pages.
pub fn routes() -> Router<App> {
    let pages = Router::new()
        .route(paths::HOME, get(home::home))
        .route(
            &format!("{}/{{campaign}}", paths::JOIN),
            get(line::join_form).post(line::join),
        )
        .route(paths::PLACE, get(line::find_form).post(line::find))
        .route(
            &format!("{}/{{ticket}}", paths::PLACE),
            get(line::waiting).post(line::enter),
        )
        .route(
            &format!("{}/{{ticket}}/nachricht", paths::PLACE),
            get(notice::show_notice).post(notice::change_notice),
        )
        .route(&format!("{}/{{campaign}}", paths::DRAW), get(draw::draw))
        .route(paths::PROOF, get(draw::proof))
        .route(paths::PROOF_DOCUMENT, get(draw::document))
        .route(paths::STATUS, get(status::status))
        .route(paths::PRIVACY, get(home::privacy))
        .route(paths::ACCESSIBILITY, get(home::accessibility))
        .route(paths::MANAGE, get(manage::find_form).post(manage::find))
        .route(&format!("{}/{{code}}", paths::MANAGE), get(manage::show_booking))
        .route(
            &format!("{}/{{code}}/verschieben", paths::MANAGE),
            get(manage::move_form).post(manage::change),
        )
        .route(
            &format!("{}/{{code}}/absagen", paths::MANAGE),
            get(manage::cancel_form).post(manage::cancel),
        )
        .route(
            &format!("{}/{{code}}/kalender.ics", paths::MANAGE),
            get(manage::calendar),
        )
        .route(paths::DEMO_OUTBOX, get(home::outbox));
    pages.merge(booking::routes()).fallback(any(page::not_found))
}
