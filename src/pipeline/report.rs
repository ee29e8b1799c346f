//! The report of one document, as JSON: the shapes are a contract (schemas in `tests/schemas/`).

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::ConvertError;
use crate::{
    mapping::convert::Skipped,
    model::{
        Candidate, Evidence, Finding, Kind, KnownEvidence, Lang, PictureHash, Severity, fields,
        grid,
    },
    text::mask,
    write::scratch,
};

/// Version of the shapes here.
pub const VERSION: u32 = 1;

/// What became of one document.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DocumentReport {
    /// Name as the sender gave it.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Format by content: `csv`, `xlsx` …; `null` if nobody could tell.
    pub format: Option<&'static str>,
    /// Encoding of a text document.
    pub encoding: Option<&'static str>,
    /// The input mapping (of the first table).
    pub input: Option<String>,
    /// Documents inside this one.
    pub members: Vec<DocumentReport>,
    /// What it shows, if it is evidence; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceReport>,
    /// Tables found, in document order.
    pub tables: Vec<TableReport>,
    /// Records read per kind, held included.
    pub records: BTreeMap<&'static str, u64>,
    /// Records that an error keeps out of every output.
    pub held: u64,
    /// Findings per severity.
    pub findings: FindingCounts,
    /// Files written for platforms.
    pub outputs: Vec<OutputReport>,
    /// The sender's workbook with the wrong cells marked, absolute.
    pub annotated: Option<PathBuf>,
    /// This report's file, absolute.
    pub report: Option<PathBuf>,
    /// SHA-256 of everything that decided the outcome besides the document.
    pub digests: BTreeMap<String, String>,
    /// Why the document could not be converted at all (disk, configuration); absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Findings per code. For the terminal and the sender's note; the report lists them all.
    #[serde(skip)]
    pub codes: BTreeMap<&'static str, Told>,
}

/// What is told of all findings of one code: the first of them stands for the others.
#[derive(Clone, Debug)]
pub struct Told {
    /// The worst severity.
    pub severity: Severity,
    /// How many there are.
    pub count: u64,
    /// The document of the first, as findings call it.
    pub document: String,
    /// What is wrong with it.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

/// A piece of evidence.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceReport {
    /// English name of its kind: `sign-in`, `notice` …
    pub kind: &'static str,
    /// What told the kind: `said`, `name`, `folder`, `content`, `nothing`.
    pub kind_by: &'static str,
    /// The project that its path names.
    pub project: Option<String>,
    /// Size of the file.
    pub bytes: u64,
    /// Pages; `null` if nobody could look.
    pub pages: Option<u32>,
    /// Width and height in pixels, as people see it.
    pub pixels: Option<[u32; 2]>,
    /// Pixels per inch, where the file says so.
    pub dpi: Option<u32>,
    /// EXIF orientation, 1 to 8.
    pub orientation: Option<u8>,
    /// Sharpness of the strokes.
    pub sharpness: Option<f32>,
    /// Share of black in the paper's brightness.
    pub darkness: Option<f32>,
    /// Perceptual hash, for the ledger.
    #[serde(skip)]
    pub hash: Option<PictureHash>,
}

impl EvidenceReport {
    /// What a report says of a piece of evidence.
    pub fn of(evidence: &Evidence) -> EvidenceReport {
        let look = evidence.look.as_ref();
        EvidenceReport {
            kind: evidence.kind.name(),
            kind_by: evidence.kind_by.name(),
            project: evidence.project.clone(),
            bytes: evidence.bytes,
            pages: look.map(|look| look.pages),
            pixels: look.filter(|look| look.width > 0).map(|look| [look.width, look.height]),
            dpi: look.and_then(|look| look.dpi),
            orientation: look.map(|look| look.orientation),
            sharpness: look.map(|look| look.sharpness),
            darkness: look.map(|look| look.darkness),
            hash: look.and_then(|look| look.hash),
        }
    }
}

/// Counts of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FindingCounts {
    /// Errors: each holds its record.
    pub error: u64,
    /// Warnings.
    pub warning: u64,
    /// For information.
    pub info: u64,
}

impl FindingCounts {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Info => self.info += 1,
        }
    }
}

/// One table of a document.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TableReport {
    /// Sheet name; empty for text documents.
    pub sheet: String,
    /// The input mapping.
    pub input: String,
    /// Rows of the headings.
    pub header_rows: Vec<u32>,
    /// First row below them.
    pub first_row: u32,
    /// Rows below the headings that hold something.
    pub rows: u64,
    /// Rows that were hidden or filtered out (read all the same).
    pub hidden: u64,
    /// Columns that became fields.
    pub columns: Vec<ColumnReport>,
    /// Columns that no field takes.
    pub unmapped: Vec<UnmappedReport>,
    /// Rows that are not records.
    pub skipped: SkippedReport,
    /// Why this mapping and these heading rows, for people.
    pub why: Vec<String>,
}

