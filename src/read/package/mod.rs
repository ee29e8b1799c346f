//! Packages: documents inside zip, 7z, tar, gzip and mail. Names decoded, hostile members refused, bytes counted.

/// How members are packed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageFormat {
    /// Zip.
    Zip,
    /// 7-Zip.
    SevenZip,
    /// Tar, gzipped or not.
    Tar,
    /// One gzipped file.
    Gzip,
    /// An internet message (RFC 5322) with attachments.
    Mail,
}
