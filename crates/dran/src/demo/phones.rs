//! The crowd's telephones: reads the outbox, as the network would deliver it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dran_store::{MessageKind, Store};
use tokio_util::sync::CancellationToken;

/// How often the network delivers.
const DELIVERY_EVERY: Duration = Duration::from_millis(400);
/// More messages than leave between two deliveries.
const MESSAGES_MAX: u32 = 600;

/// The newest verification code of each number.
#[derive(Clone, Default)]
pub struct Phones(Arc<Mutex<HashMap<String, String>>>);

impl Phones {
    /// The code that arrived last at a number.
    pub fn code(&self, number: &str) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(number)
            .cloned()
    }

    /// Delivers until it is told to stop.
    pub async fn deliver(self, store: Arc<dyn Store>, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(DELIVERY_EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            let Ok(messages) = store.recent_messages(MESSAGES_MAX).await else {
                continue;
            };
            let mut codes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // Newest first: the first one of a number counts.
            let mut seen = std::collections::HashSet::new();
            for stored in &messages {
                let message = &stored.message;
                if message.kind == MessageKind::Code
                    && seen.insert(&message.recipient)
                    && let Some(code) = six_digits(&message.body)
                {
                    codes.insert(message.recipient.clone(), code);
                }
            }
        }
    }
}

/// The six digits of a code in a message.
fn six_digits(text: &str) -> Option<String> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .find(|word| word.len() == 6)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_among_other_numbers() {
        assert_eq!(
            six_digits("Ihr Code: 123456. Gültig bis 12:20 Uhr.").as_deref(),
            Some("123456")
        );
        assert_eq!(six_digits("Rufen Sie 0611 50592888 an."), None);
    }
}
