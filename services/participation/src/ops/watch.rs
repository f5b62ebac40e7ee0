//! What this process saw of addresses in the last ten minutes. Kept in memory alone, never stored and never told: an
//! address is somebody's, and its only use is to explain an odd entry.

use crate::domain::fraud::{Seen, Signals, judge};
use chrono::{DateTime, TimeDelta, Utc};
use janchi_crypto::Phone;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

const LONG: TimeDelta = TimeDelta::minutes(10);
const SHORT: TimeDelta = TimeDelta::seconds(10);
/// So many entries of one address are remembered at most: beyond them it is odd anyway.
const OF_ONE: usize = 64;
/// When so many addresses are known, those unseen for ten minutes are dropped; if none is, all are.
const ADDRESSES: usize = 50_000;

#[derive(Debug)]
struct Glance {
    at: DateTime<Utc>,
    number: u64,
    name: u64,
}

/// What was seen of each address in each event, the latest last.
type Known = HashMap<(Uuid, IpAddr), VecDeque<Glance>>;

/// Cheap to clone; all clones watch together.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    known: Arc<Mutex<Known>>,
    hasher: RandomState,
}

/// What an entry came with.
#[derive(Debug, Clone, Copy)]
pub struct Came<'a> {
    pub event_id: Uuid,
    pub address: Option<IpAddr>,
    pub agent: Option<&'a str>,
    pub honeypot: bool,
    pub phone: &'a Phone,
    pub name: Option<&'a str>,
    pub at: DateTime<Utc>,
}

impl Watch {
    /// Looks at an entry and remembers it.
    pub fn look(&self, came: Came<'_>) -> Signals {
        let seen = came
            .address
            .map(|address| self.remember(came, whole(address)))
            .unwrap_or_default();
        judge(seen, came.honeypot, came.agent)
    }

    fn remember(&self, came: Came<'_>, address: IpAddr) -> Seen {
        let glance = Glance {
            at: came.at,
            number: came.phone.local().parse().unwrap_or_default(),
            name: came.name.map_or(0, |name| self.hasher.hash_one(name)),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ADDRESSES {
            known.retain(|_, glances| glances.back().is_some_and(|g| came.at - g.at < LONG));
            if known.len() >= ADDRESSES {
                known.clear();
            }
        }
        let glances = known.entry((came.event_id, address)).or_default();
        while glances.front().is_some_and(|g| came.at - g.at >= LONG) || glances.len() >= OF_ONE {
            glances.pop_front();
        }
        let count = |fits: &dyn Fn(&Glance) -> bool| glances.iter().filter(|g| fits(g)).count();
        let seen = Seen {
            within_ten_minutes: glances.len(),
            within_ten_seconds: count(&|g| came.at - g.at < SHORT),
            neighbours: count(&|g| (1..=3).contains(&g.number.abs_diff(glance.number))),
            namesakes: count(&|g| {
                g.name != 0 && g.name == glance.name && g.number != glance.number
            }),
        };
        glances.push_back(glance);
        seen
    }
}

/// An IPv6 client has 64 bits to choose from: its network counts.
fn whole(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Came, Watch};
    use crate::domain::fraud::{Reason, SUSPICIOUS};
    use chrono::{DateTime, TimeDelta, Utc};
    use janchi_crypto::Phone;
    use uuid::Uuid;

    #[test]
    fn a_script_is_seen_and_its_neighbour_is_not() {
        let (watch, event_id) = (Watch::default(), Uuid::now_v7());
        let start = DateTime::<Utc>::default();
        let look = |n: u32, address: &str, at| {
            let phone = Phone::parse(&format!("010{:08}", 20_000_000 + n)).unwrap();
            watch.look(Came {
                event_id,
                address: address.parse().ok(),
                agent: Some("Mozilla/5.0"),
                honeypot: false,
                phone: &phone,
                name: None,
                at,
            })
        };
        assert_eq!(look(0, "2001:db8::1", start).score(), 0);
        for n in 1..10 {
            look(n, &format!("2001:db8::{n}"), start);
        }
        let late = look(11, "2001:db8::ffff", start + TimeDelta::seconds(1));
        assert!(late.score() >= SUSPICIOUS);
        assert!(late.reasons().any(|r| r == Reason::SequentialNumbers));
        assert_eq!(look(12, "2001:db8:0:1::1", start).score(), 0);
        assert_eq!(
            look(13, "2001:db8::1", start + TimeDelta::minutes(11)).score(),
            0,
            "ten minutes later"
        );
    }
}
