//! The witness of one member: the package alone begins and ends, and its activity sees what the ledger sees.

use std::sync::Arc;

use crate::{
    mapping::plan::InputMapping,
    model::{Batch, Finding},
    pipeline::{ConvertError, Witness},
    rules::activity::Activity,
};

/// A witness that sees one member of several: the package alone begins and ends.
pub struct PartWitness<'w> {
    /// Who sees the whole package.
    pub witness: &'w mut dyn Witness,
    /// What is judged over all members.
    pub activity: &'w mut Activity,
    /// Path inside the package.
    pub member: &'w str,
}

impl Witness for PartWitness<'_> {
    fn begin(&mut self, _: Option<&str>) -> Result<(), ConvertError> {
        self.witness.enter(self.member)
    }

    fn see(
        &mut self,
        mapping: &Arc<InputMapping>,
        batch: &mut Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ConvertError> {
        self.witness.see(mapping, batch, findings)
    }

    fn keep(&mut self, batch: &Batch, findings: &[Finding]) -> Result<(), ConvertError> {
        self.activity.see(self.member, batch);
        self.witness.keep(batch, findings)
    }

    fn end(&mut self) -> Result<Vec<Finding>, ConvertError> {
        Ok(Vec::new())
    }
}
