//! What must be true of the texts before anybody reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use unic_langid::LanguageIdentifier;

use crate::format::{self, NumberStyle};
use crate::locales::LocaleSource;

/// One thing that is wrong with the texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The reference language is not there.
    NoReference,
    /// A language's tag is not a BCP 47 tag.
    Tag {
        /// The tag.
        tag: String,
    },
    /// A file does not follow Fluent's syntax.
    Syntax {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A key stands twice in a language.
    Duplicate {
        /// The key.
        key: String,
        /// Where it stands first.
        first: String,
        /// Where it stands again.
        again: String,
    },
    /// A key has attributes but no text.
    NoText {
        /// The key.
        key: String,
        /// The file.
        file: String,
    },
    /// A language lacks a key that another one has.
    Missing {
        /// The key.
        key: String,
        /// The language that lacks it.
        language: String,
        /// The file in which the other language has it.
        present_in: String,
    },
    /// A text uses other variables than the same text in the reference language.
    Variables {
        /// The key.
        key: String,
        /// The file.
        file: String,
        /// What it uses.
        found: Vec<String>,
        /// What it should use.
        wanted: Vec<String>,
    },
    /// A text refers to a message or term that is not there.
    UnknownReference {
        /// The key.
        key: String,
        /// The file.
        file: String,
        /// What it refers to.
        reference: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoReference => write!(f, "there are no texts in {}", crate::REFERENCE_LANGUAGE),
            Self::Tag { tag } => write!(f, "{tag}: not a language tag"),
            Self::Syntax { file, line, message } => write!(f, "{file}:{line}: {message}"),
            Self::Duplicate { key, first, again } => write!(f, "{again}: {key} stands already in {first}"),
            Self::NoText { key, file } => write!(f, "{file}: {key} has no text"),
            Self::Missing {
                key,
                language,
                present_in,
            } => {
                write!(f, "{language}: {key} is missing (it is in {present_in})")
            }
            Self::Variables {
                key,
                file,
                found,
                wanted,
            } => {
                write!(
                    f,
                    "{file}: {key} uses the variables {found:?}, it should use {wanted:?}"
                )
            }
            Self::UnknownReference { key, file, reference } => {
                write!(f, "{file}: {key} refers to {reference}, which is not there")
            }
        }
    }
}

/// A language whose files are read and checked.
pub(crate) struct CheckedLocale {
    pub tag: &'static str,
    pub identifier: LanguageIdentifier,
    pub direction: &'static str,
    pub numbers: NumberStyle,
    pub resources: Vec<FluentResource>,
}

/// What one text consists of, as far as the checks care.
struct Described {
    file: &'static str,
    variables: BTreeSet<String>,
    references: BTreeSet<String>,
}

type Keys = BTreeMap<String, Described>;

/// Reads all files and checks each language and all of them against each other.
pub(crate) fn check(sources: &[LocaleSource]) -> Result<Vec<CheckedLocale>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut locales = Vec::new();
    let mut described: Vec<(&'static str, Keys)> = Vec::new();
    for source in sources {
        let Ok(identifier) = source.tag.parse::<LanguageIdentifier>() else {
            problems.push(Problem::Tag {
                tag: source.tag.to_owned(),
            });
            continue;
        };
        let mut keys = Keys::new();
        let mut resources = Vec::new();
        for (file, text) in source.files {
            let resource = parse(file, text, &mut problems);
            describe(file, &resource, &mut keys, &mut problems);
            resources.push(resource);
        }
        check_references(&keys, &mut problems);
        described.push((source.tag, keys));
        locales.push(CheckedLocale {
            tag: source.tag,
            identifier,
            direction: source.direction,
            numbers: source.numbers,
            resources,
        });
    }
    compare(&described, &mut problems);
    if problems.is_empty() {
        Ok(locales)
    } else {
        Err(problems)
    }
}

fn parse(file: &str, text: &str, problems: &mut Vec<Problem>) -> FluentResource {
    FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, errors)| {
        problems.extend(errors.into_iter().map(|error| {
            Problem::Syntax {
                file: file.to_owned(),
                line: text
                    .as_bytes()
                    .iter()
                    .take(error.pos.start)
                    .filter(|&&byte| byte == b'\n')
                    .count()
                    + 1,
                message: error.to_string(),
            }
        }));
        resource
    })
}

