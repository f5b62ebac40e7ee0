//! What is said on a channel, and what the owner is asked to do by hand. Korean, as customers and owners read it.

use chrono::{DateTime, Datelike, Timelike, Utc};
use janchi_contracts::content::ImageRef;
use janchi_contracts::distribution::digits_aloud;
use janchi_contracts::event::EventSnapshot;
use janchi_contracts::reference::{Channel, Platform};

/// The picture that fits a channel best, if the event has one.
pub fn image_for(event: &EventSnapshot, channel: Channel) -> Option<&ImageRef> {
    let wanted = match channel {
        Channel::Instagram => Platform::Instagram,
        Channel::Kakao => Platform::Kakao,
        Channel::UridongneTv | Channel::GenieTv => Platform::Tv,
        Channel::Naver | Channel::RingoBiz => Platform::Naver,
    };
    let sized = |platform| move |image: &&ImageRef| image.platform == platform;
    let images = &event.images;
    images
        .iter()
        .find(sized(wanted))
        // The widest of the usual ones suits a screen best.
        .or_else(|| images.iter().find(sized(Platform::Naver)))
        .or_else(|| images.first())
}

/// "12월 1일 9시" in Seoul, with minutes only where there are some.
pub fn moment(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&janchi_runtime::seoul::offset());
    let minutes = if at.minute() == 0 {
        String::new()
    } else {
        format!(" {}분", at.minute())
    };
    format!("{}월 {}일 {}시{minutes}", at.month(), at.day(), at.hour())
}

/// The period in one line, as far as it is fixed.
pub fn period(event: &EventSnapshot) -> Option<String> {
    match (event.starts_at, event.ends_at) {
        (Some(from), Some(to)) => Some(format!("{}부터 {}까지", moment(from), moment(to))),
        (None, Some(to)) => Some(format!("{}까지", moment(to))),
        (Some(from), None) => Some(format!("{}부터", moment(from))),
        (None, None) => None,
    }
}

/// The prizes in one line.
pub fn prizes(event: &EventSnapshot) -> String {
    let named: Vec<String> = event
        .prizes
        .iter()
        .map(|p| format!("{} {}명", p.name, p.quantity))
        .collect();
    named.join(", ")
}

/// The text of a post: title, what it is about, prizes, period, the link and how winners are drawn.
pub fn post(event: &EventSnapshot, tracking_url: &str) -> String {
    let mut lines = vec![
        format!("[{}] {}", event.store_name, event.title),
        String::new(),
    ];
    if !event.description.trim().is_empty() {
        lines.extend([event.description.trim().to_owned(), String::new()]);
    }
    if !event.prizes.is_empty() {
        lines.push(format!("🎁 경품: {}", prizes(event)));
    }
    if let Some(period) = period(event) {
        lines.push(format!("📅 기간: {period}"));
    }
    lines.push(format!("👉 응모하기: {tracking_url}"));
    lines.extend([
        String::new(),
        "추첨 과정은 응모 페이지에서 누구나 확인할 수 있어요.".to_owned(),
    ]);
    lines.join("\n")
}

/// A post with hashtags, cut to Instagram's 2,200 characters without losing the link.
pub fn caption(event: &EventSnapshot, tracking_url: &str) -> String {
    const LIMIT: usize = 2200;
    let tags = hashtags(event);
    let whole = format!("{}\n\n{tags}", post(event, tracking_url));
    if whole.chars().count() <= LIMIT {
        return whole;
    }
    let bare = EventSnapshot {
        description: String::new(),
        ..event.clone()
    };
    let without = format!("{}\n\n{tags}", post(&bare, tracking_url));
    let room = LIMIT.saturating_sub(without.chars().count() + 3);
    let description: String = event
        .description
        .chars()
        .take(room)
        .chain(std::iter::once('…'))
        .collect();
    format!(
        "{}\n\n{tags}",
        post(
            &EventSnapshot {
                description,
                ..bare
            },
            tracking_url
        )
    )
}

