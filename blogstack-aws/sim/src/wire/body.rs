//! A reply's body that breaks off.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

/// The first half of a body, then an error.
pub(crate) struct CutBody {
    half: Option<Bytes>,
    /// Whether the reader has been given the time to send the half on before it meets the error.
    paused: bool,
}

impl CutBody {
    pub(crate) fn of(body: &[u8]) -> Self {
        let (half, _) = body.split_at(body.len() / 2);
        Self { half: Some(Bytes::copy_from_slice(half)), paused: false }
    }
}

impl Body for CutBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !std::mem::replace(&mut self.paused, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let why = "the connection was closed before the reply was complete";
        Poll::Ready(Some(Err(std::io::Error::new(std::io::ErrorKind::UnexpectedEof, why))))
    }
}
