//! Looking at pictures and PDFs of a package: size, sharpness, brightness, a hash of what they show.
//!
//! A child looks ([`super::child`]), because decoders of pictures can be made to ask for any amount of memory. One
//! child takes many pictures in turn; one that it dies over gets a finding, and the next child goes on behind it.

use std::{ffi::OsString, fs::File, path::PathBuf};

use super::{
    Passwords, ReadError,
    child::{ChildGrids, ReaderProgram, VERB, frame::Tag, look::FORMAT},
};
use crate::model::{Finding, Look, Place, codes::evidence};

/// Documents of one child: few enough for its minute of processor time.
const PER_CHILD: usize = 32;

/// Bytes that [`format`] needs.
pub const HEAD_BYTES: usize = 32;

/// What fixed bytes at the beginning give away; `None` stands for any byte.
static MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBP", "webp"),
    (0, b"%PDF-", "pdf"),
    (4, b"ftyphei", "heic"),
    (4, b"ftyphev", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypmsf1", "heic"),
];

/// The format of a picture or PDF (`jpg`, `png`, `tiff`, `bmp`, `gif`, `webp`, `heic`, `pdf`) by the first
/// [`HEAD_BYTES`] of the file; `None` for everything else.
pub fn format(head: &[u8]) -> Option<&'static str> {
    let is_at = |(at, magic, _): &&(usize, &[u8], &str)| {
        head.get(*at..).is_some_and(|rest| rest.starts_with(magic))
    };
    let bmp = || {
        let is_bmp = head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4]);
        (is_bmp && head.get(15..18) == Some(&[0; 3])).then_some("bmp")
    };
    MAGIC.iter().find(is_at).map(|(_, _, format)| *format).or_else(bmp)
}

/// Looks at documents; one answer each, in their order. One that is broken, locked, too large or of a format that
/// nobody here decodes gets a finding about that document.
///
/// # Errors
/// A child cannot be started, or a document cannot be read for the world's fault.
pub fn look(
    documents: &[(PathBuf, &'static str)],
) -> Result<Vec<Result<Look, Finding>>, ReadError> {
    // Nothing to decode, no child.
    if documents.iter().all(|(_, format)| !is_decoded(format)) {
        return Ok(documents.iter().map(|(_, format)| Err(undecoded(format))).collect());
    }
    look_with(&ReaderProgram::current()?, documents)
}

/// As [`look`], with a program of one's own choice.
///
/// # Errors
/// As [`look`].
pub fn look_with(
    program: &ReaderProgram,
    documents: &[(PathBuf, &'static str)],
) -> Result<Vec<Result<Look, Finding>>, ReadError> {
    let mut answers: Vec<Option<Result<Look, Finding>>> = documents
        .iter()
        .map(|(_, format)| (!is_decoded(format)).then(|| Err(undecoded(format))))
        .collect();
    let mut waiting: Vec<usize> =
        (0..documents.len()).filter(|at| answers.get(*at).is_some_and(Option::is_none)).collect();
    waiting.reverse();
    while !waiting.is_empty() {
        let batch: Vec<usize> = waiting.iter().rev().take(PER_CHILD).copied().collect();
        let (seen, death) = ask(program, documents, &batch)?;
        let count = seen.len();
        for (at, answer) in batch.iter().zip(seen) {
            if let Some(place) = answers.get_mut(*at) {
                *place = Some(answer);
            }
        }
        // A child that dies over its first document died of it; otherwise the next child tries it first.
        let is_culprit = death.is_some() && count == 0;
        if let Some(place) = batch.first().and_then(|first| answers.get_mut(*first))
            && is_culprit
        {
            *place = Some(Err(died(death)));
        }
        waiting.truncate(waiting.len() - count - usize::from(is_culprit));
    }
    Ok(answers.into_iter().map(|answer| answer.unwrap_or_else(|| Err(died(None)))).collect())
}

fn is_decoded(format: &str) -> bool {
    matches!(format, "jpg" | "png" | "tiff" | "bmp" | "gif" | "webp" | "pdf")
}

fn undecoded(format: &str) -> Finding {
    match format {
        "heic" => Finding::new(&evidence::EVIDENCE_HEIC, Place::NOWHERE),
        _ => Finding::new(&evidence::EVIDENCE_NOT_LOOKED, Place::NOWHERE).arg(format),
    }
}

fn died(finding: Option<Finding>) -> Finding {
    let reason = finding.and_then(|finding| finding.args.into_iter().next());
    Finding::new(&evidence::EVIDENCE_NOT_LOOKED, Place::NOWHERE).arg(reason.unwrap_or_default())
}

type Answers = Vec<Result<Look, Finding>>;

/// Asks one child; gives what it answered, and how it died if it did.
fn ask(
    program: &ReaderProgram,
    documents: &[(PathBuf, &'static str)],
    batch: &[usize],
) -> Result<(Answers, Option<Finding>), ReadError> {
    let mut args = vec![OsString::from(VERB), OsString::from(FORMAT)];
    for (path, format) in batch.iter().filter_map(|at| documents.get(*at)) {
        // A document that the system does not hand out is told by this side.
        File::open(path).map_err(|error| ReadError::io(path, error))?;
        args.extend([OsString::from(format), path.into()]);
    }
    let mut answers = Vec::new();
    let heard = ChildGrids::start(program, &args, &Passwords::default())
        .and_then(|mut child| hear(&mut child, batch.len(), &mut answers));
    match heard {
        Ok(()) => Ok((answers, None)),
        Err(ReadError::Refused(finding)) => Ok((answers, Some(*finding))),
        Err(error) => Err(error),
    }
}

fn hear(child: &mut ChildGrids, count: usize, answers: &mut Answers) -> Result<(), ReadError> {
    use super::Grids;
    while answers.len() < count {
        let frame = child.frame()?;
        if frame.tag != Tag::Look {
            return Err(child.garbled());
        }
        let look = frame.look()?;
        let finding = child.take_findings().into_iter().next();
        answers.push(look.ok_or_else(|| finding.unwrap_or_else(|| died(None))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        for (head, known) in [
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0".as_slice(), Some("jpg")),
            (b"\x89PNG\r\n\x1a\n\0\0", Some("png")),
            (b"II*\0\x08\0\0\0", Some("tiff")),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some("webp")),
            (b"%PDF-1.7", Some("pdf")),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Some("heic")),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some("bmp")),
            (b"BMW 330i and others", None),
            (b"PK\x03\x04", None),
            (b"", None),
        ] {
            assert_eq!(format(head), known);
        }
    }

    #[test]
    fn what_nobody_decodes_needs_no_child() {
        let documents = [("a.heic".into(), "heic"), ("b.docx".into(), "docx")];
        let looked = look(&documents).unwrap();
        let codes: Vec<_> =
            looked.into_iter().map(|answer| answer.unwrap_err().code.name).collect();
        assert_eq!(codes, ["evidence-heic", "evidence-not-looked"]);
    }
}
