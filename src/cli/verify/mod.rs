//! `verify`: what a package holds, whether every member is whole, and on request its digests and its files.

mod place;

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Context, Exit, args};
use crate::{
    model::{Finding, Lang, Severity, codes},
    pipeline::ConvertError,
    read::{
        Container, Nature, ReadError, ReadOptions,
        package::{self, Limits, Member, Package, PackageFormat},
        sniff,
    },
    text::digest::hex,
};
use place::Place;

/// Bytes read at once: enough to make calls cheap, few enough to stay in a core's cache.
const BUFFER_BYTES: usize = 1 << 18;

/// The verb's words.
pub fn command(lang: Lang) -> Command {
    let (zh, en) = (
        "核对压缩包：列出文件，逐个校验，可算指纹、可解压",
        "check a package: list its members, verify each, digest or unpack them",
    );
    args::verb(lang, "verify", zh, en)
        .arg(
            Arg::new("package")
                .value_name("PACKAGE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help_heading(lang.pick("参数", "Arguments"))
                .help(lang.pick("压缩包或邮件（.eml）", "an archive or a message (.eml)")),
        )
        .arg(args::flag("digests", lang.pick("每个文件的 SHA-256", "SHA-256 of every member")))
        .arg(
            args::option(
                "out",
                "DIR",
                lang.pick(
                    "解压到这个文件夹（不覆盖已有的文件）",
                    "unpack into this folder, overwriting nothing",
                ),
            )
            .value_parser(value_parser!(PathBuf)),
        )
        .arg(args::flag("json", lang.pick("以 JSON 输出", "print JSON")))
}

/// A member that is whole.
struct Line {
    order: usize,
    path: String,
    bytes: u64,
    sha256: Option<String>,
    /// Why it was not unpacked.
    trouble: Option<io::Error>,
}

/// What is done with every member.
struct Work {
    has_digests: bool,
    place: Option<Place>,
    lines: Mutex<Vec<Line>>,
    /// What the disk refused, and where.
    refused: Mutex<Option<(PathBuf, io::Error)>>,
}

/// Runs `verify`.
pub fn run(context: &mut Context, verb: &ArgMatches) -> Exit {
    let Some(path) = verb.get_one::<PathBuf>("package") else { return Exit::Usage };
    let place = match verb.get_one::<PathBuf>("out") {
        None => None,
        Some(folder) => match Place::new(folder) {
            Ok(place) => Some(place),
            Err(source) => {
                return context.fault(&ConvertError::Io { path: folder.clone(), source });
            }
        },
    };
    super::interrupt::watch();
    let work = Work {
        has_digests: verb.get_flag("digests"),
        place,
        lines: Mutex::default(),
        refused: Mutex::default(),
    };
    let told = match look(path, &work) {
        Ok(told) => told,
        Err(error) => {
            let refused = work.refused.into_inner().unwrap_or_else(PoisonError::into_inner);
            return match refused {
                Some((path, source)) => context.fault(&ConvertError::Io { path, source }),
                None => context.fault(&ConvertError::Read(error)),
            };
        }
    };
    let mut lines = work.lines.into_inner().unwrap_or_else(PoisonError::into_inner);
    lines.sort_by_key(|line| line.order);
    if verb.get_flag("json") {
        context.screen.line(&told.json(path, &lines, context.lang).to_string());
    } else {
        print(context, &told, &lines);
    }
    let worst = told.findings.iter().any(|finding| finding.severity == Severity::Error);
    if lines.iter().any(|line| line.trouble.is_some()) {
        Exit::World
    } else if worst {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// What is known of the package after all members were read.
struct Told {
    format: &'static str,
    names: Option<crate::read::EncodingDecision>,
    skipped: u64,
    findings: Vec<Finding>,
}

/// Reads the package. A fault of it is a finding; only the world's are errors.
fn look(path: &Path, work: &Work) -> Result<Told, ReadError> {
    let mut told = Told { format: "", names: None, skipped: 0, findings: Vec::new() };
    let opened = format(path).and_then(|format| {
        told.format = format.name();
        package::open(path, format, &ReadOptions::default(), &Limits::default())
    });
    let read = opened.and_then(|mut package| {
        let read = visit_all(&mut package, work);
        told.names = package.names_by().cloned();
        told.skipped = package.skipped();
        told.findings = package.take_findings();
        read
    });
    match read {
        Ok(()) => {}
        Err(ReadError::Refused(finding)) => told.findings.push(*finding),
        Err(error) => return Err(error),
    }
    Ok(told)
}

/// How the package is packed. Workbooks and their like are zip archives too.
fn format(path: &Path) -> Result<PackageFormat, ReadError> {
    match sniff::nature(path)? {
        Nature::Package(format) => Ok(format),
        Nature::Table(Container::Xlsx | Container::Xlsb | Container::Ods) => Ok(PackageFormat::Zip),
        Nature::Foreign(format) => Err(format.refuse()),
        _ => Err(ReadError::refused(&codes::package::NOT_A_PACKAGE)),
    }
}

fn visit_all(package: &mut Package, work: &Work) -> Result<(), ReadError> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 4);
    package.each_at_once(threads, &|member, bytes| work.visit(member, bytes))
}

thread_local! {
    static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
}

impl Work {
    fn visit(&self, member: &Member, bytes: &mut dyn Read) -> io::Result<()> {
        let mut line = Line {
            order: member.order,
            path: member.path.clone(),
            bytes: 0,
            sha256: None,
            trouble: None,
        };
        let mut made = match self.place.as_ref().map(|place| place.create(&member.path)) {
            None => None,
            Some(Ok(made)) => Some(made),
            Some(Err(error)) if is_about_the_name(&error) => {
                line.trouble = Some(error);
                None
            }
            Some(Err(error)) => return Err(self.refuse(Path::new(&member.path), error)),
        };
        let read = BUFFER.with_borrow_mut(|buffer| {
            buffer.resize(BUFFER_BYTES, 0);
            self.read(bytes, buffer, made.as_mut(), &mut line)
        });
        if let Some((path, _)) = &made {
            place::settle(path, read.is_ok());
        }
        read?;
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        Ok(())
    }

    fn read(
        &self,
        bytes: &mut dyn Read,
        buffer: &mut [u8],
        mut made: Option<&mut (PathBuf, File)>,
        line: &mut Line,
    ) -> io::Result<()> {
        let mut digest = self.has_digests.then(Sha256::new);
        loop {
            let count = bytes.read(buffer)?;
            let Some(part) = buffer.get(..count).filter(|part| !part.is_empty()) else { break };
            line.bytes += count as u64;
            if let Some(digest) = &mut digest {
                digest.update(part);
            }
            if let Some((path, file)) = made.as_deref_mut() {
                file.write_all(part).map_err(|error| self.refuse(path, error))?;
            }
        }
        line.sha256 = digest.map(|digest| hex(&digest.finalize()));
        Ok(())
    }

    /// Keeps what the disk refused; gives what stops the package.
    fn refuse(&self, path: &Path, error: io::Error) -> io::Error {
        let kind = error.kind();
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get_or_insert_with(|| (path.to_owned(), error));
        kind.into()
    }
}

/// Whether only this name cannot be had; others may.
fn is_about_the_name(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, InvalidFilename, NotADirectory};
    matches!(error.kind(), AlreadyExists | InvalidFilename | NotADirectory)
}