/// Rows of a table that are not records.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct SkippedReport {
    /// Blank rows.
    pub blank: u64,
    /// Footer rows, and what follows them.
    pub footer: u64,
    /// Subtotals.
    pub subtotal: u64,
    /// Sample rows, known by their mark.
    pub sample: u64,
    /// Headings printed again.
    pub repeated_heading: u64,
    /// Rows that only name a section.
    pub section: u64,
}

impl From<Skipped> for SkippedReport {
    fn from(skipped: Skipped) -> SkippedReport {
        let Skipped { blank, footer, subtotal, sample, repeated_heading, section } = skipped;
        SkippedReport { blank, footer, subtotal, sample, repeated_heading, section }
    }
}

/// One mapped column.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnReport {
    /// Letters.
    pub column: String,
    /// As the sender wrote it.
    pub heading: String,
    /// English field name.
    pub field: &'static str,
}

/// One column that no field takes.
#[derive(Clone, Debug, Serialize)]
pub struct UnmappedReport {
    /// Letters.
    pub column: String,
    /// As the sender wrote it.
    pub heading: String,
}

/// One file written for a platform.
#[derive(Clone, Debug, Serialize)]
pub struct OutputReport {
    /// Target name.
    pub target: String,
    /// The file, absolute.
    pub path: PathBuf,
    /// Records in it.
    pub rows: u64,
    /// Records that this target could not take.
    pub held: u64,
    /// Records left out because the platform has them already; absent for targets that take the whole roster.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A finding as reports show it; the value of personal data is masked.
#[derive(Clone, Debug, Serialize)]
pub struct FindingRecord<'a> {
    code: &'static str,
    severity: &'static str,
    document: &'a str,
    sheet: Option<&'a str>,
    cell: Option<String>,
    row: Option<u32>,
    field: Option<&'static str>,
    value: Option<String>,
    message: String,
    hint: String,
    clause: Option<ClauseRecord<'a>>,
    proposed: Option<&'a str>,
    also: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<CandidateRecord<'a>>,
}

/// Who may be meant; holds no more of the person than [`Candidate`] does.
#[derive(Clone, Debug, Serialize)]
struct CandidateRecord<'a> {
    digits: &'a [(u8, char)],
    name: &'a str,
    dept: &'a str,
    grounds: &'static str,
}

impl<'a> From<&'a Candidate> for CandidateRecord<'a> {
    fn from(candidate: &'a Candidate) -> CandidateRecord<'a> {
        let Candidate { digits, name, dept, grounds } = candidate;
        CandidateRecord { digits, name, dept, grounds: grounds.name() }
    }
}

#[derive(Clone, Debug, Serialize)]
struct ClauseRecord<'a> {
    pack: &'a str,
    rule: &'a str,
    source: &'a str,
}

impl<'a> FindingRecord<'a> {
    /// Shows a finding in a language.
    pub fn new(
        finding: &'a Finding,
        document: &'a str,
        sheet: Option<&'a str>,
        lang: Lang,
    ) -> FindingRecord<'a> {
        let place = finding.place;
        FindingRecord {
            code: finding.code.name,
            severity: finding.severity.name(),
            document,
            sheet: sheet.filter(|name| !name.is_empty()),
            cell: place.a1(),
            row: (place.row > 0).then_some(place.row),
            field: (!finding.field.is_empty()).then_some(finding.field),
            value: shown_value(finding),
            message: finding.message(lang),
            hint: finding.hint(lang),
            clause: finding.clause.as_deref().map(|clause| ClauseRecord {
                pack: &clause.pack,
                rule: &clause.rule,
                source: lang.pick(&clause.source[0], &clause.source[1]),
            }),
            proposed: finding.proposed.as_deref(),
            also: finding.also.iter().filter_map(|place| place.a1()).collect(),
            candidates: finding.candidates.iter().map(CandidateRecord::from).collect(),
        }
    }
}

/// The value of a finding as people may see it.
pub fn shown_value(finding: &Finding) -> Option<String> {
    match (finding.value.is_empty(), finding.is_personal) {
        (true, _) => None,
        (false, true) => Some(masked(finding)),
        (false, false) => Some(finding.value.chars().take(200).collect()),
    }
}

fn masked(finding: &Finding) -> String {
    let field = Kind::ALL.into_iter().find_map(|kind| fields::find(kind, finding.field));
    mask::mask(field.map_or(crate::model::FieldType::Text, |field| field.kind), &finding.value)
}

