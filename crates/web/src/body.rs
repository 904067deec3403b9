//! Reading the bodies of forms and calls.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use tokio::time::timeout;

use crate::problem::Kind;

/// The largest body a form or call may have, in bytes: two persons with the longest names fit ten times.
const BODY_BYTES_MAX: usize = 16 * 1024;
/// A larger body is read on to its end, and thrown away: whoever is cut off while sending sees a broken
/// connection instead of the answer. What is beyond this, in bytes, no browser sends by mistake.
const DISCARDED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// How long a body may take: the slowest telephone sends [`BODY_BYTES_MAX`] in a few seconds.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Reads a body in full.
///
/// # Errors
/// [`Kind::TooLarge`], or [`Kind::Malformed`] for one that broke off or took too long.
pub async fn read(body: Body) -> Result<Bytes, Kind> {
    timeout(BODY_TIMEOUT, read_all(body))
        .await
        .unwrap_or(Err(Kind::Malformed))
}

async fn read_all(mut body: Body) -> Result<Bytes, Kind> {
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        // Trailers are of no interest.
        let Ok(data) = frame.map_err(|_| Kind::Malformed)?.into_data() else {
            continue;
        };
        seen += data.len();
        if seen > DISCARDED_BYTES_MAX {
            break;
        }
        if seen <= BODY_BYTES_MAX {
            kept.extend_from_slice(&data);
        }
    }
    if seen > BODY_BYTES_MAX {
        return Err(Kind::TooLarge);
    }
    Ok(kept.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_read_up_to_its_bound() {
        let largest = vec![b'a'; BODY_BYTES_MAX];
        assert_eq!(read(Body::from(largest.clone())).await.as_deref(), Ok(&*largest));
        assert_eq!(
            read(Body::from(vec![b'a'; BODY_BYTES_MAX + 1])).await,
            Err(Kind::TooLarge)
        );
        assert_eq!(read(Body::empty()).await.as_deref(), Ok(&b""[..]));
    }
}
