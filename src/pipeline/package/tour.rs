//! One run through a package, member by member.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{
    MAX_DEPTH, Order,
    album::Album,
    names::{self, Stems},
    part::PartWitness,
    totals,
};
use crate::{
    model::{
        Finding, Place, SignedBy,
        codes::{layout, package as codes},
    },
    pipeline::{
        ConvertError, LARGE_BYTES, Witness,
        journey::{Journey, Known, Ran, Subject, take_away},
        read_options,
        report::{DocumentReport, ReportFile},
        sink::Sink,
        unlock,
    },
    read::{
        Nature, ReadError,
        package::{self, Limits, PackageFormat},
        sniff::{self, foreign},
    },
    rules::{PackUse, activity::Activity},
    text::{digest::hex, evidence_name, manifest},
};

/// What runs through members learnt of rows that contradict each other, by the member's place in the package.
pub type Learnt = HashMap<String, Known>;

/// Formats that show something and hold no rows.
static SHOWN: &[&foreign::Foreign] = &[
    &foreign::IMAGE,
    &foreign::PDF,
    &foreign::WORD,
    &foreign::SLIDES,
    &foreign::RTF,
    &foreign::OFD,
];

/// One run.
pub struct Tour<'a, 'w> {
    order: &'a Order<'a>,
    witness: &'w mut dyn Witness,
    file: Option<ReportFile>,
    /// What an earlier run learnt; empty in the first.
    known: Learnt,
    is_second: bool,
    learnt: Learnt,
    start: Option<crate::pipeline::report::ReportMark>,
    stems: Stems,
    pub(super) activity: Activity,
    unpacked: usize,
}

/// A package within the run: the one that was asked for, or one inside it.
pub(super) struct Level {
    /// Where its bytes are.
    path: PathBuf,
    format: PackageFormat,
    /// `包.zip` or `包.zip › 内.zip`.
    pub shown: String,
    /// Folders of packages around it, for the names of outputs: empty, or `内/`.
    prefix: String,
    depth: usize,
    /// What became of it and its members so far.
    pub report: DocumentReport,
    /// Pictures that wait to be looked at.
    pub album: Album,
}

impl Level {
    /// Adds a member, and what it came to.
    pub fn add(&mut self, member: DocumentReport) {
        totals::add(&mut self.report, &member);
        self.report.members.push(member);
    }
}

/// A member on disk.
pub(super) struct Unpacked {
    /// Its path inside its package.
    pub path: String,
    /// Where its bytes are.
    pub file: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of them.
    pub sha256: String,
    /// What findings call it.
    pub shown: String,
}

impl<'a, 'w> Tour<'a, 'w> {
    /// A run that knows what an earlier one learnt.
    pub fn new(
        order: &'a Order<'a>,
        witness: &'w mut dyn Witness,
        packs: &[PackUse],
        file: Option<ReportFile>,
        known: Learnt,
    ) -> Tour<'a, 'w> {
        Tour {
            order,
            witness,
            file,
            is_second: !known.is_empty(),
            known,
            learnt: Learnt::new(),
            start: None,
            stems: Stems::default(),
            activity: Activity::new(packs, order.request.as_of),
            unpacked: 0,
        }
    }

    /// Runs through the package and everything in it.
    ///
    /// # Errors
    /// The world is at fault; nothing was left behind.
    pub fn run(&mut self) -> Result<DocumentReport, ConvertError> {
        let Order { subject, request, .. } = self.order;
        self.start = self.file.as_mut().map(ReportFile::mark).transpose()?;
        self.witness.begin(None)?;
        let mut report = DocumentReport::named(&subject.name);
        report.sha256.clone_from(&subject.digest);
        let mut level = Level {
            path: subject.path.to_owned(),
            format: subject.format,
            shown: subject.name.clone(),
            prefix: String::new(),
            depth: 1,
            report,
            album: Album::default(),
        };
        let toured = self.tour(&mut level).and_then(|()| {
            let mut late = self.late(&level.report);
            late.append(&mut self.witness.end()?);
            self.tell(&mut level.report, &level.shown, late)
        });
        let mut report = level.report;
        if let Err(error) = toured {
            take_away(&report);
            return Err(error);
        }
        if request.is_strict && report.findings.error > 0 {
            totals::hold(&mut report);
        }
        Ok(report)
    }

