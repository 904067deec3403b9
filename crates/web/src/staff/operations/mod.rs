//! The operations page: how the day goes, for who may look; pausing, bounds, announcements and releases, for who may
//! act. Every act has a reason, which enters the audit log with it.

mod actions;
mod numbers;
mod screen;

pub use actions::{operate, release};
pub use numbers::{call, numbers};

use dran_core::staff::Right;

use dran_service::staff::SignedIn;

use super::call::{Call, Needs, Overview, unavailable};
use super::views::OperationsPage;
use crate::portal::page::{Page, show as page_of};
use crate::problem::Problem;

/// What is wrong with a form that was posted: which form, which of its fields (none: all of it), and the text's key.
#[derive(Clone, Debug)]
struct Wrong {
    form: String,
    field: String,
    key: &'static str,
}

impl Wrong {
    fn new(form: &str, field: impl Into<String>, key: &'static str) -> Self {
        Self {
            form: form.to_owned(),
            field: field.into(),
            key,
        }
    }
}

/// `GET /betrieb`
pub async fn show(call: Call<Overview>) -> Page {
    Ok(page_of(&call.visitor, &view(&call, &[]).await?))
}

async fn view<N: Needs<Who = SignedIn>>(call: &Call<N>, wrong: &[Wrong]) -> Result<OperationsPage, Problem> {
    let overview = call.app.app.service.overview().await.map_err(|_| unavailable())?;
    let may = |right| call.who.may(right);
    Ok(screen::page(
        call,
        &overview,
        wrong,
        may(Right::Operations),
        may(Right::Planning),
    ))
}
