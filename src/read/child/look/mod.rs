//! The child's side of looking: decodes pictures and PDFs one by one, measures them, sends what it saw.
//!
//! It answers in the order of its documents, so that the parent knows over which of them it died.

mod gray;
mod hash;
mod measure;
mod pdf;
mod picture;
mod tags;

use std::{ffi::OsString, fs, io::Read, panic::AssertUnwindSafe, path::Path};

use super::{frame::Remark, outbox::Outbox, trouble::Trouble};
use crate::model::{Look, codes::evidence};
use picture::Picture;

/// Name of this reader among the formats of [`super::serve`].
pub const FORMAT: &str = "look";

/// Most bytes of a picture or PDF that is looked at.
const MOST_BYTES: u64 = 256 << 20;

/// Why a document shows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Broken,
    Locked,
    TooLarge,
}

/// Looks at documents, named by pairs of format and path, and answers once for each.
pub fn serve(args: &[OsString], outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    for pair in args.chunks_exact(2) {
        let [format, path] = pair else { break };
        let format = format.to_str().unwrap_or_default();
        // A parser that panics met bytes it did not expect.
        let look = AssertUnwindSafe(|| look(format, Path::new(path)));
        let looked = std::panic::catch_unwind(look).unwrap_or(Ok(Err(Fault::Broken)))?;
        outbox.look(looked.map_err(|fault| remark(fault)))?;
    }
    Ok(())
}

/// The remark that a fault becomes; the parent names the document.
fn remark(fault: Fault) -> Remark {
    match fault {
        Fault::Broken => Remark::new(&evidence::EVIDENCE_BROKEN, &[]),
        Fault::Locked => Remark::new(&evidence::EVIDENCE_LOCKED, &[]),
        Fault::TooLarge => Remark::new(&evidence::EVIDENCE_TOO_LARGE, &[]),
    }
}

fn look(format: &str, path: &Path) -> Result<Result<Look, Fault>, Trouble> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Ok(Err(Fault::TooLarge));
    }
    Ok(look_at(format, bytes))
}

/// Looks at the bytes of one document.
fn look_at(format: &str, bytes: Vec<u8>) -> Result<Look, Fault> {
    if format == "pdf" {
        let document = pdf::read(bytes)?;
        return Ok(match document.scan {
            Some((picture, dpi)) => seen(picture, document.pages, dpi),
            None => unseen(document.pages),
        });
    }
    let dpi = tags::dpi(format, &bytes);
    let pages = if format == "tiff" { tags::pages(&bytes) } else { 1 };
    Ok(seen(picture::decode(format, &bytes)?, pages, dpi))
}

/// Measures a picture as people see it.
fn seen(picture: Picture, pages: u32, dpi: Option<u32>) -> Look {
    let Picture { width, height, orientation, gray } = picture;
    let (width, height) = if orientation >= 5 { (height, width) } else { (width, height) };
    let gray = gray.upright(orientation);
    let measures = measure::measure(&gray);
    Look {
        pages,
        width,
        height,
        dpi,
        orientation,
        sharpness: measures.sharpness,
        darkness: measures.darkness,
        lines: measures.lines,
        hash: hash::hash(&gray),
    }
}

/// Pages of text: nothing to measure.
fn unseen(pages: u32) -> Look {
    let (sharpness, darkness, lines) = (1.0, 0.0, (0, 0));
    Look {
        pages,
        width: 0,
        height: 0,
        dpi: None,
        orientation: 1,
        sharpness,
        darkness,
        lines,
        hash: None,
    }
}

#[cfg(test)]
mod tests;
