//! Whether the phone has a line of its own.

/// Whom an agent may let in (`phone = "one-line" | "first-come"`), for each campaign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PhonePolicy {
    /// One line for all doors: a caller takes a ticket like anybody, and is called back when its turn has come.
    #[default]
    OneLine,
    /// Whom an agent has on the line may come in at once, beside the line: as long as the supply is there and a
    /// permit is free. Each is a line of the public account.
    FirstCome,
}

impl PhonePolicy {
    /// The word of the policy in columns, files and commands.
    pub fn word(self) -> &'static str {
        match self {
            Self::OneLine => "one-line",
            Self::FirstCome => "first-come",
        }
    }

    /// The policy of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::OneLine, Self::FirstCome]
            .into_iter()
            .find(|policy| policy.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_for_all_doors_is_what_holds_when_nothing_is_said() {
        assert_eq!(PhonePolicy::default(), PhonePolicy::OneLine);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for policy in [PhonePolicy::OneLine, PhonePolicy::FirstCome] {
            assert_eq!(PhonePolicy::of_word(policy.word()), Some(policy));
        }
        assert_eq!(PhonePolicy::of_word("first"), None);
    }
}
