use crate::arguments::{Admin, DeadLetters, Reviews};
use crate::checkout::Checkout;
use crate::fleet::settings;
use crate::running::Running;
use crate::terminal::say;
use anyhow::Context;
use janchi_queue::{Broker, dead};
use janchi_stack::Keys;
use secrecy::SecretString;
use std::process::ExitCode;
use user_service::domain::key_ring::Rotation;
use user_service::ops::{
    KeyView, Settlement, list_keys, list_reviews, reset_link, rotate_keys, settle_review,
};
use uuid::Uuid;

/// Every queue of the fleet, in the order of the services.
const QUEUES: [&str; 9] = [
    "event.events",
    "ai.recommendation",
    "ai.events",
    "content.image",
    "content.events",
    "distribution.publish",
    "distribution.events",
    "participation.events",
    "analytics.events",
];

/// At most so many lines are shown.
const LIMIT: usize = 100;

pub(crate) async fn run(admin: Admin) -> anyhow::Result<ExitCode> {
    match admin {
        Admin::DeadLetters(DeadLetters::List { queue }) => list_letters(queue).await,
        Admin::DeadLetters(DeadLetters::Replay { queue, id }) => {
            let replayed = dead::replay(&broker()?, &queue, id).await?;
            say(&format!("{replayed} put back into {queue}"));
            Ok(ExitCode::SUCCESS)
        }
        Admin::Reviews { decision } => match decision {
            None | Some(Reviews::List) => show_reviews().await,
            Some(Reviews::Approve { id }) => decide(id, Settlement::Verified).await,
            Some(Reviews::Reject { id }) => decide(id, Settlement::Refused).await,
        },
        Admin::RotateKeys { compromised } => rotate(compromised).await,
        Admin::Keys => {
            show_keys(&list_keys(&user_config()?).await?);
            Ok(ExitCode::SUCCESS)
        }
        Admin::ResetLink { login_id } => {
            let link = reset_link(&user_config()?, &login_id).await?;
            say(link.as_deref().unwrap_or("there is no such account"));
            Ok(if link.is_some() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}

async fn list_letters(queue: Option<String>) -> anyhow::Result<ExitCode> {
    let broker = broker()?;
    let queues = queue.map_or_else(|| QUEUES.map(String::from).to_vec(), |q| vec![q]);
    let mut count = 0;
    for queue in queues {
        // A queue that no service has declared yet holds nothing.
        let Ok(letters) = dead::list(&broker, &queue, LIMIT).await else {
            continue;
        };
        for letter in letters {
            count += 1;
            say(&format!(
                "{queue}  {}  {}  attempt {}  {} bytes  request {}  {}",
                letter.id,
                letter.name,
                letter.attempt,
                letter.bytes,
                letter.request_id,
                letter.reason
            ));
        }
    }
    say(&format!("{count} dead letters"));
    Ok(ExitCode::SUCCESS)
}

async fn show_reviews() -> anyhow::Result<ExitCode> {
    let reviews = list_reviews(&user_config()?, i64::try_from(LIMIT)?).await?;
    for review in &reviews {
        say(&format!(
            "{}  {}  {}  {}  asked {} times  registered {}",
            review.store_id,
            review.store_name,
            review.business_number,
            review.verification,
            review.check_attempts,
            review.registered_at
        ));
    }
    say(&format!("{} shops wait for a decision", reviews.len()));
    Ok(ExitCode::SUCCESS)
}

async fn decide(shop: Uuid, settlement: Settlement) -> anyhow::Result<ExitCode> {
    let settled = settle_review(&user_config()?, shop, settlement).await?;
    say(if settled {
        "settled"
    } else {
        "there is nothing to decide about this shop"
    });
    Ok(if settled {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn rotate(compromised: bool) -> anyhow::Result<ExitCode> {
    let rotation = if compromised {
        Rotation::at_once()
    } else {
        Rotation::usual()
    };
    let Some(keys) = rotate_keys(&user_config()?, rotation).await? else {
        say("a new key is published already and will sign within half a minute");
        return Ok(ExitCode::FAILURE);
    };
    show_keys(&keys);
    Ok(ExitCode::SUCCESS)
}

fn show_keys(keys: &[KeyView]) {
    for key in keys {
        let leaves = key
            .leaves_at
            .map_or_else(String::new, |at| format!("  leaves {at}"));
        let KeyView {
            kid,
            state,
            signs_from,
            ..
        } = key;
        say(&format!(
            "{kid}  {state:7}  signs from {signs_from}{leaves}"
        ));
    }
    say(&format!("{} signing keys", keys.len()));
}

/// The broker that the environment names, else that of the fleet that runs in this checkout.
fn broker() -> anyhow::Result<Broker> {
    let url: SecretString = match janchi_runtime::optional_secret("AMQP_URL")? {
        Some(url) => url,
        None => running()?.amqp(),
    };
    let namespace: String = janchi_runtime::or_default("NAMESPACE", String::new())?;
    Ok(Broker::connect(&url, &namespace, "janchi"))
}

/// The user service's settings: from the environment as the service itself reads them, else those of the fleet that
/// runs in this checkout.
fn user_config() -> anyhow::Result<user_service::Config> {
    if janchi_runtime::optional_secret("USER_DATABASE_URL")?.is_some() {
        return user_service::Config::from_env();
    }
    let running = running()?;
    let keys = Keys::load_or_generate(&Checkout::find()?.keys()?)?;
    let database = running
        .database("user")
        .context("the running fleet has no database of user")?;
    settings::for_operator(
        &keys,
        database,
        running.redis(),
        running.amqp(),
        running.gateway,
    )
}

fn running() -> anyhow::Result<Running> {
    Running::find(&Checkout::find()?).context("no fleet runs in this checkout; start `cargo janchi up` or name its servers in the environment")
}
