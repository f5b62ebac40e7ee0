//! The English instruction for a background picture, made by rules from trade, season and style. The shop's
//! own words never enter it: they may be personal, and the first vendor takes English alone.

use super::brief::Season;
use janchi_contracts::reference::{Industry, Style};

/// What a vendor is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    pub wanted: String,
    pub unwanted: &'static str,
    /// The same event and style give nearly the same picture again.
    pub seed: u32,
}

const fn subject(industry: Industry) -> &'static str {
    match industry {
        Industry::Restaurant => "a warm Korean table setting with steaming dishes in ceramic bowls",
        Industry::Cafe => "a cozy cafe table with a latte and a small dessert",
        Industry::Bakery => "freshly baked bread and pastries on a wooden counter",
        Industry::Bar => "a lively evening bar counter with cold beer glasses and snacks",
        Industry::Beauty => {
            "an elegant beauty salon still life with soft towels, flowers and cosmetics"
        }
        Industry::Fitness => "a bright modern gym with dumbbells and a yoga mat",
        Industry::Retail => "neatly arranged shopping bags and wrapped goods in a small store",
        Industry::Fashion => "a stylish clothing rack with folded garments in a boutique",
        Industry::Flower => "a lush bouquet of seasonal flowers in a flower shop",
        Industry::Pet => "a tidy pet corner with a soft cushion, toys and treats",
        Industry::Academy => "a tidy study desk with books, pencils and a small plant",
        Industry::Clinic => "a calm, clean clinic interior with green plants and daylight",
        Industry::Lodging => "a comfortable guest room with white bedding and morning light",
        Industry::Laundry => "stacks of fresh folded laundry with soft daylight",
        Industry::Convenience => "a friendly neighbourhood store shelf with snacks and drinks",
        Industry::Other => "wrapped gift boxes with ribbons on a neat table",
    }
}

const fn season_words(season: Season) -> &'static str {
    match season {
        Season::Spring => "spring mood, cherry blossom accents, fresh light",
        Season::Summer => "summer mood, cool aqua accents, bright sunlight",
        Season::Autumn => "autumn mood, maple leaf accents, golden light",
        Season::Winter => "winter mood, soft snow and warm lamp accents",
    }
}

const fn style_words(style: Style) -> &'static str {
    match style {
        Style::Simple => {
            "minimal composition, generous empty space, soft neutral background, natural photograph"
        }
        Style::Fancy => {
            "festive and luxurious, deep rich colours, golden bokeh, dramatic light, photograph"
        }
        Style::Trendy => {
            "bold pop composition, saturated colour blocking, playful, studio photograph"
        }
    }
}

impl Prompt {
    pub fn new(industry: Industry, season: Season, style: Style, event_id: uuid::Uuid) -> Self {
        let wanted = format!(
            "Background picture for a shop's social media card: {}. {}. {}. No people, no text, no letters, no logos.",
            subject(industry),
            season_words(season),
            style_words(style)
        );
        // The random end of the id; the first vendor takes any seed up to 4,294,967,294.
        let seed = (event_id.as_u128() as u32 ^ (style as u32).wrapping_mul(0x9E37_79B9))
            % 4_294_967_294
            + 1;
        Self {
            wanted,
            unwanted: "text, letters, watermark, logo, people, faces, hands, blurry, low quality",
            seed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_english_and_asks_for_no_letters() {
        for industry in Industry::ALL {
            for style in Style::ALL {
                let prompt = Prompt::new(industry, Season::Winter, style, uuid::Uuid::now_v7());
                assert!(prompt.wanted.is_ascii());
                assert!(prompt.wanted.contains("no text"));
                assert!((1..=4_294_967_294).contains(&prompt.seed));
            }
        }
    }
}
