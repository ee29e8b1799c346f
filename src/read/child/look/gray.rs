//! A small grey picture: what all measures are taken from. Knows no format.

/// Long side to which pictures are shrunk before anything is measured.
pub const LONG_SIDE: u32 = 1024;

/// A grey picture: 0 black, 255 white, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gray {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// `width * height` of them.
    pub pixels: Vec<u8>,
}

impl Gray {
    /// A picture whose sides fit its pixels; `None` if they do not, or there are none.
    pub fn new(width: usize, height: usize, mut pixels: Vec<u8>) -> Option<Gray> {
        let wanted = width.checked_mul(height).filter(|wanted| *wanted > 0)?;
        if pixels.len() < wanted {
            return None;
        }
        pixels.truncate(wanted);
        Some(Gray { width, height, pixels })
    }

    /// The rows, from the top.
    pub fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width)
    }

    /// A pixel; the nearest one beyond the edge.
    pub fn at(&self, x: isize, y: isize) -> u8 {
        let inside = |at: isize, side: usize| at.clamp(0, side as isize - 1) as usize;
        let at = inside(y, self.height) * self.width + inside(x, self.width);
        self.pixels.get(at).copied().unwrap_or(255)
    }

    /// Shrinks to [`LONG_SIDE`] by averaging whole pixels; a smaller picture stays as it is.
    pub fn shrunk(self) -> Gray {
        let long = self.width.max(self.height);
        if long <= LONG_SIDE as usize {
            return self;
        }
        let side = |side: usize| (side * LONG_SIDE as usize / long).max(1);
        self.averaged(side(self.width), side(self.height))
    }

    /// Averages down to a size that is no larger.
    fn averaged(&self, width: usize, height: usize) -> Gray {
        let edges: Vec<usize> = (0..=width).map(|x| x * self.width / width).collect();
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0u32; width];
        for y in 0..height {
            let (top, bottom) = (y * self.height / height, (y + 1) * self.height / height);
            sums.fill(0);
            for row in self.rows().take(bottom).skip(top) {
                for (sum, edge) in sums.iter_mut().zip(edges.windows(2)) {
                    let span = edge.first().zip(edge.last()).map(|(left, right)| *left..*right);
                    let run = span.and_then(|span| row.get(span)).unwrap_or_default();
                    *sum += run.iter().map(|pixel| u32::from(*pixel)).sum::<u32>();
                }
            }
            for (sum, edge) in sums.iter().zip(edges.windows(2)) {
                let across = edge.first().zip(edge.last()).map_or(1, |(left, right)| right - left);
                let count = (across * (bottom - top)).max(1) as u32;
                pixels.push((sum / count) as u8);
            }
        }
        Gray { width, height, pixels }
    }

    /// Turns and mirrors as an EXIF orientation (1–8) says, so that the picture stands upright.
    pub fn upright(self, orientation: u8) -> Gray {
        if !(2..=8).contains(&orientation) {
            return self;
        }
        let is_turned = orientation >= 5;
        let (width, height) =
            if is_turned { (self.height, self.width) } else { (self.width, self.height) };
        let (right, bottom) = (self.width as isize - 1, self.height as isize - 1);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..height as isize {
            for x in 0..width as isize {
                pixels.push(match orientation {
                    2 => self.at(right - x, y),
                    3 => self.at(right - x, bottom - y),
                    4 => self.at(x, bottom - y),
                    5 => self.at(y, x),
                    6 => self.at(y, bottom - x),
                    7 => self.at(right - y, bottom - x),
                    _ => self.at(right - y, x),
                });
            }
        }
        Gray { width, height, pixels }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_orientation_brings_the_first_pixel_where_it_belongs() {
        // 1 2 3
        // 4 5 6
        let stored = Gray::new(3, 2, vec![1, 2, 3, 4, 5, 6]).unwrap();
        for (orientation, width, pixels) in [
            (1, 3, [1, 2, 3, 4, 5, 6]),
            (2, 3, [3, 2, 1, 6, 5, 4]),
            (3, 3, [6, 5, 4, 3, 2, 1]),
            (4, 3, [4, 5, 6, 1, 2, 3]),
            (5, 2, [1, 4, 2, 5, 3, 6]),
            (6, 2, [4, 1, 5, 2, 6, 3]),
            (7, 2, [6, 3, 5, 2, 4, 1]),
            (8, 2, [3, 6, 2, 5, 1, 4]),
        ] {
            let shown = stored.clone().upright(orientation);
            assert_eq!((shown.width, shown.pixels), (width, pixels.to_vec()), "{orientation}");
        }
    }

    #[test]
    fn a_large_picture_shrinks_to_its_averages() {
        let pixels = (0..4096 * 2).map(|at| if at % 4 < 2 { 0 } else { 200 }).collect();
        let small = Gray::new(4096, 2, pixels).unwrap().shrunk();
        assert_eq!((small.width, small.height), (1024, 1));
        assert!(small.pixels.iter().all(|pixel| *pixel == 100));
    }
}
