//! The journey of one document, run once or twice: a second run follows only when a rule that compares rows holds a
//! row that the first had already written.

use std::{collections::HashMap, sync::Arc};

use super::{
    ConvertError, Request, Witness,
    attempt::Attempt,
    outputs::absolute,
    read_options,
    report::{self, DocumentReport, ReportFile},
    unlock::Sent,
};
use crate::{
    config::Catalogue,
    mapping::{plan::InputMapping, repeats::Contradictions},
    read::ReadOptions,
    rules::PackUse,
};

/// A document on its way: where its bytes are, and what it is called where.
#[derive(Clone)]
pub struct Subject<'a> {
    /// Its bytes.
    pub sent: &'a Sent<'a>,
    /// What its sender calls it; within a package, its path there.
    pub name: String,
    /// What findings call it: `包.zip › 名单.xlsx` for a member.
    pub shown: String,
    /// What its outputs are called after.
    pub stem: String,
    /// What its annotated copy is stamped with instead of its own digest: the package that it came in.
    pub stamp: Option<String>,
}

impl<'a> Subject<'a> {
    /// A document that came by itself.
    pub fn alone(sent: &'a Sent<'a>, stem: &str) -> Subject<'a> {
        let name = report::name_of(sent.document());
        Subject { sent, shown: name.clone(), name, stem: stem.to_owned(), stamp: None }
    }
}

/// How a run through a document ended. The file takes further findings.
pub enum Ran {
    /// All of it was judged and written.
    Done(Box<DocumentReport>, Option<ReportFile>),
    /// A record that was already written turned out to be held: the run must be made once more, knowing this. Nothing
    /// of it was left behind.
    Again(Known, Option<ReportFile>),
}

/// What the attempts at one document share.
pub struct Journey<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) subject: Subject<'a>,
    pub(super) request: &'a Request,
    pub(super) is_large: bool,
    pub(super) options: ReadOptions,
    pub(super) inputs: Vec<Arc<InputMapping>>,
    pub(super) packs: Vec<PackUse>,
}

/// What an attempt learnt of rows that contradict each other, by mapping.
pub type Known = HashMap<String, Contradictions>;

impl<'a> Journey<'a> {
    /// Looks up everything that the request names.
    ///
    /// # Errors
    /// A mapping or pack is unknown or wrong.
    pub fn new(
        catalogue: &'a Catalogue,
        subject: Subject<'a>,
        request: &'a Request,
        is_large: bool,
    ) -> Result<Journey<'a>, ConvertError> {
        let inputs = match &request.input {
            Some(name) => vec![catalogue.input(name)?],
            None if request.among.is_empty() => {
                let all = catalogue.inputs()?.iter();
                all.filter(|input| !input.is_only_named).cloned().collect()
            }
            None => {
                let named = request.among.iter().map(|name| catalogue.input(name));
                named.collect::<Result<_, _>>()?
            }
        };
        let mut packs = Vec::new();
        for name in &request.packs {
            packs.extend(catalogue.packs(name)?);
        }
        let options = read_options(catalogue, request)?;
        Ok(Journey { catalogue, subject, request, is_large, options, inputs, packs })
    }

    /// Runs the journey, with a report file of its own; `digest` gives the document's SHA-256 when it is needed.
    ///
    /// # Errors
    /// The world or the operator's files are at fault; nothing is left behind.
    pub fn run(
        &self,
        witness: &mut dyn Witness,
        digest: impl FnOnce() -> Result<String, ConvertError>,
    ) -> Result<DocumentReport, ConvertError> {
        let folder = self.request.out.as_deref();
        let file = folder.map(|folder| ReportFile::create(folder, &self.subject.stem));
        let mut digest = Some(digest);
        let digest = &mut || digest.take().map_or_else(|| Ok(String::new()), |digest| digest());
        let mut ran = self.run_into(witness, file.transpose()?, None, digest)?;
        if let Ran::Again(known, file) = ran {
            ran = self.run_into(witness, file, Some(known), digest)?;
        }
        match ran {
            Ran::Done(mut report, file) => {
                seal(&mut report, file)?;
                Ok(*report)
            }
            // A run that knows never asks to be made again.
            Ran::Again(..) => Ok(DocumentReport::named(&self.subject.name)),
        }
    }

    /// Runs through the document once. Its findings go to `file`; `known` is what an earlier run learnt.
    ///
    /// # Errors
    /// As [`Journey::run`].
    pub fn run_into(
        &self,
        witness: &mut dyn Witness,
        mut file: Option<ReportFile>,
        known: Option<Known>,
        digest: &mut dyn FnMut() -> Result<String, ConvertError>,
    ) -> Result<Ran, ConvertError> {
        let mark = file.as_mut().map(ReportFile::mark).transpose()?;
        let is_first = known.is_none();
        let mut attempt = Attempt::new(self, known.unwrap_or_default(), file);
        attempt.read_all(witness)?;
        if is_first && attempt.must_run_again() {
            let (known, mut file) = attempt.into_known();
            if let (Some(file), Some(mark)) = (&mut file, mark) {
                file.rewind(mark)?;
            }
            return Ok(Ran::Again(known, file));
        }
        attempt.close(digest()?)
    }
}

/// Ends a report; if that fails, nothing that it names is left behind.
///
/// # Errors
/// The disk is full, or gone.
pub fn seal(report: &mut DocumentReport, file: Option<ReportFile>) -> Result<(), ConvertError> {
    let Some(file) = file else { return Ok(()) };
    report.report = Some(absolute(file.path()));
    file.close(report).inspect_err(|_| take_away(report))
}

/// Takes away what an attempt that failed late has already named.
pub fn take_away(report: &DocumentReport) {
    let named = report.outputs.iter().map(|output| &output.path).chain(&report.annotated);
    for path in named {
        // Whoever reads the error cares about its cause, not about this clean-up.
        let _ = std::fs::remove_file(path);
    }
    report.members.iter().for_each(take_away);
}
