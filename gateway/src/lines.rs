//! Heads whose lines end in a line feed alone are refused: one reader takes it for the end of a line, another does not.
//! hyper takes it. So the bytes are looked at before hyper reads them, and a bare line feed becomes a NUL, for which hyper
//! answers 400 and closes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// As much of a line as tells how long a body is.
const START: usize = 64;

/// A connection whose HTTP/1.1 heads are looked at on their way to the reader.
pub struct Lines<S> {
    stream: S,
    look: Look,
}

impl<S> Lines<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            look: Look::default(),
        }
    }
}

#[derive(Debug, Default)]
struct Look {
    place: Place,
    /// The current line: its beginning if it may tell a length, how long it is, its last byte.
    start: Vec<u8>,
    length: usize,
    last: u8,
    /// The head has its first line.
    begun: bool,
    /// The body that follows this head.
    body: Body,
}

#[derive(Debug, Default)]
enum Place {
    #[default]
    Head,
    /// In a body with so many bytes to come.
    Body(u64),
    /// After a refusal, or in a chunked body: no other request follows on this connection.
    Rest,
}

#[derive(Debug, Default, Clone, Copy)]
enum Body {
    #[default]
    None,
    Length(u64),
    Chunked,
}

impl Look {
    fn at(&mut self, bytes: &mut [u8]) {
        let mut at = 0;
        while at < bytes.len() {
            match &mut self.place {
                Place::Rest => return,
                Place::Body(left) => {
                    let here = bytes.len() - at;
                    let taken = usize::try_from(*left).map_or(here, |left| left.min(here));
                    *left -= taken as u64;
                    if *left == 0 {
                        self.place = Place::Head;
                    }
                    at += taken;
                }
                Place::Head => {
                    let Some(end) = memchr::memchr(b'\n', &bytes[at..]) else {
                        self.add(&bytes[at..]);
                        return;
                    };
                    let end = at + end;
                    self.add(&bytes[at..end]);
                    if self.last != b'\r' {
                        bytes[end] = 0;
                        self.place = Place::Rest;
                        return;
                    }
                    self.end_line();
                    at = end + 1;
                }
            }
        }
    }

    fn add(&mut self, part: &[u8]) {
        let Some(last) = part.last() else { return };
        self.last = *last;
        let tells_length = match self.length {
            0 => matches!(part[0], b'c' | b'C' | b't' | b'T'),
            _ => !self.start.is_empty(),
        };
        self.length += part.len();
        if tells_length {
            let room = START.saturating_sub(self.start.len());
            self.start.extend_from_slice(&part[..part.len().min(room)]);
        }
    }

    fn end_line(&mut self) {
        if self.length > 1 {
            self.begun = true;
            self.note_length();
        } else if self.begun {
            self.begun = false;
            self.place = match std::mem::take(&mut self.body) {
                Body::Length(length) if length > 0 => Place::Body(length),
                Body::None | Body::Length(_) => Place::Head,
                Body::Chunked => Place::Rest,
            };
        }
        self.start.clear();
        (self.length, self.last) = (0, 0);
    }

    /// Whatever is odd about these lines, hyper and [`crate::headers::is_well_formed`] refuse, and the connection ends.
    fn note_length(&mut self) {
        let Ok(line) = std::str::from_utf8(&self.start) else {
            return;
        };
        let Some((name, value)) = line.split_once(':') else {
            return;
        };
        if name.eq_ignore_ascii_case("content-length") {
            self.body = value.trim().parse().map_or(Body::Chunked, Body::Length);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            self.body = Body::Chunked;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lines<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut this.stream).poll_read(context, buffer));
        this.look.at(&mut buffer.filled_mut()[before..]);
        Poll::Ready(read)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Lines<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::Look;

    /// The bytes as the reader gets them, whatever pieces they came in.
    fn seen(bytes: &[u8]) -> Vec<u8> {
        let mut whole = bytes.to_vec();
        Look::default().at(&mut whole);
        for size in 1..bytes.len().min(9) {
            let mut pieces = bytes.to_vec();
            let mut look = Look::default();
            pieces.chunks_mut(size).for_each(|piece| look.at(piece));
            assert_eq!(pieces, whole, "in pieces of {size}");
        }
        whole
    }

    #[test]
    fn a_bare_line_feed_in_a_head_becomes_what_no_head_may_hold() {
        for (sent, seen_as) in [
            (
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\0Host: a\r\n\r\n",
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\0\r\n",
            ),
            (
                "GET / HTTP/1.1\r\nHost: a\r\n\n",
                "GET / HTTP/1.1\r\nHost: a\r\n\0",
            ),
            ("\nGET / HTTP/1.1\r\n\r\n", "\0GET / HTTP/1.1\r\n\r\n"),
        ] {
            assert_eq!(seen(sent.as_bytes()), seen_as.as_bytes());
        }
    }

    #[test]
    fn bodies_are_left_alone_and_the_next_head_is_not() {
        let first = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na\nb\n";
        let good = format!("{first}GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(seen(good.as_bytes()), good.as_bytes());
        let bad = format!("{first}GET / HTTP/1.1\nHost: a\r\n\r\n");
        let refused = format!("{first}GET / HTTP/1.1\0Host: a\r\n\r\n");
        assert_eq!(seen(bad.as_bytes()), refused.as_bytes());
        let chunked = "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\n\n\r\n0\r\n\r\n";
        assert_eq!(seen(chunked.as_bytes()), chunked.as_bytes());
    }
}
