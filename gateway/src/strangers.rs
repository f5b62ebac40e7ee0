//! The minutes of callers without an account, by address and class.

use crate::bucket::Bucket;
use crate::limit::Limiter;
use crate::routes::Rate;
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// Nobody who was away so long has anything counted here that Redis does not know.
const AWAY: Duration = Duration::from_secs(60);

/// Strangers seen in the last minute.
#[derive(Debug, Default)]
pub struct Strangers(RwLock<HashMap<(Rate, IpAddr), Arc<Bucket>, RandomState>>);

impl Strangers {
    /// The minute of this address in this class.
    pub fn bucket(&self, rate: Rate, address: IpAddr, limiter: &Limiter) -> Arc<Bucket> {
        let network = network(address);
        let key = (rate, network);
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        known.unwrap_or_else(|| {
            let bucket = limiter.bucket(rate, &network.to_string(), None);
            let mut buckets = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(buckets.entry(key).or_insert(bucket))
        })
    }

    /// Forgets who has been away for a minute.
    pub fn forget_the_gone(&self) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, bucket| bucket.idle() < AWAY);
    }
}

/// What a rate limit counts under: an IPv6 client owns its whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & !u128::from(u64::MAX)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn an_ipv6_client_owns_its_whole_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
