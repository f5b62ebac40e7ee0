//! What an owner should know about the chosen channels before approval. None of it stops approval: what cannot be
//! brought up by itself ends in the owner's hands.

use crate::domain::event::Event;
use crate::domain::fault::Fault;
use janchi_contracts::distribution::{ChannelReach, OwnerChannels};
use janchi_contracts::reference::Channel;

impl Event {
    /// A warning for each chosen channel that is not connected, or soon will not be; `told` is none when the
    /// distribution service did not answer.
    pub fn channel_warnings(&self, told: Option<&OwnerChannels>) -> Vec<Fault> {
        let Some(told) = told else {
            return vec![unchecked()];
        };
        let reach_of = |channel: Channel| {
            let found = told.channels.iter().find(|c| c.channel == channel);
            found.map(|c| c.reach)
        };
        let chosen = self.channels.iter().enumerate();
        chosen
            .filter_map(|(i, choice)| warning(format!("channels[{i}]"), reach_of(choice.channel)?))
            .collect()
    }
}

fn unchecked() -> Fault {
    Fault::new(
        "channels",
        "CHANNELS_UNCHECKED",
        "채널이 연결되어 있는지 지금은 확인하지 못했어요. 승인은 할 수 있어요. 연결되지 않은 채널은 직접 올리는 방법을 알려 드릴게요.",
        "Whether the channels are connected could not be checked now. You can approve all the same: for a channel that is \
         not connected you will be shown how to post it yourself.",
    )
}

fn warning(field: String, reach: ChannelReach) -> Option<Fault> {
    let (code, ko, en) = match reach {
        ChannelReach::Practice | ChannelReach::Connected => return None,
        ChannelReach::NotConnected => (
            "CHANNEL_NOT_CONNECTED",
            "아직 연결하지 않은 채널이에요. 채널 설정에서 연결하면 자동으로 올려 드려요. 그대로 승인하면 직접 올리는 방법을 알려 드릴게요.",
            "This channel is not connected. Connect it in the channel settings to have it posted for you; if you approve \
             as it is, you will be shown how to post it yourself.",
        ),
        ChannelReach::Expired => (
            "CHANNEL_CONNECTION_EXPIRED",
            "채널 연결이 끊겼어요. 채널 설정에서 다시 연결해 주세요. 그대로 승인하면 직접 올리는 방법을 알려 드릴게요.",
            "The connection of this channel has ended. Connect it again in the channel settings; if you approve as it \
             is, you will be shown how to post it yourself.",
        ),
        ChannelReach::ExpiresSoon => (
            "CHANNEL_CONNECTION_EXPIRES_SOON",
            "채널 연결이 7일 안에 끊겨요. 채널 설정에서 미리 다시 연결해 주세요.",
            "The connection of this channel ends within 7 days. Connect it again in the channel settings in time.",
        ),
        ChannelReach::NotConfigured => (
            "CHANNEL_BY_HAND",
            "지금은 자동으로 올릴 수 없는 채널이에요. 승인한 뒤 알려 드리는 순서대로 직접 올려 주세요.",
            "This channel cannot be posted for you at present. After approval, follow the steps shown to post it yourself.",
        ),
    };
    Some(Fault::new(field, code, ko, en))
}

#[cfg(test)]
mod tests {
    use crate::domain::event::{Event, example::draft};
    use janchi_contracts::distribution::{ChannelReach, OwnerChannel, OwnerChannels};
    use janchi_contracts::reference::Channel;

    fn codes(event: &Event, told: Option<&OwnerChannels>) -> Vec<(String, &'static str)> {
        let warnings = event.channel_warnings(told);
        warnings.into_iter().map(|f| (f.field, f.code)).collect()
    }

    fn all(reach: ChannelReach) -> OwnerChannels {
        let channels = Channel::ALL.map(|channel| OwnerChannel {
            channel,
            reach,
            expires_at: None,
        });
        OwnerChannels {
            channels: channels.to_vec(),
        }
    }

    #[test]
    fn each_chosen_channel_is_told_what_it_lacks() {
        for (reach, code) in [
            (ChannelReach::NotConnected, "CHANNEL_NOT_CONNECTED"),
            (ChannelReach::Expired, "CHANNEL_CONNECTION_EXPIRED"),
            (ChannelReach::ExpiresSoon, "CHANNEL_CONNECTION_EXPIRES_SOON"),
            (ChannelReach::NotConfigured, "CHANNEL_BY_HAND"),
        ] {
            let told = codes(&draft(), Some(&all(reach)));
            assert_eq!(told, [("channels[0]".to_owned(), code)]);
        }
    }

    #[test]
    fn a_connected_channel_and_practice_need_nothing() {
        for reach in [ChannelReach::Connected, ChannelReach::Practice] {
            assert!(codes(&draft(), Some(&all(reach))).is_empty());
        }
    }

    #[test]
    fn what_could_not_be_checked_is_said_once() {
        let told = codes(&draft(), None);
        assert_eq!(told, [("channels".to_owned(), "CHANNELS_UNCHECKED")]);
    }

    #[test]
    fn a_channel_that_a_newer_service_does_not_name_is_no_reason_to_warn() {
        let nothing = OwnerChannels { channels: vec![] };
        assert!(codes(&draft(), Some(&nothing)).is_empty());
    }
}
