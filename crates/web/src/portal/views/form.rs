//! What forms are made of: a field knows its name, what was typed, and what is wrong with it.
//!
//! Errors are whole sentences in the visitor's language (`error-…` in `pages.ftl`, see
//! [`Shell::t`](super::Shell::t)); the templates tie them to their fields and list them at the top.

/// Where a form goes and what travels with it unseen.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// The path it is posted to (or asked with, for searches).
    pub action: String,
    /// Hidden fields: name and value (attempt key, ticket, what was answered before).
    pub hidden: Vec<(String, String)>,
    /// An error about the whole form rather than one field.
    pub error: Option<String>,
}

impl Form {
    /// A form without hidden fields and without error.
    pub fn to(action: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            ..Self::default()
        }
    }

    /// The same form with one more hidden field.
    pub fn with_hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }
}

/// One line to type in. The name is also the element's id.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// Name in the posted form.
    pub name: &'static str,
    /// What was typed, or known before.
    pub value: String,
    /// What is wrong with it, as a sentence.
    pub error: Option<String>,
}

impl Field {
    /// An empty field.
    pub fn empty(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// A field with what was typed.
    pub fn filled(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            value: value.into(),
            error: None,
        }
    }

    /// The same field with an error.
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }
}

/// A date in three fields, posted as `NAME_day`, `NAME_month`, `NAME_year`.
#[derive(Clone, Debug, Default)]
pub struct DateField {
    /// Stem of the three names; also the id of the group.
    pub name: &'static str,
    /// Day as typed.
    pub day: String,
    /// Month as typed.
    pub month: String,
    /// Year as typed.
    pub year: String,
    /// What is wrong with it, as a sentence.
    pub error: Option<String>,
}

impl DateField {
    /// An empty date.
    pub fn empty(name: &'static str) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// A date with what was typed.
    pub fn filled(name: &'static str, day: &str, month: &str, year: &str) -> Self {
        Self {
            name,
            day: day.to_owned(),
            month: month.to_owned(),
            year: year.to_owned(),
            error: None,
        }
    }

    /// The same date with an error.
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }
}

/// A choice between options: radio buttons, or check boxes where the template says so.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Name in the posted form; the options' ids are `NAME-1`, `NAME-2`, …
    pub name: &'static str,
    /// The options in their order.
    pub options: Vec<ChoiceOption>,
    /// What is wrong with it, as a sentence.
    pub error: Option<String>,
}

impl Choice {
    /// A choice between options, with the one chosen before (or an empty text).
    pub fn new(name: &'static str, options: Vec<ChoiceOption>, chosen: &str) -> Self {
        let mut options = options;
        for option in &mut options {
            option.chosen = option.value == chosen;
        }
        Self {
            name,
            options,
            error: None,
        }
    }

    /// The same choice with an error.
    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.error = Some(error.into());
        self
    }

    /// Whether the option of this value is chosen.
    pub fn is(&self, value: &str) -> bool {
        self.options.iter().any(|option| option.chosen && option.value == value)
    }
}

/// One option of a [`Choice`].
#[derive(Clone, Debug, Default)]
pub struct ChoiceOption {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line of explanation below the label.
    pub hint: Option<String>,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl ChoiceOption {
    /// An option that is not chosen.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: None,
            chosen: false,
        }
    }

    /// The same option with a line of explanation.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A line of the error summary: the sentence, and the id of the field it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorLine {
    /// Id of the element to go to; empty for an error about the whole form.
    pub target: String,
    /// The sentence.
    pub text: String,
}

/// Collects the errors of a form in the order of its fields.
#[derive(Debug, Default)]
pub(crate) struct Errors(Vec<ErrorLine>);

impl Errors {
    pub(crate) fn of(form: &Form) -> Self {
        Self::default().push("", &form.error)
    }

    pub(crate) fn field(self, field: &Field) -> Self {
        self.push(field.name, &field.error)
    }

    pub(crate) fn field_if(self, field: Option<&Field>) -> Self {
        match field {
            Some(field) => self.field(field),
            None => self,
        }
    }

    pub(crate) fn date(self, field: &DateField) -> Self {
        self.push(&format!("{}-day", field.name), &field.error)
    }

    pub(crate) fn choice(self, choice: &Choice) -> Self {
        self.push(&format!("{}-1", choice.name), &choice.error)
    }

    pub(crate) fn done(self) -> Vec<ErrorLine> {
        self.0
    }

    fn push(mut self, target: &str, error: &Option<String>) -> Self {
        if let Some(text) = error {
            self.0.push(ErrorLine {
                target: target.to_owned(),
                text: text.clone(),
            });
        }
        self
    }
}
