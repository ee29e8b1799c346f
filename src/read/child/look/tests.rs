//! Pictures made here, looked at from their bytes.

use std::io::Cursor;

use image::{GrayImage, ImageFormat};

use super::{Fault, gray::Gray, look_at};

/// A ruled sheet with a title, invented writing in its cells and signatures by one hand in the last column.
pub fn sheet(hand: u64, width: usize, height: usize) -> Gray {
    let mut page = Gray::new(width, height, vec![248; width * height]).unwrap();
    let mut ink = |x: f64, y: f64, across: f64, down: f64, level: u8| {
        let (x, y) = ((x * width as f64) as usize, (y * height as f64) as usize);
        for row in y..y + ((down * height as f64) as usize).max(2) {
            for column in x..x + ((across * width as f64) as usize).max(2) {
                page.pixels[row.min(height - 1) * width + column.min(width - 1)] = level;
            }
        }
    };
    let columns = [0.05, 0.11, 0.24, 0.48, 0.66, 0.94];
    let (top, step, rows) = (0.1, 0.0375, 22);
    for row in 0..=rows {
        ink(0.05, top + step * row as f64, 0.89, 0.0, 30);
    }
    for column in columns {
        ink(column, top, 0.0, step * rows as f64, 30);
    }
    ink(0.2, 0.03, 0.5, 0.02, 30);
    let (mut printed, mut written) = (7u64, hand);
    for row in 0..rows {
        let y = top + step * row as f64;
        for column in &columns[..4] {
            for at in 0..4 {
                let part = 0.012 * chance(&mut printed);
                ink(column + 0.01 + 0.02 * at as f64, y + 0.008 + part, 0.012, 0.002, 40);
                ink(column + 0.012 + 0.02 * at as f64 + part, y + 0.008, 0.0, 0.018, 40);
            }
        }
        for _ in 0..14 {
            let (x, down) = (0.68 + 0.2 * chance(&mut written), 0.02 * chance(&mut written));
            if chance(&mut written) < 0.5 {
                ink(x, y + 0.005 + down, 0.04 * chance(&mut written), 0.003, 60);
            } else {
                ink(x, y + 0.006, 0.004, down, 60);
            }
        }
    }
    page
}

/// The next number of a sequence, from 0 to 1.
fn chance(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*seed >> 33) as f64 / (1u64 << 31) as f64
}

pub fn encoded(gray: &Gray, format: ImageFormat) -> Vec<u8> {
    let image =
        GrayImage::from_raw(gray.width as u32, gray.height as u32, gray.pixels.clone()).unwrap();
    let image = image::DynamicImage::ImageLuma8(image);
    let image = if format == ImageFormat::WebP
        || format == ImageFormat::Gif
        || format == ImageFormat::Bmp
    {
        image::DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        image
    };
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn every_format_shows_the_same_page() {
    let page = sheet(1, 350, 500);
    let png = look_at("png", encoded(&page, ImageFormat::Png)).unwrap();
    for (name, format) in [
        ("jpg", ImageFormat::Jpeg),
        ("tiff", ImageFormat::Tiff),
        ("bmp", ImageFormat::Bmp),
        ("gif", ImageFormat::Gif),
        ("webp", ImageFormat::WebP),
    ] {
        let look = look_at(name, encoded(&page, format)).unwrap();
        assert_eq!((look.width, look.height, look.pages), (350, 500, 1), "{name}");
        let distance = look.hash.unwrap().distance(&png.hash.unwrap());
        assert!(distance < 20, "{name}: {distance}");
    }
}

#[test]
fn what_is_no_picture_is_broken_and_nothing_panics() {
    let png = encoded(&sheet(1, 350, 500), ImageFormat::Png);
    for format in ["jpg", "png", "tiff", "bmp", "gif", "webp", "pdf"] {
        assert_eq!(look_at(format, b"rubbish".to_vec()), Err(Fault::Broken), "{format}");
    }
    assert_eq!(look_at("png", png[..png.len() / 2].to_vec()), Err(Fault::Broken));
    let mut vast = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\x01\0\0\0\x01\0\0\x08\0\0\0\0".to_vec();
    vast.extend(crc(&vast[12..29]).to_be_bytes());
    vast.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
    assert_eq!(look_at("png", vast), Err(Fault::TooLarge));
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(bytes);
    crc.finalize()
}

/// A PDF of `pages` pages, the first of which is a picture in a stream with a filter.
pub fn pdf(pages: usize, filter: &str, gray: &Gray, stream: &[u8], rotate: u32) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let kids: String = (0..pages).map(|at| format!("{} 0 R ", 4 + at)).collect();
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate {rotate}/Resources<</XObject<</I 3 0 R>>>>>>"
    );
    let image = format!(
        "<</Type/XObject/Subtype/Image/Width {}/Height {}/BitsPerComponent 8/ColorSpace/DeviceGray{filter}/Length {}>>\nstream\n",
        gray.width,
        gray.height,
        stream.len()
    );
    let mut bodies: Vec<Vec<u8>> = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Count {pages}/Kids[{kids}]>>").into_bytes(),
        [image.as_bytes(), stream, b"\nendstream"].concat(),
    ];
    bodies.extend((0..pages).map(|_| page.clone().into_bytes()));
    for (at, body) in bodies.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
        bytes.extend(body);
        bytes.extend(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", bodies.len() + 1).bytes());
    places.iter().for_each(|place| bytes.extend(format!("{place:010} 00000 n \n").bytes()));
    let size = bodies.len() + 1;
    bytes.extend(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF").bytes());
    bytes
}

#[test]
fn a_scanned_pdf_shows_its_first_page_and_counts_all() {
    let page = sheet(1, 350, 500);
    let png = look_at("png", encoded(&page, ImageFormat::Png)).unwrap();
    let jpeg = encoded(&page, ImageFormat::Jpeg);
    for (name, filter, stream) in [("dct", "/Filter/DCTDecode", &jpeg), ("plain", "", &page.pixels)]
    {
        let look = look_at("pdf", pdf(3, filter, &page, stream, 0)).unwrap();
        assert_eq!(
            (look.pages, look.width, look.height, look.dpi),
            (3, 350, 500, Some(42)),
            "{name}"
        );
        assert!(look.hash.unwrap().distance(&png.hash.unwrap()) < 12, "{name}");
    }
    let turned = look_at("pdf", pdf(1, "", &page, &page.pixels, 90)).unwrap();
    assert_eq!((turned.width, turned.height, turned.orientation), (500, 350, 6));
}

#[test]
fn a_pdf_of_text_has_pages_and_no_look() {
    let small = Gray::new(2, 2, vec![0; 4]).unwrap();
    let look = look_at("pdf", pdf(2, "", &small, &small.pixels, 0)).unwrap();
    assert_eq!((look.pages, look.width, look.hash), (2, 0, None));
}

#[test]
fn an_orientation_mark_turns_the_picture_upright() {
    let page = sheet(1, 350, 500);
    let upright = look_at("jpg", encoded(&page, ImageFormat::Jpeg)).unwrap();
    // Stored as the camera held it: turned left, marked "turn right".
    let stored = page.upright(8);
    let mut jpeg = encoded(&stored, ImageFormat::Jpeg);
    let mut exif =
        b"\xFF\xE1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0".to_vec();
    exif.extend([0; 4]);
    jpeg.splice(2..2, exif);
    let look = look_at("jpg", jpeg).unwrap();
    assert_eq!((look.width, look.height, look.orientation), (350, 500, 6));
    assert!(look.hash.unwrap().distance(&upright.hash.unwrap()) < 24);
}
