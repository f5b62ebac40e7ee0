//! What a planner asks the language models and what must come back.

use serde_json::{Value, json};

/// The kind of schema a planner would ask with.
pub fn schema() -> Value {
    let range = json!({ "type": "object", "additionalProperties": false, "required": ["low", "expected", "high"],
        "properties": { "low": { "type": "integer" }, "expected": { "type": "integer" }, "high": { "type": "integer" } } });
    let prize = json!({ "type": "object", "additionalProperties": false, "required": ["name", "quantity", "unitCost"],
        "properties": { "name": { "type": "string" }, "quantity": { "type": "integer" }, "unitCost": { "type": "integer" } } });
    let channel = json!({ "type": "object", "additionalProperties": false, "required": ["channel", "budget", "reason"],
        "properties": { "channel": { "type": "string", "enum": ["URIDONGNE_TV", "RINGO_BIZ", "GENIE_TV", "INSTAGRAM", "NAVER", "KAKAO"] },
            "budget": { "type": "integer" }, "reason": { "type": "string" } } });
    let trend = json!({ "type": "array", "items": { "type": "object", "additionalProperties": false,
        "required": ["keyword", "relevance", "description", "evidence"],
        "properties": { "keyword": { "type": "string" }, "relevance": { "type": "number" },
            "description": { "type": "string" }, "evidence": { "type": "string" } } } });
    let plan = json!({ "type": "object", "additionalProperties": false,
        "required": ["tier", "title", "summary", "prizes", "participationMethod", "channels", "schedule", "forecast"],
        "properties": {
            "tier": { "type": "string", "enum": ["LOW_COST", "MID_COST", "HIGH_COST"] },
            "title": { "type": "string" }, "summary": { "type": "string" },
            "prizes": { "type": "array", "items": { "$ref": "#/$defs/prize" } },
            "participationMethod": { "type": "string" },
            "channels": { "type": "array", "items": channel },
            "schedule": { "type": "object", "additionalProperties": false, "required": ["startsAt", "endsAt", "days"],
                "properties": { "startsAt": { "type": "string", "format": "date-time" }, "endsAt": { "type": "string", "format": "date-time" }, "days": { "type": "integer" } } },
            "forecast": { "type": "object", "additionalProperties": false, "required": ["participants", "cost", "revenue", "roi", "breakEvenVisitors", "basis"],
                "properties": { "participants": range, "cost": { "type": "integer" }, "revenue": { "type": "integer" },
                    "roi": { "type": "number" }, "breakEvenVisitors": { "type": "integer" }, "basis": { "type": "string" } } },
        } });
    json!({ "type": "object", "additionalProperties": false, "required": ["trend", "plans"],
        "$defs": { "prize": prize },
        "properties": {
            "trend": { "type": "object", "additionalProperties": false, "required": ["industry", "region", "season"],
                "properties": { "industry": trend, "region": trend, "season": trend } },
            "plans": { "type": "array", "items": plan } } })
}

pub const PROMPT: &str = "{\"storeName\":\"행복카페\",\"industry\":\"CAFE\",\"region\":\"SEOUL\",\"objective\":\"REVISIT\",\"budget\":500000,\"today\":\"2026-11-22\"}";

pub fn check_plans(answer: &Value) {
    let plans = answer["plans"].as_array().expect("plans");
    assert_eq!(plans.len(), 3);
    let tiers: Vec<&str> = plans
        .iter()
        .map(|plan| plan["tier"].as_str().expect("tier"))
        .collect();
    assert_eq!(tiers, ["LOW_COST", "MID_COST", "HIGH_COST"]);
    let costs: Vec<i64> = plans
        .iter()
        .map(|plan| plan["forecast"]["cost"].as_i64().expect("cost"))
        .collect();
    assert!(
        costs[0] < costs[1] && costs[1] < costs[2] && costs[2] <= 500_000,
        "{costs:?}"
    );
    for plan in plans {
        let sum = |list: &str, value: &dyn Fn(&Value) -> i64| {
            plan[list]
                .as_array()
                .expect(list)
                .iter()
                .map(value)
                .sum::<i64>()
        };
        let number = |value: &Value, name: &str| value[name].as_i64().expect("number");
        let prizes = sum("prizes", &|prize| {
            number(prize, "quantity") * number(prize, "unitCost")
        });
        let channels = sum("channels", &|channel| number(channel, "budget"));
        assert_eq!(
            prizes + channels,
            plan["forecast"]["cost"].as_i64().expect("cost")
        );
        let range = &plan["forecast"]["participants"];
        assert!(
            number(range, "low") < number(range, "expected")
                && number(range, "expected") < number(range, "high")
        );
        assert!(plan["schedule"]["startsAt"].as_str().expect("start") > "2026-11-22");
        assert!(plan["title"].as_str().expect("title").contains("행복카페"));
    }
    let cheapest = plans[0]["prizes"]
        .as_array()
        .expect("prizes")
        .last()
        .expect("a prize");
    assert!(
        cheapest["name"]
            .as_str()
            .expect("name")
            .contains("아메리카노")
    );
    for part in ["industry", "region", "season"] {
        let relevance = answer["trend"][part][0]["relevance"]
            .as_f64()
            .expect("number");
        assert!((0.0..=1.0).contains(&relevance));
    }
}
