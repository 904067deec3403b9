//! What a posted form contains: names and values, taken without trust.

use axum::extract::FromRequest;
use axum::http::Request;
use axum::response::Response;
use dran_core::form;

use super::page;
use super::views::Form;
use crate::app::{App, Visitor};
use crate::body;
use crate::problem::FieldProblem;

/// A posted form (or a query): its fields in order.
#[derive(Clone, Debug, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// Reads `application/x-www-form-urlencoded` text; what is broken is read as far as it goes.
    pub fn parse(text: &str) -> Self {
        Self(form::fields(text))
    }

    /// All fields, in the order in which they came.
    pub fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// A form with these fields, to show again what is stored.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        Self(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    /// The value of a field; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// All values of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same once more, unseen.
    pub fn again(&self, action: String) -> Form {
        Form {
            action,
            hidden: self.0.clone(),
            error: None,
        }
    }

    /// Puts a value in place of what a field had.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(found, _)| found != name);
        self.0.push((name.to_owned(), value.into()));
    }

    /// Whether a field is there at all (a button that was pressed).
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request<axum::body::Body>, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = match <Visitor as axum::extract::FromRequestParts<App>>::from_request_parts(&mut parts, app).await
        {
            Ok(visitor) => visitor,
            Err(never) => match never {},
        };
        let bytes = body::read(body)
            .await
            .map_err(|kind| page::problem_page(app, &visitor, &kind.into(), None))?;
        Ok(Self::parse(&String::from_utf8_lossy(&bytes)))
    }
}

/// Puts complaints to the fields they are about.
pub struct Complaints<'a> {
    problems: &'a [FieldProblem],
    visitor: &'a Visitor,
}

impl<'a> Complaints<'a> {
    /// The complaints of one form.
    pub fn new(problems: &'a [FieldProblem], visitor: &'a Visitor) -> Self {
        Self { problems, visitor }
    }

    /// What is told about a field.
    pub fn about(&self, field: &str) -> Option<String> {
        self.problems
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.text(&self.visitor.speaker))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it_and_rubbish_does_no_harm() {
        let posted = Posted::parse("family_name=von+der+H%C3%B6he&weekday=1&weekday=3&broken=%zz%&=x&flag");
        assert_eq!(posted.get("family_name"), "von der Höhe");
        assert_eq!(posted.all("weekday").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(posted.get("broken"), "%zz%");
        assert!(posted.has("flag") && posted.get("flag").is_empty());
        assert_eq!(Posted::parse("name=%FF%FE").get("name"), "\u{fffd}\u{fffd}");
    }
}
