//! What vendors are asked to answer: the shape of `prompts/plans.v1.schema.json`.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    #[serde(default)]
    pub trends: Vec<AnswerTrend>,
    pub plans: Vec<AnswerPlan>,
}

#[derive(Deserialize)]
pub struct AnswerTrend {
    pub axis: String,
    pub keyword: String,
    pub description: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerPlan {
    pub tier: String,
    pub title: String,
    pub summary: String,
    pub mechanic: String,
    pub participation_method: String,
    pub prizes: Vec<AnswerPrize>,
    pub channels: Vec<AnswerChannel>,
    pub start_offset_days: i64,
    pub days: i64,
    pub schedule_reason: String,
    pub visit_weight: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerPrize {
    pub name: String,
    pub quantity: i64,
    pub unit_cost: i64,
}

#[derive(Deserialize)]
pub struct AnswerChannel {
    pub channel: String,
    pub budget: i64,
    pub reason: String,
}
