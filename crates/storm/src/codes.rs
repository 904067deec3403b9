//! The telephones of the crowd: codes that a service has sent, read from the folder it spools messages into.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::crowd::letters::mobile;
use crate::crowd::person::Codes;

/// The newest code of each number; shared between threads.
#[derive(Clone, Debug, Default)]
pub struct Phones {
    codes: Arc<RwLock<HashMap<String, u32>>>,
    spooled: bool,
}

/// Reads a spool folder (`docs/messages.md`).
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    seen: HashSet<String>,
    phones: Phones,
}

impl Phones {
    /// Telephones on which nothing arrives.
    pub fn silent() -> Self {
        Self::default()
    }

    /// How many numbers have been sent a code.
    pub fn arrived(&self) -> usize {
        self.codes.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Codes for Phones {
    fn of(&self, number: u64) -> Option<u32> {
        let codes = self.codes.read().unwrap_or_else(PoisonError::into_inner);
        codes.get(&mobile(number)).copied()
    }

    fn arrive(&self) -> bool {
        self.spooled
    }
}

impl Spool {
    /// A folder that exists. What lies in it already was sent to others.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        let mut seen = HashSet::new();
        for entry in fs::read_dir(&folder)? {
            seen.insert(entry?.file_name().to_string_lossy().into_owned());
        }
        Ok(Self {
            folder,
            seen,
            phones: Phones {
                codes: Arc::default(),
                spooled: true,
            },
        })
    }

    /// Where the codes arrive.
    pub fn phones(&self) -> Phones {
        self.phones.clone()
    }

    /// Reads what has come since it was read last; how many messages of any kind.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn read(&mut self) -> io::Result<usize> {
        let (mut found, mut messages) = (Vec::new(), 0);
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            // Names that begin with a point are being written.
            if name.starts_with('.') || self.seen.contains(&name) {
                continue;
            }
            messages += 1;
            if name.contains("-code.")
                && let Some(code) = read_code(&fs::read_to_string(self.folder.join(&name))?)
            {
                found.push((name.clone(), code));
            }
            self.seen.insert(name);
        }
        // Names begin with their number in the outbox: the newest code of a number comes last.
        found.sort();
        let mut codes = self.phones.codes.write().unwrap_or_else(PoisonError::into_inner);
        codes.extend(found.into_iter().map(|(_, code)| code));
        Ok(messages)
    }
}

/// Recipient and code of a spooled SMS: the number, an empty line, the text.
fn read_code(text: &str) -> Option<(String, u32)> {
    let (recipient, body) = text.split_once("\n\n")?;
    let code = body
        .split(|letter: char| !letter.is_ascii_digit())
        .find(|word| word.len() == 6)?;
    Some((recipient.trim().to_owned(), code.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_among_other_numbers() {
        let text = "+4915110000007\n\nIhr Code: 012345. Gültig bis 12:20 Uhr.\n";
        assert_eq!(read_code(text), Some(("+4915110000007".to_owned(), 12_345)));
        assert_eq!(read_code("+49151\n\nRufen Sie 0611 50592888 an."), None);
    }
}
