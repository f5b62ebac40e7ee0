//! A forecast in words: the formula with its numbers, so that an owner can follow every step.

use super::flow::{COUNTER_SHARE, Flow, Pull, reach};
use super::forecast::{Inputs, tenth};
use super::knowledge;
use super::wording::{grouped, particle, won};
use janchi_contracts::ai::Range;
use std::fmt::Write;

/// The numbers of a forecast on their way to the result.
#[derive(Debug)]
pub struct Working<'a> {
    pub inputs: &'a Inputs<'a>,
    /// Per channel, the entries before mechanic, prizes and season.
    pub bases: &'a [f64],
    pub pull: Pull,
    /// By the formula alone.
    pub model: Flow,
    /// With what was learned.
    pub flow: Flow,
    /// How many finished events were learned from; none when nothing was.
    pub learned_from: Option<u64>,
    pub participants: Range,
    pub prize_cost: i64,
    pub channel_cost: i64,
    pub revenue: i64,
    pub roi: f64,
    pub break_even_visitors: i64,
}

/// The basis, in Korean.
pub fn basis(working: &Working<'_>) -> String {
    let Working {
        inputs,
        pull,
        model,
        flow,
        participants,
        ..
    } = working;
    let (industry, mechanic) = (inputs.industry, inputs.mechanic);
    let attraction = pull.attraction;
    let season = format!("{:.2}", pull.season);
    let mut basis = entries(working);
    let _ = write!(
        basis,
        ". ② 여기에 참여 방식 {:.2} × 경품 {attraction:.2} × 시기 {season}{} 곱해 온라인 응모 {}명이에요. \
         ③ 매장 응모 = 하루 손님 {}명 × {}일 × {}% × 경품 {attraction:.2} = {}명. {}④ 예상 참여 {}명(80% 범위 {}~{}명). \
         ⑤ 늘어나는 구매 = (온라인 + 매장의 {}%) × 방문율 {}% × 업종 계수 {} × 3개월 구매 {}회 = {}번. ",
        mechanic.entry,
        particle(&season, "을", "를"),
        tenth(model.online),
        tenth(industry.customers),
        inputs.days,
        tenth(mechanic.walk_in * 100.0),
        tenth(model.counter),
        learned(working),
        grouped(participants.expected),
        grouped(participants.low),
        grouped(participants.high),
        tenth(COUNTER_SHARE * 100.0),
        tenth(mechanic.visit_rate * 100.0),
        industry.conversion,
        tenth(mechanic.repeat),
        tenth(flow.purchases),
    );
    money(&mut basis, working);
    basis
}

fn entries(working: &Working<'_>) -> String {
    let mut text = String::from("① 채널별 응모 = 도달 × 열람률 × 응모율: ");
    let channels = working.inputs.channels.iter().zip(working.bases);
    for (i, (channel, base)) in channels.enumerate() {
        let facts = knowledge::get().channel(channel.channel);
        let comma = if i > 0 { ", " } else { "" };
        let _ = write!(
            text,
            "{comma}{} {}명×{}%×{}%={}명",
            channel.channel.named().ko,
            grouped(reach(channel, working.inputs.region).round() as i64),
            tenth(facts.open_rate * 100.0),
            tenth(facts.entry_rate * 100.0),
            tenth(*base),
        );
    }
    text
}

/// What finished events changed, in one sentence with a blank at its end; empty when nothing was learned.
fn learned(working: &Working<'_>) -> String {
    let before = working.model.people();
    let Some(events) = working.learned_from.filter(|_| before > 0.0) else {
        return String::new();
    };
    let change = ((working.flow.people() / before - 1.0) * 100.0).round() as i64;
    let done = match change {
        0 => "그대로 두었어요".to_owned(),
        1.. => format!("{change}% 높여 잡았어요"),
        _ => format!("{}% 낮춰 잡았어요", -change),
    };
    format!(
        "비슷한 이벤트 {}건의 결과를 반영해 {done}(온라인 {}명, 매장 {}명). ",
        grouped(i64::try_from(events).unwrap_or(i64::MAX)),
        tenth(working.flow.online),
        tenth(working.flow.counter),
    )
}

fn money(basis: &mut String, working: &Working<'_>) {
    let industry = working.inputs.industry;
    let margin = tenth(industry.margin * 100.0);
    let _ = write!(
        basis,
        "⑥ 번 돈 = {}번 × 객단가 {} × 남는 비율 {margin}% = {}. \
         ⑦ 쓴 돈 = 경품 {} + 채널 {} = {}. ⑧ 수익률 = (번 돈 − 쓴 돈) ÷ 쓴 돈 = {}%. \
         ⑨ 손익분기 = 쓴 돈 ÷ ({} × {margin}%) = {}명. 업종·채널 평균으로 계산한 값이라 실제와 다를 수 있어요.",
        tenth(working.flow.purchases),
        won(industry.bill),
        won(working.revenue),
        won(working.prize_cost),
        won(working.channel_cost),
        won(working.prize_cost + working.channel_cost),
        working.roi,
        won(industry.bill),
        grouped(working.break_even_visitors),
    );
}
