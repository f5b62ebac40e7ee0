//! The channels an owner chooses.

use crate::domain::fault::{Fault, Faults};
use crate::domain::limits::{ends_before_start, money, optional, sane};
use crate::domain::text;
use janchi_contracts::event::ChannelChoice;
use std::collections::HashSet;

const OPTIONS_BYTES: usize = 4096;

/// The channels as asked for, checked: at least one, none twice.
///
/// # Errors
/// What is wrong with them.
pub fn check_channels(wanted: &[ChannelChoice]) -> Result<Vec<ChannelChoice>, Faults> {
    let mut faults = Faults::default();
    if wanted.is_empty() {
        faults.add(Fault::new(
            "channels",
            "REQUIRED",
            "채널을 하나 이상 골라 주세요.",
            "Choose at least one channel.",
        ));
    }
    let mut seen = HashSet::new();
    let mut channels = Vec::with_capacity(wanted.len());
    for (i, choice) in wanted.iter().enumerate() {
        let at = |name: &str| format!("channels[{i}].{name}");
        if !seen.insert(choice.channel) {
            faults.add(Fault::new(
                at("channel"),
                "DUPLICATE",
                "같은 채널이 두 번 들어 있어요.",
                "This channel is listed twice.",
            ));
        }
        let mut checked = choice.clone();
        checked.budget = optional(&mut faults, choice.budget.as_ref(), |won| {
            money(&at("budget"), *won)
        });
        checked.starts_at = optional(&mut faults, choice.starts_at.as_ref(), |t| {
            sane(&at("startsAt"), *t)
        });
        checked.ends_at = optional(&mut faults, choice.ends_at.as_ref(), |t| {
            sane(&at("endsAt"), *t)
        });
        if let (Some(start), Some(end)) = (checked.starts_at, checked.ends_at)
            && end <= start
        {
            faults.add(Fault {
                field: at("endsAt"),
                ..ends_before_start()
            });
        }
        if let Some(options) = &choice.options {
            check_options(&at("options"), options, &mut faults);
        }
        channels.push(checked);
    }
    faults.check().map(|()| channels)
}

fn check_options(
    field: &str,
    options: &serde_json::Map<String, serde_json::Value>,
    faults: &mut Faults,
) {
    let value = serde_json::Value::Object(options.clone());
    if value.to_string().len() > OPTIONS_BYTES {
        faults.add(Fault::new(
            field,
            "TOO_LONG",
            "채널 설정이 너무 길어요.",
            "These options are too long.",
        ));
    }
    if !text::is_storable(&value) {
        faults.add(Fault::new(
            field,
            "INVALID_CHARACTERS",
            "사용할 수 없는 문자가 들어 있어요.",
            "This text contains characters that cannot be used.",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::check_channels;
    use chrono::{DateTime, Utc};
    use janchi_contracts::event::ChannelChoice;
    use janchi_contracts::reference::Channel;

    fn now() -> DateTime<Utc> {
        "2026-11-22T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn channels_are_at_least_one_and_none_twice() {
        let choice = |channel, budget| ChannelChoice {
            channel,
            budget,
            starts_at: None,
            ends_at: None,
            options: None,
        };
        assert_eq!(check_channels(&[]).unwrap_err().0[0].code, "REQUIRED");
        let twice = [choice(Channel::Naver, None), choice(Channel::Naver, None)];
        assert_eq!(check_channels(&twice).unwrap_err().0[0].code, "DUPLICATE");
        assert_eq!(
            check_channels(&[choice(Channel::Kakao, Some(-5))])
                .unwrap_err()
                .0[0]
                .code,
            "NEGATIVE"
        );
        let mut backwards = choice(Channel::Kakao, None);
        backwards.starts_at = Some(now());
        backwards.ends_at = Some(now());
        assert_eq!(
            check_channels(&[backwards]).unwrap_err().0[0].field,
            "channels[0].endsAt"
        );
    }
}
