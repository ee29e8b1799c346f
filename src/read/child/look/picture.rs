//! Pictures (`jpg`, `png`, `tiff`, `bmp`, `gif`, `webp`) to grey pixels. The only file that knows the `image` library.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{Fault, gray::Gray};

/// Most pixels of a picture.
pub const MOST_PIXELS: u64 = 100_000_000;

/// Most memory for the pixels of a picture as it is stored.
const MOST_BYTES: u64 = 512 << 20;

/// A decoded picture.
pub struct Picture {
    /// Pixels across, as stored.
    pub width: u32,
    /// Pixels down, as stored.
    pub height: u32,
    /// EXIF orientation 1–8.
    pub orientation: u8,
    /// Its pixels, shrunk, as stored.
    pub gray: Gray,
}

/// Decodes a picture whose format its bytes gave away.
pub fn decode(format: &str, bytes: &[u8]) -> Result<Picture, Fault> {
    let format = match format {
        "jpg" => ImageFormat::Jpeg,
        "png" => ImageFormat::Png,
        "tiff" => ImageFormat::Tiff,
        "bmp" => ImageFormat::Bmp,
        "gif" => ImageFormat::Gif,
        "webp" => ImageFormat::WebP,
        _ => return Err(Fault::Broken),
    };
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let is_too_large = u64::from(width) * u64::from(height) > MOST_PIXELS;
    if is_too_large || decoder.total_bytes() > MOST_BYTES {
        return Err(Fault::TooLarge);
    }
    let orientation = decoder.orientation().map_or(1, |orientation| orientation.to_exif());
    let image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    let gray = gray(image).ok_or(Fault::Broken)?;
    Ok(Picture { width, height, orientation, gray: gray.shrunk() })
}

/// Grey pixels; what is transparent lies on white paper.
fn gray(image: DynamicImage) -> Option<Gray> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    if !image.color().has_alpha() {
        return Gray::new(width, height, image.into_luma8().into_raw());
    }
    let pixels = image.into_luma_alpha8().into_raw();
    let on_white = |pair: &[u8]| match *pair {
        [level, alpha] => 255 - (u32::from(255 - level) * u32::from(alpha) / 255).min(255) as u8,
        _ => 255,
    };
    Gray::new(width, height, pixels.chunks_exact(2).map(on_white).collect())
}

fn fault(error: image::ImageError) -> Fault {
    match error {
        image::ImageError::Limits(_) => Fault::TooLarge,
        _ => Fault::Broken,
    }
}

/// A picture whose pixels somebody else decoded.
pub fn of_gray(gray: Gray) -> Picture {
    let (width, height) = (gray.width as u32, gray.height as u32);
    Picture { width, height, orientation: 1, gray: gray.shrunk() }
}
