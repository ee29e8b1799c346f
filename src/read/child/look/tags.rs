//! What a picture file says beside its pixels: dots per inch, and the pages of a TIFF. Believes no number.
//!
//! Sources: JFIF 1.02 (APP0), EXIF 2.32 (APP1: a TIFF inside), TIFF 6.0, PNG (pHYs), BMP (BITMAPINFOHEADER).

/// Pages counted of one TIFF; more are not believed.
const MOST_PAGES: u32 = 10_000;

const INCH_MM: f64 = 25.4;

/// Dots per inch of a picture of a format, from its first bytes (64 KiB are enough; a TIFF needs all of them).
pub fn dpi(format: &str, bytes: &[u8]) -> Option<u32> {
    let found = match format {
        "jpg" => jpeg_dpi(bytes),
        "png" => png_dpi(bytes),
        "bmp" => per_meter(u32::from_le_bytes(array(bytes, 38)?)),
        "tiff" => tiff(bytes)?.dpi,
        _ => None,
    };
    found.filter(|dpi| (20..=4800).contains(dpi))
}

/// Pages of a TIFF, without the thumbnails among them; at least 1.
pub fn pages(bytes: &[u8]) -> u32 {
    tiff(bytes).map_or(1, |tags| tags.pages.max(1))
}

fn jpeg_dpi(bytes: &[u8]) -> Option<u32> {
    let mut exif = None;
    let mut rest = bytes.get(2..)?;
    while let Some((&[0xFF, marker, high, low], _)) = rest.split_first_chunk::<4>() {
        if matches!(marker, 0xDA | 0xD9) {
            break;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = rest.get(4..2 + length)?;
        match (marker, body) {
            (0xE0, &[b'J', b'F', b'I', b'F', 0, _, _, unit, x_high, x_low, ..]) => {
                let dots = u32::from(u16::from_be_bytes([x_high, x_low]));
                match unit {
                    1 => return Some(dots),
                    2 => return Some((f64::from(dots) * INCH_MM / 10.0) as u32),
                    _ => {}
                }
            }
            (0xE1, &[b'E', b'x', b'i', b'f', 0, 0, ref inside @ ..]) => {
                exif = exif.or_else(|| tiff(inside)?.dpi);
            }
            _ => {}
        }
        rest = rest.get(2 + length..)?;
    }
    exif
}

fn png_dpi(bytes: &[u8]) -> Option<u32> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = u32::from_be_bytes(array(rest, 0)?) as usize;
        match &array::<4>(rest, 4)? {
            b"pHYs" => {
                let is_meters = rest.get(16) == Some(&1);
                return is_meters.then(|| per_meter(u32::from_be_bytes(array(rest, 8)?)))?;
            }
            b"IDAT" | b"IEND" => return None,
            _ => rest = rest.get(length.checked_add(12)?..)?,
        }
    }
}

