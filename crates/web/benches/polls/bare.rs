//! The yardstick.

use std::net::{Ipv4Addr, SocketAddr};

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use socket2::{Domain, Protocol, Socket, Type};

use crate::server::serve_until_done;
use crate::{Outcome, cores};

/// The yardstick: hyper as it comes, one runtime per core like dran's listener, an answer made once.
pub fn serve(body_bytes: usize) -> Outcome<()> {
    let body = Bytes::from(vec![b' '; body_bytes]);
    serve_with(move |_| (StatusCode::OK, body.clone()))
}

/// The same, with an answer chosen by the request's head; a body is read and thrown away.
pub fn serve_with(answer: impl Fn(&Request<Incoming>) -> (StatusCode, Bytes) + Clone + Send + 'static) -> Outcome<()> {
    let first = bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let address = first.local_addr()?;
    let mut sockets = vec![first];
    for _ in 1..cores()? {
        sockets.push(bind(address)?);
    }
    for socket in sockets {
        let answer = answer.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let local = tokio::task::LocalSet::new();
            local.block_on(&runtime, accept_bare(socket, answer))
        });
    }
    serve_until_done(address, &[])
}

async fn accept_bare(
    socket: std::net::TcpListener,
    answer: impl Fn(&Request<Incoming>) -> (StatusCode, Bytes) + Clone + 'static,
) -> Outcome<()> {
    let socket = tokio::net::TcpListener::from_std(socket)?;
    loop {
        let (stream, _) = socket.accept().await?;
        stream.set_nodelay(true)?;
        let answer = answer.clone();
        tokio::task::spawn_local(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let (status, body) = answer(&request);
                let mut response = Response::new(Full::new(body));
                *response.status_mut() = status;
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                headers.insert(RETRY_AFTER, HeaderValue::from_static("30"));
                async move {
                    if !request.body().is_end_stream() {
                        request.into_body().collect().await?;
                    }
                    Ok::<_, hyper::Error>(response)
                }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("the bare server: {error}");
            }
        });
    }
}

fn bind(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1_024)?;
    Ok(socket.into())
}
