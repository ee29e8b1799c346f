//! Repairs of ID numbers that a person accepted. They hold keyed hashes only: neither the damaged number nor the
//! right one can be read from them.

use std::{fmt, sync::Arc};

use rustc_hash::FxHashMap;

/// Hashes values under a key that only the home has: 128 bits of an HMAC-SHA-256.
pub type Hasher = Arc<dyn Fn(&[&[u8]]) -> [u8; 16] + Send + Sync>;

/// One accepted repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// [`Repairs::cell_hash`] of the damaged text and the name beside it.
    pub cell: [u8; 16],
    /// [`Repairs::id_hash`] of the number that was chosen.
    pub id: [u8; 16],
    /// Who accepted it.
    pub by: String,
    /// When, as the file has it.
    pub at: String,
}

/// All of them, by cell. Of several for one cell the last counts.
#[derive(Clone, Default)]
pub struct Repairs {
    found: FxHashMap<[u8; 16], Repair>,
    hasher: Option<Hasher>,
}

impl fmt::Debug for Repairs {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Repairs").field("count", &self.found.len()).finish_non_exhaustive()
    }
}

impl Repairs {
    /// Repairs under the key that their hashes were made with.
    pub fn new(repairs: Vec<Repair>, hasher: Hasher) -> Repairs {
        let found = repairs.into_iter().map(|repair| (repair.cell, repair)).collect();
        Repairs { found, hasher: Some(hasher) }
    }

    /// Whether nothing was accepted.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// What was accepted for a damaged text beside a name (folded).
    pub fn accepted(&self, damaged: &str, folded: &str) -> Option<&Repair> {
        if self.found.is_empty() {
            return None;
        }
        self.found.get(&cell_hash(self.hasher.as_ref()?, damaged, folded))
    }

    /// Whether a number is the one that was chosen.
    pub fn is_chosen(&self, repair: &Repair, id: &str) -> bool {
        self.hasher.as_ref().is_some_and(|hasher| id_hash(hasher, id) == repair.id)
    }
}

/// The hash that a repair is found by.
pub fn cell_hash(hasher: &Hasher, damaged: &str, folded: &str) -> [u8; 16] {
    hasher(&[b"damaged id number", damaged.trim().as_bytes(), folded.as_bytes()])
}

/// The hash of the number that was chosen.
pub fn id_hash(hasher: &Hasher, id: &str) -> [u8; 16] {
    hasher(&[b"chosen id number", id.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher() -> Hasher {
        Arc::new(|parts: &[&[u8]]| {
            let mut hash = [0u8; 16];
            for (at, byte) in parts.iter().flat_map(|part| part.iter().chain([&0])).enumerate() {
                hash[at % 16] = hash[at % 16].rotate_left(3).wrapping_add(*byte);
            }
            hash
        })
    }

    #[test]
    fn a_repair_is_found_by_cell_and_name_and_knows_its_number() {
        let hasher = hasher();
        let cell = cell_hash(&hasher, "9999", "甲");
        let id = id_hash(&hasher, "999900198001010028");
        let repair = Repair { cell, id, by: "李".into(), at: "2026".into() };
        let repairs = Repairs::new(vec![repair.clone()], hasher);
        assert_eq!(repairs.accepted(" 9999 ", "甲"), Some(&repair));
        assert_eq!(repairs.accepted("9999", "乙"), None);
        assert!(repairs.is_chosen(&repair, "999900198001010028"));
        assert!(!repairs.is_chosen(&repair, "999900198001010029"));
        assert_eq!(Repairs::default().accepted("9999", "甲"), None);
        assert!(!format!("{repairs:?}").contains("2026"));
    }
}
