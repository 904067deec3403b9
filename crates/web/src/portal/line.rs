//! Joining the line, waiting in it, entering.

use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::Response;
use dran_core::ids::{CampaignId, DistrictId, Party};
use dran_core::line::standing::{LineState as State_, StandingState};
use dran_core::line::ticket::{ShortCode, ShortCodeError, Ticket};
use dran_service::{EnterError, JoinError, Joining, LineView, PoolChoice, Standing, TicketStanding};

use super::access::{PERMIT_COOKIE, booking_path};
use super::forms::{Complaints, Posted};
use super::home::{centre_names, group_names};
use super::notice::notice_path;
use super::page::{Page, civil, go, page, seconds_until, set_cookie, shell, show, show_as};
use super::views::{
    Choice, ChoiceOption, ChooseDistrict, Field, FindTicket, Form, Join, JoinWork, LineState, NotEntitled, OwnGroup,
    Refresh, Waiting, paths,
};
use crate::api::{cause_word, enter_problem, join_problem};
use crate::app::{App, Visitor, query_value};
use crate::input;
use crate::problem::{FieldProblem, Kind};
use crate::work::Solved;

/// Whoever is inside or done need not be shown anything new soon.
const REFRESH_AT_REST_S: u64 = 60;

/// `GET /anstellen/{campaign}`
pub async fn join_form(State(app): State<App>, visitor: Visitor, Path(campaign): Path<String>) -> Response {
    let form = join_view(&app, &visitor, &campaign, &Posted::default(), &[]);
    page(&app, &visitor, form.map(|view| show(&visitor, &view)))
}

fn join_view(
    app: &App,
    visitor: &Visitor,
    campaign: &str,
    posted: &Posted,
    problems: &[FieldProblem],
) -> Result<Join, crate::problem::Problem> {
    let view = app
        .service
        .campaign(&CampaignId::new(campaign))
        .ok_or(Kind::UnknownCampaign)?;
    let complaints = Complaints::new(problems, visitor);
    let field = |name| Field {
        name,
        value: posted.get(name).to_owned(),
        error: complaints.about(name),
    };
    let shell = shell(app, visitor);
    let persons = Choice {
        error: complaints.about("persons"),
        ..Join::persons(&shell, posted.get("persons"))
    };
    Ok(Join {
        form: Form::to(format!("{}/{campaign}", paths::JOIN)),
        work: app.challenge().map(|(challenge, bits)| JoinWork { challenge, bits }),
        groups: group_names(app, visitor, &view),
        opens: view.drawn.is_none().then(|| civil(app, view.campaign.opens_at)),
        postcode: field("postcode"),
        birth_year: field("birth_year"),
        persons,
        shell,
    })
}

/// `POST /anstellen/{campaign}`
pub async fn join(State(app): State<App>, visitor: Visitor, Path(campaign): Path<String>, posted: Posted) -> Response {
    page(&app, &visitor, take_place(&app, &visitor, &campaign, &posted).await)
}

