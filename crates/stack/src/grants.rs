//! Who may do what on Redis and RabbitMQ: least rights, one row per account.
//!
//! The patterns are exact, without a namespace: a namespace keeps test fleets apart on a throw-away server,
//! where tests use the account that may do everything.

/// One Redis account: its name, the keys it may touch, the channels it may use, the commands it may give.
#[derive(Debug, Clone, Copy)]
pub struct RedisUser {
    /// Name of the service, or `gateway`.
    pub name: &'static str,
    keys: &'static [&'static str],
    channels: &'static [&'static str],
    commands: &'static str,
}

/// What a service does with its own keys. Without what tells or touches more than those: names of all keys and channels,
/// functions and scripts of others.
const USE: &str = "+@read +@write +@connection +@pubsub +@transaction +eval +evalsha +script|load -@admin -@dangerous -scan -randomkey -dbsize -pubsub -function";
/// What the gateway's one script does, and no more. A script's keys must be open to it both ways, so the right to run it
/// and the right to look whether a session is there are given apart: the gateway can neither read a session nor make one.
const COUNT: &str = "+@connection +subscribe +unsubscribe +script|load +time +zremrangebyscore +zrangebyscore +zscore +zincrby +zadd +zrem +pexpire -@admin -@dangerous (~gateway:* ~user:session:* +eval +evalsha) (%R~user:session:* +exists)";

/// Accounts on Redis besides the administrator.
pub const REDIS_USERS: [RedisUser; 8] = [
    RedisUser {
        name: "user",
        keys: &["user:*"],
        channels: &["session:revoked"],
        commands: USE,
    },
    RedisUser {
        name: "event",
        keys: &["event:*", "job:*"],
        channels: &["event:*"],
        commands: USE,
    },
    RedisUser {
        name: "ai",
        keys: &["ai:*", "job:*"],
        channels: &[],
        commands: USE,
    },
    RedisUser {
        name: "content",
        keys: &["content:*", "job:*"],
        channels: &[],
        commands: USE,
    },
    RedisUser {
        name: "distribution",
        keys: &["distribution:*"],
        channels: &["distribution:*"],
        commands: USE,
    },
    RedisUser {
        name: "participation",
        keys: &["participation:*"],
        channels: &["participation:*"],
        commands: USE,
    },
    RedisUser {
        name: "analytics",
        keys: &["analytics:*"],
        channels: &["analytics:*"],
        commands: USE,
    },
    RedisUser {
        name: "gateway",
        keys: &["gateway:*"],
        channels: &["session:revoked"],
        commands: COUNT,
    },
];

impl RedisUser {
    /// The account's line in the access list.
    pub(crate) fn line(&self, password_hash: &str) -> String {
        let keys = self.keys.iter().map(|k| format!(" ~{k}"));
        let channels = self.channels.iter().map(|c| format!(" &{c}"));
        let where_to: String = keys.chain(channels).collect();
        format!(
            "user {} on #{password_hash} resetkeys resetchannels{where_to} -@all {}",
            self.name, self.commands
        )
    }
}

/// Accounts on RabbitMQ besides the administrator: the services, each with queues of its own name.
pub const AMQP_USERS: [&str; 7] = crate::SERVICES;

/// What `service` may configure, write to and read from: its own queues and the two exchanges, to which
/// everybody may publish and bind.
pub(crate) fn amqp_pattern(service: &str) -> String {
    format!("^({service}\\..*|janchi\\.(jobs|events))$")
}