fn describe(file: &'static str, resource: &FluentResource, keys: &mut Keys, problems: &mut Vec<Problem>) {
    for entry in resource.entries() {
        let (key, value, attributes) = match entry {
            Entry::Message(message) => (message.id.name.to_owned(), message.value.as_ref(), &message.attributes),
            Entry::Term(term) => (format!("-{}", term.id.name), Some(&term.value), &term.attributes),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => continue,
        };
        let mut text = Described {
            file,
            variables: BTreeSet::new(),
            references: BTreeSet::new(),
        };
        match value {
            Some(pattern) => walk_pattern(pattern, &mut text),
            None => problems.push(Problem::NoText {
                key: key.clone(),
                file: file.to_owned(),
            }),
        }
        attributes
            .iter()
            .for_each(|attribute| walk_pattern(&attribute.value, &mut text));
        if let Some(first) = keys.get(&key) {
            problems.push(Problem::Duplicate {
                key,
                first: first.file.to_owned(),
                again: file.to_owned(),
            });
        } else {
            keys.insert(key, text);
        }
    }
}

fn walk_pattern(pattern: &Pattern<&str>, into: &mut Described) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            walk_expression(expression, into);
        }
    }
}

fn walk_expression(expression: &Expression<&str>, into: &mut Described) {
    match expression {
        Expression::Inline(inline) => walk_inline(inline, into),
        Expression::Select { selector, variants } => {
            walk_inline(selector, into);
            variants.iter().for_each(|variant| walk_pattern(&variant.value, into));
        }
    }
}

fn walk_inline(inline: &InlineExpression<&str>, into: &mut Described) {
    match inline {
        InlineExpression::VariableReference { id } => {
            into.variables.insert(id.name.to_owned());
        }
        InlineExpression::MessageReference { id, .. } => {
            into.references.insert(id.name.to_owned());
        }
        InlineExpression::TermReference { id, .. } => {
            into.references.insert(format!("-{}", id.name));
        }
        InlineExpression::FunctionReference { id, arguments } => {
            into.references.insert(format!("{}()", id.name));
            arguments
                .positional
                .iter()
                .for_each(|argument| walk_inline(argument, into));
        }
        InlineExpression::Placeable { expression } => walk_expression(expression, into),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
    }
}

/// No function is registered, so that a reference to one is always unknown.
fn check_references(keys: &Keys, problems: &mut Vec<Problem>) {
    for (key, text) in keys {
        for reference in text
            .references
            .iter()
            .filter(|reference| !keys.contains_key(*reference))
        {
            problems.push(Problem::UnknownReference {
                key: key.clone(),
                file: text.file.to_owned(),
                reference: reference.clone(),
            });
        }
    }
}

/// All languages have the same keys, with the variables of the reference language. Terms are a
/// language's own business.
fn compare(described: &[(&'static str, Keys)], problems: &mut Vec<Problem>) {
    let Some((_, reference)) = described.iter().find(|(tag, _)| *tag == crate::REFERENCE_LANGUAGE) else {
        problems.push(Problem::NoReference);
        return;
    };
    for (tag, keys) in described {
        report_missing(tag, keys, reference, problems);
        report_missing(crate::REFERENCE_LANGUAGE, reference, keys, problems);
        for (key, text) in keys.iter().filter(|(key, _)| !key.starts_with('-')) {
            let wanted: BTreeSet<String> = match (format::offered_variables(key), reference.get(key)) {
                (Some(offered), _) if text.variables.iter().all(|name| offered.contains(&name.as_str())) => continue,
                (Some(offered), _) => offered.iter().map(|name| (*name).to_owned()).collect(),
                (None, Some(german)) => german.variables.clone(),
                (None, None) => continue,
            };
            if wanted != text.variables {
                problems.push(Problem::Variables {
                    key: key.clone(),
                    file: text.file.to_owned(),
                    found: text.variables.iter().cloned().collect(),
                    wanted: wanted.into_iter().collect(),
                });
            }
        }
    }
}

fn report_missing(language: &str, keys: &Keys, other: &Keys, problems: &mut Vec<Problem>) {
    for (key, text) in other
        .iter()
        .filter(|(key, _)| !key.starts_with('-') && !keys.contains_key(*key))
    {
        let problem = Problem::Missing {
            key: key.clone(),
            language: language.to_owned(),
            present_in: text.file.to_owned(),
        };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
}
