//! Whether a picture can be read: thresholds over what was measured.
//!
//! Measured on 93 drawn sign-in sheets (100–300 dpi, noise, JPEG quality 40–80, leaning, bent, unevenly lit) and 11 real
//! scans and photographs; see each threshold.

use crate::model::{Code, Evidence, EvidenceKind, Finding, Lang, Look, Place, codes::evidence};

/// Less is out of focus. Drawn sheets have 0.31 and more, real ones 0.25 and more. Blurred by 2.5 pixels of 1,024 (writing
/// of 15 pixels is then hardly legible) they have at most 0.15, shaken by 11 pixels at most 0.11.
pub const LEAST_SHARPNESS: f32 = 0.15;

/// More is too dark: paper at less than a third of white. Drawn sheets have at most 0.19, real ones 0.20; at a third of
/// their light 0.66 to 0.71, at a quarter 0.76 and more.
pub const MOST_DARKNESS: f32 = 0.70;

/// Pixels on the long side of a page: A4 at less than 100 dpi has fewer.
pub const LEAST_PAGE_SIDE: u32 = 1000;

/// Pixels on the long side of a photograph of people, which nobody has to read.
const LEAST_PHOTO_SIDE: u32 = 600;

/// What is wrong with a picture; at most one of blurred, dark and small, the cause before its effect.
pub fn findings(piece: &Evidence) -> Vec<Finding> {
    let Some(look) = piece.look.as_ref().filter(|look| look.width > 0) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(code) = fault(piece.kind, look) {
        let finding = told(code, piece);
        found.push(if std::ptr::eq(code, &evidence::EVIDENCE_SMALL) {
            finding.arg(look.width.to_string()).arg(look.height.to_string())
        } else {
            finding
        });
    }
    if look.orientation != 1 && piece.format != "pdf" {
        found.push(told(&evidence::EVIDENCE_SIDEWAYS, piece));
    }
    found
}

fn fault(kind: EvidenceKind, look: &Look) -> Option<&'static Code> {
    // Slides may well be dark, coarse or nearly empty.
    if kind == EvidenceKind::Courseware {
        return None;
    }
    let least = if kind == EvidenceKind::Photo { LEAST_PHOTO_SIDE } else { LEAST_PAGE_SIDE };
    if look.darkness > MOST_DARKNESS {
        Some(&evidence::EVIDENCE_DARK)
    } else if look.width.max(look.height) < least {
        Some(&evidence::EVIDENCE_SMALL)
    } else if look.sharpness < LEAST_SHARPNESS {
        Some(&evidence::EVIDENCE_BLURRED)
    } else {
        None
    }
}

fn told(code: &'static Code, piece: &Evidence) -> Finding {
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| piece.kind.label(lang));
    Finding::new(code, Place::NOWHERE).arg(&piece.path).arg(zh).arg(en)
}

/// Lines across and down from which a page may be a sheet of rows.
const SHEET_LINES: (u16, u16) = (8, 3);

/// Whether a page looks like a sign-in sheet: the shape of a page of paper, ruled into many rows. Other forms look the
/// same, so this counts only where nothing else tells the kind.
pub fn is_like_sheet(look: &Look) -> bool {
    let (long, short) = (look.width.max(look.height), look.width.min(look.height));
    let is_page = short > 0 && (1.2..1.6).contains(&(f64::from(long) / f64::from(short)));
    is_page && look.lines.0 >= SHEET_LINES.0 && look.lines.1 >= SHEET_LINES.1
}
