//! As much of HTTP/1.1 as a measurement needs: one request after the other on one kept-alive connection.

use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(5);

/// A GET request as it goes over the wire, with an identity that its sender has no right to.
pub fn get(path: &str, token: Option<&str>) -> Vec<u8> {
    let bearer = token
        .map(|token| format!("Authorization: Bearer {token}\r\n"))
        .unwrap_or_default();
    format!(
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}Accept: application/json\r\nUser-Agent: gateway-bench\r\n\
         X-User-Id: spoofed\r\n\r\n"
    )
    .into_bytes()
}

/// An answer that has been read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// A connection to a server on loopback.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// # Errors
    /// Nobody listens.
    pub fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("connect")?;
        stream
            .set_nodelay(true)
            .context("turn off Nagle's algorithm")?;
        stream
            .set_read_timeout(Some(PATIENCE))
            .context("set a time-out")?;
        Ok(Self {
            stream,
            buffer: vec![0; 16 * 1024],
        })
    }

    /// Sends a request and reads its answer, whose length must be given.
    ///
    /// # Errors
    /// The connection ends, or the answer is not one this client understands.
    pub fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.send(request)?;
        self.receive()
    }

    /// Sends a request alone.
    ///
    /// # Errors
    /// The connection ends.
    pub fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.stream.write_all(request).context("send a request")
    }

    /// Reads the answer to what was sent.
    ///
    /// # Errors
    /// The connection ends, or the answer is not one this client understands.
    pub fn receive(&mut self) -> anyhow::Result<Answer> {
        let mut filled = 0;
        loop {
            if filled == self.buffer.len() {
                bail!("an answer is longer than {filled} bytes");
            }
            let read = self
                .stream
                .read(&mut self.buffer[filled..])
                .context("read an answer")?;
            if read == 0 {
                bail!("the connection ended after {filled} bytes of an answer");
            }
            filled += read;
            let so_far = &self.buffer[..filled];
            let Some(head) = so_far.windows(4).position(|window| window == b"\r\n\r\n") else {
                continue;
            };
            let (status, length) = understand(&so_far[..head])?;
            if filled >= head + 4 + length {
                let body = so_far[head + 4..head + 4 + length].to_vec();
                return Ok(Answer { status, body });
            }
        }
    }
}

/// An answer's status and the length of its body.
fn understand(head: &[u8]) -> anyhow::Result<(u16, usize)> {
    let head = std::str::from_utf8(head).context("an answer's head is text")?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status
        .and_then(|word| word.parse().ok())
        .context("an answer has a status")?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    Ok((status, length.context("an answer tells its length")?))
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::understand;

    #[test]
    fn heads_are_understood_whatever_their_case() {
        let head = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 12\r\nX: y";
        assert_eq!(understand(head).unwrap(), (401, 12));
        assert_eq!(
            understand(b"HTTP/1.1 200 OK\r\ncontent-length:0").unwrap(),
            (200, 0)
        );
        assert!(understand(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked").is_err());
    }
}
