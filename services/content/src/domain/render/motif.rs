//! One simple drawing per trade, in a 100 × 100 box and two colours.

use super::color::Color;
use janchi_contracts::reference::Industry;

/// Markup of the trade's motif: `main` for the body, `detail` for what lies on it.
pub fn motif(industry: Industry, main: Color, detail: Color) -> String {
    let shape = match industry {
        Industry::Restaurant => BOWL,
        Industry::Cafe => CUP,
        Industry::Bakery => LOAF,
        Industry::Bar => MUG,
        Industry::Beauty => LIPSTICK,
        Industry::Fitness => DUMBBELL,
        Industry::Retail => BAG,
        Industry::Fashion => SHIRT,
        Industry::Flower => FLOWER,
        Industry::Pet => PAW,
        Industry::Academy => CAP,
        Industry::Clinic => CROSS,
        Industry::Lodging => HOUSE,
        Industry::Laundry => WASHER,
        Industry::Convenience => SHOP,
        Industry::Other => GIFT,
    };
    shape
        .replace("MAIN", &main.hex())
        .replace("DETAIL", &detail.hex())
}

const BOWL: &str = r##"<path d="M34 34q-7-7 0-14t0-14M50 34q-7-7 0-14t0-14M66 34q-7-7 0-14t0-14" fill="none" stroke="MAIN" stroke-width="4.5" stroke-linecap="round"/><path d="M8 46h84a42 40 0 0 1-27 38v6H35v-6A42 40 0 0 1 8 46z" fill="MAIN"/><path d="M22 57q28 9 56 0" fill="none" stroke="DETAIL" stroke-width="4" stroke-linecap="round"/><circle cx="50" cy="72" r="5.5" fill="DETAIL"/>"##;
const CUP: &str = r##"<path d="M36 28q-7-6 0-12t0-12M54 28q-7-6 0-12t0-12" fill="none" stroke="MAIN" stroke-width="4.5" stroke-linecap="round"/><path d="M74 46h6a13 13 0 0 1 0 27h-9" fill="none" stroke="MAIN" stroke-width="7"/><path d="M14 38h62v26a22 22 0 0 1-22 22H36a22 22 0 0 1-22-22z" fill="MAIN"/><rect x="8" y="90" width="76" height="6" rx="3" fill="MAIN"/><path d="M45 72c-16-10-14-20-7-20 4 0 6 3 7 5 1-2 3-5 7-5 7 0 9 10-7 20z" fill="DETAIL"/>"##;
const LOAF: &str = r##"<path d="M10 58c0-22 18-36 40-36s40 14 40 36c0 9-5 13-10 14v10a6 6 0 0 1-6 6H26a6 6 0 0 1-6-6V72c-5-1-10-5-10-14z" fill="MAIN"/><path d="M32 36l8 22M50 32v25M68 36l-8 22" stroke="DETAIL" stroke-width="5.5" stroke-linecap="round"/><path d="M50 16V6M30 20l-5-8M70 20l5-8" stroke="MAIN" stroke-width="4.5" stroke-linecap="round"/>"##;
const MUG: &str = r##"<path d="M68 44h8a10 10 0 0 1 10 10v14a10 10 0 0 1-10 10h-8" fill="none" stroke="MAIN" stroke-width="8"/><path d="M18 34h52v50a8 8 0 0 1-8 8H26a8 8 0 0 1-8-8z" fill="MAIN"/><path d="M12 34a11 11 0 0 1 12-16 15 15 0 0 1 28-2 12 12 0 0 1 22 10c2 9-6 13-12 10-4 8-12 8-16 2-5 6-14 5-17-1-7 5-17 2-17-3z" fill="MAIN"/><path d="M32 48v30M44 48v30M56 48v30" stroke="DETAIL" stroke-width="5" stroke-linecap="round"/>"##;
const LIPSTICK: &str = r##"<path d="M38 44V22L60 8q3 6 3 14v22z" fill="MAIN"/><rect x="33" y="42" width="35" height="14" rx="3" fill="DETAIL" stroke="MAIN" stroke-width="4"/><rect x="28" y="56" width="45" height="36" rx="5" fill="MAIN"/><path d="M38 64v20" stroke="DETAIL" stroke-width="4.5" stroke-linecap="round"/><path d="M16 16l2 6 6 2-6 2-2 6-2-6-6-2 6-2zM84 22l2 6 6 2-6 2-2 6-2-6-6-2 6-2z" fill="MAIN"/>"##;
const DUMBBELL: &str = r##"<rect x="34" y="43" width="32" height="14" fill="MAIN"/><rect x="20" y="22" width="16" height="56" rx="6" fill="MAIN"/><rect x="64" y="22" width="16" height="56" rx="6" fill="MAIN"/><rect x="6" y="33" width="11" height="34" rx="5" fill="MAIN"/><rect x="83" y="33" width="11" height="34" rx="5" fill="MAIN"/><path d="M28 32v14M72 32v14" stroke="DETAIL" stroke-width="4" stroke-linecap="round"/>"##;
const BAG: &str = r##"<path d="M34 40V28a16 16 0 0 1 32 0v12" fill="none" stroke="MAIN" stroke-width="6.5"/><path d="M16 34h68l6 52a7 7 0 0 1-7 8H17a7 7 0 0 1-7-8z" fill="MAIN"/><path d="M34 56a16 14 0 0 0 32 0" fill="none" stroke="DETAIL" stroke-width="5.5" stroke-linecap="round"/><circle cx="34" cy="48" r="4" fill="DETAIL"/><circle cx="66" cy="48" r="4" fill="DETAIL"/>"##;
const SHIRT: &str = r##"<path d="M34 12q16 14 32 0l28 16-10 22-13-6v44a4 4 0 0 1-4 4H33a4 4 0 0 1-4-4V44l-13 6L6 28z" fill="MAIN"/><path d="M50 44l4.7 9.6 10.6 1.5-7.7 7.4 1.9 10.5L50 68l-9.5 5 1.9-10.5-7.7-7.4 10.6-1.5z" fill="DETAIL"/>"##;
const FLOWER: &str = r##"<path d="M50 60v36M50 84q-20 0-24-18 20-2 24 18zM50 90q18-2 24-20-19 0-24 20z" fill="MAIN" stroke="MAIN" stroke-width="4.5" stroke-linejoin="round"/><g fill="MAIN"><circle cx="50" cy="16" r="13"/><circle cx="69" cy="30" r="13"/><circle cx="62" cy="52" r="13"/><circle cx="38" cy="52" r="13"/><circle cx="31" cy="30" r="13"/></g><circle cx="50" cy="36" r="11" fill="DETAIL"/>"##;
const PAW: &str = r##"<path d="M50 46c16 0 32 16 32 32 0 10-8 14-16 13-6-1-10-4-16-4s-10 3-16 4c-8 1-16-3-16-13 0-16 16-32 32-32z" fill="MAIN"/><ellipse cx="18" cy="42" rx="9" ry="13" transform="rotate(-24 18 42)" fill="MAIN"/><ellipse cx="38" cy="22" rx="10" ry="14" transform="rotate(-8 38 22)" fill="MAIN"/><ellipse cx="62" cy="22" rx="10" ry="14" transform="rotate(8 62 22)" fill="MAIN"/><ellipse cx="82" cy="42" rx="9" ry="13" transform="rotate(24 82 42)" fill="MAIN"/><path d="M50 80c-14-9-12-18-6-18 4 0 5 3 6 5 1-2 2-5 6-5 6 0 8 9-6 18z" fill="DETAIL"/>"##;
const CAP: &str = r##"<path d="M50 16L2 40l48 24 48-24z" fill="MAIN"/><path d="M22 56v18q28 18 56 0V56L50 70z" fill="MAIN"/><path d="M50 40l36 8v22" fill="none" stroke="DETAIL" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/><circle cx="86" cy="76" r="7" fill="MAIN" stroke="DETAIL" stroke-width="3"/>"##;
const CROSS: &str = r##"<path d="M50 92C8 66 2 44 8 28 15 10 40 8 50 28 60 8 85 10 92 28c6 16 0 38-42 64z" fill="MAIN"/><path d="M43 34h14v11h11v14H57v11H43V59H32V45h11z" fill="DETAIL"/>"##;
const HOUSE: &str = r##"<path d="M50 10L6 48h12v40a4 4 0 0 0 4 4h56a4 4 0 0 0 4-4V48h12L76 32V16H66v8z" fill="MAIN"/><path d="M42 92V68a8 8 0 0 1 16 0v24z" fill="DETAIL"/><rect x="28" y="50" width="12" height="12" rx="2" fill="DETAIL"/><rect x="60" y="50" width="12" height="12" rx="2" fill="DETAIL"/>"##;
const WASHER: &str = r##"<rect x="12" y="6" width="76" height="88" rx="9" fill="MAIN"/><circle cx="50" cy="58" r="27" fill="DETAIL"/><path d="M27 58q8-8 15 0t15 0 16 0a23 23 0 0 1-46 0z" fill="MAIN"/><circle cx="26" cy="19" r="5" fill="DETAIL"/><circle cx="42" cy="19" r="5" fill="DETAIL"/><path d="M60 19h18" stroke="DETAIL" stroke-width="5.5" stroke-linecap="round"/><circle cx="42" cy="46" r="4" fill="MAIN"/><circle cx="57" cy="42" r="3" fill="MAIN"/>"##;
const SHOP: &str = r##"<path d="M14 48h72v40a4 4 0 0 1-4 4H18a4 4 0 0 1-4-4z" fill="MAIN"/><path d="M12 10h76l8 28a11 11 0 0 1-23 0 11 11 0 0 1-23 0 11 11 0 0 1-23 0 11 11 0 0 1-23 0z" fill="MAIN"/><path d="M31 12l-4 26M50 12v26M69 12l4 26" stroke="DETAIL" stroke-width="4" stroke-linecap="round"/><rect x="24" y="60" width="24" height="20" rx="2" fill="DETAIL"/><path d="M58 92V60h18v32z" fill="DETAIL"/>"##;
const GIFT: &str = r##"<path d="M50 32C40 6 18 8 22 22c2 7 14 10 28 10zM50 32C60 6 82 8 78 22c-2 7-14 10-28 10z" fill="none" stroke="MAIN" stroke-width="6.5" stroke-linejoin="round"/><rect x="8" y="32" width="84" height="20" rx="4" fill="MAIN"/><path d="M14 56h72v32a5 5 0 0 1-5 5H19a5 5 0 0 1-5-5z" fill="MAIN"/><path d="M50 34v16M50 58v34" stroke="DETAIL" stroke-width="9"/>"##;
