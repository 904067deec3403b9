//! The messages of a deployment, as the spool folder holds them.

use std::time::Duration;

use crate::deployment::Deployment;

/// How long a message may be on its way before something is wrong.
const DEADLINE: Duration = Duration::from_secs(60);

/// All messages of a kind to a recipient, oldest first.
pub fn messages(deployment: &Deployment, kind: &str, to: &str) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(deployment.path("spool"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            !name.starts_with('.') && name.contains(&format!("-{kind}."))
        })
        .collect();
    files.sort();
    let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    texts.filter(|text| text.contains(to)).collect()
}

/// Waits until there are so many messages of a kind to a recipient; the newest.
pub async fn wait_for(deployment: &Deployment, kind: &str, to: &str, count: usize) -> String {
    let arrived = async {
        loop {
            let mut found = messages(deployment, kind, to);
            if found.len() >= count {
                return found.pop().unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let in_time = tokio::time::timeout(DEADLINE, arrived).await;
    in_time.unwrap_or_else(|_| panic!("no {kind} number {count} came"))
}

/// The six digits of a code message.
pub fn code(message: &str) -> String {
    let digits = message.lines().skip(1).collect::<String>();
    let found = digits
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 6);
    found.unwrap_or_else(|| panic!("no code in {message}")).to_owned()
}
