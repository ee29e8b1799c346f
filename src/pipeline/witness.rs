//! Who else looks at the records of a conversion: the daemon, which knows what earlier documents said.

use std::sync::Arc;

use super::ConvertError;
use crate::{
    mapping::plan::InputMapping,
    model::{Batch, Finding},
};

/// Sees every judged record before it is written, and may hold it or say how it stands to what was accepted
/// before ([`crate::model::RecordHead::standing`]). Gives the same answers for the same ledger.
pub trait Witness {
    /// An attempt begins, perhaps for the second time: what was seen before is void. `original` is the digest of
    /// the document that this one is an annotated copy of.
    ///
    /// # Errors
    /// The ledger or a file of ours refuses.
    fn begin(&mut self, original: Option<&str>) -> Result<(), ConvertError>;

    /// Of several documents that belong together, one begins: what was seen of the others stays. Its path inside its
    /// package.
    ///
    /// # Errors
    /// A file of ours refuses.
    fn enter(&mut self, _member: &str) -> Result<(), ConvertError> {
        Ok(())
    }

    /// Records of one chunk, in document order. Findings it adds lie in the batch's rows.
    ///
    /// # Errors
    /// The ledger or a file of ours refuses.
    fn see(
        &mut self,
        mapping: &Arc<InputMapping>,
        batch: &mut Batch,
        findings: &mut Vec<Finding>,
    ) -> Result<(), ConvertError>;

    /// The batch was written: what a target could not take is among the findings now.
    ///
    /// # Errors
    /// The ledger or a file of ours refuses.
    fn keep(&mut self, batch: &Batch, findings: &[Finding]) -> Result<(), ConvertError>;

    /// All records were seen: what is to say about the document as a whole.
    ///
    /// # Errors
    /// The ledger or a file of ours refuses.
    fn end(&mut self) -> Result<Vec<Finding>, ConvertError>;
}

/// Nobody looks: the command line, which has no ledger.
pub struct Nobody;

impl Witness for Nobody {
    fn begin(&mut self, _: Option<&str>) -> Result<(), ConvertError> {
        Ok(())
    }

    fn see(
        &mut self,
        _: &Arc<InputMapping>,
        _: &mut Batch,
        _: &mut Vec<Finding>,
    ) -> Result<(), ConvertError> {
        Ok(())
    }

    fn keep(&mut self, _: &Batch, _: &[Finding]) -> Result<(), ConvertError> {
        Ok(())
    }

    fn end(&mut self) -> Result<Vec<Finding>, ConvertError> {
        Ok(Vec::new())
    }
}
