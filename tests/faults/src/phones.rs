//! The visitors' telephones: the newest code of each number, from the folder that all nodes put messages in.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

type Codes = Arc<Mutex<HashMap<String, Vec<String>>>>;

/// Looks into the folder until it is dropped.
pub struct Phones {
    codes: Codes,
    looking: JoinHandle<()>,
}

impl Phones {
    /// Begins to look.
    pub fn watch(spool: PathBuf) -> Self {
        let codes = Codes::default();
        let found = codes.clone();
        let looking = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(LOOK_EVERY);
            let mut seen = HashSet::new();
            loop {
                ticks.tick().await;
                look(&spool, &mut seen, &found);
            }
        });
        Self { codes, looking }
    }

    /// The codes that have come to a number, in the order of their files.
    pub fn codes(&self, number: &str) -> Vec<String> {
        let codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.get(number).cloned().unwrap_or_default()
    }
}

impl Drop for Phones {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

fn look(spool: &std::path::Path, seen: &mut HashSet<PathBuf>, codes: &Codes) {
    let files = std::fs::read_dir(spool).into_iter().flatten().flatten();
    let mut new: Vec<PathBuf> = files
        .map(|file| file.path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.contains("-code.") && !name.starts_with('.') && !seen.contains(path)
        })
        .collect();
    new.sort();
    for path in new {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let number = text.split(|letter: char| !letter.is_ascii_digit() && letter != '+');
        let number = number.into_iter().find(|word| word.starts_with("+49"));
        let code = text.lines().skip(1).find_map(six_digits);
        // Without one the file is still being written, by one of the nodes or by two.
        if let (Some(number), Some(code)) = (number, code) {
            seen.insert(path);
            let mut codes = codes.lock().unwrap_or_else(PoisonError::into_inner);
            codes.entry(number.to_owned()).or_default().push(code);
        }
    }
}

fn six_digits(line: &str) -> Option<String> {
    let mut words = line.split(|letter: char| !letter.is_ascii_digit());
    words.find(|word| word.len() == 6).map(str::to_owned)
}
