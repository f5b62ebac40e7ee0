//! The closed lists of the public API: codes with their Korean and English names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A code with its names, as `/api/reference/*` shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Named {
    pub code: &'static str,
    pub ko: &'static str,
    pub en: &'static str,
}

/// What a shop does.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Industry {
    Restaurant,
    Cafe,
    Bakery,
    Bar,
    Beauty,
    Fitness,
    Retail,
    Fashion,
    Flower,
    Pet,
    Academy,
    Clinic,
    Lodging,
    Laundry,
    Convenience,
    Other,
}

impl Industry {
    pub const ALL: [Self; 16] = [
        Self::Restaurant,
        Self::Cafe,
        Self::Bakery,
        Self::Bar,
        Self::Beauty,
        Self::Fitness,
        Self::Retail,
        Self::Fashion,
        Self::Flower,
        Self::Pet,
        Self::Academy,
        Self::Clinic,
        Self::Lodging,
        Self::Laundry,
        Self::Convenience,
        Self::Other,
    ];

    pub const fn named(self) -> Named {
        let (code, ko, en) = match self {
            Self::Restaurant => ("RESTAURANT", "음식점", "Restaurant"),
            Self::Cafe => ("CAFE", "카페", "Café"),
            Self::Bakery => ("BAKERY", "베이커리", "Bakery"),
            Self::Bar => ("BAR", "주점", "Bar"),
            Self::Beauty => ("BEAUTY", "미용", "Beauty"),
            Self::Fitness => ("FITNESS", "운동·피트니스", "Fitness"),
            Self::Retail => ("RETAIL", "소매점", "Retail"),
            Self::Fashion => ("FASHION", "패션·의류", "Fashion"),
            Self::Flower => ("FLOWER", "꽃집", "Flower shop"),
            Self::Pet => ("PET", "반려동물", "Pet care"),
            Self::Academy => ("ACADEMY", "학원", "Academy"),
            Self::Clinic => ("CLINIC", "병원·의원", "Clinic"),
            Self::Lodging => ("LODGING", "숙박", "Lodging"),
            Self::Laundry => ("LAUNDRY", "세탁소", "Laundry"),
            Self::Convenience => ("CONVENIENCE", "편의점", "Convenience store"),
            Self::Other => ("OTHER", "기타", "Other"),
        };
        Named { code, ko, en }
    }
}

/// Where a shop is: the sixteen of today. The older codes of Gwangju and Jeonnam are taken as the merged one.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Region {
    Seoul,
    Busan,
    Daegu,
    Incheon,
    Daejeon,
    Ulsan,
    Sejong,
    Gyeonggi,
    Gangwon,
    Chungbuk,
    Chungnam,
    Jeonbuk,
    #[serde(alias = "GWANGJU", alias = "JEONNAM")]
    JeonnamGwangju,
    Gyeongbuk,
    Gyeongnam,
    Jeju,
}

impl Region {
    pub const ALL: [Self; 16] = [
        Self::Seoul,
        Self::Busan,
        Self::Daegu,
        Self::Incheon,
        Self::Daejeon,
        Self::Ulsan,
        Self::Sejong,
        Self::Gyeonggi,
        Self::Gangwon,
        Self::Chungbuk,
        Self::Chungnam,
        Self::Jeonbuk,
        Self::JeonnamGwangju,
        Self::Gyeongbuk,
        Self::Gyeongnam,
        Self::Jeju,
    ];

    pub const fn named(self) -> Named {
        let (code, ko, en) = match self {
            Self::Seoul => ("SEOUL", "서울", "Seoul"),
            Self::Busan => ("BUSAN", "부산", "Busan"),
            Self::Daegu => ("DAEGU", "대구", "Daegu"),
            Self::Incheon => ("INCHEON", "인천", "Incheon"),
            Self::Daejeon => ("DAEJEON", "대전", "Daejeon"),
            Self::Ulsan => ("ULSAN", "울산", "Ulsan"),
            Self::Sejong => ("SEJONG", "세종", "Sejong"),
            Self::Gyeonggi => ("GYEONGGI", "경기", "Gyeonggi"),
            Self::Gangwon => ("GANGWON", "강원", "Gangwon"),
            Self::Chungbuk => ("CHUNGBUK", "충북", "Chungbuk"),
            Self::Chungnam => ("CHUNGNAM", "충남", "Chungnam"),
            Self::Jeonbuk => ("JEONBUK", "전북", "Jeonbuk"),
            Self::JeonnamGwangju => ("JEONNAM_GWANGJU", "전남·광주", "Jeonnam and Gwangju"),
            Self::Gyeongbuk => ("GYEONGBUK", "경북", "Gyeongbuk"),
            Self::Gyeongnam => ("GYEONGNAM", "경남", "Gyeongnam"),
            Self::Jeju => ("JEJU", "제주", "Jeju"),
        };
        Named { code, ko, en }
    }
}

