//! From which channel an entry came.

use janchi_contracts::distribution::ChannelCode;
use janchi_contracts::reference::Channel;

/// Where the knowledge of the channel comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The link's or the spoken code.
    Code,
    /// The entrant's page said so, nothing proves it.
    Given,
}

impl Source {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Code => "CODE",
            Self::Given => "GIVEN",
        }
    }
}

/// A known code decides; an unknown one is no reason to lose an entry, then what was given stands.
pub fn attribute(
    given: Option<Channel>,
    tracking_code: Option<&str>,
    codes: &[ChannelCode],
) -> Option<(Channel, Source)> {
    let typed = tracking_code.map(str::trim).filter(|c| !c.is_empty());
    let known = typed.and_then(|typed| {
        codes.iter().find(|c| {
            c.tracking_code == typed
                || c.spoken_code
                    .as_ref()
                    .is_some_and(|s| s.eq_ignore_ascii_case(typed))
        })
    });
    known
        .map(|c| (c.channel, Source::Code))
        .or(given.map(|c| (c, Source::Given)))
}

#[cfg(test)]
mod tests {
    use super::{Channel, ChannelCode, Source, attribute};

    #[test]
    fn a_known_code_decides_over_what_was_given() {
        let codes = [ChannelCode {
            channel: Channel::GenieTv,
            tracking_code: "Ab3".to_owned(),
            spoken_code: Some("7731".to_owned()),
        }];
        let genie = Some((Channel::GenieTv, Source::Code));
        assert_eq!(attribute(Some(Channel::Naver), Some("Ab3"), &codes), genie);
        assert_eq!(attribute(None, Some(" 7731 "), &codes), genie);
        assert_eq!(
            attribute(Some(Channel::Naver), Some("ab3"), &codes),
            Some((Channel::Naver, Source::Given))
        );
        assert_eq!(attribute(None, Some("x"), &codes), None);
        assert_eq!(attribute(None, None, &codes), None);
    }
}
