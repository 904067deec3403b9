//! What an operator has to know in one look: what is wrong right now, the gravest first.

use std::time::Duration;

use jiff::SignedDuration;

/// So many messages waiting are more than a relay works off between two looks.
pub const OUTBOX_BACKLOG_MIN: u64 = 1_000;

/// A node says every five seconds that it is there; three times missed is no chance.
pub const NODE_SILENT_AFTER: SignedDuration = SignedDuration::from_secs(15);

/// So many call-backs may be due while nobody is ready: the next agent who is takes one in a minute.
pub const CALLBACKS_WAIT_MAX: u32 = 5;

/// What it means for the operator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Weight {
    /// All is well.
    Calm,
    /// Something to keep an eye on.
    Watch,
    /// Somebody has to do something, or has done something that must not be forgotten.
    Act,
}

/// Something that is wrong, or out of the ordinary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alarm {
    /// Nothing can be stored: nobody can book.
    StoreAway,
    /// No node leads: nobody is called.
    NobodyLeads,
    /// The operator lets bookings rest.
    BookingsRest,
    /// So many campaigns are paused: nobody is called there.
    Paused(u32),
    /// So many nodes have said nothing for a while.
    NodesSilent(u32),
    /// Bookings wait longer for the database than they should, and fewer are let in for it.
    Slow,
    /// In so many lines people wait and nothing is left.
    NothingLeft(u32),
    /// So many messages wait.
    Outbox(u64),
    /// So many call-backs are due and no agent is ready.
    NoAgent(u32),
}

/// How things stand.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Figures {
    /// Nothing can be stored.
    pub store_away: bool,
    /// What the lines show is older than it ever is while somebody leads.
    pub stale: bool,
    /// The operator lets bookings rest.
    pub rests: bool,
    /// Campaigns that are paused.
    pub paused: u32,
    /// Nodes that have said nothing for [`NODE_SILENT_AFTER`].
    pub nodes_silent: u32,
    /// How long commands wait for the store; none if there were none.
    pub delay: Option<Duration>,
    /// How long they may.
    pub delay_goal: Duration,
    /// Permits that may be in use.
    pub target: u32,
    /// The most that the operator allows.
    pub target_max: u32,
    /// Open lines in which people wait and nothing is left.
    pub lines_without_supply: u32,
    /// Messages waiting.
    pub outbox: u64,
    /// Agents who would take a call.
    pub agents_ready: u32,
    /// Call-backs that are due.
    pub callbacks_due: u32,
}

impl Alarm {
    /// What it means for the operator.
    pub fn weight(self) -> Weight {
        match self {
            Self::StoreAway | Self::NobodyLeads | Self::BookingsRest | Self::Paused(_) | Self::NodesSilent(_) => {
                Weight::Act
            }
            Self::Slow | Self::NothingLeft(_) | Self::Outbox(_) | Self::NoAgent(_) => Weight::Watch,
        }
    }

    /// The word of it, for texts and programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::StoreAway => "store-away",
            Self::NobodyLeads => "nobody-leads",
            Self::BookingsRest => "bookings-rest",
            Self::Paused(_) => "paused",
            Self::NodesSilent(_) => "nodes-silent",
            Self::Slow => "slow",
            Self::NothingLeft(_) => "nothing-left",
            Self::Outbox(_) => "outbox",
            Self::NoAgent(_) => "no-agent",
        }
    }

    /// How many, where it is of something that can be counted; 0 elsewhere.
    pub fn count(self) -> u64 {
        match self {
            Self::StoreAway | Self::NobodyLeads | Self::BookingsRest | Self::Slow => 0,
            Self::Paused(count) | Self::NodesSilent(count) | Self::NothingLeft(count) | Self::NoAgent(count) => {
                count.into()
            }
            Self::Outbox(count) => count,
        }
    }
}

