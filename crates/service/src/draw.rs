//! The way to a drawn order: N is frozen, the public value comes, the order is drawn.
//!
//! Each step is durable before the next begins, so that a process that dies goes on where it was. The
//! leader's loop makes the steps; the value is fetched beside it, because somebody else's server may
//! take its time.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dran_core::campaign::CampaignState;
use dran_core::hex;
use dran_core::ids::CampaignId;
use dran_core::line::draw::{Seed, positions};
use dran_core::line::proof::{PoolProof, ProofDocument, Source, VERSION, ValueProof};
use dran_core::line::randomness::{DrandRound, PublicValue, Randomness};
use dran_core::line::standing::Drawn;
use dran_drand::DrandClient;
use dran_store::{Failure, Fault, Freeze, OpeningRefusal, StoredCampaign};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::lines::{LiveCampaign, LiveLine};
use crate::{Service, planning};

/// How often a value that is due is asked for.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// With no public source of randomness, the secret alone decides.
const NO_PUBLIC_VALUE: &str = "";

impl Service {
    /// Brings the opening of a campaign to now. Where it takes a drand round, the one that belongs to
    /// the new opening is named.
    ///
    /// # Errors
    /// When there is none of that name, or its N is frozen already.
    pub async fn open_now(&self, campaign: &CampaignId) -> Result<(), Failure<OpeningRefusal>> {
        let now = self.clock().now();
        planning::set_opening(self.store(), campaign, now, now).await?;
        Ok(self.refresh_campaigns().await?)
    }

    /// Everything that is published about the draw of a campaign. The secret is in it only when the
    /// order is drawn.
    pub fn proof(&self, campaign: &CampaignId) -> Option<ProofDocument> {
        let lines = self.inner.lines.load();
        let of_name = |live: &&LiveCampaign| live.stored.campaign.id == *campaign;
        lines.campaigns.iter().find(of_name).map(|live| proof(&live.stored))
    }

    /// Goes one step further with every campaign whose opening has come: freezes N per line, and draws
    /// the order when everything for it is there.
    pub(crate) async fn draw_what_is_due(&self) -> Result<(), Fault> {
        let lines = self.inner.lines.load_full();
        let now = self.clock().now();
        let due = |campaign: &&LiveCampaign| {
            campaign.stored.state == CampaignState::Scheduled && campaign.stored.campaign.opens_at <= now
        };
        let mut moved = false;
        for campaign in lines.campaigns.iter().filter(due) {
            let stored = &campaign.stored;
            let value_at = stored.public_value.as_ref().map(|value| value.at);
            let frozen_at = match stored.frozen_at {
                Some(frozen_at) => frozen_at,
                None => {
                    moved = true;
                    if !self.freeze(campaign, now).await? {
                        continue; // it stands otherwise in the store: read it first
                    }
                    now
                }
            };
            if stored.randomness != Randomness::None && value_at.is_none() {
                continue;
            }
            // A clock that was set back must not draw before the value came.
            let drawn_at = now.max(frozen_at).max(value_at.unwrap_or(frozen_at));
            match self.store().record_draw(stored.campaign.id.clone(), drawn_at).await {
                Ok(()) | Err(Failure::Refused(_)) => moved = true,
                Err(Failure::Fault(fault)) => return Err(fault),
            }
        }
        if moved {
            self.refresh_campaigns().await?;
        }
        Ok(())
    }

    /// Freezes N of all lines of a campaign; false if the store knows better.
    async fn freeze(&self, campaign: &LiveCampaign, now: Timestamp) -> Result<bool, Fault> {
        let randomness = match &campaign.stored.randomness {
            Randomness::Drand(named) => Randomness::Drand(named.for_frozen(now)),
            other => other.clone(),
        };
        let freeze = Freeze {
            campaign: campaign.stored.campaign.id.clone(),
            frozen_at: now,
            // Whoever takes a number from here on stands behind the drawn ones.
            counts: campaign
                .lines
                .iter()
                .map(|line| (line.line, line.numbers.next_number()))
                .collect(),
            randomness,
        };
        match self.store().freeze(freeze).await {
            Ok(()) => Ok(true),
            Err(Failure::Refused(_)) => Ok(false),
            Err(Failure::Fault(fault)) => Err(fault),
        }
    }

