//! Reads the keys of a table and reports every one that is unknown, missing or of the wrong kind.

use std::fmt::{Debug, Display};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::region::diagnostics::{Log, nearest};

/// A value of the file with its place.
pub(super) type Node<'i> = Spanned<DeValue<'i>>;

/// A key that a table may have.
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// How it is written, as an example for diagnostics.
    pub(super) example: &'static str,
}

impl Key {
    pub(super) const fn new(name: &'static str, example: &'static str) -> Self {
        Self { name, example }
    }
}

/// Why a value is not what its key wants.
pub(super) struct Wrong {
    /// What is wrong, as the rest of a sentence that begins with the key.
    pub(super) message: String,
    /// What to write instead; none: the key's example.
    pub(super) instead: Option<String>,
}

impl Wrong {
    /// Something that the key's example shows how to write.
    pub(super) fn like_example(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            instead: None,
        }
    }

    /// Something with an answer of its own.
    pub(super) fn instead(message: impl Into<String>, instead: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            instead: Some(instead.into()),
        }
    }
}

/// A value read, or why not.
pub(super) type Reading<T> = Result<T, Wrong>;

/// A table of the file whose keys are being read.
pub(super) struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    /// A table that gives the keys this one leaves out.
    fallback: Option<&'a Fields<'a, 'i>>,
    /// Whether keys that must be there are reported when they are missing.
    complete: bool,
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What it describes, for diagnostics: `centre "kassel-stadt"`.
    of: String,
}

impl<'a, 'i> Fields<'a, 'i> {
    /// Opens a table; keys that it cannot have are reported at once.
    pub(super) fn open(
        log: &mut Log<'_>,
        table: &'a DeTable<'i>,
        span: Range<usize>,
        of: String,
        known: &[&Key],
    ) -> Self {
        for (name, _) in table {
            if !known.iter().any(|key| key.name == name.get_ref()) {
                let names = known.iter().map(|key| key.name);
                let like = nearest(name.get_ref(), names).and_then(|like| known.iter().find(|key| key.name == like));
                let instead = match like {
                    Some(key) => format!("`{}`", key.example),
                    None => format!(
                        "one of {}",
                        known.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")
                    ),
                };
                log.report(&name.span(), format!("{of} has no key `{}`", name.get_ref()), instead);
            }
        }
        Self {
            table,
            fallback: None,
            complete: true,
            span,
            of,
        }
    }

    /// The same table, where a key that is left out is taken from `fallback`.
    pub(super) fn or_from(self, fallback: Option<&'a Fields<'a, 'i>>) -> Self {
        Self { fallback, ..self }
    }

    /// The same table, of which every key may be left out.
    pub(super) fn all_optional(self) -> Self {
        Self {
            complete: false,
            ..self
        }
    }

    /// The node of a key, if it is there.
    pub(super) fn node(&self, key: &Key) -> Option<&'a Node<'i>> {
        self.giver(key).table.get(key.name)
    }

    /// What the table describes that gives a key: a mistake in a fallback is told of the fallback, and
    /// so only once.
    pub(super) fn of(&self, key: &Key) -> &str {
        &self.giver(key).of
    }

    fn giver(&self, key: &Key) -> &Self {
        let fallback = self.fallback.filter(|fallback| fallback.table.contains_key(key.name));
        fallback.filter(|_| !self.table.contains_key(key.name)).unwrap_or(self)
    }