    /// What the package as a whole lacks.
    fn late(&mut self, report: &DocumentReport) -> Vec<Finding> {
        self.activity.earlier(self.order.request.past.evidence.iter().cloned());
        if let Some(count) = self.order.request.signed {
            self.activity.sign(None, count, SignedBy::Person);
        }
        let mut late = self.activity.finish();
        let is_bare = report.records.is_empty() && report.findings.error == 0;
        if is_bare {
            late.push(Finding::new(&codes::PACKAGE_EMPTY, Place::NOWHERE));
        } else if !report.has_tables() && !report.records.is_empty() {
            late.push(Finding::new(&codes::PACKAGE_WITHOUT_ROSTER, Place::NOWHERE));
        }
        late
    }

    /// What the run learnt, and the report's file as it was before, if all must be done again.
    ///
    /// # Errors
    /// The report cannot be cut back.
    pub fn again(&mut self) -> Result<Option<(Learnt, Option<ReportFile>)>, ConvertError> {
        if self.is_second || self.learnt.is_empty() {
            return Ok(None);
        }
        let mut file = self.file.take();
        if let (Some(file), Some(start)) = (&mut file, self.start) {
            file.rewind(start)?;
        }
        Ok(Some((std::mem::take(&mut self.learnt), file)))
    }

    /// The report's file, to be closed.
    pub fn into_file(self) -> Option<ReportFile> {
        self.file
    }

    /// Goes through the members of one package. What was made is in its report, also when it fails.
    fn tour(&mut self, level: &mut Level) -> Result<(), ConvertError> {
        level.report.format = Some(level.format.name());
        let options = read_options(self.order.catalogue, self.order.request)?;
        let opened = package::open(&level.path, level.format, &options, &Limits::default());
        let mut package = match opened {
            Ok(package) => package,
            Err(ReadError::Refused(finding)) => {
                return self.tell(&mut level.report, &level.shown, vec![*finding]);
            }
            Err(error) => return Err(ConvertError::Read(error)),
        };
        let mut failed = None;
        let ended = package.each(&mut |member, bytes| {
            match self.visit(level, &member.path, bytes) {
                Ok(()) => Ok(()),
                Err(Stop::Member(error)) => Err(error),
                Err(Stop::World(error)) => {
                    failed = Some(error);
                    // Stops the package; what really happened is told below.
                    Err(io::ErrorKind::Interrupted.into())
                }
            }
        });
        if let Some(error) = failed {
            return Err(error);
        }
        self.hang(level)?;
        let mut findings = package.take_findings();
        match ended {
            Ok(()) => {}
            Err(ReadError::Refused(finding)) => findings.push(*finding),
            Err(error) => return Err(ConvertError::Read(error)),
        }
        self.tell(&mut level.report, &level.shown, findings)
    }

    fn visit(&mut self, level: &mut Level, path: &str, bytes: &mut dyn Read) -> Result<(), Stop> {
        let member = self.unpack(level, path, bytes)?;
        let nature = match sniff::nature(&member.file) {
            Err(error @ ReadError::Io { .. }) => return Err(ConvertError::Read(error).into()),
            other => other.ok(),
        };
        match nature {
            Some(Nature::Foreign(format)) if SHOWN.contains(&format) => {
                self.add_evidence(level, member)?;
            }
            Some(Nature::Package(format)) => self.enter(level, &member, format)?,
            _ if manifest::is_manifest(path) => self.take_manifest(level, &member)?,
            _ => self.convert(level, member, nature)?,
        }
        Ok(())
    }

    /// Goes through a package inside the package.
    fn enter(
        &mut self,
        level: &mut Level,
        member: &Unpacked,
        format: PackageFormat,
    ) -> Result<(), ConvertError> {
        let mut report = DocumentReport::named(&member.path);
        report.sha256.clone_from(&member.sha256);
        let mut inner = Level {
            path: member.file.clone(),
            format,
            shown: member.shown.clone(),
            prefix: format!("{}{}/", level.prefix, names::without_extension(&member.path)),
            depth: level.depth + 1,
            report,
            album: Album::default(),
        };
        let toured = if inner.depth <= MAX_DEPTH {
            self.tour(&mut inner)
        } else {
            let deep = Finding::new(&codes::PACKAGE_TOO_DEEP, Place::NOWHERE);
            self.tell(&mut inner.report, &inner.shown, vec![deep.arg(MAX_DEPTH.to_string())])
        };
        remove(&member.file);
        level.add(inner.report);
        toured
    }

