//! Shades in rows, and the dots that they are: dark or light.

/// A picture in shades of grey, row by row.
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) shades: Vec<u8>,
}

/// A picture of dots that are dark or light, row by row.
pub(super) struct Dots {
    pub(super) width: usize,
    pub(super) height: usize,
    dark: Vec<bool>,
}

/// The side of the surroundings with which a dot is compared, as a part of the picture's shorter side, and at least.
const SURROUNDINGS: usize = 16;
const LEAST_SURROUNDINGS: usize = 24;
/// Dark is what is so much darker than its surroundings, of 100: paper has grain.
const DARKER: u64 = 8;
/// Below this side, in dots, nothing is made smaller: a code would lose its parts.
const SMALLEST_HALVED: usize = 400;

impl Raster {
    /// The same at half the size, where that leaves enough to see.
    pub(super) fn half(&self) -> Option<Raster> {
        let (width, height) = (self.width / 2, self.height / 2);
        if width < SMALLEST_HALVED || height < SMALLEST_HALVED {
            return None;
        }
        let sum = |x: usize, y: usize| {
            let at = |x: usize, y: usize| u16::from(self.shades[y * self.width + x]);
            ((at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)) / 4) as u8
        };
        let shades = (0..height)
            .flat_map(|y| (0..width).map(move |x| sum(2 * x, 2 * y)))
            .collect();
        Some(Raster { width, height, shades })
    }

    /// Dark is what is darker than what surrounds it: a photograph is not lit evenly.
    pub(super) fn by_surroundings(&self) -> Dots {
        let reach = (self.width.min(self.height) / SURROUNDINGS).max(LEAST_SURROUNDINGS);
        let mut dark = Vec::with_capacity(self.shades.len());
        // Of each column, the sum of the rows within reach; of each row, the sum of those of the columns within reach.
        let mut columns = vec![0_u64; self.width];
        for y in 0..self.height.min(reach) {
            self.row(y).zip(&mut columns).for_each(|(shade, sum)| *sum += shade);
        }
        for y in 0..self.height {
            if y + reach < self.height {
                self.row(y + reach)
                    .zip(&mut columns)
                    .for_each(|(shade, sum)| *sum += shade);
            }
            if y > reach {
                self.row(y - reach - 1)
                    .zip(&mut columns)
                    .for_each(|(shade, sum)| *sum -= shade);
            }
            let rows = (y + reach).min(self.height - 1) + 1 - y.saturating_sub(reach);
            let mut sum: u64 = columns.iter().take(reach).sum();
            for (x, shade) in self.row(y).enumerate() {
                sum += columns.get(x + reach).copied().unwrap_or_default();
                sum -= if x > reach { columns[x - reach - 1] } else { 0 };
                let across = (x + reach).min(self.width - 1) + 1 - x.saturating_sub(reach);
                dark.push(shade * (rows * across) as u64 * 100 < sum * (100 - DARKER));
            }
        }
        Dots {
            width: self.width,
            height: self.height,
            dark,
        }
    }

    /// Dark is what is darker than one shade for the whole picture, which parts the two kinds best (N. Otsu, 1979).
    pub(super) fn by_one_threshold(&self) -> Dots {
        let mut counts = [0_u64; 256];
        self.shades.iter().for_each(|shade| counts[usize::from(*shade)] += 1);
        let total = self.shades.len() as f64;
        let weighed: f64 = (0..)
            .zip(counts)
            .map(|(shade, count)| f64::from(shade) * count as f64)
            .sum();
        let (mut below, mut weighed_below) = (0.0, 0.0);
        let mut best = (0.0, 0_u8);
        for (shade, count) in (0..=u8::MAX).zip(counts) {
            below += count as f64;
            weighed_below += f64::from(shade) * count as f64;
            let above = total - below;
            if below > 0.0 && above > 0.0 {
                let apart = weighed_below / below - (weighed - weighed_below) / above;
                let parted = below * above * apart * apart;
                if parted > best.0 {
                    best = (parted, shade);
                }
            }
        }
        let dark = self
            .shades
            .iter()
            .map(|shade| *shade <= best.1 && best.0 > 0.0)
            .collect();
        Dots {
            width: self.width,
            height: self.height,
            dark,
        }
    }

    fn row(&self, y: usize) -> impl Iterator<Item = u64> + '_ {
        self.shades[y * self.width..][..self.width]
            .iter()
            .map(|shade| u64::from(*shade))
    }
}

impl Dots {
    /// Dark becomes light, and light dark.
    pub(super) fn invert(&mut self) {
        self.dark.iter_mut().for_each(|dark| *dark = !*dark);
    }

    /// Whether a dot is dark; light outside of the picture.
    pub(super) fn is_dark(&self, x: i64, y: i64) -> bool {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return false;
        };
        x < self.width && y < self.height && self.dark[y * self.width + x]
    }

    /// A row.
    pub(super) fn row(&self, y: usize) -> &[bool] {
        &self.dark[y * self.width..][..self.width]
    }
}
