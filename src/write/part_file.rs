//! A file that appears under its final name only when it is whole: written as `.….part` beside it, then renamed.
//!
//! Whether it also survives a power cut is for whoever must promise that to see to: a sync costs ten
//! times what a small roster does.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::scratch;
use crate::text::digest::hex;

/// A file in the making. Dropped before [`PartFile::publish`], it leaves nothing behind.
pub struct PartFile {
    out: BufWriter<Noted>,
    path: PathBuf,
}

/// A scratch file that is on the list of [`scratch`].
struct Noted(Option<NamedTempFile>, PathBuf);

impl Drop for Noted {
    fn drop(&mut self) {
        drop(self.0.take());
        scratch::forget(&self.1);
    }
}

impl Noted {
    fn file(&mut self) -> io::Result<&mut NamedTempFile> {
        self.0.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Write for Noted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Seek for Noted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file()?.seek(to)
    }
}

/// A file that stands under its final name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The final name.
    pub path: PathBuf,
    /// Bytes in the file.
    pub bytes: u64,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
}

impl PartFile {
    /// Begins a file that will be called `path`; the folder must exist.
    ///
    /// # Errors
    /// The folder takes no new file.
    pub fn create(path: &Path) -> io::Result<PartFile> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".").suffix(".part");
        // A scratch file is private by default; an output must be as readable as any other file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let file = scratch::create(|| builder.tempfile_in(folder), |file| file.path().to_owned())?;
        let name = file.path().to_owned();
        let out = BufWriter::with_capacity(1 << 18, Noted(Some(file), name));
        Ok(PartFile { out, path: path.to_owned() })
    }

    /// The final name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Flushes and renames the file to its final name, replacing what stood there.
    ///
    /// # Errors
    /// The world says no; nothing is left behind then.
    pub fn publish(self) -> io::Result<Published> {
        let PartFile { out, path } = self;
        let mut noted = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        // Headers are patched by seeking back, so the digest needs the finished bytes; they are still
        // in the page cache.
        let (bytes, sha256) = sha256_of(File::open(&noted.1)?)?;
        if let Some(scratch) = noted.0.take() {
            scratch.persist(&path).map_err(|refused| refused.error)?;
        }
        Ok(Published { path, bytes, sha256 })
    }
}

fn sha256_of(mut file: File) -> io::Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut portion = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        let taken = file.read(&mut portion)?;
        if taken == 0 {
            break;
        }
        hasher.update(portion.get(..taken).unwrap_or_default());
        bytes += taken as u64;
    }
    Ok((bytes, hex(&hasher.finalize())))
}

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Seek for PartFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.out.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let mut part = PartFile::create(&path).unwrap();
        part.write_all(b"abc").unwrap();
        assert!(!path.exists());
        let hidden = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().file_name();
        let hidden = hidden.to_str().unwrap();
        assert!(hidden.starts_with('.') && hidden.ends_with(".part"), "{hidden}");
        let published = part.publish().unwrap();
        assert_eq!((published.bytes, fs::read(&path).unwrap().as_slice()), (3, &b"abc"[..]));
        assert!(published.sha256.starts_with("ba7816bf8f01cfea"));

        drop(PartFile::create(&folder.path().join("b.txt")).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