fn hashtags(event: &EventSnapshot) -> String {
    let word = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let names = [
        word(&event.store_name),
        word(event.region.named().ko),
        word(event.industry.named().ko),
    ];
    let mut tags: Vec<String> = names
        .into_iter()
        .filter(|w| !w.is_empty())
        .map(|w| format!("#{w}"))
        .collect();
    tags.extend(["#이벤트".to_owned(), "#경품이벤트".to_owned()]);
    tags.join(" ")
}

/// What is said on television or before a call is taken up: short, with the code in single digits.
pub fn script(event: &EventSnapshot, spoken_code: &str) -> String {
    format!(
        "{} 이벤트, {}! 응모 번호는 {}. 잔치 홈페이지에서 번호를 넣고 응모해 주세요.",
        event.store_name,
        event.title,
        digits_aloud(spoken_code)
    )
}

/// The steps by which the owner brings the event to a channel that cannot be served by program.
pub fn manual_steps(
    event: &EventSnapshot,
    channel: Channel,
    tracking_url: &str,
    spoken_code: Option<&str>,
) -> Vec<String> {
    let (place, last) = match channel {
        Channel::Instagram => (
            "인스타그램 앱에서 새 게시물을 만들고 아래 이미지와 문구를 넣어 주세요.",
            "게시한 뒤 게시물 링크를 복사해 '직접 올렸어요'에 붙여 넣어 주세요.",
        ),
        Channel::Naver => (
            "네이버 블로그(https://blog.naver.com) 글쓰기를 열고 아래 이미지와 문구를 넣어 주세요.",
            "발행한 뒤 글 주소를 복사해 '직접 올렸어요'에 붙여 넣어 주세요.",
        ),
        Channel::Kakao => (
            "카카오톡 채널 관리자센터(https://center-pf.kakao.com)에서 새 소식을 만들고 아래 이미지와 문구를 넣어 주세요.",
            "올린 뒤 소식 주소를 복사해 '직접 올렸어요'에 붙여 넣어 주세요.",
        ),
        Channel::UridongneTv => (
            "우리동네TV 담당자에게 아래 이미지와 문구로 광고를 신청해 주세요.",
            "신청이 끝나면 안내받은 확인 주소를 '직접 올렸어요'에 붙여 넣어 주세요.",
        ),
        Channel::GenieTv => (
            "지니TV 광고 담당자에게 아래 이미지와 문구로 광고를 신청해 주세요.",
            "신청이 끝나면 안내받은 확인 주소를 '직접 올렸어요'에 붙여 넣어 주세요.",
        ),
        Channel::RingoBiz => (
            "링고비즈 고객센터에 아래 안내 문구로 연결음 변경을 신청해 주세요.",
            "변경이 끝나면 안내받은 확인 주소를 '직접 올렸어요'에 붙여 넣어 주세요.",
        ),
    };
    let mut steps = vec![place.to_owned()];
    match spoken_code {
        Some(code) => {
            steps.push(format!("읽어 줄 문구:\n{}", script(event, code)));
            steps.push(format!("화면이나 안내에 넣을 응모 번호: {code}"));
        }
        None => steps.push(format!("복사할 문구:\n{}", post(event, tracking_url))),
    }
    if channel != Channel::RingoBiz {
        match image_for(event, channel) {
            Some(image) => steps.push(format!("이미지: {}", image.variants.jpeg)),
            None => steps.push("이미지가 없어요. 이벤트의 이미지를 먼저 골라 주세요.".to_owned()),
        }
    }
    steps.push(format!("응모 링크: {tracking_url}"));
    steps.push(last.to_owned());
    steps
}

/// The steps by which the owner removes what a platform does not remove by program.
pub fn removal_steps(channel: Channel, url: Option<&str>) -> Vec<String> {
    let name = channel.named().ko;
    let place = match url {
        Some(url) => format!("{name} 게시물을 열어 삭제해 주세요: {url}"),
        None => format!("{name}에 올린 이벤트 게시물이 있으면 직접 내려 주세요."),
    };
    vec![
        place,
        format!("{name}은(는) 게시물을 자동으로 내릴 수 없어요."),
    ]
}
