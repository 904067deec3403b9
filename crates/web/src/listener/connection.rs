//! The life of one connection: it rests, what needs memory only is answered at once, the routes answer what is plain,
//! anything else takes a turn through hyper.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::rc::Rc;
use std::task::Poll;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::at_once::{ANSWERS_OF_A_CALL, ANSWERS_OF_A_TURN, Desk, Outcome};
use super::seats::Seat;
use super::{Answer, ListenerLimits, turn};

/// What a connection works with.
pub(super) struct Connection<A> {
    pub(super) peer: SocketAddr,
    pub(super) limits: Rc<ListenerLimits>,
    pub(super) answer: Rc<A>,
    pub(super) desk: Rc<Desk>,
    pub(super) seat: Seat,
}

impl<A: Answer> Connection<A> {
    /// Until the client goes, or is asked to.
    pub(super) async fn serve(self, mut stream: TcpStream) {
        let mut left = Vec::new();
        loop {
            if left.is_empty() && !self.bytes_come(&stream).await {
                return;
            }
            match self.desk.answer(&self, &stream, &mut left) {
                Outcome::Nothing => {}
                Outcome::Closed => return,
                Outcome::Answered(unsent) => {
                    if !self.send(&mut stream, &unsent).await {
                        return;
                    }
                    self.step_aside(1);
                }
                Outcome::Call(unsent, request) => {
                    if !self.send(&mut stream, &unsent).await {
                        return;
                    }
                    // Boxed, as below: a connection that rests carries no room for a call.
                    let answered = Box::pin(timeout(
                        self.limits.request_timeout,
                        self.desk.answer_call(&self, &stream, *request),
                    ));
                    let Ok(Ok(unsent)) = answered.await else { return };
                    if !self.send(&mut stream, &unsent).await {
                        return;
                    }
                    self.step_aside(ANSWERS_OF_A_CALL);
                }
                Outcome::Other(unsent) => {
                    if !self.send(&mut stream, &unsent).await {
                        return;
                    }
                    // Boxed: hyper's state is large, and a connection that rests should not carry room for it.
                    let through_hyper = Box::pin(turn::through_hyper(&self, stream, std::mem::take(&mut left)));
                    let Some(back) = through_hyper.await else { return };
                    (stream, left) = back;
                    self.step_aside(ANSWERS_OF_A_TURN);
                }
            }
        }
    }

    /// Lets others have the processor, where this listener steps back and has answered so much since it did last. A
    /// niceness alone is not enough: whoever wakes up waits until the thread that runs has had its slice, which is
    /// longer than what staff should wait. Where nobody else wants the processor it takes a third of a microsecond.
    fn step_aside(&self, answers: u32) {
        if self.limits.niceness > 0 && self.desk.has_had_a_turn(answers) {
            std::thread::yield_now();
        }
    }

    /// Rests until bytes have come. False when it was asked to go.
    async fn bytes_come(&self, stream: &TcpStream) -> bool {
        let come = poll_fn(|cx| match stream.poll_read_ready(cx) {
            Poll::Ready(_) => {
                self.seat.is_busy();
                Poll::Ready(true)
            }
            Poll::Pending => self.seat.poll_resting(cx).map(|()| false),
        });
        come.await
    }

    /// Sends what the kernel did not take at once. False when the client does not take it either.
    async fn send(&self, stream: &mut TcpStream, unsent: &[u8]) -> bool {
        unsent.is_empty()
            || timeout(self.limits.request_timeout, stream.write_all(unsent))
                .await
                .is_ok_and(|sent| sent.is_ok())
    }
}
