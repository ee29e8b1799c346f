//! What tests of all formats share: a package in a file, and what became of it.

use std::io::Write;

use super::{Limits, Package, PackageFormat, open};
use crate::read::{Passwords, ReadError, ReadOptions};

/// What became of a package: members with their bytes, findings as `code path`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Told {
    pub members: Vec<(String, Vec<u8>)>,
    pub findings: Vec<String>,
}

impl Told {
    pub(super) fn names(&self) -> Vec<&str> {
        self.members.iter().map(|(name, _)| name.as_str()).collect()
    }
}

pub(super) fn opened(
    format: PackageFormat,
    bytes: &[u8],
    passwords: &[&str],
    limits: &Limits,
) -> Result<(Package, tempfile::NamedTempFile), &'static str> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let passwords = Passwords::new(passwords.iter().map(|word| (*word).to_owned()));
    let options = ReadOptions { passwords, ..ReadOptions::default() };
    match open(file.path(), format, &options, limits) {
        Ok(package) => Ok((package, file)),
        Err(ReadError::Refused(finding)) => Err(finding.code.name),
        Err(error) => panic!("{error}"),
    }
}

pub(super) fn told_within(
    format: PackageFormat,
    bytes: &[u8],
    passwords: &[&str],
    limits: &Limits,
) -> Result<Told, &'static str> {
    let (mut package, _file) = opened(format, bytes, passwords, limits)?;
    let mut told = Told::default();
    let given = package.each(&mut |member, bytes| {
        let mut content = Vec::new();
        bytes.read_to_end(&mut content)?;
        told.members.push((member.path.clone(), content));
        Ok(())
    });
    match given {
        Ok(()) => {}
        Err(ReadError::Refused(finding)) => return Err(finding.code.name),
        Err(error) => panic!("{error}"),
    }
    let findings = package.take_findings();
    told.findings = findings.iter().map(|f| format!("{} {}", f.code.name, f.value)).collect();
    Ok(told)
}
