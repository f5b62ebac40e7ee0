//! Says inside a file that a generative model took part, in the words of the IPTC vocabulary, as XMP.

use super::render::encode::Format;

const XMP: &str = concat!(
    r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>"#,
    r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">"#,
    r#"<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" "#,
    r#"Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"/>"#,
    r#"</rdf:RDF></x:xmpmeta><?xpacket end="r"?>"#
);

/// The same file with the note in it; `size` in pixels.
pub fn mark_generated(bytes: Vec<u8>, format: Format, size: (u32, u32)) -> Vec<u8> {
    match format {
        Format::Png => mark_png(&bytes),
        Format::Jpeg => mark_jpeg(&bytes),
        Format::WebP => mark_webp(&bytes, size),
    }
}

/// After the signature and the header chunk, which together always take 33 bytes.
fn mark_png(bytes: &[u8]) -> Vec<u8> {
    const HEAD: usize = 33;
    let Some((head, rest)) = bytes.split_at_checked(HEAD) else {
        return bytes.to_vec();
    };
    let mut chunk = b"iTXtXML:com.adobe.xmp\0\0\0\0\0".to_vec();
    chunk.extend_from_slice(XMP.as_bytes());
    let length = (chunk.len() as u32 - 4).to_be_bytes();
    let sum = crc32(&chunk).to_be_bytes();
    [head, &length, &chunk, &sum, rest].concat()
}

/// Right after the start-of-image marker.
fn mark_jpeg(bytes: &[u8]) -> Vec<u8> {
    let Some((start, rest)) = bytes.split_at_checked(2) else {
        return bytes.to_vec();
    };
    let body = [b"http://ns.adobe.com/xap/1.0/\0".as_slice(), XMP.as_bytes()].concat();
    let length = (body.len() as u16 + 2).to_be_bytes();
    [start, &[0xFF, 0xE1], &length, &body, rest].concat()
}

/// Wraps the one image chunk in the extended container.
fn mark_webp(bytes: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    const XMP_FLAG: u8 = 0b0000_0100;
    let Some(image) = bytes.get(12..).filter(|_| bytes.starts_with(b"RIFF")) else {
        return bytes.to_vec();
    };
    let mut body = b"WEBPVP8X".to_vec();
    body.extend_from_slice(&10u32.to_le_bytes());
    body.extend_from_slice(&[XMP_FLAG, 0, 0, 0]);
    for side in [width, height] {
        body.extend_from_slice(&(side - 1).to_le_bytes()[..3]);
    }
    body.extend_from_slice(image);
    body.extend_from_slice(b"XMP ");
    body.extend_from_slice(&(XMP.len() as u32).to_le_bytes());
    body.extend_from_slice(XMP.as_bytes());
    if XMP.len() % 2 == 1 {
        body.push(0);
    }
    [
        b"RIFF".as_slice(),
        &(body.len() as u32).to_le_bytes(),
        &body,
    ]
    .concat()
}

/// The checksum PNG chunks end with.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                (sum >> 1) ^ 0xEDB8_8320
            } else {
                sum >> 1
            };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::render::encode::encode;
    use crate::domain::render::raster::Pixels;

    #[test]
    fn a_marked_file_is_still_the_same_picture() {
        let pixels = Pixels {
            width: 5,
            height: 3,
            rgb: (0..45).map(|i| i * 5).collect(),
        };
        for format in Format::ALL {
            let plain = encode(&pixels, format, false).unwrap();
            let marked = encode(&pixels, format, true).unwrap();
            let text = String::from_utf8_lossy(&marked).into_owned();
            assert!(
                text.contains("compositeWithTrainedAlgorithmicMedia"),
                "{format:?}"
            );
            let (a, b) = (
                image::load_from_memory(&plain).unwrap(),
                image::load_from_memory(&marked).unwrap(),
            );
            assert_eq!(a.to_rgb8(), b.to_rgb8(), "{format:?}");
        }
    }

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
