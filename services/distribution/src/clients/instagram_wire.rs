//! The words of the Graph API.

use serde::Deserialize;

/// What was made.
#[derive(Deserialize)]
pub struct Id {
    pub id: String,
}

/// A container on its way to being published.
#[derive(Deserialize)]
pub struct Container {
    pub status_code: String,
}

/// A post.
#[derive(Deserialize)]
pub struct Media {
    #[serde(default)]
    pub id: String,
    #[serde(default)]
    pub caption: String,
    #[serde(default)]
    pub permalink: Option<String>,
}

/// A list.
#[derive(Deserialize)]
pub struct Data<T> {
    pub data: Vec<T>,
}

/// A count.
#[derive(Deserialize)]
pub struct Metric {
    pub name: String,
    pub values: Vec<MetricValue>,
}

/// Its value.
#[derive(Deserialize)]
pub struct MetricValue {
    pub value: i64,
}
