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
    /// Into a folder.
    Spool(Spool),
}

/// How SMS leave.
#[derive(Debug)]
pub enum SmsRoad {
    /// To an HTTP gateway.
    Gateway(SmsGateway),
    /// Into a folder.
    Spool(Spool),
}

/// The road of each channel. Letters always go into a folder, for the printers to fetch.
#[derive(Debug)]
pub struct Transports {
    /// For e-mails.
    pub email: EmailRoad,
    /// For SMS.
    pub sms: SmsRoad,
    /// For letters.
    pub letter: Spool,
}

impl Transports {
    /// Everything into one folder: the demo, and tests.
    pub fn spooled(spool: Spool) -> Self {
        Self {
            email: EmailRoad::Spool(spool.clone()),
            sms: SmsRoad::Spool(spool.clone()),
            letter: spool,
        }
    }

    /// Hands a message to its road.
    ///
    /// # Errors
    ///
    /// The other side did not take it, or did not say so in time; it may have got it all the same.
    pub async fn send(&self, message: &Message) -> Result<(), SendError> {
        match message.message.channel {
            Channel::Email => match &self.email {
                EmailRoad::Smtp(smtp) => smtp.send(message).await,
                EmailRoad::Spool(spool) => spool.send(message).await,
            },
            Channel::Sms => match &self.sms {
                SmsRoad::Gateway(gateway) => gateway.send(message).await,
                SmsRoad::Spool(spool) => spool.send(message).await,
            },
            Channel::Letter => self.letter.send(message).await,
        }
    }
}
