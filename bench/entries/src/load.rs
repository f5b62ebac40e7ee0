//! Callers who enter: as fast as they are answered, or at a fixed rate.

use anyhow::{Context, bail, ensure};
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer to its end.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Connection {
    /// # Errors
    /// Nobody listens.
    pub async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .context("connect")?;
        stream.set_nodelay(true).context("send at once")?;
        Ok(Self {
            stream,
            buffer: vec![0; 16 * 1024],
        })
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// The connection ends, or the answer cannot be read.
    pub async fn ask(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await.context("send")?;
        let mut filled = 0;
        loop {
            let read = self
                .stream
                .read(&mut self.buffer[filled..])
                .await
                .context("read")?;
            if read == 0 {
                bail!("the connection ended");
            }
            filled += read;
            let so_far = &self.buffer[..filled];
            let Some(head) = so_far.windows(4).position(|w| w == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&so_far[..head]).context("read a head")?;
            let status = text
                .split(' ')
                .nth(1)
                .and_then(|s| s.parse().ok())
                .context("read a status")?;
            let length: usize = text
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .and_then(|(_, value)| value.trim().parse().ok())
                .unwrap_or_default();
            ensure!(head + 4 + length <= self.buffer.len(), "a long answer");
            if filled >= head + 4 + length {
                let body = so_far[head + 4..head + 4 + length].to_vec();
                return Ok(Answer { status, body });
            }
        }
    }
}

/// The n-th customer's entry as it goes over the wire.
pub fn entry(code: &str, n: u32, key: bool) -> Vec<u8> {
    let body = format!(
        r#"{{"eventCode":"{code}","phoneNumber":"010{n:08}","name":"홍길동","channel":"NAVER","consents":{{"over14":true,"privacy":true,"marketing":false}}}}"#
    );
    let key = if key {
        format!("Idempotency-Key: tap-{n}\r\n")
    } else {
        String::new()
    };
    // 5,000 homes, no two of which are one.
    let home = n % 5000;
    format!(
        "POST /api/participations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{key}\
         X-Forwarded-For: 10.1.{}.{}\r\nUser-Agent: Mozilla/5.0 (Linux; Android 9)\r\nContent-Length: {}\r\n\r\n{body}",
        home / 250,
        home % 250,
        body.len()
    )
    .into_bytes()
}

/// What came of a load.
#[derive(Debug, Default)]
pub struct Seen {
    pub accepted: usize,
    pub refused: usize,
    /// Sorted, in milliseconds.
    pub times: Vec<f64>,
    pub took: Duration,
}

impl Seen {
    pub fn rate(&self) -> f64 {
        self.accepted as f64 / self.took.as_secs_f64()
    }

    pub fn at(&self, part: f64) -> f64 {
        match self.times.len() {
            0 => f64::NAN,
            count => self.times[((count - 1) as f64 * part) as usize],
        }
    }
}

/// Numbers that nobody used in this run.
pub static NEXT: AtomicU32 = AtomicU32::new(0);

/// So many connections, each with one entry after the other, for so long.
///
/// # Errors
/// Nobody listens.
pub async fn closed(
    port: u16,
    code: &str,
    connections: usize,
    length: Duration,
) -> anyhow::Result<Seen> {
    let (stop, began) = (Arc::new(AtomicBool::new(false)), Instant::now());
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let mut connection = Connection::open(port).await?;
        let (stop, code) = (stop.clone(), code.to_owned());
        callers.spawn(async move {
            let mut seen = Seen::default();
            while !stop.load(Ordering::Relaxed) {
                let request = entry(&code, NEXT.fetch_add(1, Ordering::Relaxed), false);
                let asked = Instant::now();
                match connection.ask(&request).await {
                    Ok(answer) if answer.status == 201 => {
                        seen.accepted += 1;
                        seen.times.push(asked.elapsed().as_secs_f64() * 1000.0);
                    }
                    _ => seen.refused += 1,
                }
            }
            seen
        });
    }
    tokio::time::sleep(length.saturating_sub(began.elapsed())).await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Seen::default();
    while let Some(seen) = callers.join_next().await {
        let seen = seen.context("a caller")?;
        all.accepted += seen.accepted;
        all.refused += seen.refused;
        all.times.extend(seen.times);
    }
    all.took = began.elapsed();
    all.times.sort_by(f64::total_cmp);
    Ok(all)
}

/// So many entries a second, each at its moment, whatever becomes of those before. Its time runs from its moment.
///
/// # Errors
/// Nobody listens.
pub async fn open(port: u16, code: &str, rate: u32, length: Duration) -> anyhow::Result<Seen> {
    let idle: Arc<Mutex<Vec<Connection>>> = Arc::default();
    let began = Instant::now();
    let count = rate * u32::try_from(length.as_secs()).unwrap_or(1);
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..count {
        let due = began + Duration::from_secs(1) / rate * n;
        tokio::time::sleep_until(due.into()).await;
        let (idle, code) = (idle.clone(), code.to_owned());
        calls.spawn(async move {
            let held = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut connection = match held {
                Some(held) => held,
                None => Connection::open(port).await?,
            };
            let request = entry(&code, NEXT.fetch_add(1, Ordering::Relaxed), false);
            let answer = connection.ask(&request).await?;
            let took = due.elapsed().as_secs_f64() * 1000.0;
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            anyhow::Ok((answer.status, took))
        });
    }
    let mut all = Seen::default();
    while let Some(call) = calls.join_next().await {
        match call.context("a caller")? {
            Ok((201, took)) => {
                all.accepted += 1;
                all.times.push(took);
            }
            _ => all.refused += 1,
        }
    }
    all.took = began.elapsed();
    all.times.sort_by(f64::total_cmp);
    Ok(all)
}

/// So many entries of one phone at the same moment, each on a connection of its own: how many of each status came back.
///
/// # Errors
/// Nobody listens.
pub async fn one_phone(port: u16, code: &str, callers: usize) -> anyhow::Result<[usize; 3]> {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut connections = Vec::new();
    for _ in 0..callers {
        connections.push(Connection::open(port).await?);
    }
    let gate = Arc::new(tokio::sync::Barrier::new(callers));
    let mut calls = tokio::task::JoinSet::new();
    for (at, mut connection) in connections.into_iter().enumerate() {
        let (gate, code) = (gate.clone(), code.to_owned());
        calls.spawn(async move {
            let text = String::from_utf8(entry(&code, n, false)).context("a request is text")?;
            let from = format!("X-Forwarded-For: 10.9.{}.{}", at / 250, at % 250);
            let old = format!(
                "X-Forwarded-For: 10.1.{}.{}",
                n % 5000 / 250,
                n % 5000 % 250
            );
            let request = text.replace(&old, &from);
            gate.wait().await;
            anyhow::Ok(connection.ask(request.as_bytes()).await?.status)
        });
    }
    let mut counts = [0; 3];
    while let Some(call) = calls.join_next().await {
        match call.context("a caller")?? {
            201 => counts[0] += 1,
            409 => counts[1] += 1,
            _ => counts[2] += 1,
        }
    }
    Ok(counts)
}
