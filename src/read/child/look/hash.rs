//! A hash of what a picture shows: alike for the same picture at another size, quality or brightness, or with its
//! margins cut; unlike for two sheets of one form that were signed by different hands.
//!
//! The picture's ink is framed first (the frame does not move when a margin is cut or a scanner shifts the page), then
//! sampled to 64 × 128, then described by the signs of 16 × 32 low frequencies of its cosine transform.

use super::gray::Gray;
use crate::model::PictureHash;

/// Samples along the short and the long side.
const SAMPLES: (usize, usize) = (64, 128);

/// Frequencies kept along the short and the long side; their product is the number of bits.
const KEPT: (usize, usize) = (16, 32);

/// Half the window that tells ink from paper.
const PAPER_REACH: usize = 24;

/// A pixel is ink by what it is darker than its surroundings, beyond this share of them.
const PAPER_NOISE: f32 = 0.08;

/// Ink below this, on average over the page, is a page with nothing on it.
const LEAST_INK: f32 = 0.05;

/// The hash; `None` for a page with nothing on it.
pub fn hash(gray: &Gray) -> Option<PictureHash> {
    let frame = Frame::of(gray)?;
    let is_wide = gray.width > gray.height;
    let (width, height) = if is_wide { (SAMPLES.1, SAMPLES.0) } else { SAMPLES };
    let samples = frame.sample(gray, width, height);
    let (across, down) = if is_wide { (KEPT.1, KEPT.0) } else { KEPT };
    let waves = transform(&samples, width, across, down);
    let mut bits = [0u64; 8];
    for (at, wave) in waves.iter().enumerate() {
        if let Some(word) = bits.get_mut(at / 64)
            && *wave > 0.0
        {
            *word |= 1 << (at % 64);
        }
    }
    Some(PictureHash(bits))
}

/// The part of a picture that holds all but a fiftieth of the ink on each side, in pixels.
struct Frame {
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
}

impl Frame {
    fn of(gray: &Gray) -> Option<Frame> {
        let sums = Sums::of(gray);
        let (mut columns, mut rows) = (vec![0f32; gray.width], vec![0f32; gray.height]);
        for (y, (row, in_row)) in gray.rows().zip(rows.iter_mut()).enumerate() {
            for (x, (pixel, in_column)) in row.iter().zip(columns.iter_mut()).enumerate() {
                let paper = sums.average(x, y, PAPER_REACH);
                let ink = (paper * (1.0 - PAPER_NOISE) - f32::from(*pixel)).max(0.0);
                *in_column += ink;
                *in_row += ink;
            }
        }
        let total: f32 = rows.iter().sum();
        if total < LEAST_INK * gray.pixels.len() as f32 {
            return None;
        }
        let ((left, right), (top, bottom)) = (bounds(&columns), bounds(&rows));
        Some(Frame { left, right, top, bottom })
    }

    /// Averages over boxes of the frame.
    fn sample(&self, gray: &Gray, width: usize, height: usize) -> Vec<f32> {
        let sums = Sums::of(gray);
        let step = (
            (self.right - self.left).max(1.0) / width as f32,
            (self.bottom - self.top).max(1.0) / height as f32,
        );
        let mut samples = Vec::with_capacity(width * height);
        for y in 0..height {
            let top = self.top + y as f32 * step.1;
            for x in 0..width {
                let left = self.left + x as f32 * step.0;
                samples.push(sums.over((left, top), (left + step.0, top + step.1)));
            }
        }
        samples
    }
}

/// Between which places all but a fiftieth of a sum lies on each side.
fn bounds(sums: &[f32]) -> (f32, f32) {
    let total: f32 = sums.iter().sum();
    let place = |share: f32| {
        let mut left = total * share;
        for (at, sum) in sums.iter().enumerate() {
            if left <= *sum && *sum > 0.0 {
                return at as f32 + left / sum;
            }
            left -= sum;
        }
        sums.len() as f32
    };
    (place(0.02), place(0.98))
}

/// Sums of all pixels above and left of each corner.
struct Sums {
    width: usize,
    height: usize,
    corners: Vec<u32>,
}

impl Sums {
    fn of(gray: &Gray) -> Sums {
        let stride = gray.width + 1;
        let mut corners = vec![0u32; stride];
        corners.reserve(stride * gray.height);
        for row in gray.rows() {
            let above = corners.len() - stride;
            corners.push(0);
            let mut sum = 0;
            for (x, pixel) in row.iter().enumerate() {
                sum += u32::from(*pixel);
                let over = corners.get(above + x + 1).copied().unwrap_or_default();
                corners.push(over + sum);
            }
        }
        Sums { width: gray.width, height: gray.height, corners }
    }

