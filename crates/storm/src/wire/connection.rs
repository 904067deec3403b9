//! One connection: asks one thing at a time.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use mio::net::TcpStream;
use rustix::io::Errno;
use socket2::{Domain, Protocol, Socket, Type};

use super::answer::{self, Read, Whole};
use crate::kind::Kind;
use crate::pace::Micros;

/// Whose connection it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Somebody of the crowd.
    Person(usize),
    /// A stream of requests.
    Stream(usize),
}

/// What a connection is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// What was asked.
    pub kind: Kind,
    /// When it should have been.
    pub intended: Micros,
    /// Whether the connection had been used before: its other end may have closed it meanwhile.
    pub reused: bool,
}

/// A connection.
#[derive(Debug)]
pub struct Connection {
    /// The socket, to be registered.
    pub stream: TcpStream,
    /// Whose it is.
    pub owner: Owner,
    /// What it waits for; none while it rests.
    pub asking: Option<Asking>,
    /// When it was used last.
    pub used_at: Micros,
    /// The end of a request that the system did not take at once.
    unsent: Vec<u8>,
    /// The beginning of an answer whose rest is on its way.
    begun: Vec<u8>,
    uses: u32,
}

/// What came of reading.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing yet.
    Waits,
    /// A whole answer; its body is in the buffer that was read into, or in [`Connection::begun`].
    Answered(Whole),
    /// The other end is gone, or talks nonsense. Whether it had begun to answer.
    Gone(bool),
}

impl Connection {
    /// Opens a connection; from an address of this machine, if one is named.
    ///
    /// # Errors
    /// The system's word.
    pub fn open(target: SocketAddr, source: Option<Ipv4Addr>, owner: Owner, now: Micros) -> io::Result<Self> {
        // Nothing is set on it that needs a call of its own. Nagle's algorithm holds back what follows something
        // unacknowledged: nothing does where one thing is asked at a time, in one piece.
        let kind = Type::STREAM.nonblocking();
        let socket = Socket::new(Domain::for_address(target), kind, Some(Protocol::TCP))?;
        if let Some(source) = source {
            socket.bind(&SocketAddrV4::new(source, 0).into())?;
        }
        match socket.connect(&target.into()) {
            Ok(()) => {}
            Err(error) if is_under_way(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(Self {
            stream: TcpStream::from_std(socket.into()),
            owner,
            asking: None,
            used_at: now,
            unsent: Vec::new(),
            begun: Vec::new(),
            uses: 0,
        })
    }

    /// Asks something: `write` writes the request, into a letter that all connections share.
    ///
    /// # Errors
    /// The other end is gone.
    pub fn ask(
        &mut self,
        kind: Kind,
        intended: Micros,
        now: Micros,
        letter: &mut Vec<u8>,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> io::Result<()> {
        self.begun.clear();
        letter.clear();
        write(letter);
        self.asking = Some(Asking {
            kind,
            intended,
            reused: self.uses > 0,
        });
        self.used_at = now;
        self.uses += 1;
        let sent = send(&mut self.stream, letter)?;
        self.unsent.clear();
        self.unsent.extend_from_slice(&letter[sent..]);
        Ok(())
    }

    /// Sends what is still to be sent; waits where the system cannot take it now.
    ///
    /// # Errors
    /// The other end is gone.
    pub fn flush(&mut self) -> io::Result<()> {
        let sent = send(&mut self.stream, &self.unsent)?;
        self.unsent.drain(..sent);
        Ok(())
    }

    /// Reads into a buffer that all connections share.
    pub fn read(&mut self, buffer: &mut [u8]) -> Progress {
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => return Progress::Gone(!self.begun.is_empty()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Progress::Waits,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return Progress::Gone(!self.begun.is_empty()),
            };
            let found = if self.begun.is_empty() {
                answer::read(&buffer[..read])
            } else {
                self.begun.extend_from_slice(&buffer[..read]);
                answer::read(&self.begun)
            };
            match found {
                Read::Whole(whole) => return Progress::Answered(whole),
                Read::Nonsense => return Progress::Gone(true),
                Read::More if self.begun.is_empty() => self.begun.extend_from_slice(&buffer[..read]),
                Read::More => {}
            }
        }
    }

    /// The bytes of an answer that came in several parts; empty where it came in one.
    pub fn take_begun(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.begun)
    }

    /// Whether everything was sent.
    pub fn is_flushed(&self) -> bool {
        self.unsent.is_empty()
    }
}

/// Sends as much as the system takes now.
fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut sent = 0;
    while sent < bytes.len() {
        match stream.write(&bytes[sent..]) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => sent += written,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Not connected yet, or its buffer is full.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock || is_unconnected(&error) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}

fn is_under_way(error: &io::Error) -> bool {
    // EINPROGRESS has no kind of its own.
    error.kind() == io::ErrorKind::WouldBlock || error.raw_os_error() == Some(Errno::INPROGRESS.raw_os_error())
}

fn is_unconnected(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotConnected
}
