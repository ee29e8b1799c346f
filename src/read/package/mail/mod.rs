//! A message and its attachments. Read twice: once for what is attached, once for the bytes. The text of the message
//! itself is not read, and that is told.

mod header;
mod lines;
mod transfer;
mod walk;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;

use header::Headers;
use rustc_hash::FxHashSet;
use walk::Walk;

use super::meter::Measure;
use super::sieve::Sieve;
use super::{Fault, Limits, Member, Visit};
use crate::model::codes::package;
use crate::model::{Finding, Place};

/// Pictures inside the text that are smaller are signatures and lines.
const PICTURE_BYTES: u64 = 2048;

/// Names for parts that have none, by kind.
static UNNAMED: &[(&str, &str)] = &[
    ("message/rfc822", "邮件.eml"),
    ("image/jpeg", "图片.jpg"),
    ("image/png", "图片.png"),
    ("image/gif", "图片.gif"),
    ("image/", "图片"),
    ("application/pdf", "附件.pdf"),
    ("application/zip", "附件.zip"),
    ("application/vnd.ms-excel", "附件.xls"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "附件.xlsx"),
    ("text/csv", "附件.csv"),
];

/// Parts that programs add and nobody attached.
const JUNK_KINDS: [&str; 5] = [
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "text/calendar",
    "message/delivery-status",
];

/// An opened message.
#[derive(Debug)]
pub(super) struct Mail {
    path: PathBuf,
    limits: Limits,
    /// What is given of each part, in order.
    members: Vec<Option<Member>>,
}

/// Opens a message: walks through it once.
///
/// # Errors
/// The message cannot be read, or is over the limits.
pub(super) fn open(path: &Path, limits: &Limits, sieve: &mut Sieve) -> Result<Mail, Fault> {
    let mut walk = walk(path)?;
    let (mut members, mut count, mut taken) = (Vec::new(), 0, FxHashSet::default());
    let mut has_text = false;
    while let Some(headers) = walk.next().map_err(Fault::World)? {
        let is_known = walk.is_known();
        let bytes = match io::copy(&mut walk, &mut io::sink()) {
            // Told when the part is given.
            Err(error) if error.raw_os_error().is_none() => 0,
            read => read.map_err(Fault::World)?,
        };
        let name = match judge(&headers, bytes) {
            Part::Attached(name) => Some(free_name(&mut taken, &name)),
            Part::Text => {
                has_text |= bytes > 2;
                None
            }
            Part::Junk => {
                sieve.skip();
                None
            }
            Part::Winmail => {
                sieve.findings.push(Finding::new(&package::MAIL_WINMAIL, Place::NOWHERE));
                None
            }
        };
        let path = name.map(|name| sieve.admit(&name, limits)).transpose()?.flatten();
        let path = path.filter(|path| {
            if !is_known {
                sieve.blame(path, &Fault::Method(headers.transfer.clone()));
            }
            is_known
        });
        members.push(path.map(|path| Member { path, bytes, order: count }));
        count += usize::from(members.last().is_some_and(Option::is_some));
        if members.len() > limits.members {
            return Err(Fault::TooManyMembers(limits.members));
        }
    }
    if has_text {
        sieve.findings.push(Finding::new(&package::MAIL_TEXT_NOT_READ, Place::NOWHERE));
    }
    Ok(Mail { path: path.to_owned(), limits: limits.clone(), members })
}

fn walk(path: &Path) -> Result<Walk<BufReader<File>>, Fault> {
    let file = File::open(path).map_err(Fault::World)?;
    Ok(Walk::new(BufReader::with_capacity(1 << 16, file)))
}

/// What a part is.
enum Part {
    Attached(String),
    Text,
    Junk,
    Winmail,
}

fn judge(headers: &Headers, bytes: u64) -> Part {
    let kind = headers.kind.as_str();
    let name = headers.name.as_deref();
    if kind == "application/ms-tnef"
        || name.is_some_and(|name| name.eq_ignore_ascii_case("winmail.dat"))
    {
        return Part::Winmail;
    }
    if JUNK_KINDS.contains(&kind) {
        return Part::Junk;
    }
    let is_inline = headers.has_content_id || headers.disposition == "inline";
    if kind.starts_with("image/") && is_inline && bytes < PICTURE_BYTES {
        return Part::Junk;
    }
    if let Some(name) = name {
        // A folder in the name is that of the sender's machine.
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        return Part::Attached(if last.is_empty() { "附件".to_owned() } else { last.to_owned() });
    }
    if headers.disposition != "attachment"
        && matches!(kind, "text/plain" | "text/html" | "text/enriched")
    {
        return Part::Text;
    }
    let named = UNNAMED.iter().find(|(start, _)| kind.starts_with(start));
    Part::Attached(named.map_or("附件", |(_, name)| name).to_owned())
}

/// Attachments of one name are no mistake in a message: the second becomes `图片 (2).png`.
fn free_name(taken: &mut FxHashSet<String>, name: &str) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 5 => {
            (stem, format!(".{ending}"))
        }
        _ => (name, String::new()),
    };
    let numbered = (2..).map(|number: u32| format!("{stem} ({number}){ending}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

impl Mail {
    /// Gives every attachment in order.
    ///
    /// # Errors
    /// A fault of the whole or the world; what `visit` said.
    pub(super) fn each(&self, visit: &mut Visit<'_>, sieve: &mut Sieve) -> Result<(), Fault> {
        let mut walk = walk(&self.path)?;
        let total = AtomicU64::new(0);
        let mut members = self.members.iter();
        while let (Some(_), Some(member)) = (walk.next().map_err(Fault::World)?, members.next()) {
            let Some(member) = member else { continue };
            let (limits, total) = (&self.limits, &total);
            let measure = Measure { limits, total, packed: None, crc: None, bytes: None };
            let source: &mut dyn Read = &mut walk;
            if let Some(fault) = super::give(member, source, measure, visit)? {
                sieve.blame(&member.path, &fault);
            }
        }
        Ok(())
    }
}
