//! Leaked passwords, as a file on this machine: nobody elsewhere is asked about anybody's password.
//!
//! The form is that in which Pwned Passwords is downloaded: a line for each password, `SHA-1:COUNT`, sorted by the hash.
//! It has some forty gigabytes, so it stays on the disk and is searched there: some thirty-five reads for a password
//! that somebody chooses.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use sha1::{Digest as _, Sha1};

/// No line is longer: forty digits, a colon, a count of up to twenty digits, the line's end.
const LINE_BYTES_MAX: usize = 64;
/// Lines that are looked at when the file is opened. Forty gigabytes are not read for it.
const SAMPLES: u64 = 256;

/// A file of leaked passwords.
#[derive(Debug)]
pub struct LeakedPasswords {
    file: File,
    bytes: u64,
}

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum LeakedError {
    /// It cannot be read.
    #[error("it cannot be read")]
    Unreadable(#[from] io::Error),
    /// Something in it is no line of the form `SHA-1:COUNT`.
    #[error("at byte {at} there is no line like 5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:52372")]
    NoLine {
        /// Where the line begins.
        at: u64,
    },
    /// A line comes after one with a greater hash.
    #[error("the line at byte {at} comes after one with a greater hash: it has to be sorted by hash")]
    Unsorted {
        /// Where the line begins.
        at: u64,
    },
}

/// A line: where it begins and ends, and its hash.
struct Line {
    from: u64,
    until: u64,
    hash: [u8; 20],
}

impl LeakedPasswords {
    /// Opens a file, and looks whether it is one: at its beginning, its end and many places between.
    ///
    /// # Errors
    /// [`LeakedError`].
    pub fn open(path: &Path) -> Result<Self, LeakedError> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let leaked = Self { file, bytes };
        let mut before: Option<Line> = None;
        for sample in 0..=SAMPLES {
            let near = u128::from(bytes.saturating_sub(1)) * u128::from(sample) / u128::from(SAMPLES);
            let line = leaked.line_around(u64::try_from(near).unwrap_or(u64::MAX))?;
            if before.is_some_and(|before| before.from < line.from && before.hash >= line.hash) {
                return Err(LeakedError::Unsorted { at: line.from });
            }
            before = Some(line);
        }
        Ok(leaked)
    }

    /// Whether a password is in it. Reads from the disk.
    ///
    /// # Errors
    /// When the file cannot be read any more, or is not what it was.
    pub fn contains(&self, password: &str) -> Result<bool, LeakedError> {
        let wanted: [u8; 20] = Sha1::digest(password.as_bytes()).into();
        let (mut from, mut until) = (0, self.bytes);
        while from < until {
            let line = self.line_around(from + (until - from) / 2)?;
            match line.hash.cmp(&wanted) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => from = line.until,
                std::cmp::Ordering::Greater => until = line.from,
            }
        }
        Ok(false)
    }

    /// The line that a byte belongs to.
    fn line_around(&self, byte: u64) -> Result<Line, LeakedError> {
        let start = byte.saturating_sub(LINE_BYTES_MAX as u64);
        let mut around = [0; 2 * LINE_BYTES_MAX];
        let read = self.read(&mut around, start)?;
        let around = around.get(..read).unwrap_or_default();
        let at = usize::try_from(byte - start).unwrap_or(usize::MAX);
        let before = around.get(..at).unwrap_or_default();
        let begins = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let rest = around.get(begins..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |end| end + 1);
        let from = start + begins as u64;
        let hash = hash_of(rest.get(..length).unwrap_or_default()).ok_or(LeakedError::NoLine { at: from })?;
        Ok(Line {
            from,
            until: from + length as u64,
            hash,
        })
    }

    /// Reads until the buffer is full or the file ends.
    fn read(&self, into: &mut [u8], from: u64) -> io::Result<usize> {
        let mut read = 0;
        while let Some(rest) = into.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, from + read as u64)? {
                0 => break,
                more => read += more,
            }
        }
        Ok(read)
    }
}

/// The hash of a line, if it is one.
fn hash_of(line: &[u8]) -> Option<[u8; 20]> {
    let (hash, count) = std::str::from_utf8(line).ok()?.trim_ascii_end().split_once(':')?;
    let is_count = !count.is_empty() && count.bytes().all(|digit| digit.is_ascii_digit());
    is_count
        .then(|| dran_core::hex::decode(&hash.to_ascii_lowercase()))??
        .try_into()
        .ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn line(password: &str, count: usize) -> String {
        let hash: [u8; 20] = Sha1::digest(password.as_bytes()).into();
        format!("{}:{count}", dran_core::hex::encode(&hash).to_uppercase())
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn opened(text: &str) -> Result<LeakedPasswords, LeakedError> {
        LeakedPasswords::open(file(text).path())
    }

    #[test]
    fn a_leaked_password_is_found_wherever_it_stands_and_no_other_is() {
        for (count, end) in [(1, "\n"), (2, "\r\n"), (3, "\n"), (1_000, "\r\n")] {
            let mut lines: Vec<String> = (0..count).map(|n| line(&format!("leaked {n}"), n * n * n)).collect();
            lines.sort();
            for last in ["", end] {
                let leaked = opened(&(lines.join(end) + last)).unwrap();
                for n in 0..count {
                    assert!(leaked.contains(&format!("leaked {n}")).unwrap(), "{n} of {count}");
                    assert!(!leaked.contains(&format!("kept {n}")).unwrap(), "{n} of {count}");
                }
            }
        }
        assert!(line("password", 7).starts_with("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:"));
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_what_is_wrong() {
        let sorted = {
            let mut lines: Vec<String> = (0..50).map(|n| line(&format!("leaked {n}"), n)).collect();
            lines.sort();
            lines
        };
        let mut turned = sorted.clone();
        turned.reverse();
        let said = |text: &str| opened(text).unwrap_err().to_string();
        assert!(said(&turned.join("\n")).contains("sorted by hash"));
        let mut swapped = sorted.clone();
        swapped.swap(20, 21);
        assert!(said(&swapped.join("\n")).contains("sorted by hash"));
        for rubbish in ["", "\n", "passwort\n", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8\n"] {
            assert!(said(rubbish).contains("no line like"), "{rubbish}");
        }
        let mut broken = sorted;
        broken[30] = "x".repeat(500);
        assert!(said(&broken.join("\n")).contains("no line like"));
        let missing = LeakedPasswords::open(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(matches!(missing, LeakedError::Unreadable(_)), "{missing}");
    }
}