impl Told {
    fn json(&self, path: &Path, lines: &[Line], lang: Lang) -> serde_json::Value {
        let members = lines.iter().map(|line| {
            let mut member = json!({ "path": line.path, "bytes": line.bytes });
            if let (Some(member), Some(sha256)) = (member.as_object_mut(), &line.sha256) {
                member.insert("sha256".to_owned(), sha256.as_str().into());
            }
            if let (Some(member), Some(trouble)) = (member.as_object_mut(), &line.trouble) {
                member.insert("trouble".to_owned(), trouble.to_string().into());
            }
            member
        });
        let findings = self.findings.iter().map(|finding| {
            json!({
                "code": finding.code.name,
                "severity": finding.severity.name(),
                "member": (!finding.value.is_empty()).then_some(&finding.value),
                "message": finding.message(lang),
                "hint": finding.hint(lang),
            })
        });
        json!({
            "version": 1,
            "name": path.file_name().map(|name| name.to_string_lossy()),
            "format": self.format,
            "names": self.names.as_ref().map(|names| json!({
                "encoding": names.name,
                "by": names.by,
                "confidence": names.confidence,
            })),
            "members": members.collect::<Vec<_>>(),
            "bytes": lines.iter().map(|line| line.bytes).sum::<u64>(),
            "skipped": self.skipped,
            "findings": findings.collect::<Vec<_>>(),
        })
    }
}

fn print(context: &Context, told: &Told, lines: &[Line]) {
    let (lang, screen) = (context.lang, context.screen);
    let mut text = String::new();
    for line in lines.iter().filter(|_| !screen.is_quiet) {
        let digest = line.sha256.as_deref().map(|digest| format!("{digest}  ")).unwrap_or_default();
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{:>12}  {digest}{}", line.bytes, line.path);
    }
    if !text.is_empty() {
        screen.line(text.trim_end_matches('\n'));
    }
    for line in lines {
        if let Some(trouble) = &line.trouble {
            let why = match trouble.kind() {
                io::ErrorKind::AlreadyExists => {
                    lang.pick("已有同名文件，没有覆盖", "it exists already and was not overwritten")
                }
                io::ErrorKind::InvalidFilename => lang.pick("文件名太长", "its name is too long"),
                _ => lang.pick("路径被别的文件占用", "something else stands in its path"),
            };
            screen.error(lang, &format!("{} – {why}", line.path));
        }
    }
    for finding in &told.findings {
        if finding.severity == Severity::Info && !screen.is_verbose {
            continue;
        }
        let label = screen.tint(finding.severity, finding.severity.label(lang));
        let whose = if finding.value.is_empty() {
            String::new()
        } else {
            // A name that was refused is still the sender's: what it does to a terminal is not.
            let plain = |letter: char| if letter.is_control() { '?' } else { letter };
            format!("  {}", finding.value.chars().map(plain).collect::<String>())
        };
        screen.line(&format!("{label} {}{whose}", finding.code.name));
        screen.line(&format!("  {} {}", finding.message(lang), finding.hint(lang)));
    }
    screen.line(&summary(told, lines, lang));
}

fn summary(told: &Told, lines: &[Line], lang: Lang) -> String {
    let bytes: u64 = lines.iter().map(|line| line.bytes).sum();
    let errors = told.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let names = told.names.as_ref().map_or("ASCII", |names| names.name);
    let (count, format) = (lines.len(), told.format);
    match (lang, errors) {
        (Lang::Zh, 0) => {
            format!("{format}：{count} 个文件，{bytes} 字节，文件名 {names}，全部完好")
        }
        (Lang::Zh, _) => {
            format!(
                "{format}：完好的文件 {count} 个，{bytes} 字节，文件名 {names}；问题 {errors} 处"
            )
        }
        (Lang::En, 0) => {
            format!("{format}: {count} members, {bytes} bytes, names in {names}, all whole")
        }
        (Lang::En, _) => {
            format!(
                "{format}: {count} whole members, {bytes} bytes, names in {names}; {errors} problems"
            )
        }
    }
}
