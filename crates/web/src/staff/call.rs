//! One request of staff: who asks, and whether they may. A handler takes a [`Call`] that names what it needs, and is
//! run only for whoever has it.

use std::marker::PhantomData;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Uri};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use dran_core::staff::Right;
use dran_service::staff::{FlowId, SignedIn, Whence};
use jiff::Timestamp;

use super::views::paths;
use super::{StaffApp, cookies, page};
use crate::app::Visitor;
use crate::body;
use crate::listener::ClientAddress;
use crate::portal::forms::Posted;
use crate::portal::page::{Page, go};
use crate::problem::{Kind, Problem};

/// The query with which a page that is only left open asks for itself again: nobody uses a session by that.
pub const LOOKS_ON: &str = "live=1";

/// What an address needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Nothing: everybody may come here.
    Open,
    /// A session, even one that serves to set the account up.
    Session,
    /// A role with this right, and everything set up.
    Right(Right),
    /// The token of a program with this right.
    Token(Right),
}

/// An address with what it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Route {
    /// How it is asked.
    pub method: Method,
    /// The path, as the router knows it.
    pub path: &'static str,
    /// What it needs.
    pub gate: Gate,
}

/// What a handler needs, as a type.
pub trait Needs: Send + 'static {
    /// What that is.
    const GATE: Gate;
    /// Who is known to ask.
    type Who: Send;

    /// Whether whoever asks may come in.
    ///
    /// # Errors
    /// Why not.
    fn let_in(who: Option<SignedIn>) -> Result<Self::Who, Barred>;

    /// What stands in every form of whoever is let in.
    fn csrf(who: &Self::Who) -> Option<&str>;
}

/// Why somebody may not come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Barred {
    /// There is no session, or it is over.
    NoSession,
    /// The password given out has to be changed first.
    PasswordFirst,
    /// An app has to be enrolled first.
    AppFirst,
    /// The role does not have the right.
    NotAllowed,
}

/// Everybody.
pub struct Anybody;

impl Needs for Anybody {
    const GATE: Gate = Gate::Open;
    type Who = Option<SignedIn>;

    fn let_in(who: Option<SignedIn>) -> Result<Self::Who, Barred> {
        Ok(who)
    }

    fn csrf(_: &Self::Who) -> Option<&str> {
        None
    }
}

/// Whoever has a session, even to set the account up.
pub struct AnySession;

impl Needs for AnySession {
    const GATE: Gate = Gate::Session;
    type Who = SignedIn;

    fn let_in(who: Option<SignedIn>) -> Result<SignedIn, Barred> {
        who.ok_or(Barred::NoSession)
    }

    fn csrf(who: &SignedIn) -> Option<&str> {
        Some(&who.csrf)
    }
}

/// Makes the type of a right.
macro_rules! needs_right {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $($(#[$doc])*
        pub struct $name;

        impl Needs for $name {
            const GATE: Gate = Gate::Right(Right::$name);
            type Who = SignedIn;

            fn let_in(who: Option<SignedIn>) -> Result<SignedIn, Barred> {
                with_right(who, Right::$name)
            }

            fn csrf(who: &SignedIn) -> Option<&str> {
                Some(&who.csrf)
            }
        })+
    };
}

needs_right! {
    /// One's own account.
    OwnAccount;
    /// Everybody's accounts.
    Accounts;
    /// The audit log.
    AuditLog;
    /// Callers and their appointments.
    Desk;
    /// How the day goes.
    Overview;
    /// Pausing, bounds, announcements.
    Operations;
    /// Releasing what is delivered.
    Planning;
}

fn with_right(who: Option<SignedIn>, right: Right) -> Result<SignedIn, Barred> {
    let who = who.ok_or(Barred::NoSession)?;
    if let Some(first) = set_up_first(&who) {
        return Err(first);
    }
    if who.may(right) {
        Ok(who)
    } else {
        Err(Barred::NotAllowed)
    }
}

/// What has to be set up before anything else.
pub fn set_up_first(who: &SignedIn) -> Option<Barred> {
    if who.password_first() {
        Some(Barred::PasswordFirst)
    } else if !who.session.second_factor {
        Some(Barred::AppFirst)
    } else {
        None
    }
}

/// One request, of somebody who may make it.
pub struct Call<N: Needs> {
    /// What handlers share.
    pub app: StaffApp,
    /// Language and network.
    pub visitor: Visitor,
    /// Who asks.
    pub who: N::Who,
    /// What was posted; nothing in a GET.
    pub posted: Posted,
    /// The address asked for.
    pub uri: Uri,
    /// Where a login would come from.
    pub whence: Whence,
    /// The login at the identity provider that the browser has begun, and when.
    pub flow: Option<(FlowId, Timestamp)>,
    params: Vec<(String, String)>,
    needs: PhantomData<N>,
}

