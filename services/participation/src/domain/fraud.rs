//! What makes an entry look odd. A household, an office and a shop's own Wi-Fi share an address, so nothing here refuses
//! or joins entries: it gives reasons that the owner reads and may overrule, and winners prove their phone anyway.

/// A reason to look twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A field that people do not see was filled in.
    Honeypot,
    /// Very many entries from one address within ten minutes.
    ManyFromAddress,
    /// Entries from one address faster than people type.
    Rapid,
    /// Numbers that follow each other, from one address.
    SequentialNumbers,
    /// The same name under several numbers, from one address.
    SameName,
    /// Not sent by a browser.
    NoBrowser,
}

impl Reason {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 6] = [
        Self::Honeypot,
        Self::ManyFromAddress,
        Self::Rapid,
        Self::SequentialNumbers,
        Self::SameName,
        Self::NoBrowser,
    ];

    const fn bit(self) -> i32 {
        match self {
            Self::Honeypot => 1,
            Self::ManyFromAddress => 2,
            Self::Rapid => 4,
            Self::SequentialNumbers => 8,
            Self::SameName => 16,
            Self::NoBrowser => 32,
        }
    }

    /// What it adds to the score. An address alone never reaches [`SUSPICIOUS`].
    const fn points(self) -> u32 {
        match self {
            Self::Honeypot => 70,
            Self::ManyFromAddress => 15,
            Self::Rapid => 30,
            Self::SequentialNumbers => 35,
            Self::SameName => 20,
            Self::NoBrowser => 10,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Honeypot => "HONEYPOT",
            Self::ManyFromAddress => "MANY_FROM_ADDRESS",
            Self::Rapid => "RAPID",
            Self::SequentialNumbers => "SEQUENTIAL_NUMBERS",
            Self::SameName => "SAME_NAME",
            Self::NoBrowser => "NO_BROWSER",
        }
    }

    /// As the owner reads it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Honeypot => "사람 눈에 보이지 않는 칸이 채워져 있었어요.",
            Self::ManyFromAddress => {
                "같은 인터넷 주소에서 10분 안에 여러 번 참여했어요. 가족이나 매장 와이파이일 수도 있어요."
            }
            Self::Rapid => "같은 인터넷 주소에서 사람이 입력하기 어려운 속도로 참여했어요.",
            Self::SequentialNumbers => "같은 인터넷 주소에서 이어지는 번호로 참여했어요.",
            Self::SameName => "같은 인터넷 주소에서 같은 이름이 다른 번호로 참여했어요.",
            Self::NoBrowser => "브라우저가 아닌 프로그램으로 참여한 것 같아요.",
        }
    }
}

/// From here on an entry is shown as odd.
pub const SUSPICIOUS: u32 = 50;

/// The reasons of one entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signals(i32);

impl Signals {
    /// From its stored form; bits nobody knows are dropped.
    pub fn from_bits(bits: i32) -> Self {
        let known = Reason::ALL.iter().fold(0, |all, r| all | r.bit());
        Self(bits & known)
    }

    pub const fn bits(self) -> i32 {
        self.0
    }

    pub const fn with(self, reason: Reason) -> Self {
        Self(self.0 | reason.bit())
    }

    pub fn reasons(self) -> impl Iterator<Item = Reason> {
        Reason::ALL
            .into_iter()
            .filter(move |r| self.0 & r.bit() != 0)
    }

    /// 0 to 100.
    pub fn score(self) -> u32 {
        self.reasons().map(Reason::points).sum::<u32>().min(100)
    }
}

/// More entries than this from one address within ten minutes are many.
const MANY: usize = 20;
/// So many from one address within ten seconds are faster than people type.
const FAST: usize = 5;

/// What was seen from an address shortly before an entry, the entry itself not among it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    pub within_ten_minutes: usize,
    pub within_ten_seconds: usize,
    /// Of those within ten minutes, so many had a number next to this one.
    pub neighbours: usize,
    /// And so many the same name.
    pub namesakes: usize,
}

/// The reasons of an entry with this behind it.
pub fn judge(seen: Seen, honeypot: bool, agent: Option<&str>) -> Signals {
    let found = [
        (honeypot, Reason::Honeypot),
        (seen.within_ten_minutes >= MANY, Reason::ManyFromAddress),
        (seen.within_ten_seconds >= FAST, Reason::Rapid),
        (seen.neighbours >= 2, Reason::SequentialNumbers),
        (seen.namesakes >= 3, Reason::SameName),
        (!is_browser(agent), Reason::NoBrowser),
    ];
    found
        .into_iter()
        .filter(|(there, _)| *there)
        .fold(Signals::default(), |all, (_, reason)| all.with(reason))
}

/// Browsers, and the ones inside apps, all begin like this.
fn is_browser(agent: Option<&str>) -> bool {
    agent.is_some_and(|a| a.starts_with("Mozilla/") || a.starts_with("Opera/"))
}

#[cfg(test)]
mod tests {
    use super::{Reason, SUSPICIOUS, Seen, Signals, judge};

    const PHONE: Option<&str> = Some("Mozilla/5.0 (Linux; Android 9) KAKAOTALK");

    #[test]
    fn a_full_shop_on_one_address_is_not_suspicious() {
        let wifi = Seen {
            within_ten_minutes: 300,
            within_ten_seconds: 3,
            neighbours: 0,
            namesakes: 1,
        };
        let signals = judge(wifi, false, PHONE);
        assert_eq!(
            signals.reasons().collect::<Vec<_>>(),
            [Reason::ManyFromAddress]
        );
        assert!(signals.score() < SUSPICIOUS);
        assert_eq!(judge(Seen::default(), false, PHONE).score(), 0);
    }

    #[test]
    fn a_script_with_neighbouring_numbers_is() {
        let script = Seen {
            within_ten_minutes: 40,
            within_ten_seconds: 20,
            neighbours: 2,
            namesakes: 0,
        };
        let signals = judge(script, false, None);
        assert!(signals.score() >= SUSPICIOUS);
        assert!(judge(Seen::default(), true, PHONE).score() >= SUSPICIOUS);
        let all = Reason::ALL
            .into_iter()
            .fold(Signals::default(), Signals::with);
        assert_eq!(all.score(), 100);
    }

    #[test]
    fn reasons_survive_being_stored() {
        for reason in Reason::ALL {
            let stored = Signals::default().with(reason).bits();
            assert_eq!(
                Signals::from_bits(stored | 1 << 20)
                    .reasons()
                    .collect::<Vec<_>>(),
                [reason]
            );
        }
    }
}
