//! Sharpness, darkness and ruled lines of a small grey picture. Judges nothing.

use super::gray::Gray;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// See [`crate::model::Look::sharpness`].
    pub sharpness: f32,
    /// See [`crate::model::Look::darkness`].
    pub darkness: f32,
    /// See [`crate::model::Look::lines`].
    pub lines: (u16, u16),
}

/// The least difference between black and white at which a page says anything.
const LEAST_RANGE: u32 = 24;

/// Length of a piece of a line, in pixels; a line that leans by 2° is thinner than its step over this length.
const LINE_PIECE: usize = 24;

/// Pixels from the middle of a line to the paper on both sides.
const LINE_REACH: isize = 4;

/// Takes all measures.
pub fn measure(gray: &Gray) -> Measures {
    let levels = Histogram::of(gray.pixels.iter().copied());
    // The ink of a form covers a few hundredths of it.
    let (black, white) = (levels.quantile(0.005), levels.quantile(0.98));
    let range = u32::from(white.saturating_sub(black));
    let paper = f32::from(levels.quantile(0.90));
    let sharpness = if range < LEAST_RANGE { 0.0 } else { steepness(gray) / range as f32 };
    Measures {
        sharpness,
        darkness: 1.0 - paper / 255.0,
        lines: if range < LEAST_RANGE { (0, 0) } else { lines(gray, range) },
    }
}

/// Levels counted.
struct Histogram([u32; 256]);

impl Histogram {
    fn of(levels: impl Iterator<Item = u8>) -> Histogram {
        let mut counts = [0; 256];
        for level in levels {
            if let Some(count) = counts.get_mut(usize::from(level)) {
                *count += 1;
            }
        }
        Histogram(counts)
    }

    /// The level below which this share lies.
    fn quantile(&self, share: f64) -> u8 {
        let total: u64 = self.0.iter().map(|count| u64::from(*count)).sum();
        let mut left = (total as f64 * share) as u64;
        for (level, count) in self.0.iter().enumerate() {
            let count = u64::from(*count);
            if left < count {
                return level as u8;
            }
            left -= count;
        }
        255
    }
}

/// The rise per pixel that 3 in 1,000 pixels exceed, across or down, whichever is less: a shaken picture is sharp in
/// one direction. Few, because a form has little ink; more than a handful, because noise and dust are steep too.
fn steepness(gray: &Gray) -> f32 {
    let across = gray.rows().flat_map(|row| {
        row.iter().zip(row.iter().skip(2)).map(|(left, right)| left.abs_diff(*right))
    });
    let below = gray.pixels.iter().skip(gray.width * 2);
    let down = gray.pixels.iter().zip(below).map(|(above, below)| above.abs_diff(*below));
    let [across, down] =
        [Histogram::of(across), Histogram::of(down)].map(|steps| steps.quantile(0.997));
    f32::from(across.min(down)) / 2.0
}

/// Thin dark straight lines, across and down, in whole widths and heights.
fn lines(gray: &Gray, range: u32) -> (u16, u16) {
    let contrast = (range / 8).max(10) as i32;
    let across = runs(gray, contrast, |line, along| (along, line), gray.height, gray.width);
    let down = runs(gray, contrast, |line, along| (line, along), gray.width, gray.height);
    let whole = |length: usize, side: usize| (length / side.max(1)).min(u16::MAX.into()) as u16;
    (whole(across, gray.width), whole(down, gray.height))
}

/// The length of all pieces of lines in one direction: pixels darker than both sides of a thin line, in a row.
fn runs(
    gray: &Gray,
    contrast: i32,
    place: impl Fn(isize, isize) -> (isize, isize),
    count: usize,
    length: usize,
) -> usize {
    let level = |line: isize, along: isize| {
        let (x, y) = place(line, along);
        i32::from(gray.at(x, y))
    };
    // The darkest of two neighbours, because a line may lie between two pixels; the step keeps one line from counting twice.
    let is_thin = |line: isize, along: isize| {
        let middle = level(line, along).min(level(line + 1, along));
        let [one, other] =
            [line - LINE_REACH, line + 1 + LINE_REACH].map(|side| level(side, along));
        middle + contrast < one && middle + contrast < other
    };
    let mut total = 0;
    for line in (0..count as isize).step_by(2) {
        let mut run = 0;
        for along in 0..=length as isize {
            if along < length as isize && is_thin(line, along) {
                run += 1;
            } else {
                total += if run >= LINE_PIECE { run } else { 0 };
                run = 0;
            }
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::child::look::tests::sheet;

    #[test]
    fn a_page_that_is_blurred_shaken_or_dark_says_so() {
        let page = sheet(1, 700, 1000);
        let clear = measure(&page);
        assert!(clear.sharpness > 0.35 && clear.darkness < 0.1, "{clear:?}");
        let blurred = measure(&smeared(&page, 15, 15));
        assert!(blurred.sharpness < 0.15, "{blurred:?}");
        let shaken = measure(&smeared(&page, 21, 1));
        assert!(shaken.sharpness < 0.15, "{shaken:?}");
        let mut dark = page.clone();
        dark.pixels.iter_mut().for_each(|pixel| *pixel /= 5);
        let dark = measure(&dark);
        assert!(dark.darkness > 0.7 && dark.sharpness > 0.3, "{dark:?}");
    }

    #[test]
    fn a_ruled_sheet_has_lines_and_an_empty_page_has_nothing() {
        let (across, down) = measure(&sheet(1, 700, 1000)).lines;
        assert!((15..=40).contains(&across) && (3..=10).contains(&down), "{across} {down}");
        let empty = Gray::new(50, 50, vec![250; 2500]).unwrap();
        let empty = measure(&empty);
        assert_eq!((empty.sharpness, empty.lines), (0.0, (0, 0)));
    }

    /// A box blur.
    fn smeared(gray: &Gray, across: isize, down: isize) -> Gray {
        let mut blurred = gray.clone();
        for y in 0..gray.height as isize {
            for x in 0..gray.width as isize {
                let box_of = (0..across * down)
                    .map(|at| gray.at(x + at % across - across / 2, y + at / across - down / 2));
                let sum: u32 = box_of.map(u32::from).sum();
                blurred.pixels[y as usize * gray.width + x as usize] =
                    (sum / (across * down) as u32) as u8;
            }
        }
        blurred
    }
}
