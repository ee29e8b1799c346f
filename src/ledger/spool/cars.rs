//! Side-cars: what a job read, found and decided, sealed, one for each lease that got so far.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use super::{Spool, SpoolError, error, originals};
use crate::ledger::{
    JobId,
    seal::{Packing, SealError, SealWriter},
};

/// A side-car in the making. Dropped before [`CarWriter::close`], it leaves nothing behind.
pub struct CarWriter {
    /// `None` once it is closed.
    writer: Option<SealWriter<BufWriter<File>>>,
    hidden: PathBuf,
    path: PathBuf,
}

impl CarWriter {
    /// Gives the side-car its place and says where that is: the caller syncs the file and its folder.
    ///
    /// # Errors
    /// `Full`, `Io`.
    pub fn close(mut self) -> Result<PathBuf, SpoolError> {
        if let Some(writer) = self.writer.take() {
            let placed = writer.finish().and_then(|_| fs::rename(&self.hidden, &self.path));
            error::at(&self.path, placed).inspect_err(|_| originals::remove(&self.hidden))?;
        }
        Ok(self.path.clone())
    }
}

impl Drop for CarWriter {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            originals::remove(&self.hidden);
        }
    }
}

impl Write for CarWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.writer {
            Some(writer) => writer.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Spool {
    /// Begins the side-car of a job.
    ///
    /// # Errors
    /// `Full`, `Io`.
    pub fn car(&self, job: JobId, fence: i64) -> Result<CarWriter, SpoolError> {
        let hidden = self.own.new_file();
        let writer = Some(self.begin(&hidden, Packing::Deflated)?);
        let path = self.folder.join("cars").join(format!("{job}-{fence}.seal"));
        Ok(CarWriter { writer, hidden, path })
    }

    /// Opens the side-car of a job's newest lease that made one. Errors of the seal come while
    /// reading, as `InvalidData`.
    ///
    /// # Errors
    /// `Missing`, `Sealed`, `Io`.
    pub fn open_car(&self, job: JobId) -> Result<Box<dyn Read>, SpoolError> {
        let folder = self.folder.join("cars");
        let mut cars = error::at(&folder, cars_of(&folder, job))?;
        cars.sort_by_key(|(fence, _)| *fence);
        let none = SpoolError::Missing { path: folder.join(format!("{job}.seal")) };
        let (_, path) = cars.pop().ok_or(none)?;
        let sealed = |source| error::unsealing(&path, source);
        let file = File::open(&path).map_err(|source| sealed(SealError::Io(source)))?;
        Ok(Box::new(self.keys.reader(file).map_err(sealed)?))
    }

    /// Removes all side-cars of a job and says how many bytes that freed.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remove_car(&self, job: JobId) -> Result<u64, SpoolError> {
        let folder = self.folder.join("cars");
        let mut bytes = 0;
        for (_, path) in error::at(&folder, cars_of(&folder, job))? {
            bytes += error::at(&path, originals::removed_bytes(&path))?;
        }
        Ok(bytes)
    }
}

/// The side-cars of a job, with their fences.
fn cars_of(folder: &Path, job: JobId) -> io::Result<Vec<(i64, PathBuf)>> {
    let beginning = format!("{job}-");
    let mut cars = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_str().and_then(|name| name.strip_prefix(&beginning));
        let fence = name.and_then(|name| name.strip_suffix(".seal")?.parse().ok());
        if let Some(fence) = fence {
            cars.push((fence, folder.join(format!("{beginning}{fence}.seal"))));
        }
    }
    Ok(cars)
}