fn per_meter(dots: u32) -> Option<u32> {
    Some((f64::from(dots) * INCH_MM / 1000.0).round() as u32).filter(|dpi| *dpi > 0)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// What the directories of a TIFF say.
#[derive(Default)]
struct Tags {
    dpi: Option<u32>,
    pages: u32,
}

fn tiff(bytes: &[u8]) -> Option<Tags> {
    let is_little = match bytes.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let numbers = Numbers { bytes, is_little };
    let mut tags = Tags::default();
    let mut at = numbers.long(4)? as usize;
    let mut visited = Vec::new();
    while at != 0 && tags.pages < MOST_PAGES && !visited.contains(&at) {
        visited.push(at);
        let Some(directory) = directory(&numbers, at) else { break };
        tags.dpi = tags.dpi.or(directory.dpi);
        tags.pages += u32::from(!directory.is_thumbnail);
        at = directory.next;
    }
    Some(tags)
}

struct Directory {
    dpi: Option<u32>,
    is_thumbnail: bool,
    next: usize,
}

/// Reads one directory: entries of 12 bytes (tag, type, count, value or place of it), then the place of the next.
fn directory(numbers: &Numbers<'_>, at: usize) -> Option<Directory> {
    const SUBFILE: u16 = 254;
    const X_RESOLUTION: u16 = 282;
    const UNIT: u16 = 296;
    let count = usize::from(numbers.short(at)?);
    let (mut dots, mut unit, mut is_thumbnail) = (None, 2, false);
    for entry in (0..count).map(|index| at + 2 + index * 12) {
        match numbers.short(entry)? {
            SUBFILE => is_thumbnail = numbers.long(entry + 8)? & 1 == 1,
            X_RESOLUTION => dots = numbers.ratio(numbers.long(entry + 8)? as usize),
            UNIT => unit = numbers.short(entry + 8)?,
            _ => {}
        }
    }
    let inches = if unit == 3 { INCH_MM / 10.0 } else { 1.0 };
    let dpi = dots.filter(|_| unit != 1).map(|dots| (dots * inches).round() as u32);
    let next = numbers.long(at + 2 + count * 12).unwrap_or(0) as usize;
    Some(Directory { dpi, is_thumbnail, next })
}

/// Numbers of one byte order.
struct Numbers<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl Numbers<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = array(self.bytes, at)?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = array(self.bytes, at)?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn ratio(&self, at: usize) -> Option<f64> {
        let (above, below) = (self.long(at)?, self.long(at.checked_add(4)?)?);
        (below > 0).then(|| f64::from(above) / f64::from(below))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dots_per_inch_are_read_where_each_format_keeps_them() {
        let jfif = |unit, dots: u16| {
            let [high, low] = dots.to_be_bytes();
            [b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x02".as_slice(), &[unit, high, low]]
                .concat()
                .into_iter()
                .chain([0; 8])
                .collect::<Vec<u8>>()
        };
        let png = |dots: u32| {
            let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x09pHYs".to_vec();
            bytes.extend([dots.to_be_bytes(), dots.to_be_bytes()].concat());
            bytes.extend([1, 0, 0, 0, 0]);
            bytes
        };
        let exif = [b"\xFF\xD8\xFF\xE1\x00\x2AExif\0\0".to_vec(), one_page(false, 0)].concat();
        for (format, bytes, dpi) in [
            ("jpg", jfif(1, 300), Some(300)),
            ("jpg", jfif(2, 118), Some(299)),
            ("jpg", jfif(0, 1), None),
            ("jpg", jfif(1, 1), None),
            ("jpg", exif, Some(200)),
            ("png", png(11811), Some(300)),
            ("png", b"\x89PNG\r\n\x1a\n\xFF\xFF\xFF\xFFtEXt".to_vec(), None),
            ("tiff", one_page(true, 0), Some(200)),
            ("tiff", b"II*\0\xFF\xFF\xFF\xFF".to_vec(), None),
            ("gif", b"GIF89a".to_vec(), None),
        ] {
            assert_eq!(super::dpi(format, &bytes), dpi, "{format}");
        }
    }

    /// A TIFF with one directory: 200 dots per inch, and the place of the next one.
    fn one_page(is_little: bool, next: u32) -> Vec<u8> {
        let (short, long): (fn(u16) -> [u8; 2], fn(u32) -> [u8; 4]) = if is_little {
            (u16::to_le_bytes, u32::to_le_bytes)
        } else {
            (u16::to_be_bytes, u32::to_be_bytes)
        };
        let mut bytes = if is_little { b"II*\0".to_vec() } else { b"MM\0*".to_vec() };
        bytes.extend(long(8));
        bytes.extend([short(1), short(282), short(5)].concat());
        bytes.extend([long(1), long(26), long(next), long(200), long(1)].concat());
        bytes
    }

    #[test]
    fn pages_are_counted_once_even_where_they_chase_their_tail() {
        assert_eq!(pages(&one_page(true, 0)), 1);
        assert_eq!(pages(&one_page(true, 8)), 1);
        assert_eq!(pages(&one_page(false, 0xFFFF_FFFF)), 1);
        assert_eq!(pages(b"not a tiff"), 1);
    }
}
