//! Every text of the pages, from the message files in `locales/`.

use crate::josa;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// In which language a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Korean,
    English,
}

impl Language {
    /// As in `lang`, `hreflang` and `?lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::Korean => Self::English,
            Self::English => Self::Korean,
        }
    }

    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        match tag {
            "ko" => Some(Self::Korean),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Korean, unless `Accept-Language` puts English before it.
    pub(crate) fn wished(accept_language: &str) -> Self {
        let weight = |language: &str| {
            accept_language
                .split(',')
                .filter_map(|part| {
                    let (tag, q) = part.split_once(";q=").unwrap_or((part, "1"));
                    let tag = tag.trim().to_ascii_lowercase();
                    let fits = tag.split('-').next() == Some(language);
                    fits.then(|| q.trim().parse::<f32>().unwrap_or(0.0))
                })
                .fold(0.0_f32, f32::max)
        };
        if weight("en") > weight("ko") {
            Self::English
        } else {
            Self::Korean
        }
    }
}

type Bundle = FluentBundle<FluentResource>;

static KOREAN: LazyLock<Bundle> = LazyLock::new(|| bundle("ko", KOREAN_TEXT));
static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle("en", ENGLISH_TEXT));
const KOREAN_TEXT: &str = concat!(
    include_str!("../locales/ko.ftl"),
    "\n",
    include_str!("../locales/ko/creation.ftl"),
    "\n",
    include_str!("../locales/ko/running.ftl"),
    "\n",
    include_str!("../locales/ko/account.ftl"),
);
const ENGLISH_TEXT: &str = concat!(
    include_str!("../locales/en.ftl"),
    "\n",
    include_str!("../locales/en/creation.ftl"),
    "\n",
    include_str!("../locales/en/running.ftl"),
    "\n",
    include_str!("../locales/en/account.ftl"),
);

fn bundle(tag: &str, text: &str) -> Bundle {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // The marks around what is filled in would be copied along with a code.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(grouped(number.value)),
        _ => None,
    }));
    // A file with a fault still gives every message without one; a test finds the fault.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(part, _)| part);
    bundle.add_resource_overriding(resource);
    // Only a name that is taken could fail, and this is the first.
    let _ = bundle.add_function("JOSA", |values, _| match values {
        [FluentValue::String(word), FluentValue::String(pair)] => {
            format!("{word}{}", josa::pick(word, pair)).into()
        }
        [FluentValue::Number(number), FluentValue::String(pair)] => {
            let word = grouped(number.value);
            format!("{word}{}", josa::pick(&word, pair)).into()
        }
        _ => FluentValue::Error,
    });
    bundle
}

/// 12345 as 12,345; at most one digit behind the point.
fn grouped(number: f64) -> String {
    let text = if number.fract().abs() < 0.05 {
        format!("{number:.0}")
    } else {
        format!("{number:.1}")
    };
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// Says things in one language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(pub Language);

impl Words {
    /// A message without anything to fill in.
    pub(crate) fn say(self, key: &str) -> String {
        self.fill(key, &FluentArgs::new())
    }

    /// A message with one thing to fill in.
    pub(crate) fn one<'a>(
        self,
        key: &str,
        name: &str,
        value: impl Into<FluentValue<'a>>,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), value);
        self.fill(key, &args)
    }

    /// A message with several.
    pub(crate) fn with<'a>(self, key: &str, values: &[(&'a str, FluentValue<'a>)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        self.fill(key, &args)
    }

    /// Whether there is such a message.
    pub(crate) fn knows(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn fill(self, key: &str, args: &FluentArgs<'_>) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        // What is missing shows up as its name; tests read every page in both languages.
        let mut faults = Vec::new();
        bundle
            .format_pattern(pattern, Some(args), &mut faults)
            .into_owned()
    }

    fn bundle(self) -> &'static Bundle {
        match self.0 {
            Language::Korean => &KOREAN,
            Language::English => &ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ENGLISH_TEXT, KOREAN_TEXT, Language, Words, grouped};
    use fluent_bundle::FluentResource;
    use std::collections::BTreeSet;

    fn keys(text: &str) -> BTreeSet<String> {
        FluentResource::try_new(text.to_owned()).expect("a message file without faults");
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key.to_owned())
            .collect()
    }

    #[test]
    fn both_languages_say_everything() {
        assert_eq!(keys(KOREAN_TEXT), keys(ENGLISH_TEXT));
    }

    /// Every key in a template or in the code is there, and every message is used.
    #[test]
    fn what_is_asked_for_is_there() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut text = String::new();
        let mut folders = vec![root.join("src"), root.join("templates")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    text.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let known = keys(KOREAN_TEXT);
        for call in [".say(\"", ".one(\"", ".with(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(
                    known.contains(key) || key.ends_with('-'),
                    "no message {key:?}"
                );
            }
        }
        for key in known {
            let family = key
                .rsplit_once('-')
                .map_or(key.as_str(), |(family, _)| family);
            let built = format!("\"{family}-");
            assert!(
                text.contains(&format!("\"{key}\"")) || text.contains(&built),
                "nobody says {key:?}"
            );
        }
    }

    #[test]
    fn particles_and_plurals_are_right() {
        let ko = Words(Language::Korean);
        assert!(
            ko.one("particle-sample", "what", "커피")
                .starts_with("커피를")
        );
        assert!(
            ko.one("particle-sample", "what", "쿠폰")
                .starts_with("쿠폰을")
        );
        let en = Words(Language::English);
        assert_eq!(en.one("people", "n", 1), "1 person");
        assert_eq!(en.one("people", "n", 1200), "1,200 people");
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(grouped(1_234_567.0), "1,234,567");
        assert_eq!(grouped(-1200.0), "-1,200");
        assert_eq!(grouped(12.34), "12.3");
    }

    #[test]
    fn english_only_where_it_is_put_before_korean() {
        for (header, language) in [
            ("", Language::Korean),
            ("en-US,en;q=0.9", Language::English),
            ("ko-KR,ko;q=0.9,en;q=0.8", Language::Korean),
            ("en;q=0.5,ko;q=0.9", Language::Korean),
            ("fr", Language::Korean),
        ] {
            assert_eq!(Language::wished(header), language, "{header}");
        }
    }
}
