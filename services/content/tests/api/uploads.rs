use crate::fleet::{Fleet, text};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use janchi_testkit::{Client, Reply};
use sqlx::PgPool;
use std::io::Cursor;
use uuid::Uuid;

const BOUNDARY: &str = "janchi-boundary";

/// With the part that says what it is for.
pub async fn upload_as(client: &Client, purpose: Option<&str>, bytes: &[u8]) -> Reply {
    let first = purpose.map(|purpose| {
        format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{purpose}\r\n"
        )
    });
    send(
        client,
        &first.unwrap_or_default(),
        "x.png",
        "image/png",
        bytes,
    )
    .await
}

async fn upload(client: &Client, file_name: &str, kind: &str, bytes: &[u8]) -> Reply {
    send(client, "", file_name, kind, bytes).await
}

async fn send(client: &Client, first: &str, file_name: &str, kind: &str, bytes: &[u8]) -> Reply {
    let head = format!(
        "{first}--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\ncontent-type: {kind}\r\n\r\n"
    );
    let body = [
        head.as_bytes(),
        bytes,
        format!("\r\n--{BOUNDARY}--\r\n").as_bytes(),
    ]
    .concat();
    client
        .post_raw(
            "/api/content/uploads",
            &format!("multipart/form-data; boundary={BOUNDARY}"),
            body,
        )
        .await
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG turned by EXIF, with a place in it.
fn photo_with_metadata() -> Vec<u8> {
    let plain = encoded(&DynamicImage::new_rgb8(40, 20), ImageFormat::Jpeg);
    // Orientation 6: to be turned a quarter right.
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0GPSLatitude 37.5665";
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [
        &plain[..2],
        &[0xFF, 0xE1],
        &length,
        exif.as_slice(),
        &plain[2..],
    ]
    .concat()
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_photo_is_turned_upright_and_loses_its_metadata(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let client = fleet.owner(Uuid::now_v7());
    let reply = upload(&client, "가게.jpg", "image/jpeg", &photo_with_metadata())
        .await
        .status(201);
    assert_eq!(
        (reply["width"].as_i64(), reply["height"].as_i64()),
        (Some(20), Some(40))
    );
    assert!(Uuid::parse_str(text(&reply, "uploadId")).is_ok());
    let file = fleet.fetch(text(&reply, "url")).await;
    file.status(200);
    assert_eq!(file.header("content-type"), Some("image/jpeg"));
    assert!(!file.body.windows(3).any(|w| w == b"GPS"));
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn a_see_through_logo_stays_see_through(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let logo = DynamicImage::ImageRgba8(RgbaImage::from_pixel(30, 30, Rgba([200, 10, 10, 90])));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let client = fleet.owner(Uuid::now_v7());
        // The declared name and type do not matter.
        let reply = upload(
            &client,
            "x.bin",
            "application/octet-stream",
            &encoded(&logo, format),
        )
        .await
        .status(201);
        let file = fleet.fetch(text(&reply, "url")).await.body;
        assert_eq!(
            image::load_from_memory(&file)
                .unwrap()
                .to_rgba8()
                .get_pixel(3, 3)
                .0,
            [200, 10, 10, 90]
        );
    }
}

/// A PNG of a few bytes that claims to be of this size.
fn huge(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&DynamicImage::new_luma8(1, 1), ImageFormat::Png);
    let mut header = b"IHDR".to_vec();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&bytes[24..29]);
    let sum = header.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |s, _| {
            if s & 1 == 1 {
                (s >> 1) ^ 0xEDB8_8320
            } else {
                s >> 1
            }
        })
    });
    bytes.splice(12..33, [header.as_slice(), &(!sum).to_be_bytes()].concat());
    bytes
}

#[sqlx::test(migrator = "content_service::MIGRATOR")]
async fn what_is_no_picture_or_too_large_a_one_is_refused(db: PgPool) {
    let fleet = Fleet::start(&db).await;
    let client = fleet.owner(Uuid::now_v7());
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    upload(&client, "logo.svg", "image/svg+xml", svg)
        .await
        .problem(415, "UNSUPPORTED_IMAGE");
    upload(
        &client,
        "photo.jpg",
        "image/jpeg",
        b"<!doctype html><script>alert(1)</script>",
    )
    .await
    .problem(415, "UNSUPPORTED_IMAGE");
    upload(&client, "x.gif", "image/gif", b"GIF89a\x01\0\x01\0\0\0\0;")
        .await
        .problem(415, "UNSUPPORTED_IMAGE");
    for (width, height) in [
        (12_000, 12_000),
        (50_000, 50_000),
        (8_000, 8_000),
        (1, 40_000),
    ] {
        let problem = upload(&client, "x.png", "image/png", &huge(width, height))
            .await
            .names_field("file");
        assert_eq!(
            problem["errors"][0]["code"], "IMAGE_TOO_LARGE",
            "{width}x{height}"
        );
    }
    let photo = photo_with_metadata();
    let problem = upload(&client, "x.jpg", "image/jpeg", &photo[..photo.len() / 3])
        .await
        .names_field("file");
    assert_eq!(problem["errors"][0]["code"], "IMAGE_BROKEN");
    upload(&client, "x.png", "image/png", b"")
        .await
        .names_field("file");
    upload(&client, "x.png", "image/png", &vec![0; 11 * 1024 * 1024])
        .await
        .problem(413, "PAYLOAD_TOO_LARGE");
    client
        .post("/api/content/uploads", serde_json::json!({}))
        .await
        .problem(415, "UNSUPPORTED_MEDIA_TYPE");
    let pixel = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
    upload(&fleet.service.client(), "x.png", "image/png", &pixel)
        .await
        .problem(401, "UNAUTHORIZED");
    assert_eq!(fleet.count_files(), 0);
    // The smallest picture is one.
    upload(&client, "x.png", "image/png", &pixel)
        .await
        .status(201);
}
