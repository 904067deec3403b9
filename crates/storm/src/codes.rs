//! The telephones of the crowd: codes that a service has sent, read from the folder it spools messages into.

mod news;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use crate::crowd::letters::{MOBILES, of_mobile};
use crate::crowd::person::Codes;
use news::News;

/// The newest code of everybody; shared between threads.
#[derive(Clone, Debug, Default)]
pub struct Phones {
    codes: Arc<RwLock<HashMap<u64, Code>>>,
    spooled: bool,
}

/// A code that was sent.
#[derive(Clone, Copy, Debug)]
struct Code {
    /// The number of its message in the outbox: a newer one has a higher one.
    message: u64,
    code: u32,
}

/// Reads a spool folder (`docs/messages.md`).
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    news: News,
    /// Messages that were read, by their numbers in the outbox: one that is sent twice counts once.
    seen: HashSet<u64>,
    /// How many of them are known to whoever reads.
    counted: usize,
    phones: Phones,
}

impl Phones {
    /// Telephones on which nothing arrives.
    pub fn silent() -> Self {
        Self::default()
    }

    /// How many of the crowd have been sent a code.
    pub fn arrived(&self) -> usize {
        self.codes.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Codes for Phones {
    fn of(&self, number: u64) -> Option<u32> {
        let codes = self.codes.read().unwrap_or_else(PoisonError::into_inner);
        codes.get(&(number % MOBILES)).map(|newest| newest.code)
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
        let mut news = News::of(folder.clone());
        let seen: HashSet<u64> = news.take()?.iter().filter_map(|name| message_number(name)).collect();
        Ok(Self {
            folder,
            news,
            counted: seen.len(),
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
    /// The folder cannot be read; what has come will be read the next time.
    pub fn read(&mut self) -> io::Result<usize> {
        let mut found = Vec::new();
        let read = self.read_new(&mut found);
        if read.is_err() {
            self.news.again();
        }
        let mut codes = self.phones.codes.write().unwrap_or_else(PoisonError::into_inner);
        for (number, code) in found {
            let newest = codes.entry(number).or_insert(code);
            if newest.message < code.message {
                *newest = code;
            }
        }
        drop(codes);
        read.map(|()| self.seen.len() - std::mem::replace(&mut self.counted, self.seen.len()))
    }

    fn read_new(&mut self, found: &mut Vec<(u64, Code)>) -> io::Result<()> {
        for name in self.news.take()? {
            let Some(message) = message_number(&name).filter(|message| !self.seen.contains(message)) else {
                continue;
            };
            if name.contains("-code.")
                && let Some((recipient, code)) = read_code(&fs::read_to_string(self.folder.join(&name))?)
                && let Some(number) = of_mobile(recipient)
            {
                found.push((number, Code { message, code }));
            }
            self.seen.insert(message);
        }
        Ok(())
    }
}

/// The number in the outbox, with which a name begins. None has what is still being written: it begins with a point.
fn message_number(name: &str) -> Option<u64> {
    name.split_once('-')?.0.parse().ok()
}

/// Recipient and code of a spooled SMS: the number, an empty line, the text.
fn read_code(text: &str) -> Option<(&str, u32)> {
    let (recipient, body) = text.split_once("\n\n")?;
    let code = body
        .split(|letter: char| !letter.is_ascii_digit())
        .find(|word| word.len() == 6)?;
    Some((recipient.trim(), code.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::crowd::letters::mobile;

    #[test]
    fn a_code_is_found_among_other_numbers() {
        let text = "+4915110000007\n\nIhr Code: 012345. Gültig bis 12:20 Uhr.\n";
        assert_eq!(read_code(text), Some(("+4915110000007", 12_345)));
        assert_eq!(read_code("+49151\n\nRufen Sie 0611 50592888 an."), None);
    }

    fn put(folder: &Path, name: &str, text: &str) -> io::Result<()> {
        let part = folder.join(format!(".{name}.1.part"));
        fs::write(&part, text)?;
        fs::rename(part, folder.join(name))
    }

    fn code_for(number: u64, code: u32) -> String {
        format!("{}\n\nIhr Code: {code:06}.\n", mobile(number))
    }

    #[test]
    fn the_newest_code_counts_in_whatever_order_messages_come_and_each_is_counted_once() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        put(folder.path(), "00000001-code.sms.txt", &code_for(5, 111_111))?;
        let mut spool = Spool::open(folder.path().to_owned())?;
        let phones = spool.phones();
        assert_eq!((spool.read()?, phones.of(5)), (0, None));
        put(folder.path(), "00000009-code.sms.txt", &code_for(5, 999_999))?;
        put(folder.path(), "00000007-code.sms.txt", &code_for(6, 777_777))?;
        put(folder.path(), "00000008-confirmation.eml", "")?;
        fs::write(folder.path().join(".00000010-code.sms.txt.1.part"), "+49")?;
        assert_eq!(spool.read()?, 3);
        assert_eq!((phones.of(5), phones.of(6)), (Some(999_999), Some(777_777)));
        put(folder.path(), "00000002-code.sms.txt", &code_for(5, 222_222))?;
        put(folder.path(), "00000007-code.sms.txt", &code_for(6, 777_777))?;
        assert_eq!(spool.read()?, 1);
        assert_eq!((phones.of(5), phones.arrived()), (Some(999_999), 2));
        Ok(())
    }

    #[test]
    fn a_file_that_the_system_never_told_of_is_found_a_little_later() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut spool = Spool::open(folder.path().to_owned())?;
        // Nobody gives it its name, so nothing is told, as where another machine writes.
        fs::write(folder.path().join("00000001-code.sms.txt"), code_for(5, 1))?;
        let mut found = 0;
        for _ in 0..100 {
            found += spool.read()?;
        }
        assert_eq!(found, 1);
        assert_eq!(spool.phones().of(5), Some(1));
        Ok(())
    }

    #[test]
    fn a_message_that_cannot_be_read_is_read_the_next_time_with_all_that_came_with_it() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut spool = Spool::open(folder.path().to_owned())?;
        let name = "00000002-code.sms.txt";
        put(folder.path(), "00000001-code.sms.txt", &code_for(5, 1))?;
        let elsewhere = folder.path().join(".part");
        std::os::unix::fs::symlink(folder.path().join("nowhere"), &elsewhere)?;
        fs::rename(&elsewhere, folder.path().join(name))?;
        put(folder.path(), "00000003-code.sms.txt", &code_for(7, 3))?;
        assert!(spool.read().is_err());
        put(folder.path(), name, &code_for(6, 2))?;
        assert_eq!(spool.read()?, 3);
        assert_eq!(
            [5, 6, 7].map(|number| spool.phones().of(number)),
            [Some(1), Some(2), Some(3)]
        );
        Ok(())
    }
}
