//! What operators and planners do here: each with a reason, once for its attempt key.

use axum::http::StatusCode;
use dran_core::ids::{AnnouncementId, AttemptKey, CampaignId, CentreId, VaccineId};
use dran_core::operations::{AnnouncementError, AnnouncementText, BoundsError, PermitBounds};
use dran_core::staff::{Reason, ReasonError};
use dran_service::planning::{self, ReleaseError, ReleaseOrder};
use dran_service::staff::SignedIn;
use dran_store::{CampaignStep, Failure, NewRelease, Operation, OperationOrder, OperationRefusal};
use jiff::civil::Date;

use super::{Wrong, view};
use crate::input;
use crate::portal::page::{Page, go, show_as};
use crate::problem::{Kind, Problem};
use crate::staff::call::{Call, Needs, Operations, Planning, unavailable};
use crate::staff::views::paths;

/// A form that cannot be carried out as it is.
enum Refused {
    /// Something in it is wrong.
    Wrong(Vec<Wrong>),
    /// It is none of ours, or nothing can be stored.
    Problem(Problem),
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Kind> for Refused {
    fn from(kind: Kind) -> Self {
        Self::Problem(kind.into())
    }
}

impl From<Wrong> for Refused {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(vec![wrong])
    }
}

/// `POST /betrieb`: `what` says what is done.
pub async fn operate(call: Call<Operations>) -> Page {
    let done = match order(&call) {
        Ok(order) => carry_out(&call, order).await,
        Err(refused) => Err(refused),
    };
    answer(&call, done).await
}

/// `POST /betrieb/freigabe`
pub async fn release(call: Call<Planning>) -> Page {
    let done = match planned(&call).await {
        Ok(release) => carry_out(&call, OperationOrder::Release(release)).await,
        Err(refused) => Err(refused),
    };
    answer(&call, done).await
}

