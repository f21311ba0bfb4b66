//! Caps on page sizes that no documentation names.

use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::store::Store;

/// The share of resources that have a cap, in hundredths.
const CAPPED_PERCENT: u64 = 40;

/// By resource, the cap of its list and its export: small enough to be felt, and never above those seen on real tenants. A tenant keeps
/// its caps, since one that changed between two pages of a list would move rows across their border.
pub(crate) fn draw(seed: u64, store: &Store) -> BTreeMap<&'static str, usize> {
    let mut dice = Dice::new(seed ^ 0x0ca9_ca95);
    let mut caps = BTreeMap::new();
    for (resource, records) in store.sizes() {
        if records > 1 && dice.chance(CAPPED_PERCENT) {
            let cap = records / usize::try_from(dice.between(2, 4)).unwrap_or(2);
            caps.insert(resource, cap.clamp(1, if dice.chance(50) { 200 } else { 500 }));
        }
    }
    caps
}
