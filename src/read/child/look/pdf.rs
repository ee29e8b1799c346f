//! PDF: how many pages, and the picture that the first of them is a scan of. The only file that knows `hayro-syntax`,
//! which parses and unpacks but draws nothing: a page of text has pages and no look.

use hayro_syntax::{
    LoadPdfError, Pdf,
    object::{
        Array, Dict, Name, Object, Stream,
        stream::{ImageColorSpace, ImageDecodeParams},
    },
    page::{Page, Rotation},
};

use super::{
    Fault,
    gray::Gray,
    picture::{self, MOST_PIXELS, Picture},
};

/// How deep forms are searched for the picture.
const MOST_DEPTH: u32 = 3;

/// Objects of a page that are looked at.
const MOST_OBJECTS: usize = 200;

/// A picture with fewer pixels on its long side is a logo, not the page.
const LEAST_SIDE: u32 = 400;

/// What a PDF is.
pub struct Document {
    /// Its pages.
    pub pages: u32,
    /// The picture that its first page is, and its dots per inch on the page.
    pub scan: Option<(Picture, Option<u32>)>,
}

/// Reads a PDF. One that only restricts printing opens without a password.
pub fn read(bytes: Vec<u8>) -> Result<Document, Fault> {
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Fault::Locked,
        LoadPdfError::Invalid => Fault::Broken,
    })?;
    let pages = pdf.pages();
    let first = pages.first().ok_or(Fault::Broken)?;
    Ok(Document { pages: u32::try_from(pages.len()).unwrap_or(u32::MAX), scan: scan(first) })
}

/// The largest picture of a page, if it has the shape of the page.
fn scan(page: &Page<'_>) -> Option<(Picture, Option<u32>)> {
    let mut best = None;
    let mut left = MOST_OBJECTS;
    largest(&page.resources().x_objects, MOST_DEPTH, &mut left, &mut best);
    let (stream, width, height) = best?;
    let (across, down) = page.base_dimensions();
    let shape = |width: f32, height: f32| width.max(height) / width.min(height).max(1.0);
    let ratio = shape(width as f32, height as f32) / shape(across, down);
    if width.max(height) < LEAST_SIDE || !(0.7..1.4).contains(&ratio) {
        return None;
    }
    let mut picture = decode(&stream, width, height)?;
    picture.orientation = match page.rotation() {
        Rotation::None => 1,
        Rotation::Horizontal => 6,
        Rotation::Flipped => 3,
        Rotation::FlippedHorizontal => 8,
    };
    let dpi = picture.width.max(picture.height) as f32 / (across.max(down) / 72.0);
    Some((picture, Some(dpi as u32)))
}

/// Finds the picture with the most pixels among objects and the forms they hold.
fn largest<'a>(
    objects: &Dict<'a>,
    depth: u32,
    left: &mut usize,
    best: &mut Option<(Stream<'a>, u32, u32)>,
) {
    for name in objects.keys() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let Some(stream) = objects.get::<Stream<'_>>(name) else { continue };
        let dict = stream.dict();
        let subtype = dict.get::<Name<'_>>(b"Subtype".as_slice());
        match subtype.as_deref() {
            Some(b"Image") => {
                let side = |key: &str| dict.get::<u32>(key.as_bytes()).unwrap_or(0);
                let (width, height) = (side("Width"), side("Height"));
                let area = u64::from(width) * u64::from(height);
                let most = best.as_ref().map_or(0, |(_, w, h)| u64::from(*w) * u64::from(*h));
                if area > most && area <= MOST_PIXELS {
                    *best = Some((stream, width, height));
                }
            }
            Some(b"Form") if depth > 0 => {
                let resources = dict.get::<Dict<'_>>(b"Resources".as_slice());
                let inner = resources.and_then(|dict| dict.get::<Dict<'_>>(b"XObject".as_slice()));
                if let Some(inner) = inner {
                    largest(&inner, depth - 1, left, best);
                }
            }
            _ => {}
        }
    }
}

/// Unpacks a picture of a page.
fn decode(stream: &Stream<'_>, width: u32, height: u32) -> Option<Picture> {
    let dict = stream.dict();
    let bits = dict.get::<u8>(b"BitsPerComponent".as_slice());
    let mut params = ImageDecodeParams { bpc: bits, width, height, ..Default::default() };
    params.is_indexed = is_indexed(dict);
    if params.is_indexed {
        return None;
    }
    let decoded = stream.decoded_image(&params).ok()?;
    let is_inverted = dict
        .get::<Array<'_>>(b"Decode".as_slice())
        .and_then(|levels| levels.iter::<f32>().next())
        .is_some_and(|first| first > 0.5);
    let gray = match &decoded.image_data {
        Some(image) => {
            let parts = match image.color_space {
                Some(ImageColorSpace::Gray) | None => 1,
                Some(ImageColorSpace::Rgb) => 3,
                Some(ImageColorSpace::Cmyk) => 4,
                Some(ImageColorSpace::Unknown(parts)) => usize::from(parts),
            };
            levels(&decoded.data, image.width, image.height, (parts, image.bits_per_component))
        }
        None => {
            let bits = bits.unwrap_or(1);
            let area = (width as usize).checked_mul(height as usize)?.max(1);
            let parts = if bits == 8 { decoded.data.len() / area } else { 1 };
            levels(&decoded.data, width, height, (parts, bits))
        }
    };
    let mut gray = gray?;
    if is_inverted {
        gray.pixels.iter_mut().for_each(|level| *level = 255 - *level);
    }
    Some(picture::of_gray(gray))
}

/// Whether the pixels of a picture are numbers of a palette.
fn is_indexed(dict: &Dict<'_>) -> bool {
    match dict.get::<Object<'_>>(b"ColorSpace".as_slice()) {
        Some(Object::Array(space)) => {
            space.iter::<Name<'_>>().next().is_some_and(|name| &*name == b"Indexed")
        }
        _ => false,
    }
}

/// Samples of 8 bits (grey, RGB, CMYK) or 1 bit (grey) as grey pixels.
fn levels(bytes: &[u8], width: u32, height: u32, layout: (usize, u8)) -> Option<Gray> {
    let (across, down) = (width as usize, height as usize);
    let mix = |shares: &[u32], sample: &[u8]| {
        let sum: u32 =
            shares.iter().zip(sample).map(|(share, part)| share * u32::from(*part)).sum();
        (sum / 256).min(255) as u8
    };
    let pixels = match layout {
        (1, 8) => bytes.to_vec(),
        (3, 8) => bytes.chunks_exact(3).map(|sample| mix(&[77, 150, 29], sample)).collect(),
        (4, 8) => bytes.chunks_exact(4).map(|ink| 255 - mix(&[77, 150, 29, 256], ink)).collect(),
        (1, 1) => {
            let rows = bytes.chunks_exact(across.div_ceil(8));
            let bits = |row: &[u8]| -> Vec<u8> {
                let bit = |at: usize| row.get(at / 8).is_some_and(|b| b >> (7 - at % 8) & 1 == 1);
                (0..across).map(|at| if bit(at) { 255 } else { 0 }).collect()
            };
            rows.take(down).flat_map(bits).collect()
        }
        _ => return None,
    };
    Gray::new(across, down, pixels)
}