impl<N: Needs> Call<N> {
    /// A part of the path.
    pub fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// The addresses with their handlers, and the table of what they need.
#[derive(Default)]
pub struct Routes {
    router: Router<StaffApp>,
    table: Vec<Route>,
}

impl Routes {
    /// A page that is looked at.
    pub fn get<N: Needs, F, A>(self, path: &'static str, handler: F) -> Self
    where
        F: Fn(Call<N>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Page> + Send,
    {
        self.add::<N, F, A>(Method::GET, MethodFilter::GET, path, handler)
    }

    /// A form that is posted.
    pub fn post<N: Needs, F, A>(self, path: &'static str, handler: F) -> Self
    where
        F: Fn(Call<N>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Page> + Send,
    {
        self.add::<N, F, A>(Method::POST, MethodFilter::POST, path, handler)
    }

    /// A call of a program, with a token that has this right.
    pub fn call<F, A>(mut self, path: &'static str, right: Right, handler: F) -> Self
    where
        F: Fn(ProgramCall) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Page> + Send,
    {
        let (method, gate) = (Method::GET, Gate::Token(right));
        self.table.push(Route { method, path, gate });
        let answer = move |State(app): State<StaffApp>, request: Request| {
            let handler = handler.clone();
            async move { answer_program(app, request, right, handler).await }
        };
        self.router = self.router.route(path, on(MethodFilter::GET, answer));
        self
    }

    fn add<N: Needs, F, A>(mut self, method: Method, filter: MethodFilter, path: &'static str, handler: F) -> Self
    where
        F: Fn(Call<N>) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Page> + Send,
    {
        let gate = N::GATE;
        self.table.push(Route { method, path, gate });
        let answer = move |State(app): State<StaffApp>, request: Request| {
            let handler = handler.clone();
            async move { answer::<N, F, A>(app, request, handler).await }
        };
        self.router = self.router.route(path, on(filter, answer));
        self
    }

    /// What every address needs.
    #[cfg(test)]
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The addresses for the router.
    pub fn into_router(self) -> Router<StaffApp> {
        self.router
    }
}

async fn answer<N: Needs, F, A>(app: StaffApp, request: Request, handler: F) -> Response
where
    F: Fn(Call<N>) -> A,
    A: Future<Output = Page>,
{
    let (mut parts, body) = request.into_parts();
    let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
    let visitor = Visitor::of(&app.app, &parts.uri, &parts.headers, address);
    let whence = Whence {
        network: visitor.network,
        browser: cookies::marks(&app, &parts.headers),
    };
    let shown = async {
        let who = match cookies::session(&app, &parts.headers) {
            Some(token) if parts.uri.query() == Some(LOOKS_ON) => app.staff.session_looked_at(&token).await,
            Some(token) => app.staff.session(&token).await,
            None => Ok(None),
        };
        let who = who.map_err(|_| unavailable())?;
        let told = who.clone();
        let who = match N::let_in(who) {
            Ok(who) => who,
            Err(barred) => return Ok(Err((barred, told))),
        };
        let posted = if parts.method == Method::POST {
            let bytes = body::read(body).await.map_err(Problem::from)?;
            Posted::parse(&String::from_utf8_lossy(&bytes))
        } else {
            Posted::default()
        };
        // The third lock, after `SameSite=Strict` and the origin.
        if parts.method == Method::POST && N::csrf(&who).is_some_and(|right| !is_equal(right, posted.get("csrf"))) {
            return Err(Kind::ForeignForm.into());
        }
        let params = RawPathParams::from_request_parts(&mut parts, &app).await;
        let params = params.iter().flatten();
        Ok(Ok(Call {
            app: app.clone(),
            visitor: visitor.clone(),
            who,
            posted,
            uri: parts.uri.clone(),
            whence,
            flow: cookies::flow(&app, &parts.headers),
            params: params
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            needs: PhantomData,
        }))
    };
    let shown: Result<Result<Call<N>, _>, Problem> = shown.await;
    let page = match shown {
        Ok(Ok(call)) => handler(call).await,
        Ok(Err((barred, who))) => return show_way(&app, &visitor, barred, who.as_ref()).await,
        Err(problem) => Err(problem),
    };
    page.unwrap_or_else(|problem| page::problem(&app, &visitor, None, &problem))
}

/// One call of a program that may make it.
pub struct ProgramCall {
    /// What handlers share.
    pub app: StaffApp,
    /// The address asked for.
    pub uri: Uri,
}

async fn answer_program<F, A>(app: StaffApp, request: Request, right: Right, handler: F) -> Response
where
    F: Fn(ProgramCall) -> A,
    A: Future<Output = Page>,
{
    let (parts, _) = request.into_parts();
    let visitor = Visitor::of(&app.app, &parts.uri, &parts.headers, None);
    let called = async {
        let bearer = parts.headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok());
        let text = bearer.and_then(|header| header.strip_prefix("Bearer "));
        let text = text.ok_or(Kind::TokenInvalid)?;
        let token = app.staff.program(text.trim()).await.map_err(|_| unavailable())?;
        if !token.ok_or(Kind::TokenInvalid)?.scopes.contains(&right) {
            return Err(Kind::NotAllowed.into());
        }
        handler(ProgramCall {
            app: app.clone(),
            uri: parts.uri.clone(),
        })
        .await
    };
    called
        .await
        .unwrap_or_else(|problem: Problem| problem.document(&visitor.speaker))
}

/// Where somebody goes who may not come in here. Who has no business here is in the log.
async fn show_way(app: &StaffApp, visitor: &Visitor, barred: Barred, who: Option<&SignedIn>) -> Response {
    if let Some(path) = way(barred) {
        return go(path);
    }
    if let Some(who) = who
        && app.staff.record_barred(who).await.is_err()
    {
        return page::problem(app, visitor, Some(who), &unavailable());
    }
    page::problem(app, visitor, who, &Kind::NotAllowed.into())
}

/// The page that comes first.
pub fn way(barred: Barred) -> Option<&'static str> {
    match barred {
        Barred::NoSession => Some(paths::SIGN_IN),
        Barred::PasswordFirst => Some(paths::PASSWORD),
        Barred::AppFirst => Some(paths::APP),
        Barred::NotAllowed => None,
    }
}

/// What the store's fault is to who waits for a page.
pub fn unavailable() -> Problem {
    Problem::from(Kind::Unavailable).retry_after(1)
}

/// Compares without telling by its time how much was right.
fn is_equal(right: &str, given: &str) -> bool {
    let differs = right
        .bytes()
        .zip(given.bytes())
        .fold(0, |differs, (a, b)| differs | (a ^ b));
    right.len() == given.len() && differs == 0
}
