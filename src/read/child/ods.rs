//! stub
use super::outbox::Outbox;
use super::trouble::Trouble;
use std::path::Path;
/// stub
pub fn read(_path: &Path, _outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    Err(Trouble::broken("content.xml"))
}
