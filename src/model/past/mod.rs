//! What judging must know from elsewhere, behind one read-only door: empty, from `--with`, or from the home.
//!
//! Today it holds people (a staff master) and repairs that a person accepted; projects and earlier credits get their
//! own field here. Knows neither where they came from nor how they were read.

mod people;
mod repairs;

use std::sync::Arc;

use super::KnownEvidence;
pub use people::{People, PeopleBuilder, Person};
pub use repairs::{Hasher, Repair, Repairs, cell_hash, id_hash};

/// What is known beside the document in hand. The same bytes under the same past end the same.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// People, as a staff master knows them.
    pub people: Arc<People>,
    /// Repairs of ID numbers that a person accepted.
    pub repairs: Arc<Repairs>,
    /// Evidence of earlier packages; only packages need it.
    pub evidence: Arc<[KnownEvidence]>,
    digest: Option<String>,
}

impl Past {
    /// A past; `digest` is the SHA-256 (hex) over everything in it, `None` if nothing was handed in.
    pub fn new(people: People, repairs: Repairs, digest: Option<String>) -> Past {
        let (people, repairs) = (Arc::new(people), Arc::new(repairs));
        Past { people, repairs, evidence: Arc::default(), digest }
    }

    /// The same past, and evidence of earlier packages. It is not part of the digest: it is the ledger's own, which
    /// keeps what it said of each package.
    pub fn with_evidence(&self, evidence: Vec<KnownEvidence>) -> Past {
        Past { evidence: evidence.into(), ..self.clone() }
    }

    /// SHA-256 over everything in it, for the report; `None` for the empty past.
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }
}
