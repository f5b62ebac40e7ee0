use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use anyhow::Context;

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
        let wanted = earlier.get(*name).copied().unwrap_or(0);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted))
            .or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .context("find a free port on 127.0.0.1")?;
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
