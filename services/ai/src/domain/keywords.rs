//! Which words are watched for a trade: the file of `data/`, read once.

use janchi_contracts::reference::Industry;
use serde::Deserialize;
use std::sync::LazyLock;

/// Words that are searched for as one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeywordGroup {
    /// As it is called in a sentence.
    pub name: String,
    pub keywords: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Watched {
    code: Industry,
    groups: Vec<KeywordGroup>,
}

#[derive(Deserialize)]
struct File {
    industry: Vec<Watched>,
}

static WATCHED: LazyLock<Vec<Watched>> = LazyLock::new(|| {
    toml::from_str::<File>(include_str!("../../data/keywords.toml"))
        .expect("the file is checked by a test")
        .industry
});

/// The groups of a trade; none is a trade that is not watched.
pub fn of(industry: Industry) -> &'static [KeywordGroup] {
    WATCHED
        .iter()
        .find(|watched| watched.code == industry)
        .map_or(&[], |watched| &watched.groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_trade_is_watched_by_one_question() {
        for industry in Industry::ALL {
            let groups = of(industry);
            assert!((1..=5).contains(&groups.len()), "{industry:?}");
            let names: HashSet<_> = groups.iter().map(|group| &group.name).collect();
            assert_eq!(names.len(), groups.len(), "{industry:?}");
            for group in groups {
                assert!((1..=20).contains(&group.keywords.len()), "{group:?}");
            }
        }
    }
}