    /// Reads a key that may be left out. None also where it was wrong: then it is reported.
    pub(super) fn optional<T>(
        &self,
        log: &mut Log<'_>,
        key: &Key,
        read: impl FnOnce(&DeValue<'i>) -> Reading<T>,
    ) -> Option<T> {
        let node = self.node(key)?;
        self.accept(log, key, &node.span(), read(node.get_ref()))
    }

    /// Reads a key that must be there.
    pub(super) fn required<T>(
        &self,
        log: &mut Log<'_>,
        key: &Key,
        read: impl FnOnce(&DeValue<'i>) -> Reading<T>,
    ) -> Option<T> {
        self.must_have(log, key);
        self.optional(log, key, read)
    }

    /// Reads a list of values, none of which may stand twice; empty where the key is missing or
    /// wrong.
    pub(super) fn list<T: PartialEq + Debug>(
        &self,
        log: &mut Log<'_>,
        key: &Key,
        read: impl Fn(&DeValue<'i>) -> Reading<T>,
    ) -> Vec<T> {
        let mut values = Vec::new();
        for node in self.nodes(log, key) {
            let Some(value) = self.accept(log, key, &node.span(), read(node.get_ref())) else {
                continue;
            };
            if values.contains(&value) {
                self.report_at(log, key, &node.span(), format!("lists {value:?} twice"), "it once");
            }
            values.push(value);
        }
        values
    }

    /// The tables of a list of tables, each with its place; empty where the key is missing or wrong.
    pub(super) fn tables(&self, log: &mut Log<'_>, key: &Key) -> Vec<(&'a DeTable<'i>, Range<usize>)> {
        let mut tables = Vec::new();
        for node in self.nodes(log, key) {
            let table = self.accept(log, key, &node.span(), table(node.get_ref()));
            tables.extend(table.map(|table| (table, node.span())));
        }
        tables
    }

    /// The table of a key with its place.
    pub(super) fn table(&self, log: &mut Log<'_>, key: &Key) -> Option<(&'a DeTable<'i>, Range<usize>)> {
        let node = self.node(key)?;
        self.accept(log, key, &node.span(), table(node.get_ref()))
            .map(|table| (table, node.span()))
    }

    /// Reports a key that is missing.
    pub(super) fn must_have(&self, log: &mut Log<'_>, key: &Key) {
        if self.complete && self.node(key).is_none() {
            log.report(
                &self.span,
                format!("{} has no `{}`", self.of, key.name),
                format!("`{}`", key.example),
            );
        }
    }

    /// Reports a list that is missing or empty.
    pub(super) fn must_have_entries(&self, log: &mut Log<'_>, key: &Key) {
        self.must_have(log, key);
        if self.node(key).is_some() && self.is_without_entries(key) {
            self.report(log, key, "is empty", format!("`{}`", key.example));
        }
    }

    /// Whether a list is missing or empty.
    pub(super) fn is_without_entries(&self, key: &Key) -> bool {
        match self.node(key).map(Spanned::get_ref) {
            Some(DeValue::Array(list)) => list.is_empty(),
            Some(_) => false,
            None => true,
        }
    }

    /// Reports something about a key's value, or about the table where the key is missing.
    pub(super) fn report(&self, log: &mut Log<'_>, key: &Key, message: impl Display, instead: impl Into<String>) {
        let span = self.node(key).map_or_else(|| self.span.clone(), Spanned::span);
        self.report_at(log, key, &span, message, instead);
    }

    /// Reports something about a part of a key's value.
    pub(super) fn report_at(
        &self,
        log: &mut Log<'_>,
        key: &Key,
        span: &Range<usize>,
        message: impl Display,
        instead: impl Into<String>,
    ) {
        log.report(span, format!("`{}` of {} {message}", key.name, self.of(key)), instead);
    }

    /// Reports a value that is not what its key wants.
    pub(super) fn accept<T>(
        &self,
        log: &mut Log<'_>,
        key: &Key,
        span: &Range<usize>,
        reading: Reading<T>,
    ) -> Option<T> {
        reading
            .map_err(|Wrong { message, instead }| {
                let instead = instead.unwrap_or_else(|| format!("`{}`", key.example));
                self.report_at(log, key, span, message, instead);
            })
            .ok()
    }

    fn nodes(&self, log: &mut Log<'_>, key: &Key) -> &'a [Node<'i>] {
        let Some(node) = self.node(key) else { return &[] };
        let list = match node.get_ref() {
            DeValue::Array(array) => Ok(array.as_ref()),
            other => Err(Wrong::like_example(format!("is {}, not a list", kind(other)))),
        };
        self.accept(log, key, &node.span(), list).unwrap_or_default()
    }
}

fn table<'a, 'i>(value: &'a DeValue<'i>) -> Reading<&'a DeTable<'i>> {
    match value {
        DeValue::Table(table) => Ok(table),
        other => Err(Wrong::like_example(format!("is {}, not a table", kind(other)))),
    }
}

/// What a value is, in a planner's words.
pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
