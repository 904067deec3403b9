//! Choices whose options are words of the language.

use super::form::{Choice, ChoiceOption};
use super::shell::Shell;

/// A choice from pairs of value and text key.
pub(super) fn choice(shell: &Shell, name: &'static str, options: &[(&str, &str)], chosen: &str) -> Choice {
    let options = options
        .iter()
        .map(|(value, key)| ChoiceOption::new(*value, shell.t(key)))
        .collect();
    Choice::new(name, options, chosen)
}
