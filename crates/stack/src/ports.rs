use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::path::Path;

use anyhow::Context;

use crate::keys::random;

/// Below those that the system itself hands out to whoever asks for any (Linux from 32768 on, others higher): a port
/// chosen here is still free when its server opens it, for RabbitMQ seconds later.
const OWN: Range<u16> = 20_000..32_000;
const TRIES: usize = 200;

/// Free loopback ports for `names`, the same as last time where they are still free, so that a bookmark or
/// an open client survives a restart. All are held open until each is chosen, so no two are the same.
pub(crate) fn choose<'a>(data: &Path, names: &[&'a str]) -> anyhow::Result<BTreeMap<&'a str, u16>> {
    let file = data.join("ports.json");
    let earlier: BTreeMap<String, u16> = std::fs::read(&file)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok())
        .unwrap_or_default();
    let mut held = Vec::new();
    let mut ports = BTreeMap::new();
    for name in names {
        let listener = hold(earlier.get(*name).copied())?;
        ports.insert(
            *name,
            listener.local_addr().context("read the port")?.port(),
        );
        held.push(listener);
    }
    std::fs::write(&file, serde_json::to_vec(&ports)?)
        .with_context(|| format!("write {}", file.display()))?;
    Ok(ports)
}

fn hold(earlier: Option<u16>) -> anyhow::Result<TcpListener> {
    let listen = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let drawn = || OWN.start + u16::from_le_bytes(random()) % (OWN.end - OWN.start);
    let own = std::iter::repeat_with(drawn).take(TRIES);
    let first = earlier.into_iter().chain(own).find_map(|p| listen(p).ok());
    first
        .map_or_else(|| listen(0), Ok)
        .context("find a free port on 127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_our_own_all_different_and_the_same_next_time() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["postgres", "redis", "amqp"];
        let first = choose(dir.path(), &names).unwrap();
        let mut different: Vec<u16> = first.values().copied().collect();
        different.dedup();
        assert_eq!(different.len(), names.len());
        assert!(different.iter().all(|p| OWN.contains(p)), "{different:?}");
        assert_eq!(choose(dir.path(), &names).unwrap(), first);
    }

    #[test]
    fn a_port_that_was_taken_meanwhile_is_replaced_and_the_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["postgres", "redis"];
        let first = choose(dir.path(), &names).unwrap();
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first["redis"])).unwrap();
        let second = choose(dir.path(), &names).unwrap();
        assert_eq!(second["postgres"], first["postgres"]);
        assert_ne!(second["redis"], first["redis"]);
    }
}
