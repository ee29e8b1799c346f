//! Members that show something: pictures, letters, and the manifest that says what they are.

use std::{fs::File, io::Read, path::Path};

use super::{
    album::Piece,
    totals,
    tour::{Level, Tour, Unpacked, remove},
};
use crate::{
    model::{Evidence, EvidenceKind, Finding, KindBy, Place, SignedBy, codes::package as codes},
    pipeline::{
        ConvertError,
        report::{DocumentReport, EvidenceReport},
    },
    read::{encoding, look},
    text::{evidence_name, manifest},
};

/// What letters are called by their extension; their bytes told that they are letters.
static LETTERS: &[&str] = &[
    "doc", "docx", "wps", "ppt", "pptx", "dps", "rtf", "ofd", "txt", "html", "xls", "xlsx", "csv",
];

impl Tour<'_, '_> {
    /// Reads what a person says of the package.
    ///
    /// # Errors
    /// The report cannot be written.
    pub(super) fn take_manifest(
        &mut self,
        level: &mut Level,
        member: &Unpacked,
    ) -> Result<(), ConvertError> {
        let text = encoding::text_of(&member.file).map_err(ConvertError::Read)?;
        let said = manifest::manifest(&text);
        for project in &said.projects {
            if let Some(signed) = project.signed {
                self.activity.sign(project.code.as_deref(), signed, SignedBy::Manifest);
            }
        }
        let unknown = said.unknown.iter().map(|(line, words)| {
            let place = Place::row(0, *line);
            Finding::new(&codes::MANIFEST_LINE_UNKNOWN, place).arg(words)
        });
        let unknown = unknown.collect();
        self.activity.say_kinds(said.kinds);
        let mut inside = DocumentReport::named(&member.path);
        inside.sha256.clone_from(&member.sha256);
        inside.format = Some("manifest");
        self.tell(&mut inside, &member.shown, unknown)?;
        level.add(inside);
        remove(&member.file);
        Ok(())
    }

    /// Takes in a member that shows something.
    ///
    /// # Errors
    /// The report cannot be written, or the looking child cannot be started.
    pub(super) fn add_evidence(
        &mut self,
        level: &mut Level,
        member: Unpacked,
    ) -> Result<(), ConvertError> {
        let head = head_of(&member.file);
        let picture = look::format(&head);
        let (kind, kind_by) =
            evidence_name::kind_of(&member.path).unwrap_or((EvidenceKind::Other, KindBy::Nothing));
        let evidence = Evidence {
            path: member.path.clone(),
            sha256: member.sha256,
            bytes: member.bytes,
            format: picture.unwrap_or_else(|| letter(&member.path)),
            kind,
            kind_by,
            project: evidence_name::project_in(&member.path),
            look: None,
        };
        let at = level.report.members.len();
        level.report.members.push(DocumentReport::named(&member.path));
        if picture.is_some() {
            level.album.add(at, evidence, member.file);
        } else {
            remove(&member.file);
            self.place(level, Piece { at, evidence, fault: None })?;
        }
        if level.album.is_full() { self.hang(level) } else { Ok(()) }
    }

    /// Looks at the pictures that wait, and reports them.
    ///
    /// # Errors
    /// As [`Tour::add_evidence`].
    pub(super) fn hang(&mut self, level: &mut Level) -> Result<(), ConvertError> {
        for piece in level.album.look()? {
            self.place(level, piece)?;
        }
        Ok(())
    }

    /// Puts a piece of evidence into its place among the members.
    fn place(&mut self, level: &mut Level, piece: Piece) -> Result<(), ConvertError> {
        let Piece { at, evidence, fault } = piece;
        let mut member = DocumentReport::named(&evidence.path);
        member.sha256.clone_from(&evidence.sha256);
        member.format = Some(evidence.format);
        member.records.insert("evidence", 1);
        let shown = format!("{} › {}", level.shown, evidence.path);
        self.tell(&mut member, &shown, fault.into_iter().collect())?;
        member.evidence = Some(EvidenceReport::of(&evidence));
        self.activity.add(evidence);
        totals::add(&mut level.report, &member);
        if let Some(place) = level.report.members.get_mut(at) {
            *place = member;
        }
        Ok(())
    }
}

fn head_of(path: &Path) -> Vec<u8> {
    let mut head = Vec::new();
    // What cannot be read again has no picture's head.
    let _ = File::open(path).and_then(|file| file.take(64).read_to_end(&mut head));
    head
}

fn letter(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let known = LETTERS.iter().find(|letter| extension.eq_ignore_ascii_case(letter));
    known.copied().unwrap_or("file")
}
