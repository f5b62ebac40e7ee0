//! Bodies on their way through: never collected, never boxed where most requests go.

use crate::pool::{Lease, Place};
use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

/// Why a body broke off.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An answer's body.
#[derive(Debug)]
pub enum Answer {
    /// The gateway's own.
    Own(Option<Bytes>),
    /// A service's, passed on frame by frame; then its connection is free again.
    Service {
        incoming: Incoming,
        lease: Option<Lease>,
        place: Option<Place>,
    },
    /// Whatever was made of either.
    Made(axum::body::Body),
}

impl From<Bytes> for Answer {
    fn from(bytes: Bytes) -> Self {
        Self::Own(Some(bytes))
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Own(bytes) => Poll::Ready(
                bytes
                    .take()
                    .filter(|b| !b.is_empty())
                    .map(|b| Ok(Frame::data(b))),
            ),
            Self::Service {
                incoming,
                lease,
                place,
            } => {
                let frame = ready!(Pin::new(&mut *incoming).poll_frame(context));
                if incoming.is_end_stream() || frame.is_none() {
                    *place = None;
                    if let Some(lease) = lease.take() {
                        lease.give_back();
                    }
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Self::Made(body) => Pin::new(body).poll_frame(context).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Own(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Self::Service { incoming, .. } => incoming.is_end_stream(),
            Self::Made(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Own(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64)),
            Self::Service { incoming, .. } => incoming.size_hint(),
            Self::Made(body) => body.size_hint(),
        }
    }
}

/// How far a request's body has come, for whoever waits for the answer to it.
#[derive(Debug, Default)]
pub struct Progress {
    too_large: AtomicBool,
    arrived: AtomicBool,
}

impl Progress {
    /// It turned out larger than the route takes.
    pub fn is_too_large(&self) -> bool {
        self.too_large.load(Ordering::Relaxed)
    }

    /// All of it was read: from then on it is the service that takes its time.
    pub fn has_arrived(&self) -> bool {
        self.arrived.load(Ordering::Relaxed)
    }
}

/// A request's body that nobody has begun to read.
#[derive(Debug)]
pub enum Unread {
    /// A client's, still on its way.
    Arriving(Incoming),
    /// A page's own.
    Own(Bytes),
}

/// A request's body, up to the size that the route takes.
#[derive(Debug)]
pub enum Asked {
    None,
    Own(Bytes),
    Some {
        incoming: Incoming,
        left: u64,
        progress: Arc<Progress>,
    },
}

impl Asked {
    /// The body of a request, and its progress if there is one.
    pub fn new(unread: Unread, limit: u64) -> (Self, Option<Arc<Progress>>) {
        let incoming = match unread {
            Unread::Arriving(incoming) => incoming,
            Unread::Own(bytes) => return (Self::Own(bytes), None),
        };
        if incoming.is_end_stream() {
            return (Self::None, None);
        }
        let progress = Arc::new(Progress::default());
        (
            Self::Some {
                incoming,
                left: limit,
                progress: Arc::clone(&progress),
            },
            Some(progress),
        )
    }
}

impl Body for Asked {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let (incoming, left, progress) = match self.get_mut() {
            Self::Some {
                incoming,
                left,
                progress,
            } => (incoming, left, progress),
            Self::Own(bytes) if !bytes.is_empty() => {
                return Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes)))));
            }
            Self::Own(_) | Self::None => return Poll::Ready(None),
        };
        let frame = ready!(Pin::new(&mut *incoming).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let Some(rest) = left.checked_sub(data.len() as u64) else {
                progress.too_large.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err("the body is too large".into())));
            };
            *left = rest;
        }
        if frame.is_none() || incoming.is_end_stream() {
            progress.arrived.store(true, Ordering::Relaxed);
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::None => true,
            Self::Own(bytes) => bytes.is_empty(),
            Self::Some { incoming, .. } => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::None => SizeHint::with_exact(0),
            Self::Own(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Some { incoming, .. } => incoming.size_hint(),
        }
    }
}