/// What an event is to achieve.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Objective {
    NewCustomers,
    Revisit,
    Sales,
    Awareness,
}

impl Objective {
    pub const ALL: [Self; 4] = [
        Self::NewCustomers,
        Self::Revisit,
        Self::Sales,
        Self::Awareness,
    ];

    pub const fn named(self) -> Named {
        let (code, ko, en) = match self {
            Self::NewCustomers => ("NEW_CUSTOMERS", "신규 고객 유치", "New customers"),
            Self::Revisit => ("REVISIT", "재방문 유도", "Return visits"),
            Self::Sales => ("SALES", "매출 증대", "More sales"),
            Self::Awareness => ("AWARENESS", "인지도 향상", "Awareness"),
        };
        Named { code, ko, en }
    }
}

/// Where an event is published.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Channel {
    UridongneTv,
    RingoBiz,
    GenieTv,
    Instagram,
    Naver,
    Kakao,
}

impl Channel {
    pub const ALL: [Self; 6] = [
        Self::UridongneTv,
        Self::RingoBiz,
        Self::GenieTv,
        Self::Instagram,
        Self::Naver,
        Self::Kakao,
    ];

    pub const fn named(self) -> Named {
        let (code, ko, en) = match self {
            Self::UridongneTv => ("URIDONGNE_TV", "우리동네TV", "Uridongne TV"),
            Self::RingoBiz => ("RINGO_BIZ", "링고비즈 연결음", "Ringo Biz ring-back tone"),
            Self::GenieTv => ("GENIE_TV", "지니TV 광고", "Genie TV"),
            Self::Instagram => ("INSTAGRAM", "인스타그램", "Instagram"),
            Self::Naver => ("NAVER", "네이버", "Naver"),
            Self::Kakao => ("KAKAO", "카카오", "Kakao"),
        };
        Named { code, ko, en }
    }
}

/// The look of a picture.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Style {
    Simple,
    Fancy,
    Trendy,
}

impl Style {
    pub const ALL: [Self; 3] = [Self::Simple, Self::Fancy, Self::Trendy];

    pub const fn named(self) -> Named {
        let (code, ko, en) = match self {
            Self::Simple => ("SIMPLE", "심플", "Simple"),
            Self::Fancy => ("FANCY", "화려한", "Fancy"),
            Self::Trendy => ("TRENDY", "트렌디", "Trendy"),
        };
        Named { code, ko, en }
    }
}

/// What a picture is sized for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Platform {
    Instagram,
    Naver,
    Kakao,
    /// The still for television channels; drawn only where it is asked for.
    Tv,
}

impl Platform {
    /// What is drawn unless somebody asks for something else.
    pub const ALL: [Self; 3] = [Self::Instagram, Self::Naver, Self::Kakao];
    /// Everything that may be asked for.
    pub const EVERY: [Self; 4] = [Self::Instagram, Self::Naver, Self::Kakao, Self::Tv];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Instagram => "INSTAGRAM",
            Self::Naver => "NAVER",
            Self::Kakao => "KAKAO",
            Self::Tv => "TV",
        }
    }

    /// Width and height in pixels.
    pub const fn size(self) -> (u32, u32) {
        match self {
            Self::Instagram => (1080, 1080),
            Self::Naver => (800, 600),
            Self::Kakao => (800, 800),
            Self::Tv => (1920, 1080),
        }
    }
}

/// The code of a serde enum as it is written in JSON, for SQL text columns and cache keys.
pub trait Code: Copy {
    fn code(self) -> &'static str;
    fn from_code(code: &str) -> Option<Self>;
}

impl Code for Industry {
    fn code(self) -> &'static str {
        self.named().code
    }
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.named().code == code)
    }
}

impl Code for Region {
    fn code(self) -> &'static str {
        self.named().code
    }
    fn from_code(code: &str) -> Option<Self> {
        match code {
            "GWANGJU" | "JEONNAM" => Some(Self::JeonnamGwangju),
            _ => Self::ALL.into_iter().find(|x| x.named().code == code),
        }
    }
}

impl Code for Objective {
    fn code(self) -> &'static str {
        self.named().code
    }
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.named().code == code)
    }
}

impl Code for Channel {
    fn code(self) -> &'static str {
        self.named().code
    }
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.named().code == code)
    }
}

impl Code for Style {
    fn code(self) -> &'static str {
        self.named().code
    }
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.named().code == code)
    }
}

impl Code for Platform {
    fn code(self) -> &'static str {
        Platform::code(self)
    }
    fn from_code(code: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|x| Platform::code(*x) == code)
    }
}
