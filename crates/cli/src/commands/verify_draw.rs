use crate::terminal::say;
use anyhow::Context;
use janchi_client::Api;
use janchi_draw::{Bundle, Fault, Stage, verify};
use std::process::ExitCode;
use std::time::Duration;
use url::Url;

/// Recomputes a draw and tells the result of every check; fails if one does.
pub(crate) async fn run(source: &str) -> anyhow::Result<ExitCode> {
    let text = read(source).await?;
    let bundle: Bundle =
        serde_json::from_slice(&text).context("this is not a bundle of draw-v1")?;
    say(&format!(
        "draw {} of event {}",
        bundle.draw_id, bundle.event_id
    ));
    let (faults, stage) = match verify(&bundle) {
        Ok(verdict) => (Vec::new(), Some(verdict)),
        Err(faults) => (faults, None),
    };
    for (check, concerns) in CHECKS {
        let found: Vec<String> = faults
            .iter()
            .filter(|f| concerns(f))
            .map(ToString::to_string)
            .collect();
        if found.is_empty() {
            say(&format!("  ✓ {check}"));
        } else {
            say(&format!("  ✗ {check}: {}", found.join("; ")));
        }
    }
    let Some(verdict) = stage else {
        say("this draw does NOT hold");
        return Ok(ExitCode::FAILURE);
    };
    let so_far = match verdict.stage {
        Stage::Committed => "the seed is committed; nothing is frozen or drawn yet",
        Stage::Frozen => "the list is frozen; nothing is drawn yet",
        Stage::Drawn => "the winners follow from the seed and the list",
    };
    say(&format!(
        "this draw holds: {so_far} ({} entries, {} winners, {} alternates)",
        verdict.entries, verdict.winners, verdict.alternates
    ));
    if verdict.without_beacon {
        say(
            "no public randomness was mixed in: entries invented before closing would show only in the entrants' receipts",
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// A bundle of five million entries.
const LARGEST: usize = 512 * 1024 * 1024;

type Concerns = fn(&Fault) -> bool;

/// Every fault belongs to one check.
const CHECKS: [(&str, Concerns); 9] = [
    ("the bundle is draw-v1 and complete for its stage", |f| {
        matches!(
            f,
            Fault::Version
                | Fault::Unreadable { .. }
                | Fault::Missing { .. }
                | Fault::TooEarly { .. }
        )
    }),
    (
        "commitment, freeze, draw and forfeits happened in this order",
        |f| matches!(f, Fault::Times),
    ),
    ("the seed is the one that was committed to", |f| {
        matches!(f, Fault::Commitment)
    }),
    ("the rules are the ones that were published", |f| {
        matches!(f, Fault::RulesHash | Fault::AgainstRules { .. })
    }),
    ("the entries are sorted and none is there twice", |f| {
        matches!(f, Fault::Unsorted { .. } | Fault::Twice { .. })
    }),
    ("the entries are the ones that were frozen", |f| {
        matches!(f, Fault::EntriesRoot)
    }),
    ("the winners are the ones the numbers give", |f| {
        matches!(f, Fault::WinnerCount | Fault::Winner { .. })
    }),
    ("the alternates are the ones the numbers give", |f| {
        matches!(f, Fault::Alternate { .. })
    }),
    ("every forfeit names somebody who was drawn", |f| {
        matches!(f, Fault::Forfeit { .. })
    }),
];

async fn read(source: &str) -> anyhow::Result<Vec<u8>> {
    let address = Url::parse(source)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"));
    let Some(url) = address else {
        return tokio::fs::read(source)
            .await
            .with_context(|| format!("read {source}"));
    };
    let base = url.join("/").context("find the server's address")?;
    let api = Api::new("draw bundle", base, Duration::from_secs(120))?;
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let answer = api
        .send_for(api.get(&path), LARGEST)
        .await
        .with_context(|| format!("fetch {source}"))?;
    Ok(answer.body.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_belongs_to_exactly_one_check() {
        let field = || "seed".to_owned();
        let faults = [
            Fault::Version,
            Fault::Unreadable { field: field() },
            Fault::Missing { field: field() },
            Fault::TooEarly { field: field() },
            Fault::Times,
            Fault::Commitment,
            Fault::RulesHash,
            Fault::AgainstRules { field: field() },
            Fault::Unsorted { index: 0 },
            Fault::Twice { index: 0 },
            Fault::EntriesRoot,
            Fault::WinnerCount,
            Fault::Winner { rank: 1 },
            Fault::Alternate { rank: 1 },
            Fault::Forfeit { index: 0 },
        ];
        for fault in faults {
            assert_eq!(
                CHECKS
                    .iter()
                    .filter(|(_, concerns)| concerns(&fault))
                    .count(),
                1,
                "{fault:?}"
            );
        }
    }
}
