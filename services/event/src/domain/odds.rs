//! The chance of winning, as the join page tells it.

use crate::domain::event::Event;
use schemars::JsonSchema;
use serde::Serialize;

/// Chance of one more entry, and the sentence that says so.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Odds {
    /// 0–1, all entries counted alike.
    pub probability: f64,
    pub text: String,
}

impl Event {
    /// The chance of somebody who enters now; after the end, of those who entered.
    pub fn odds(&self) -> Odds {
        let winners = self.winners().unwrap_or(0);
        let entered = self.participants.max(0);
        let over = self.closed_at.is_some();
        let drawn_from = if over { entered } else { entered + 1 };
        let probability = if drawn_from == 0 {
            0.0
        } else {
            (f64::from(winners) / drawn_from as f64).min(1.0)
        };
        let text = if over && entered == 0 {
            "응모한 사람이 없어요.".to_owned()
        } else if over {
            format!(
                "{entered}명이 응모했고 {winners}명을 뽑아요. 당첨 확률은 약 {}예요.",
                percent(probability)
            )
        } else {
            format!(
                "지금까지 {entered}명이 응모했어요. 지금 응모하면 당첨 확률은 약 {}예요.",
                percent(probability)
            )
        };
        Odds { probability, text }
    }

    /// How winners are found, in one Korean sentence.
    pub fn how_winners_are_drawn(&self) -> String {
        let winners = self.winners().unwrap_or(0);
        let weight = match (self.visit_bonus.enabled, self.visit_bonus.weight) {
            (true, weight @ 2..) => {
                format!(
                    "매장을 방문하고 인증한 분은 응모 {weight}번으로 계산하고, 그 밖에는 모두 같은 기회예요."
                )
            }
            _ => "모든 응모는 같은 기회예요.".to_owned(),
        };
        format!(
            "이벤트가 끝나면 응모 명단을 확정하고, 시작할 때 미리 약속해 둔 무작위 값으로 {winners}명을 뽑아요. \
             {weight} 누구나 결과를 다시 계산해 볼 수 있어요."
        )
    }
}

fn percent(probability: f64) -> String {
    match probability * 100.0 {
        p if p >= 9.95 => format!("{p:.0}%"),
        p if p >= 0.1 => format!("{p:.1}%"),
        0.0 => "0%".to_owned(),
        _ => "0.1% 미만".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::percent;
    use crate::domain::event::example::draft;

    #[test]
    fn the_next_entry_is_counted_before_the_end() {
        let mut event = draft();
        assert!((event.odds().probability - 1.0).abs() < 1e-9);
        event.participants = 29;
        assert!((event.odds().probability - 0.1).abs() < 1e-9);
        assert!(event.odds().text.contains("29명"));
        event.participants = 30;
        event.closed_at = event.ends_at;
        assert!((event.odds().probability - 0.1).abs() < 1e-9);
    }

    #[test]
    fn nobody_entered_is_said_so() {
        let mut event = draft();
        event.closed_at = event.ends_at;
        assert_eq!(event.odds().probability, 0.0);
        assert!(event.odds().text.contains("없어요"));
    }

    #[test]
    fn small_chances_keep_a_digit() {
        assert_eq!(percent(0.5), "50%");
        assert_eq!(percent(0.0123), "1.2%");
        assert_eq!(percent(0.0002), "0.1% 미만");
    }

    #[test]
    fn the_rule_says_what_a_visit_counts() {
        let mut event = draft();
        assert!(event.how_winners_are_drawn().contains("3번"));
        event.visit_bonus.enabled = false;
        assert!(event.how_winners_are_drawn().contains("같은 기회"));
    }
}
