//! The records of one conversion as the ledger will remember them: in memory while they are few, in a private file
//! when they are many.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::PathBuf,
};

use crate::ledger::RowKey;

/// Rows kept in memory: 3 MiB of them.
const FEW: usize = 1 << 16;
/// Bytes of one row in the file.
const WIDTH: usize = 45;

/// Collects rows, in document order.
pub struct Rows {
    few: Vec<RowKey>,
    path: PathBuf,
    many: Option<BufWriter<File>>,
}

impl Rows {
    /// Nothing yet; `path` is where the file may lie.
    pub fn new(path: PathBuf) -> Rows {
        Rows { few: Vec::new(), path, many: None }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.few.clear();
        self.many = None;
    }

    /// Adds a row.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn push(&mut self, row: RowKey) -> io::Result<()> {
        if self.few.len() == FEW {
            let file = match &mut self.many {
                Some(file) => file,
                None => self.many.insert(BufWriter::new(File::create(&self.path)?)),
            };
            for row in self.few.drain(..) {
                file.write_all(&pack(&row))?;
            }
        }
        self.few.push(row);
        Ok(())
    }

    /// Changes the rows added last, back to the first for which `change` says no.
    pub fn amend(&mut self, mut change: impl FnMut(&mut RowKey) -> bool) {
        for row in self.few.iter_mut().rev() {
            if !change(row) {
                return;
            }
        }
    }

    /// Gives all rows back, in order.
    ///
    /// # Errors
    /// The file cannot be finished or opened.
    pub fn read(&mut self) -> io::Result<impl Iterator<Item = RowKey> + '_> {
        let file = match &mut self.many {
            Some(file) => {
                file.flush()?;
                Some(BufReader::new(File::open(&self.path)?))
            }
            None => None,
        };
        Ok(Spilt { file }.chain(self.few.iter().copied()))
    }
}

struct Spilt {
    file: Option<BufReader<File>>,
}

impl Iterator for Spilt {
    type Item = RowKey;

    fn next(&mut self) -> Option<RowKey> {
        let mut bytes = [0; WIDTH];
        match self.file.as_mut()?.read_exact(&mut bytes) {
            Ok(()) => Some(unpack(&bytes)),
            Err(_) => {
                self.file = None;
                None
            }
        }
    }
}

fn pack(row: &RowKey) -> [u8; WIDTH] {
    let mut bytes = [0; WIDTH];
    let flags = u8::from(row.is_held) | u8::from(row.credits.is_some()) << 1;
    let parts: [&[u8]; 6] = [
        &row.key,
        &row.content,
        &row.grid.to_le_bytes(),
        &row.row.to_le_bytes(),
        &row.credits.unwrap_or_default().to_le_bytes(),
        &[flags],
    ];
    let all = parts.into_iter().flatten();
    bytes.iter_mut().zip(all).for_each(|(to, from)| *to = *from);
    bytes
}

fn unpack(bytes: &[u8; WIDTH]) -> RowKey {
    let flags = part::<1>(bytes, 42)[0];
    RowKey {
        key: part(bytes, 0),
        content: part(bytes, 16),
        grid: u16::from_le_bytes(part(bytes, 32)),
        row: u32::from_le_bytes(part(bytes, 34)),
        credits: (flags & 2 != 0).then(|| i32::from_le_bytes(part(bytes, 38))),
        is_held: flags & 1 != 0,
    }
}

fn part<const N: usize>(bytes: &[u8; WIDTH], at: usize) -> [u8; N] {
    let slice = bytes.get(at..at + N).unwrap_or_default();
    slice.try_into().unwrap_or([0; N])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_order_from_memory_and_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        for count in [0, 3, FEW, FEW + 1, 3 * FEW + 7] {
            let mut rows = Rows::new(folder.path().join("rows"));
            let row = |at: usize| RowKey {
                key: [at as u8; 16],
                content: [(at >> 8) as u8; 16],
                grid: (at % 7) as u16,
                row: at as u32,
                credits: (!at.is_multiple_of(3)).then_some(at as i32 - 5),
                is_held: at.is_multiple_of(2),
            };
            (0..count).for_each(|at| rows.push(row(at)).unwrap());
            rows.amend(|last| {
                last.is_held = true;
                false
            });
            let back: Vec<RowKey> = rows.read().unwrap().collect();
            assert_eq!(back.len(), count);
            for (at, found) in back.iter().enumerate() {
                let is_last = at + 1 == count;
                assert_eq!(*found, RowKey { is_held: is_last || at.is_multiple_of(2), ..row(at) });
            }
        }
    }
}