    /// Fetches the drand rounds that frozen campaigns wait for, until it is told to stop. A value
    /// without the network's signature is refused and the next address asked.
    pub async fn fetch_public_values(&self, client: &DrandClient, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(ASK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let asked = async {
                ticks.tick().await;
                for (campaign, named) in self.awaited_rounds() {
                    self.fetch_value(client, &campaign, &named).await;
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = asked => {}
            }
        }
    }

    /// The rounds that are due and not known here.
    fn awaited_rounds(&self) -> Vec<(CampaignId, DrandRound)> {
        let now = self.clock().now();
        let lines = self.inner.lines.load();
        let awaited = lines.campaigns.iter().filter_map(|live| match &live.stored {
            StoredCampaign {
                campaign,
                state: CampaignState::Scheduled,
                randomness: Randomness::Drand(named),
                frozen_at: Some(_),
                public_value: None,
                ..
            } if named.at() <= now => Some((campaign.id.clone(), *named)),
            _ => None,
        });
        awaited.collect()
    }

    async fn fetch_value(&self, client: &DrandClient, campaign: &CampaignId, named: &DrandRound) {
        let note = |url: &str, error: &dran_drand::FetchError| {
            tracing::warn!(%campaign, round = named.round, url, %error, "no public value from here");
        };
        let Some(beacon) = client.fetch(named, note).await else {
            return;
        };
        let value = PublicValue {
            text: beacon.value(),
            at: self.clock().now(),
            beacon: Some(beacon),
        };
        match self.store().record_public_value(campaign.clone(), value).await {
            Ok(()) => tracing::info!(%campaign, round = named.round, "the public value is here"),
            Err(Failure::Refused(refusal)) => tracing::warn!(%campaign, ?refusal, "the public value was refused"),
            Err(Failure::Fault(error)) => tracing::error!(%campaign, %error, "the public value could not be kept"),
        }
        self.inner.campaigns_changed.store(true, Ordering::Release);
    }

    /// Whether the store's campaigns have changed since it was asked last.
    pub(crate) fn take_campaigns_changed(&self) -> bool {
        self.inner.campaigns_changed.swap(false, Ordering::AcqRel)
    }
}

/// Works out the drawn order of a line, once.
pub(crate) async fn work_out_order(line: &Arc<LiveLine>, stored: &StoredCampaign, n: u32) {
    if line.drawn.get().is_some() {
        return;
    }
    let value = stored
        .public_value
        .as_ref()
        .map_or(NO_PUBLIC_VALUE, |value| value.text.as_str());
    let seed = Seed::new(&stored.campaign.id, &line.pool.id, n, &stored.draw_secret, value);
    // Ten million tickets take up to a second of a core: not on a thread that answers requests.
    match tokio::task::spawn_blocking(move || positions(&seed, n)).await {
        Ok(positions) => {
            line.drawn.get_or_init(|| Drawn { positions });
        }
        Err(error) => tracing::error!(%error, line = %line.line, "the order could not be worked out"),
    }
}

fn proof(stored: &StoredCampaign) -> ProofDocument {
    let pools = stored.campaign.pools.iter().zip(&stored.lines);
    let value = |value: &PublicValue| ValueProof {
        value: value.text.clone(),
        at: value.at,
        signature: value.beacon.as_ref().map(|beacon| hex::encode(&beacon.signature)),
        previous_signature: value
            .beacon
            .as_ref()
            .filter(|beacon| !beacon.previous_signature.is_empty())
            .map(|beacon| hex::encode(&beacon.previous_signature)),
    };
    ProofDocument {
        version: VERSION,
        campaign: stored.campaign.id.clone(),
        opens_at: stored.campaign.opens_at,
        commitment: hex::encode(&stored.draw_commitment),
        committed_at: stored.committed_at,
        randomness: Source::from(&stored.randomness),
        frozen_at: stored.frozen_at,
        pools: pools
            .map(|(pool, marks)| PoolProof {
                pool: pool.id.clone(),
                line: marks.line,
                n: marks.drawn_n,
            })
            .collect(),
        public_value: stored.public_value.as_ref().map(value),
        drawn_at: stored.drawn_at,
        secret: stored.drawn_at.map(|_| hex::encode(&stored.draw_secret)),
    }
}