/// The name of a file, as people see it.
pub fn name_of(document: &Path) -> String {
    document.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A place in a report.
#[derive(Clone, Copy, Debug)]
pub struct ReportMark {
    at: u64,
    is_first: bool,
}

/// Streams a report to disk: findings first, the document's summary last.
pub struct ReportFile {
    file: BufWriter<File>,
    part: PathBuf,
    path: PathBuf,
    is_first: bool,
}

impl ReportFile {
    /// Begins a report beside its final name.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn create(folder: &Path, stem: &str) -> Result<ReportFile, ConvertError> {
        let path = folder.join(format!("{stem}.report.json"));
        let part = folder.join(format!(".{stem}.report.json.part"));
        let file = scratch::create(|| File::create(&part), |_| part.clone())
            .map_err(|source| ConvertError::io(&part, source))?;
        let mut report = ReportFile {
            file: BufWriter::with_capacity(1 << 16, file),
            part,
            path,
            is_first: true,
        };
        report.raw(format!("{{\"version\":{VERSION},\"findings\":[").as_bytes())?;
        Ok(report)
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), ConvertError> {
        self.file.write_all(bytes).map_err(|source| ConvertError::io(&self.part, source))
    }

    /// Adds a finding.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn add(&mut self, finding: &FindingRecord<'_>) -> Result<(), ConvertError> {
        let lead: &[u8] = if self.is_first { b"\n" } else { b",\n" };
        self.is_first = false;
        self.raw(lead)?;
        let written = serde_json::to_writer(&mut self.file, finding);
        written.map_err(|error| ConvertError::io(&self.part, error.into()))
    }

    /// Where the next finding will stand, to come back to.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn mark(&mut self) -> Result<ReportMark, ConvertError> {
        let at = self.file.stream_position();
        let at = at.map_err(|source| ConvertError::io(&self.part, source))?;
        Ok(ReportMark { at, is_first: self.is_first })
    }

    /// Forgets every finding since the mark.
    ///
    /// # Errors
    /// The disk is gone.
    pub fn rewind(&mut self, mark: ReportMark) -> Result<(), ConvertError> {
        let ReportMark { at, is_first } = mark;
        let rewound: io::Result<()> = (|| {
            self.file.seek(SeekFrom::Start(at))?;
            self.file.get_ref().set_len(at)
        })();
        self.is_first = is_first;
        rewound.map_err(|source| ConvertError::io(&self.part, source))
    }

    /// Where the report will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ends the report with the document's summary and gives it its name.
    ///
    /// # Errors
    /// The disk is full, or gone.
    pub fn close(mut self, document: &DocumentReport) -> Result<(), ConvertError> {
        self.raw(b"\n],\"document\":")?;
        serde_json::to_writer(&mut self.file, document)
            .map_err(|error| ConvertError::io(&self.part, error.into()))?;
        self.raw(b"}\n")?;
        self.file.flush().map_err(|source| ConvertError::io(&self.part, source))?;
        fs::rename(&self.part, &self.path).map_err(|source| ConvertError::io(&self.path, source))
    }
}

impl Drop for ReportFile {
    fn drop(&mut self) {
        // After `close` the name is gone already; before it, nothing half-written may stay.
        let _ = fs::remove_file(&self.part);
        scratch::forget(&self.part);
    }
}

impl DocumentReport {
    /// A report with nothing in it but the document's name.
    pub fn of(document: &Path) -> DocumentReport {
        DocumentReport::named(&name_of(document))
    }

    /// A report with nothing in it but a name.
    pub fn named(name: &str) -> DocumentReport {
        DocumentReport { name: name.to_owned(), ..DocumentReport::default() }
    }

    /// Every file made for a platform, of this document and of those inside it.
    pub fn all_outputs(&self) -> Vec<&OutputReport> {
        let inside = self.members.iter().flat_map(DocumentReport::all_outputs);
        self.outputs.iter().chain(inside).collect()
    }

    /// Every annotated workbook, of this document and of those inside it.
    pub fn all_annotated(&self) -> Vec<&Path> {
        let inside = self.members.iter().flat_map(DocumentReport::all_annotated);
        self.annotated.as_deref().into_iter().chain(inside).collect()
    }

    /// What the ledger remembers of all evidence in it that belongs to a project.
    pub fn all_evidence(&self) -> Vec<KnownEvidence> {
        let own = self.evidence.as_ref().and_then(|evidence| {
            let (sha256, hash) = (self.sha256.clone(), evidence.hash);
            let project = evidence.project.clone()?;
            Some(KnownEvidence { sha256, hash, project })
        });
        let inside = self.members.iter().flat_map(DocumentReport::all_evidence);
        own.into_iter().chain(inside).collect()
    }

    /// Whether a table was found in it or in a document inside it.
    pub fn has_tables(&self) -> bool {
        !self.tables.is_empty() || self.members.iter().any(DocumentReport::has_tables)
    }

    /// Letters of a column, for reports.
    pub fn letters(column: u16) -> String {
        grid::column_letters(column)
    }
}