    /// Writes a member's bytes to the private folder.
    fn unpack(
        &mut self,
        level: &Level,
        path: &str,
        bytes: &mut dyn Read,
    ) -> Result<Unpacked, Stop> {
        self.unpacked += 1;
        let file = self.order.scratch.join(format!("{}", self.unpacked));
        let blame = |source| Stop::World(ConvertError::io(&file, source));
        let mut to = BufWriter::new(File::create(&file).map_err(blame)?);
        let (mut hash, mut count) = (Sha256::new(), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = bytes.read(&mut buffer).map_err(Stop::Member)?;
            let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
            hash.update(part);
            count += part.len() as u64;
            to.write_all(part).map_err(blame)?;
        }
        to.flush().map_err(blame)?;
        Ok(Unpacked {
            path: path.to_owned(),
            bytes: count,
            sha256: hex(&hash.finalize()),
            shown: format!("{} › {path}", level.shown),
            file,
        })
    }

    /// Converts a member that may hold rows. If no heading of it is known, it is a letter, not a table.
    fn convert(
        &mut self,
        level: &mut Level,
        member: Unpacked,
        nature: Option<Nature>,
    ) -> Result<(), ConvertError> {
        let Order { catalogue, request, .. } = *self.order;
        let sent = unlock::unlock(&member.file, nature, request)?;
        let subject = Subject {
            sent: &sent,
            name: member.path.clone(),
            shown: member.shown.clone(),
            stem: self
                .stems
                .of(&self.order.subject.stem, &format!("{}{}", level.prefix, member.path)),
            stamp: Some(self.order.subject.digest.clone()),
        };
        let journey = Journey::new(catalogue, subject, request, member.bytes > LARGE_BYTES)?;
        let mut file = self.file.take();
        let mark = file.as_mut().map(ReportFile::mark).transpose()?;
        let known = self.known.remove(&member.shown);
        let known = if self.is_second { Some(known.unwrap_or_default()) } else { known };
        let mut part = PartWitness {
            witness: self.witness,
            activity: &mut self.activity,
            member: &member.path,
        };
        let ran = journey.run_into(&mut part, file, known, &mut || Ok(member.sha256.clone()))?;
        let (converted, mut file) = match ran {
            Ran::Done(report, file) => (*report, file),
            Ran::Again(known, file) => {
                self.learnt.insert(member.shown.clone(), known);
                self.file = file;
                return Ok(());
            }
        };
        let is_letter = converted.tables.is_empty()
            && (evidence_name::kind_of(&member.path).is_some()
                || converted.codes.contains_key(layout::NO_HEADINGS.name));
        if is_letter {
            if let (Some(file), Some(mark)) = (&mut file, mark) {
                file.rewind(mark)?;
            }
            take_away(&converted);
            self.file = file;
            return self.add_evidence(level, member);
        }
        self.file = file;
        remove(&member.file);
        level.add(converted);
        Ok(())
    }

    /// Tells findings about a whole document, and counts them there.
    ///
    /// # Errors
    /// The report cannot be written.
    pub(super) fn tell(
        &mut self,
        report: &mut DocumentReport,
        shown: &str,
        mut findings: Vec<Finding>,
    ) -> Result<(), ConvertError> {
        let mut sink = Sink::new(shown, self.order.request.lang, self.file.take());
        sink.take(&mut findings)?;
        let told = DocumentReport {
            findings: sink.counts,
            codes: std::mem::take(&mut sink.codes),
            ..DocumentReport::default()
        };
        totals::add(report, &told);
        self.file = sink.into_report();
        Ok(())
    }
}

/// Why a visit to a member ended early.
enum Stop {
    /// Its bytes are at fault: the package tells, and the next member follows.
    Member(io::Error),
    /// The world is at fault.
    World(ConvertError),
}

impl From<ConvertError> for Stop {
    fn from(error: ConvertError) -> Stop {
        Stop::World(error)
    }
}

pub(super) fn remove(path: &Path) {
    // It lies in a private folder that goes as a whole in the end.
    let _ = std::fs::remove_file(path);
}
