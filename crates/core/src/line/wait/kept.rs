//! A forecast as bytes: kept so that what was told stands when the service starts again.
//!
//! Numbers are little-endian: a version (1 byte), called (4), calls, seconds, the prior's share and the two
//! factors (8 each), then for each knot its position (4), end and earliest end (8 each), and its cause (1).

use super::{Forecast, Knot, WaitCause};

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 1 + 4 + 5 * 8;
const KNOT_BYTES: usize = 4 + 2 * 8 + 1;

impl Forecast {
    /// The bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD_BYTES + KNOT_BYTES * self.knots.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.called.to_le_bytes());
        for figure in [
            self.calls,
            self.seconds,
            self.prior_share,
            self.low_factor,
            self.high_factor,
        ] {
            bytes.extend_from_slice(&figure.to_le_bytes());
        }
        for knot in &self.knots {
            bytes.extend_from_slice(&knot.position.to_le_bytes());
            bytes.extend_from_slice(&knot.end_s.to_le_bytes());
            bytes.extend_from_slice(&knot.earliest_s.to_le_bytes());
            bytes.push(match knot.cause {
                WaitCause::Supply => 0,
                WaitCause::Pause => 1,
                WaitCause::Slower => 2,
            });
        }
        bytes
    }

    /// Reads what [`Forecast::to_bytes`] wrote. None for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[VERSION], mut rest) = bytes.split_first_chunk()? else {
            return None;
        };
        let called = u32::from_le_bytes(take(&mut rest)?);
        let mut figure = || Some(f64::from_le_bytes(take(&mut rest)?));
        let (calls, seconds, prior_share) = (figure()?, figure()?, figure()?);
        let (low_factor, high_factor) = (figure()?, figure()?);
        let mut knots = Vec::with_capacity(rest.len() / KNOT_BYTES);
        while !rest.is_empty() {
            knots.push(Knot {
                position: u32::from_le_bytes(take(&mut rest)?),
                end_s: f64::from_le_bytes(take(&mut rest)?),
                earliest_s: f64::from_le_bytes(take(&mut rest)?),
                cause: match take(&mut rest)? {
                    [0] => WaitCause::Supply,
                    [1] => WaitCause::Pause,
                    [2] => WaitCause::Slower,
                    _ => return None,
                },
            });
        }
        let figures = [calls, seconds, prior_share, low_factor, high_factor];
        let ordered = knots.windows(2).all(|pair| pair[0].position < pair[1].position);
        (figures.iter().all(|figure| figure.is_finite()) && ordered).then_some(Self {
            called,
            calls,
            seconds,
            prior_share,
            low_factor,
            high_factor,
            knots,
        })
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(*taken)
}
