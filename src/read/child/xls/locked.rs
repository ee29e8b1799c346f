//! Takes the password off a stream of records, in its place. Source: [MS-XLS] 2.2.10.

use crate::read::Passwords;
use crate::read::crypt::{self, RecordKey, RecordLock};

use super::super::trouble::Trouble;
use super::records::{EOF, Records, is_bof};

const FILEPASS: u16 = 0x002F;
const BOUND_SHEET: u16 = 0x0085;

/// Records that are never encrypted, besides those that begin a substream: INTERFACEHDR, RRDHEAD, USREXCL,
/// FILELOCK, RRDINFO.
const PLAIN: [u16; 6] = [FILEPASS, 0x00E1, 0x0138, 0x0194, 0x0195, 0x0196];

/// Decrypts the bodies of a locked stream. Says whether Excel's own password opened it; `None` if nothing was locked.
pub fn unlock(stream: &mut [u8], passwords: &Passwords) -> Result<Option<bool>, Trouble> {
    let mut head = Records::new(stream, 0).take_while(|record| record.kind != EOF);
    let Some(said) = head.find(|record| record.kind == FILEPASS) else { return Ok(None) };
    let refused = |fault| Trouble::of_lock(fault, passwords);
    let lock = RecordLock::read(said.body).map_err(refused)?;
    let opened = crypt::first_fitting(passwords, |word| lock.key_of(word)).map_err(refused)?;
    decrypt(stream, opened.key);
    Ok(Some(opened.was_built_in))
}

fn decrypt(stream: &mut [u8], mut key: RecordKey) {
    let mut at = 0;
    while let Some((kind, length)) = head_at(stream, at) {
        let start = at + 4;
        // A record that runs past the end is told by whoever reads the records.
        let Some(body) = stream.get_mut(start..start + length) else { return };
        if !is_bof(kind) && !PLAIN.contains(&kind) {
            // Where a sheet begins stays readable.
            let plain = if kind == BOUND_SHEET { 4 } else { 0 };
            key.decrypt(start, plain, body);
        }
        at = start + length;
    }
}

fn head_at(stream: &[u8], at: usize) -> Option<(u16, usize)> {
    let [kind_low, kind_high, low, high] = *stream.get(at..)?.first_chunk()?;
    let length = u16::from_le_bytes([low, high]);
    Some((u16::from_le_bytes([kind_low, kind_high]), usize::from(length)))
}
