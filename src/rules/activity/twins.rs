//! The same picture twice: by its bytes, and by what it shows.

use rustc_hash::FxHashMap;

use crate::model::{
    Evidence, EvidenceKind, Finding, KnownEvidence, PictureHash, Place, codes::evidence,
};

/// Bits of 512 in which two pictures of one page differ at most. Measured on drawn sheets: saved again at a worse
/// quality, half the size, other light or with up to 3 % of the margins cut they differ in 33 at most, turned by half a
/// degree in 48; sheets of one form in 86 at least (35 rows, few signed), signed ones in 112 and more.
pub const MOST_DISTANCE: u32 = 64;

/// A piece of evidence and how its project is called.
pub struct Piece<'a> {
    /// The evidence.
    pub evidence: &'a Evidence,
    /// Its project's number; empty if it has none.
    pub project: &'a str,
}

/// Finds what is there twice, in this package and against earlier ones.
pub fn findings(pieces: &[Piece<'_>], earlier: &[KnownEvidence]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut first: FxHashMap<&str, &Piece<'_>> = FxHashMap::default();
    let known: FxHashMap<&str, &KnownEvidence> =
        earlier.iter().map(|known| (known.sha256.as_str(), known)).collect();
    for (at, piece) in pieces.iter().enumerate() {
        let digest = piece.evidence.sha256.as_str();
        if let Some(other) = first.get(digest) {
            found.push(exact(piece, other));
            continue;
        }
        first.insert(digest, piece);
        if let Some(known) = known.get(digest).filter(|known| known.project != piece.project) {
            found.push(pair(&evidence::EVIDENCE_SHARED, piece, "", &known.project));
            continue;
        }
        found.extend(alike(piece, pieces.get(..at).unwrap_or_default(), earlier));
    }
    found
}

/// Two files of the same bytes.
fn exact(piece: &Piece<'_>, other: &Piece<'_>) -> Finding {
    if is_shared(piece, other.project) {
        return pair(&evidence::EVIDENCE_SHARED, piece, &other.evidence.path, other.project);
    }
    Finding::new(&evidence::EVIDENCE_REPEATED, Place::NOWHERE)
        .arg(&other.evidence.path)
        .arg(&piece.evidence.path)
}

/// The nearest picture of another project.
fn alike(piece: &Piece<'_>, before: &[Piece<'_>], earlier: &[KnownEvidence]) -> Option<Finding> {
    let hash = hash_of(piece.evidence)?;
    let here = before.iter().filter_map(|other| {
        let distance = hash.distance(&hash_of(other.evidence)?);
        Some((distance, other.evidence.path.as_str(), other.project))
    });
    let there = earlier
        .iter()
        .filter_map(|known| Some((hash.distance(&known.hash?), "", known.project.as_str())));
    let others = here
        .chain(there)
        .filter(|(distance, _, project)| *distance <= MOST_DISTANCE && is_shared(piece, project));
    let (_, path, project) = others.min_by_key(|(distance, ..)| *distance)?;
    Some(pair(&evidence::EVIDENCE_ALIKE, piece, path, project))
}

/// Slides and notices may well serve several projects; what shows people and signatures may not. Evidence without a
/// project is shared with nobody.
fn is_shared(piece: &Piece<'_>, project: &str) -> bool {
    use EvidenceKind::{Courseware, Notice, Paper, Schedule};
    let may_serve_many = matches!(piece.evidence.kind, Courseware | Notice | Paper | Schedule);
    !may_serve_many && !piece.project.is_empty() && !project.is_empty() && piece.project != project
}

fn hash_of(evidence: &Evidence) -> Option<PictureHash> {
    evidence.look.as_ref()?.hash
}

/// A finding about a piece and another one; an earlier package's has no path here.
fn pair(
    code: &'static crate::model::Code,
    piece: &Piece<'_>,
    path: &str,
    project: &str,
) -> Finding {
    let other = if path.is_empty() { "以前提交的材料 / handed in before" } else { path };
    Finding::new(code, Place::NOWHERE)
        .arg(&piece.evidence.path)
        .arg(piece.project)
        .arg(other)
        .arg(project)
}