/// Everything that is wrong, the gravest first.
pub fn alarms(figures: &Figures) -> Vec<Alarm> {
    let slow = figures.target < figures.target_max || figures.delay.is_some_and(|delay| delay > figures.delay_goal);
    let no_agent = figures.agents_ready == 0 && figures.callbacks_due > CALLBACKS_WAIT_MAX;
    let known = [
        (figures.store_away, Alarm::StoreAway),
        // Without the store nobody can lead.
        (figures.stale && !figures.store_away, Alarm::NobodyLeads),
        (figures.rests, Alarm::BookingsRest),
        (figures.paused > 0, Alarm::Paused(figures.paused)),
        (figures.nodes_silent > 0, Alarm::NodesSilent(figures.nodes_silent)),
        (slow, Alarm::Slow),
        (
            figures.lines_without_supply > 0,
            Alarm::NothingLeft(figures.lines_without_supply),
        ),
        (figures.outbox >= OUTBOX_BACKLOG_MIN, Alarm::Outbox(figures.outbox)),
        (no_agent, Alarm::NoAgent(figures.callbacks_due)),
    ];
    known
        .into_iter()
        .filter_map(|(is, alarm)| is.then_some(alarm))
        .collect()
}

/// What all of them together mean.
pub fn weight(alarms: &[Alarm]) -> Weight {
    alarms.iter().map(|alarm| alarm.weight()).max().unwrap_or(Weight::Calm)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Figures = Figures {
        store_away: false,
        stale: false,
        rests: false,
        paused: 0,
        nodes_silent: 0,
        delay: Some(Duration::from_millis(4)),
        delay_goal: Duration::from_millis(50),
        target: 2_000,
        target_max: 2_000,
        lines_without_supply: 0,
        outbox: OUTBOX_BACKLOG_MIN - 1,
        agents_ready: 0,
        callbacks_due: CALLBACKS_WAIT_MAX,
    };

    #[test]
    fn a_good_opening_raises_no_alarm() {
        assert_eq!(alarms(&CALM), []);
        assert_eq!(weight(&[]), Weight::Calm);
        let quiet = Figures { delay: None, ..CALM };
        assert_eq!(alarms(&quiet), []);
    }

    #[test]
    fn each_thing_that_is_wrong_is_said_by_itself() {
        let cases = [
            (
                Figures {
                    store_away: true,
                    stale: true,
                    ..CALM
                },
                Alarm::StoreAway,
            ),
            (Figures { stale: true, ..CALM }, Alarm::NobodyLeads),
            (Figures { rests: true, ..CALM }, Alarm::BookingsRest),
            (Figures { paused: 1, ..CALM }, Alarm::Paused(1)),
            (
                Figures {
                    nodes_silent: 2,
                    ..CALM
                },
                Alarm::NodesSilent(2),
            ),
            (Figures { target: 1_999, ..CALM }, Alarm::Slow),
            (
                Figures {
                    delay: Some(Duration::from_millis(51)),
                    ..CALM
                },
                Alarm::Slow,
            ),
            (
                Figures {
                    lines_without_supply: 3,
                    ..CALM
                },
                Alarm::NothingLeft(3),
            ),
            (
                Figures {
                    outbox: OUTBOX_BACKLOG_MIN,
                    ..CALM
                },
                Alarm::Outbox(OUTBOX_BACKLOG_MIN),
            ),
            (
                Figures {
                    callbacks_due: 6,
                    ..CALM
                },
                Alarm::NoAgent(6),
            ),
        ];
        for (figures, alarm) in cases {
            assert_eq!(alarms(&figures), [alarm]);
        }
        let served = Figures {
            callbacks_due: 6,
            agents_ready: 1,
            ..CALM
        };
        assert_eq!(alarms(&served), []);
    }

    #[test]
    fn the_gravest_comes_first_and_counts() {
        let bad = Figures {
            paused: 1,
            outbox: 5_000,
            target: 10,
            ..CALM
        };
        let raised = alarms(&bad);
        assert_eq!(raised, [Alarm::Paused(1), Alarm::Slow, Alarm::Outbox(5_000)]);
        assert_eq!(weight(&raised), Weight::Act);
        assert_eq!(weight(&raised[1..]), Weight::Watch);
        assert!(raised.windows(2).all(|pair| pair[0].weight() >= pair[1].weight()));
    }
}
