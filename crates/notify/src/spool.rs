//! Messages into a folder, one file each: for the demo, for tests, and for letters to be printed.
//!
//! A file appears under its name only when it is complete. Its name begins with the number in the
//! outbox, so that a message sent twice is one file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use dran_store::{Channel, Message, MessageKind};

use crate::email::{self, EmailFrom};
use crate::transport::SendError;

/// A folder for messages.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
    from: EmailFrom,
}

/// From so many files on, one call for the whole file system costs less than one for each of them
/// (docs/decisions/0024-messages-of-a-round.md).
const SYNCED_TOGETHER_MIN: usize = 4;

/// A file on its way to its name.
struct Part {
    /// Open from before it was written, so that it tells of its own failures.
    file: File,
    unfinished: PathBuf,
    name: PathBuf,
}

impl Spool {
    /// Uses this folder, which must exist. E-mails in it are complete `.eml` files from this sender.
    pub fn new(folder: impl Into<PathBuf>, from: EmailFrom) -> Self {
        Self {
            folder: folder.into(),
            from,
        }
    }

    /// Writes messages, and says of each what became of it once it is durable. None is there at the end of the
    /// runtime only: then nothing is known of any.
    pub async fn send(&self, messages: Vec<Message>) -> Vec<(Message, Result<(), SendError>)> {
        let spool = self.clone();
        match tokio::task::spawn_blocking(move || spool.write(messages)).await {
            Ok(written) => written,
            Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
            Err(_) => Vec::new(),
        }
    }

    /// Writes all files, makes all durable, then gives all their names: what costs is waiting for the disk.
    fn write(&self, messages: Vec<Message>) -> Vec<(Message, Result<(), SendError>)> {
        let folder = File::open(&self.folder);
        let begun: Vec<_> = messages
            .iter()
            .map(|message| {
                let content = self.content(message)?;
                Part::begin(&self.folder, &file_name(message), &content).map_err(|error| closed(&error))
            })
            .collect();
        let durable = sync_all(folder.as_ref(), begun);
        let mut named: Vec<_> = durable
            .into_iter()
            .map(|part| part.and_then(|part| part.finish().map_err(|error| closed(&error))))
            .collect();
        if let Err(error) = folder.and_then(|folder| folder.sync_all()) {
            named.fill(Err(closed(&error)));
        }
        messages.into_iter().zip(named).collect()
    }

    fn content(&self, message: &Message) -> Result<Vec<u8>, SendError> {
        Ok(match message.message.channel {
            Channel::Email => email::build(&self.from, message)?.formatted(),
            Channel::Sms | Channel::Letter => plain_file(message).into_bytes(),
        })
    }
}

impl Part {
    fn begin(folder: &Path, name: &str, content: &[u8]) -> io::Result<Self> {
        // Two processes may write the same message, when the lead changes while it is on its way.
        let unfinished = folder.join(format!(".{name}.{}.part", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(content)?;
        Ok(Self {
            file,
            unfinished,
            name: folder.join(name),
        })
    }

    fn finish(self) -> io::Result<()> {
        std::fs::rename(self.unfinished, self.name)
    }
}

/// Makes the content of files durable, so that none gets its name before.
fn sync_all(folder: Result<&File, &io::Error>, parts: Vec<Result<Part, SendError>>) -> Vec<Result<Part, SendError>> {
    if folder.is_ok_and(|folder| synced_together(folder, parts.len())) {
        return parts;
    }
    let synced = |part: Part| match part.file.sync_all() {
        Ok(()) => Ok(part),
        Err(error) => Err(closed(&error)),
    };
    parts.into_iter().map(|part| part.and_then(synced)).collect()
}

/// Makes everything durable that was written to the folder's file system. False where that is no gain, or has failed,
/// for it does not say for which file: then each is asked.
fn synced_together(folder: &File, files: usize) -> bool {
    files >= SYNCED_TOGETHER_MIN && rustix::fs::syncfs(folder).is_ok()
}

fn closed(error: &io::Error) -> SendError {
    SendError::closed(format!("the spool folder cannot be written to: {}", error.kind()))
}

/// The number in the outbox, what it is about, and the road: `00000042-confirmation.sms.txt`.
fn file_name(message: &Message) -> String {
    let ending = match message.message.channel {
        Channel::Email => "eml",
        Channel::Sms => "sms.txt",
        Channel::Letter => "letter.txt",
    };
    format!("{:08}-{}.{ending}", message.id.0, kind_name(message.message.kind))
}

fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Code => "code",
        MessageKind::Confirmation => "confirmation",
        MessageKind::Cancellation => "cancellation",
        MessageKind::Move => "move",
        MessageKind::Soon => "soon",
        MessageKind::Call => "call",
    }
}

/// Recipient, subject and text, with an empty line after each that is there.
fn plain_file(message: &Message) -> String {
    let content = &message.message;
    let parts = [&content.recipient, &content.subject, &content.body];
    let mut text = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join("\n\n");
    text.push('\n');
    text
}
