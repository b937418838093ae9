//! A reply's body that breaks off.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

/// The first half of a body, then an error.
pub(crate) struct CutBody {
    half: Option<Bytes>,
}

impl CutBody {
    pub(crate) fn of(body: &str) -> Self {
        let bytes = body.as_bytes();
        let (half, _) = bytes.split_at(bytes.len() / 2);
        Self { half: Some(Bytes::copy_from_slice(half)) }
    }
}

impl Body for CutBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        Poll::Ready(Some(match self.half.take() {
            Some(half) => Ok(Frame::data(half)),
            None => Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the connection was closed before the reply was complete")),
        }))
    }
}
