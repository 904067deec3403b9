//! The roads out of the outbox.

use dran_store::{Channel, Message};

use crate::sms::SmsGateway;
use crate::smtp::SmtpTransport;
use crate::spool::Spool;

/// Why a message was not sent. The reasons name no recipient and quote no text: they are logged, stored
/// and shown to operators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The road is closed: no message can take it now.
    #[error("{reason}")]
    Closed {
        /// What went wrong.
        reason: String,
    },
    /// This message was not taken now; it may be later.
    #[error("{reason}")]
    Later {
        /// What went wrong.
        reason: String,
    },
    /// It never will: this recipient cannot be reached like this.
    #[error("{reason}")]
    Never {
        /// What is wrong.
        reason: String,
    },
}

impl SendError {
    pub(crate) fn closed(reason: impl Into<String>) -> Self {
        Self::Closed { reason: reason.into() }
    }

    pub(crate) fn later(reason: impl Into<String>) -> Self {
        Self::Later { reason: reason.into() }
    }

    pub(crate) fn never(reason: impl Into<String>) -> Self {
        Self::Never { reason: reason.into() }
    }
}

/// How e-mails leave.
#[derive(Debug)]
pub enum EmailRoad {
    /// To a mail server.
    Smtp(Box<SmtpTransport>),
    /// Into the spool folder.
    Spool,
}

/// How SMS leave.
#[derive(Debug)]
pub enum SmsRoad {
    /// To an HTTP gateway.
    Gateway(Box<SmsGateway>),
    /// Into the spool folder.
    Spool,
}

/// The road of each channel.
#[derive(Debug)]
pub struct Transports {
    /// For e-mails.
    pub email: EmailRoad,
    /// For SMS.
    pub sms: SmsRoad,
    /// For letters, always, so that the printers fetch them; and for whatever has no server.
    pub spool: Spool,
}

impl Transports {
    /// Everything into one folder: the demo, and tests.
    pub fn spooled(spool: Spool) -> Self {
        Self {
            email: EmailRoad::Spool,
            sms: SmsRoad::Spool,
            spool,
        }
    }

    /// Whether messages of a channel go into the spool folder, where many at once cost little more than one.
    pub fn spools(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => matches!(self.email, EmailRoad::Spool),
            Channel::Sms => matches!(self.sms, SmsRoad::Spool),
            Channel::Letter => true,
        }
    }

    /// Hands a message to its road.
    ///
    /// # Errors
    ///
    /// The other side did not take it, or did not say so in time; it may have got it all the same.
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        match (message.message.channel, &self.email, &self.sms) {
            (Channel::Email, EmailRoad::Smtp(smtp), _) => smtp.send(message).await,
            (Channel::Sms, _, SmsRoad::Gateway(gateway)) => gateway.send(message).await,
            _ => {
                let sent = self.spool.send(vec![message.clone()]).await.pop();
                sent.map_or_else(
                    || Err(SendError::closed("writing into the spool folder was broken off")),
                    |(_, result)| result,
                )
            }
        }
    }
}
