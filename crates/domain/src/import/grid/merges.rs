//! Merged regions, found by place: as fast however many there are and however they lie over each other.

use super::Region;

/// The merged regions of a sheet. Of those over one place the uppermost counts; sheets of spreadsheets have only one.
#[derive(Debug, Clone, Default)]
pub(super) struct Merges {
    /// By their first row.
    regions: Vec<Region>,
    /// Each column of each region, as column and place in `regions`, in this order: those of one column do not overlap.
    columns: Vec<(u32, u32)>,
}

impl Merges {
    pub(super) fn new(mut regions: Vec<Region>) -> Merges {
        regions.sort_by_key(|region| (region.top, region.left));
        let mut columns: Vec<(u32, u32)> = (0u32..)
            .zip(&regions)
            .flat_map(|(place, region)| (region.left..=region.right).map(move |column| (column, place)))
            .collect();
        columns.sort_unstable();
        columns.dedup_by(|later, earlier| {
            later.0 == earlier.0 && regions[later.1 as usize].top <= regions[earlier.1 as usize].bottom
        });
        Merges { regions, columns }
    }

    pub(super) fn all(&self) -> &[Region] {
        &self.regions
    }

    pub(super) fn over(&self, row: u32, column: u32) -> Option<Region> {
        let region = |place: u32| self.regions[place as usize];
        let after = self
            .columns
            .partition_point(|(of, place)| (*of, region(*place).top) <= (column, row));
        let (_, place) = self.columns[..after].last()?;
        Some(region(*place)).filter(|region| region.holds(row, column))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn region((top, left, height, width): (u32, u32, u32, u32)) -> Region {
        Region {
            top,
            left,
            bottom: top + height,
            right: left + width,
        }
    }

    proptest! {
        /// The index finds what a search through all regions finds, where regions do not overlap; and only regions over
        /// the place, however they lie.
        #[test]
        fn merged_regions_are_found_by_place(
            blocks in prop::collection::vec((0u32..30, 0u32..8, 0u32..4, 0u32..4), 0..40),
            (row, column) in (0u32..40, 0u32..12),
        ) {
            let all: Vec<Region> = blocks.into_iter().map(region).collect();
            let overlap = |one: &Region, other: &Region| {
                one.top <= other.bottom && other.top <= one.bottom && one.left <= other.right && other.left <= one.right
            };
            let mut apart: Vec<Region> = Vec::new();
            for region in &all {
                if !apart.iter().any(|other| overlap(region, other)) {
                    apart.push(*region);
                }
            }
            let slow = apart.iter().find(|region| region.holds(row, column)).copied();
            prop_assert_eq!(Merges::new(apart).over(row, column), slow);
            let found = Merges::new(all).over(row, column);
            prop_assert!(found.is_none_or(|region| region.holds(row, column)));
        }
    }

    #[test]
    fn of_regions_over_each_other_the_uppermost_counts() {
        let merges = Merges::new(vec![region((2, 0, 9, 3)), region((0, 1, 5, 0)), region((7, 1, 1, 0))]);
        assert_eq!(merges.over(4, 1).map(|region| region.top), Some(0));
        assert_eq!(merges.over(4, 0).map(|region| region.top), Some(2));
        assert_eq!(merges.over(8, 1).map(|region| region.top), Some(7));
        assert_eq!(merges.over(6, 1), None, "what was left out is not over anything");
    }
}
