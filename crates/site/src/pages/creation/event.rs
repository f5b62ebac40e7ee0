//! An event that is being made, as the API tells it to its owner.

use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Draft {
    pub id: String,
    pub code: String,
    pub objective: String,
    pub status: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    #[serde(default)]
    pub prizes: Vec<Prize>,
    pub winner_count: Option<i64>,
    pub visit_bonus: Bonus,
    pub budget: Option<i64>,
    pub forecast: Option<Forecast>,
    pub recommendation: Option<Chosen>,
    #[serde(default)]
    pub images: Vec<Image>,
    #[serde(default)]
    pub channels: Vec<Choice>,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Prize {
    pub name: String,
    pub quantity: i64,
    pub unit_cost: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Bonus {
    pub enabled: bool,
    pub weight: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Chosen {
    pub plan_id: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Forecast {
    pub participants: Range,
    pub cost: i64,
    pub revenue: i64,
    pub break_even_visitors: i64,
    pub basis: String,
    pub model: Option<Model>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Range {
    pub low: i64,
    pub high: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Model {
    pub channels: Vec<ChannelModel>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct ChannelModel {
    pub channel: String,
    pub participants: f64,
}

/// A picture; what may be edited in it is told by the content service alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Image {
    pub image_id: String,
    pub style: String,
    pub platform: String,
    pub variants: Variants,
    pub width: u32,
    pub height: u32,
    pub alt_text: String,
    pub ai_generated: bool,
    pub edited_from: Option<String>,
    #[serde(default)]
    pub title_text: String,
    #[serde(default)]
    pub prize_text: String,
    #[serde(default)]
    pub guide_text: String,
    #[serde(default)]
    pub layout: String,
    #[serde(default)]
    pub colors: Colors,
    pub created_at: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Colors {
    pub text: Option<String>,
    pub background: Option<String>,
    pub accent: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Variants {
    pub jpeg: String,
    pub webp: String,
}

/// A channel as it was chosen.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Choice {
    pub channel: String,
    pub budget: Option<i64>,
    pub starts_at: Option<String>,
    pub ends_at: Option<String>,
    pub options: Option<Value>,
}

/// Long work that was begun for an event.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Job {
    pub id: String,
    pub status: String,
    pub progress: i64,
    pub stage: String,
    pub error: Option<JobError>,
    #[serde(default)]
    pub wish: Wish,
    pub created_at: String,
    pub result: Option<Value>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct JobError {
    pub message: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wish {
    pub budget: Option<i64>,
    pub note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Listed<T> {
    pub items: Vec<T>,
}

impl Job {
    pub(super) fn is_live(&self) -> bool {
        matches!(self.status.as_str(), "QUEUED" | "RUNNING")
    }
}

impl Draft {
    /// Whether everything may still change.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.status.as_str(), "DRAFT" | "PUBLISH_FAILED")
    }

    /// As `If-Match` wants it.
    pub(super) fn tag(&self) -> String {
        format!("\"{}\"", self.version)
    }

    /// What all prizes cost, KRW.
    pub(super) fn prize_cost(&self) -> i64 {
        let costs = self.prizes.iter();
        costs.fold(0_i64, |sum, prize| {
            sum.saturating_add(prize.unit_cost.saturating_mul(prize.quantity))
        })
    }

    /// What all channels cost at most, KRW.
    pub(super) fn channel_cost(&self) -> i64 {
        let budgets = self.channels.iter().filter_map(|choice| choice.budget);
        budgets.fold(0, i64::saturating_add)
    }

    /// Whether the owner has picked among the styles: a job alone gives the event all of them.
    pub(super) fn has_one_style(&self) -> bool {
        let mut styles = self.images.iter().map(|image| &image.style);
        styles
            .next()
            .is_some_and(|first| styles.all(|style| style == first))
    }
}

/// The path of a file below our own host: pages load nothing from elsewhere.
pub(super) fn local(url: &str) -> &str {
    url.find("/cdn/").and_then(|at| url.get(at..)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_file_is_asked_of_our_own_host() {
        assert_eq!(local("https://janchi.kr/cdn/a.png"), "/cdn/a.png");
        assert_eq!(local("/cdn/a.png"), "/cdn/a.png");
        assert_eq!(local("https://evil.example/a.png"), "");
    }
}