async fn answer<N: Needs<Who = SignedIn>>(call: &Call<N>, done: Result<(), Refused>) -> Page {
    match done {
        Ok(()) => Ok(go(&format!("{}?erledigt=1", paths::OPERATIONS))),
        Err(Refused::Problem(problem)) => Err(problem),
        Err(Refused::Wrong(wrong)) => {
            let view = view(call, &wrong).await?;
            Ok(show_as(&call.visitor, StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
    }
}

/// Reads reason and key, and does it.
async fn carry_out<N: Needs<Who = SignedIn>>(call: &Call<N>, order: OperationOrder) -> Result<(), Refused> {
    let form = call.posted.get("form");
    let reason = Reason::parse(call.posted.get("reason")).map_err(|error| {
        let key = match error {
            ReasonError::TooShort => "operations-error-reason-short",
            ReasonError::TooLong => "operations-error-reason-long",
        };
        Wrong::new(form, "reason", key)
    })?;
    let attempt_key: AttemptKey = input::attempt_key(call.posted.get("attempt_key")).ok_or(Kind::Malformed)?;
    let service = &call.app.app.service;
    let operation = Operation {
        attempt_key,
        actor: call.who.actor(),
        reason,
        order,
        now: service.clock().now(),
    };
    let done = service.operate(operation).await;
    done.map_err(|failure| match failure {
        Failure::Fault(_) => unavailable().into(),
        Failure::Refused(refusal) => {
            let key = match refusal {
                OperationRefusal::Step(_) => "operations-error-state",
                OperationRefusal::NothingToRelease => "operations-error-nothing",
                OperationRefusal::Release(_) => "operations-error-released",
                OperationRefusal::OtherAnnouncement => "operations-error-announcement-other",
            };
            Wrong::new(form, "", key).into()
        }
    })
}

/// What an operator orders.
fn order(call: &Call<Operations>) -> Result<OperationOrder, Refused> {
    let posted = &call.posted;
    match posted.get("what") {
        "step" => {
            let step = match posted.get("step") {
                "pause" => CampaignStep::Pause,
                "resume" => CampaignStep::Resume,
                "close" if posted.get("sure") != "1" => {
                    return Err(Wrong::new(posted.get("form"), "", "operations-error-sure").into());
                }
                "close" => CampaignStep::Close,
                _ => return Err(Kind::Malformed.into()),
            };
            Ok(OperationOrder::Step(CampaignId::new(posted.get("campaign")), step))
        }
        "bounds" if posted.has("configured") => Ok(OperationOrder::Bounds(None)),
        "bounds" => bounds(posted.get("min"), posted.get("max")).map(|bounds| OperationOrder::Bounds(Some(bounds))),
        "announce" => announcement(call),
        "withdraw" => {
            let id: i64 = posted.get("announcement").parse().map_err(|_| Kind::Malformed)?;
            Ok(OperationOrder::Withdraw(AnnouncementId(id)))
        }
        _ => Err(Kind::Malformed.into()),
    }
}

fn bounds(min: &str, max: &str) -> Result<PermitBounds, Refused> {
    let number = |field: &str, typed: &str| -> Result<u32, Wrong> {
        // Grouped by whatever the language groups by.
        let digits: String = typed.trim().replace(['.', ',', '\u{a0}', ' '], "");
        digits
            .parse()
            .map_err(|_| Wrong::new("bounds", field, "operations-error-number"))
    };
    match (number("min", min), number("max", max)) {
        (Ok(min), Ok(max)) => PermitBounds::new(min, max).map_err(|error| {
            let (field, key) = match error {
                BoundsError::Zero => ("min", "operations-error-zero"),
                BoundsError::Crossed => ("min", "operations-error-crossed"),
                BoundsError::TooMany => ("max", "operations-error-many"),
            };
            Wrong::new("bounds", field, key).into()
        }),
        (min, max) => Err(Refused::Wrong([min.err(), max.err()].into_iter().flatten().collect())),
    }
}

/// A text in every language of the region, or what is wrong with each.
fn announcement(call: &Call<Operations>) -> Result<OperationOrder, Refused> {
    let (mut texts, mut wrong) = (Vec::new(), Vec::new());
    for language in &call.app.app.service.region().languages {
        let field = format!("text-{language}");
        match AnnouncementText::parse(call.posted.get(&field)) {
            Ok(text) => texts.push((language.clone(), text)),
            Err(AnnouncementError::Empty) => {
                wrong.push(Wrong::new("announce", field, "operations-error-announcement-empty"));
            }
            Err(AnnouncementError::TooLong) => {
                wrong.push(Wrong::new("announce", field, "operations-error-announcement-long"));
            }
        }
    }
    if wrong.is_empty() {
        Ok(OperationOrder::Announce(texts))
    } else {
        Err(Refused::Wrong(wrong))
    }
}

/// What a planner releases.
async fn planned(call: &Call<Planning>) -> Result<NewRelease, Refused> {
    let posted = &call.posted;
    let day = |field: &str| -> Result<Date, Wrong> {
        let typed = posted.get(field).parse();
        typed.map_err(|_| Wrong::new("release", field, "operations-error-days"))
    };
    let centres = match posted.get("centre") {
        "" => Vec::new(),
        centre => vec![CentreId::new(centre)],
    };
    let order = ReleaseOrder {
        vaccine: VaccineId::new(posted.get("vaccine")),
        centres,
        first_days: day("from")?..=day("to")?,
        hold_back: posted.get("hold_back").parse().map_err(|_| Kind::Malformed)?,
    };
    let service = &call.app.app.service;
    let now = service.clock().now();
    let wrong = |field: &str, key| Refused::from(Wrong::new("release", field, key));
    let planned = planning::plan_release(service.region(), service.store(), &order, now).await;
    let (release, _) = planned.map_err(|error| match error {
        ReleaseError::UnknownVaccine(_) => wrong("vaccine", "operations-error-vaccine"),
        ReleaseError::UnknownCentre(_) => wrong("centre", "operations-error-centre"),
        ReleaseError::Plan(_) => wrong("from", "operations-error-days"),
        ReleaseError::Refused(_) => wrong("", "operations-error-released"),
        ReleaseError::Fault(_) => unavailable().into(),
    })?;
    Ok(release)
}
