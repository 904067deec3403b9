//! Messages into a folder, one file each: for the demo, for tests, and for letters to be printed.
//!
//! A file appears under its name only when it is complete. Its name begins with the number in the
//! outbox, so that a message sent twice is one file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
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

impl Spool {
    /// Uses this folder, which must exist. E-mails in it are complete `.eml` files from this sender.
    pub fn new(folder: impl Into<PathBuf>, from: EmailFrom) -> Self {
        Self {
            folder: folder.into(),
            from,
        }
    }

    /// Writes one message.
    ///
    /// # Errors
    ///
    /// The folder cannot be written to; see [`SendError`].
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        let content = match message.message.channel {
            Channel::Email => email::build(&self.from, message)?.formatted(),
            Channel::Sms | Channel::Letter => plain_file(message).into_bytes(),
        };
        let (folder, name) = (self.folder.clone(), file_name(message));
        let written = tokio::task::spawn_blocking(move || write_whole(&folder, &name, &content)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(SendError::closed(format!(
                "the spool folder cannot be written to: {}",
                error.kind()
            ))),
            Err(_) => Err(SendError::closed("writing into the spool folder was broken off")),
        }
    }
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

/// Writes a file so that it is there completely or not at all, even if the power fails.
fn write_whole(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    // Two processes may write the same message, when the lead changes while it is on its way.
    let unfinished = folder.join(format!(".{name}.{}.part", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, folder.join(name))?;
    File::open(folder)?.sync_all()
}
