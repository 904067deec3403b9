//! The service that a replay is for: its address, its campaigns, and the numbers it publishes.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use crate::wire::answer::{self, Read};

/// How long the service may take to say how it stands.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it is.
    pub address: SocketAddr,
    /// As it is called in requests.
    pub host: String,
}

/// What cannot be aimed at.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// Not `http://HOST:PORT`.
    #[error("`{0}` is no address of a dran; write http://127.0.0.1:8080 (TLS ends at the proxy in front of it)")]
    Form(String),
    /// Its name leads nowhere.
    #[error("`{0}` leads nowhere")]
    Unknown(String, #[source] io::Error),
    /// It does not say how it stands.
    #[error("{0} does not say how it stands")]
    Silent(String, #[source] io::Error),
    /// It speaks, but not as dran does.
    #[error("{0} does not answer as dran does")]
    Foreign(String),
}

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none, or its name is not known.
    pub fn parse(url: &str) -> Result<Self, TargetError> {
        let form = || TargetError::Form(url.to_owned());
        let host = url.strip_prefix("http://").ok_or_else(form)?;
        let host = host.strip_suffix('/').unwrap_or(host);
        if host.is_empty() || host.contains(['/', '?', '#', '@']) {
            return Err(form());
        }
        let with_port = if host
            .rsplit_once(':')
            .is_some_and(|(_, port)| port.parse::<u16>().is_ok())
        {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        let unknown = |error| TargetError::Unknown(host.to_owned(), error);
        let address = with_port.to_socket_addrs().map_err(unknown)?.next().ok_or_else(form)?;
        Ok(Self {
            address,
            host: host.to_owned(),
        })
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.address.ip().is_loopback()
    }

    /// What it publishes of the day.
    ///
    /// # Errors
    /// When it does not answer, or not as dran does.
    pub fn status(&self) -> Result<Status, TargetError> {
        let body = self
            .get("/api/v1/status")
            .map_err(|error| TargetError::Silent(self.host.clone(), error))?;
        serde_json::from_slice(&body).map_err(|_| TargetError::Foreign(self.host.clone()))
    }

    fn get(&self, path: &str) -> io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&self.address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.host
        )?;
        let (mut bytes, mut part) = (Vec::new(), [0; 16 * 1_024]);
        loop {
            let read = stream.read(&mut part)?;
            bytes.extend_from_slice(&part[..read]);
            match answer::read(&bytes) {
                Read::Whole(whole) if whole.status == 200 => return Ok(bytes[whole.body_from..whole.ends].to_vec()),
                Read::More if read > 0 => {}
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }
}

/// The public numbers of the day, as far as a replay reads them.
#[derive(Clone, Debug, Deserialize)]
pub struct Status {
    /// When they were read.
    pub at: Timestamp,
    /// Series booked.
    pub booked: u64,
    /// Series held.
    pub held: u64,
    /// Series free.
    pub free: u64,
    /// Permits in use.
    pub permits: u64,
    /// Campaigns.
    pub campaigns: Vec<Campaign>,
}

/// A campaign's numbers.
#[derive(Clone, Debug, Deserialize)]
pub struct Campaign {
    /// Its name.
    pub campaign: String,
    /// `scheduled`, `open`, `paused` or `closed`.
    pub state: String,
    /// When it opens or opened.
    pub opens_at: Timestamp,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line's numbers.
#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// Tickets given out.
    pub joined: u64,
    /// Positions called.
    pub called: u64,
}

impl Status {
    /// The campaign of this name; without a name the only one that can be joined.
    ///
    /// # Errors
    /// Says which there are.
    pub fn campaign(&self, name: Option<&str>) -> Result<&Campaign, CampaignError> {
        let open = |campaign: &&Campaign| campaign.state != "closed";
        let names = || {
            self.campaigns
                .iter()
                .filter(open)
                .map(|campaign| campaign.campaign.clone())
                .collect::<Vec<String>>()
        };
        match name {
            Some(name) => self
                .campaigns
                .iter()
                .filter(open)
                .find(|campaign| campaign.campaign == name),
            None => Some(self.campaigns.iter().filter(open))
                .filter(|_| names().len() == 1)
                .and_then(|mut all| all.next()),
        }
        .ok_or_else(|| CampaignError {
            wanted: name.map(str::to_owned),
            there_are: names(),
        })
    }
}

/// Which campaign people come for is not clear.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}; there are: {all}; name one with --campaign",
    what = wanted.as_ref().map_or("which campaign is not clear".to_owned(), |name| format!("there is no campaign `{name}` to join")),
    all = there_are.join(", "))]
pub struct CampaignError {
    wanted: Option<String>,
    there_are: Vec<String>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port_and_nothing_else() {
        let target = Target::parse("http://127.0.0.1:8080/").unwrap();
        assert_eq!((target.address.port(), target.host.as_str()), (8_080, "127.0.0.1:8080"));
        assert!(target.is_loopback());
        for url in [
            "https://127.0.0.1",
            "127.0.0.1:80",
            "http://",
            "http://127.0.0.1/x",
            "http://a@127.0.0.1",
        ] {
            assert!(matches!(Target::parse(url), Err(TargetError::Form(_))), "{url}");
        }
    }

    #[test]
    fn the_only_campaign_need_not_be_named() {
        let campaign = |name: &str, state: &str| Campaign {
            campaign: name.to_owned(),
            state: state.to_owned(),
            opens_at: Timestamp::UNIX_EPOCH,
            lines: Vec::new(),
        };
        let mut status = Status {
            at: Timestamp::UNIX_EPOCH,
            booked: 0,
            held: 0,
            free: 0,
            permits: 0,
            campaigns: vec![campaign("old", "closed"), campaign("new", "scheduled")],
        };
        assert_eq!(status.campaign(None).unwrap().campaign, "new");
        assert!(status.campaign(Some("old")).is_err());
        status.campaigns.push(campaign("other", "open"));
        let error = status.campaign(None).unwrap_err().to_string();
        assert!(error.contains("new, other"), "{error}");
    }
}