async fn take_place(app: &App, visitor: &Visitor, campaign: &str, posted: &Posted) -> Page {
    let postcode = input::postcode(posted.get("postcode"));
    let birth_year = input::birth_year(posted.get("birth_year"), app.service.today());
    let party = match posted.get("persons") {
        "" => Err(FieldProblem::new("persons", "input-persons-form")),
        persons => input::party(persons),
    };
    let (postcode, birth_year, party) = match (postcode, birth_year, party) {
        (Ok(postcode), Ok(birth_year), Ok(party)) => (postcode, birth_year, party),
        (postcode, birth_year, party) => {
            let problems = [postcode.err(), birth_year.err(), party.err()];
            let problems: Vec<_> = problems.into_iter().flatten().collect();
            let view = join_view(app, visitor, campaign, posted, &problems)?;
            return Ok(show_as(visitor, StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
    };
    let choice = match posted.get("district") {
        "" => PoolChoice::Postcode(postcode),
        district => PoolChoice::District(DistrictId::new(district)),
    };
    let joining = Joining {
        campaign: CampaignId::new(campaign),
        choice,
        party,
        birth_year,
    };
    // Who must choose a district first has not joined yet, and keeps the solved challenge for it.
    if let Err(error @ (JoinError::UnknownPostcode | JoinError::SeveralDistricts(_) | JoinError::NotServed)) =
        app.service.may_join(&joining)
    {
        return Ok(show(visitor, &choose_district(app, visitor, campaign, posted, &error)?));
    }
    let work = Solved {
        challenge: posted.get("challenge"),
        solution: posted.get("solution"),
    };
    if let Err(problem) = app.count_join(visitor.network, work) {
        let mut view = join_view(app, visitor, campaign, posted, &[])?;
        view.form.error = Some(problem.detail(&visitor.speaker));
        let mut response = show_as(visitor, problem.kind.status(), &view);
        let seconds = problem.retry_after_s.unwrap_or(1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    match app.service.join(&joining).await {
        Ok(joined) => Ok(go(&format!("{}/{}", paths::PLACE, joined.token))),
        Err(JoinError::NotEntitled) => Ok(show(visitor, &not_entitled(app, visitor, campaign, birth_year)?)),
        Err(error) => Err(join_problem(error)),
    }
}

fn choose_district(
    app: &App,
    visitor: &Visitor,
    campaign: &str,
    posted: &Posted,
    error: &JoinError,
) -> Result<ChooseDistrict, crate::problem::Problem> {
    let view = app
        .service
        .campaign(&CampaignId::new(campaign))
        .ok_or(Kind::UnknownCampaign)?;
    let served: Vec<&DistrictId> = view.campaign.pools.iter().flat_map(|pool| &pool.districts).collect();
    let among: Vec<&DistrictId> = match error {
        JoinError::SeveralDistricts(districts) => districts.iter().collect(),
        _ => served,
    };
    let mut options: Vec<ChoiceOption> = among
        .into_iter()
        .filter_map(|id| app.service.region().district(id))
        .map(|district| ChoiceOption::new(district.id.as_str(), district.name.as_str()))
        .collect();
    options.sort_by(|a, b| a.label.cmp(&b.label));
    let hidden = ["postcode", "birth_year", "persons", "challenge", "solution"];
    let action = format!("{}/{campaign}", paths::JOIN);
    Ok(ChooseDistrict {
        shell: shell(app, visitor),
        form: hidden.iter().fold(Form::to(&action), |form, name| {
            form.with_hidden(*name, posted.get(name))
        }),
        postcode: posted.get("postcode").trim().to_owned(),
        unknown: !matches!(error, JoinError::SeveralDistricts(_)),
        district: Choice::new("district", options, ""),
        back_href: action,
    })
}

fn not_entitled(
    app: &App,
    visitor: &Visitor,
    campaign: &str,
    birth_year: dran_core::person::BirthYear,
) -> Result<NotEntitled, crate::problem::Problem> {
    let view = app
        .service
        .campaign(&CampaignId::new(campaign))
        .ok_or(Kind::UnknownCampaign)?;
    let own = app.service.group_by_age(birth_year);
    Ok(NotEntitled {
        shell: shell(app, visitor),
        open_groups: group_names(app, visitor, &view),
        own: own.map(|group| OwnGroup {
            name: group.name.get(visitor.speaker.language()).to_owned(),
            from: Some(group.entitled_from).filter(|from| *from > app.service.today()),
        }),
        back_href: format!("{}/{campaign}", paths::JOIN),
    })
}

/// `GET /platz`
pub async fn find_form(State(app): State<App>, visitor: Visitor) -> Response {
    show(&visitor, &find_view(&app, &visitor, "", None))
}

fn find_view(app: &App, visitor: &Visitor, typed: &str, error: Option<&'static str>) -> FindTicket {
    FindTicket {
        shell: shell(app, visitor),
        form: Form::to(paths::PLACE),
        code: Field {
            name: "code",
            value: typed.to_owned(),
            error: error.map(|key| visitor.speaker.text(key)),
        },
    }
}

/// `POST /platz`
pub async fn find(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = || {
        app.count_guess(&visitor)?;
        let typed = posted.get("code");
        let error = match ShortCode::parse(typed, app.service.keys()) {
            Ok((id, party)) => {
                if app.service.line(id.line).is_some() {
                    let ticket = Ticket {
                        id,
                        party,
                        birth_year: 0,
                        joined_at: app.service.clock().now(),
                    };
                    return Ok(go(&format!("{}/{}", paths::PLACE, ticket.seal(app.service.keys()))));
                }
                "input-short-code-unknown"
            }
            Err(ShortCodeError::Typo(_)) => "input-short-code-typo",
            Err(ShortCodeError::Unknown) => "input-short-code-unknown",
        };
        Ok(show_as(
            &visitor,
            StatusCode::UNPROCESSABLE_ENTITY,
            &find_view(&app, &visitor, typed, Some(error)),
        ))
    };
    page(&app, &visitor, found())
}

/// `GET /platz/{ticket}`: the waiting page.
pub async fn waiting(State(app): State<App>, visitor: Visitor, Path(ticket): Path<String>, uri: Uri) -> Response {
    page(&app, &visitor, waiting_page(&app, &visitor, &ticket, &uri, false))
}

fn waiting_page(app: &App, visitor: &Visitor, token: &str, uri: &Uri, refused: bool) -> Page {
    let ticket = app.service.open_ticket(token).ok_or(Kind::TicketInvalid)?;
    let standing = app.service.standing(&ticket).ok_or(Kind::TicketInvalid)?;
    let line = app.service.line(ticket.id.line).ok_or(Kind::TicketInvalid)?;
    let view = waiting_view(app, visitor, token, &ticket, &standing, &line, uri, refused)?;
    let seconds = view.poll_after_ms.div_ceil(1_000);
    let mut response = show(visitor, &view);
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    Ok(response)
}

#[expect(
    clippy::too_many_arguments,
    reason = "the one place where everything about a ticket comes together"
)]
fn waiting_view(
    app: &App,
    visitor: &Visitor,
    token: &str,
    ticket: &Ticket,
    at: &TicketStanding,
    line: &LineView,
    uri: &Uri,
    refused: bool,
) -> Result<Waiting, crate::problem::Problem> {
    let campaign = app
        .service
        .campaign(&line.campaign)
        .ok_or(Kind::UnknownCampaign)?
        .campaign;
    let in_line = match &at.standing {
        Standing::InLine(standing) => Some(standing),
        Standing::Entered(_) | Standing::Done => None,
    };
    let rest = std::time::Duration::from_secs(REFRESH_AT_REST_S);
    let poll_after = in_line.map_or(rest, |standing| standing.poll_after);
    let path = format!("{}/{token}", paths::PLACE);
    let still = query_value(uri, "still").is_some();
    Ok(Waiting {
        shell: shell(app, visitor),
        state: state_of(at, refused, app.service.read_only().is_some()),
        short_code: short_code(app, ticket),
        lot: u64::from(ticket.id.number.0),
        // Behind the `#`, which no browser sends.
        proof_href: format!(
            "{}?campaign={}#{}:{}",
            paths::PROOF,
            campaign.id,
            line.pool.id,
            ticket.id.number
        ),
        persons: u64::from(ticket.party.persons()),
        centres: centre_names(app, &line.pool.centres),
        opens: civil(app, campaign.opens_at),
        opens_in_s: seconds_until(app, campaign.opens_at),
        position: in_line
            .and_then(|standing| standing.position)
            .map(|position| u64::from(position.0) + 1),
        ahead: in_line.and_then(|standing| standing.ahead).map(u64::from),
        wait_s: in_line.and_then(|standing| standing.wait).map(|wait| {
            let seconds = |wait: std::time::Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
            (seconds(wait.range.low), seconds(wait.range.high))
        }),
        wait_cause: in_line.and_then(|standing| standing.wait?.cause).map_or("", cause_word),
        stale_since: app.service.stale_since().map(|since| civil(app, since)),
        supply: u64::from(in_line.map_or(line.supply, |standing| standing.supply)),
        link: format!("{}{path}", app.service.base_url()),
        enter: Form::to(&path),
        continue_href: booking_path(ticket.id),
        notice_href: notice_path(token),
        draw_href: format!("{}/{}", paths::DRAW, campaign.id),
        api_href: format!("/api/v1/line/{token}"),
        poll_after_ms: u64::try_from(poll_after.as_millis()).unwrap_or(u64::MAX),
        refresh: if still {
            Refresh::Still {
                now_href: format!("{path}?still=1"),
                moving_href: path,
            }
        } else {
            Refresh::Every {
                seconds: poll_after.as_secs().max(1),
                still_href: format!("{path}?still=1"),
            }
        },
    })
}

/// How a ticket stands, as pages say it.
pub fn state_of(at: &TicketStanding, refused: bool, rests: bool) -> LineState {
    match (&at.standing, at.line) {
        (Standing::Done, _) => LineState::Done,
        (Standing::Entered(_), _) => LineState::Entered,
        (Standing::InLine(_), State_::Scheduled { .. }) => LineState::BeforeOpening,
        (Standing::InLine(_), State_::Drawing { .. }) => LineState::Drawing,
        (Standing::InLine(standing), line) => match (standing.state, line) {
            (StandingState::Called, _) if rests => LineState::CalledRests,
            (StandingState::Called, _) if refused => LineState::CalledNoPermit,
            (StandingState::Called, _) => LineState::Called,
            (_, State_::Paused) => LineState::Paused,
            (_, State_::Closed) => LineState::Closed,
            (StandingState::BeyondSupply, _) => LineState::BeyondSupply,
            (StandingState::Waiting, _) if standing.position.is_none() => LineState::BeforeOpening,
            (StandingState::Waiting, _) => LineState::Waiting,
        },
    }
}

/// The spoken form of a ticket, in groups of four.
pub fn short_code(app: &App, ticket: &Ticket) -> String {
    app.service
        .short_code(ticket)
        .map_or_else(String::new, |code| code.to_string())
}

/// `POST /platz/{ticket}`: entering.
pub async fn enter(State(app): State<App>, visitor: Visitor, Path(token): Path<String>, uri: Uri) -> Response {
    let entered = async {
        let ticket = app.service.open_ticket(&token).ok_or(Kind::TicketInvalid)?;
        match app.service.enter(&ticket).await {
            Ok((entered, permit)) => {
                let path = booking_path(entered.ticket);
                let mut response = go(&path);
                set_cookie(&mut response, PERMIT_COOKIE, &permit, &path, None);
                Ok(response)
            }
            Err(EnterError::Fault) => Err(enter_problem(EnterError::Fault)),
            Err(EnterError::UnknownLine) => Err(Kind::TicketInvalid.into()),
            Err(error) => waiting_page(&app, &visitor, &token, &uri, matches!(error, EnterError::NoFreePermit)),
        }
    };
    page(&app, &visitor, entered.await)
}

/// The party as forms count it.
pub fn persons_of(party: Party) -> u64 {
    u64::from(party.persons())
}