    fn corner(&self, x: usize, y: usize) -> u32 {
        let at = y.min(self.height) * (self.width + 1) + x.min(self.width);
        self.corners.get(at).copied().unwrap_or_default()
    }

    /// The average around a pixel.
    fn average(&self, x: usize, y: usize, reach: usize) -> f32 {
        let (left, top) = (x.saturating_sub(reach), y.saturating_sub(reach));
        let (right, bottom) = ((x + reach + 1).min(self.width), (y + reach + 1).min(self.height));
        let sum = self.corner(right, bottom) + self.corner(left, top)
            - self.corner(left, bottom)
            - self.corner(right, top);
        sum as f32 / ((right - left) * (bottom - top)).max(1) as f32
    }

    /// The sum up to a corner that may lie within a pixel.
    fn up_to(&self, x: f32, y: f32) -> f64 {
        let (x, y) = (x.clamp(0.0, self.width as f32), y.clamp(0.0, self.height as f32));
        let (left, top) = (x as usize, y as usize);
        let (in_x, in_y) = (f64::from(x.fract()), f64::from(y.fract()));
        // Sums pass what a shorter float tells apart.
        let at = |x, y| f64::from(self.corner(x, y));
        let upper = at(left, top) * (1.0 - in_x) + at(left + 1, top) * in_x;
        let lower = at(left, top + 1) * (1.0 - in_x) + at(left + 1, top + 1) * in_x;
        upper * (1.0 - in_y) + lower * in_y
    }

    /// The average over a box whose corners may lie within pixels.
    fn over(&self, from: (f32, f32), to: (f32, f32)) -> f32 {
        let sum = self.up_to(to.0, to.1) + self.up_to(from.0, from.1)
            - self.up_to(from.0, to.1)
            - self.up_to(to.0, from.1);
        sum as f32 / ((to.0 - from.0) * (to.1 - from.1)).max(0.01)
    }
}

/// The lowest frequencies of the cosine transform (II), without the constant ones of each direction.
fn transform(samples: &[f32], width: usize, across: usize, down: usize) -> Vec<f32> {
    let height = samples.len() / width.max(1);
    let (waves_x, waves_y) = (cosines(width, across), cosines(height, down));
    // First along every row, then down every column of what is left.
    let dot = |wave: &[f32], values: &mut dyn Iterator<Item = f32>| -> f32 {
        wave.iter().zip(values).map(|(cosine, value)| cosine * value).sum()
    };
    let mut rows = Vec::with_capacity(height * across);
    for row in samples.chunks_exact(width) {
        rows.extend(waves_x.chunks_exact(width).map(|wave| dot(wave, &mut row.iter().copied())));
    }
    let mut waves = Vec::with_capacity(across * down);
    for wave in waves_y.chunks_exact(height) {
        for x in 0..across {
            waves.push(dot(wave, &mut rows.iter().copied().skip(x).step_by(across)));
        }
    }
    waves
}

/// `count` cosines over `length` samples, from the slowest one that is not constant.
fn cosines(length: usize, count: usize) -> Vec<f32> {
    let step = std::f64::consts::PI / length as f64;
    let wave = |turns: usize| {
        (0..length).map(move |at| ((at as f64 + 0.5) * turns as f64 * step).cos() as f32)
    };
    (1..=count).flat_map(wave).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::child::look::tests::sheet;

    fn distance(left: &Gray, right: &Gray) -> u32 {
        hash(left).unwrap().distance(&hash(right).unwrap())
    }

    #[test]
    fn a_page_stays_itself_when_its_margins_are_cut_or_its_light_changes() {
        let page = sheet(1, 700, 1000);
        let cut: Vec<u8> =
            page.rows().skip(12).take(970).flat_map(|row| row[9..690].to_vec()).collect();
        let cut = Gray::new(681, 970, cut).unwrap();
        let mut dim = page.clone();
        dim.pixels.iter_mut().for_each(|pixel| *pixel = (u32::from(*pixel) * 3 / 4) as u8);
        assert!(distance(&page, &cut) < 64, "{}", distance(&page, &cut));
        assert!(distance(&page, &dim) < 16, "{}", distance(&page, &dim));
    }

    #[test]
    fn sheets_of_one_form_signed_by_others_differ() {
        let hashes: Vec<PictureHash> =
            (1..8).map(|hand| hash(&sheet(hand, 350, 500)).unwrap()).collect();
        for (at, page) in hashes.iter().enumerate() {
            for other in hashes.iter().skip(at + 1) {
                assert!(page.distance(other) > 80, "{}", page.distance(other));
            }
        }
    }

    #[test]
    fn a_page_with_nothing_on_it_has_no_hash() {
        assert_eq!(hash(&Gray::new(60, 80, vec![250; 4800]).unwrap()), None);
    }
}
