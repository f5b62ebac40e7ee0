//! The square code that leads to an event's public page.

use super::event;
use crate::api::Api;
use crate::pages::seat::Seat;
use crate::visit::Page;
use http::{StatusCode, header};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// What a reader needs of white around the code, in modules.
const QUIET: usize = 4;

/// The code of an address as a drawing. Dark on white whatever the page's colours are: readers want it so.
pub(super) fn drawing(address: &str, name: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else {
        return String::new();
    };
    let (width, side) = (code.width(), code.width() + 2 * QUIET);
    let mut dark = String::new();
    for (at, module) in code.to_colors().into_iter().enumerate() {
        if module == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing into a string cannot fail.
            let _ = write!(dark, "M{x} {y}h1v1h-1z");
        }
    }
    let name = escaped(name);
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{name}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{dark}\"/></svg>"
    )
}

fn escaped(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                c => out.push(c),
            }
            out
        })
}

/// The code as a file, to be put on whatever the shop prints.
pub(super) async fn file<A: Api>(seat: &mut Seat<'_, '_, A>, id: &str) -> Result<Page, Page> {
    let event = event::find(seat, id).await?;
    let address = format!("{}/e/{}", seat.visit().base, event.code);
    // A drawing that is no part of a page says what it is.
    let body = drawing(&address, &event.title(seat.words()))
        .replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1)
        .into_bytes();
    let mut page = Page::bytes(StatusCode::OK, "image/svg+xml", body);
    page.put(header::CACHE_CONTROL, "private, no-store");
    let plain: String = event
        .code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    page.put(
        header::CONTENT_DISPOSITION,
        &format!("attachment; filename=\"janchi-{plain}.svg\""),
    );
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::drawing;

    #[test]
    fn a_code_is_one_drawing_without_anything_of_its_name_in_it() {
        let svg = drawing("https://janchi.kr/e/K7MD3FXA", "\"><script>");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
        assert!(!svg.contains("<script"), "{svg}");
        assert!(svg.len() < 12_000, "{}", svg.len());
        assert_eq!(drawing(&"x".repeat(4000), "x"), "");
    }
}
