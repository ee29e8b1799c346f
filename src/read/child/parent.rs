//! The parent's side: starts the reading child, checks its frames, says in one finding how it ended.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use crate::model::codes::{self, reading};
use crate::model::{Chunk, Finding, GridInfo, Place};
use crate::read::{Grids, Opened, Passwords, ReadError, ReadOptions};

use super::frame::{Frame, Malformed, Remark, Tag};
use super::serve::VERB;

/// How long the parent waits for its child in all; time spent on the rows in between is not counted.
const PATIENCE: Duration = Duration::from_secs(60);

/// Set in the child, so that a program that does not know the verb cannot start itself for ever.
const DEPTH_MARK: &str = "CMEGATE_READING";

/// Names the reader program instead of the running one.
const PROGRAM_MARK: &str = "CMEGATE_READER";

/// Frames that wait between the pipe and whoever takes the rows.
const AHEAD: usize = 2;

const TOO_SLOW: &str = "超过 60 秒 / over 60 seconds";
const TOO_HUNGRY: &str = "内存超过上限 / out of memory";
const TOO_DEEP: &str = "嵌套层数过多 / nested too deep";
pub(super) const GARBLED: &str = "读取程序的回复有误 / garbled reply";
const ENDED: &str = "读取程序意外退出 / reader ended unexpectedly";

/// How to start a reader.
#[derive(Clone, Debug)]
pub struct ReaderProgram {
    /// The executable: `cmegate` itself.
    pub path: PathBuf,
    /// How long to wait for it in all.
    pub patience: Duration,
}

impl ReaderProgram {
    /// The running program, or what `CMEGATE_READER` names (for tests, which are not the program).
    ///
    /// # Errors
    /// The system does not say which program runs, or it is itself a reader.
    pub fn current() -> Result<ReaderProgram, ReadError> {
        if std::env::var_os(DEPTH_MARK).is_some() {
            return Err(died(GARBLED));
        }
        let path = match std::env::var_os(PROGRAM_MARK) {
            Some(path) => PathBuf::from(path),
            None => std::env::current_exe().map_err(|e| ReadError::io(Path::new("cmegate"), e))?,
        };
        Ok(ReaderProgram { path, patience: PATIENCE })
    }
}

/// Opens a document with the running program as its reader. `format` is `xls`, `xlsb`, `ods` or `fods`.
///
/// # Errors
/// The document is refused (broken, encrypted, too large, empty, its reader died), or the reader
/// cannot be started.
pub fn open(path: &Path, format: &'static str, options: &ReadOptions) -> Result<Opened, ReadError> {
    open_with(&ReaderProgram::current()?, path, format, options)
}

/// Opens a document with a reader of one's own choice.
///
/// # Errors
/// As [`open`].
pub fn open_with(
    program: &ReaderProgram,
    path: &Path,
    format: &'static str,
    options: &ReadOptions,
) -> Result<Opened, ReadError> {
    // A document that the system does not hand out is told by this side.
    std::fs::File::open(path).map_err(|error| ReadError::io(path, error))?;
    let mut args = vec![OsString::from(VERB), OsString::from(format), path.into()];
    args.extend(options.encoding.as_ref().map(OsString::from));
    let mut grids = ChildGrids::start(program, &args, &options.passwords)?;
    grids.peek()?;
    Ok(Opened::workbook(format, Box::new(grids)))
}

/// The one finding about a reader that did not come to an end.
pub(super) fn died(reason: &str) -> ReadError {
    ReadError::Refused(Box::new(Finding::new(&reading::READER_DIED, Place::NOWHERE).arg(reason)))
}

impl From<Malformed> for ReadError {
    fn from(_: Malformed) -> ReadError {
        died(GARBLED)
    }
}

/// What a child hands over.
pub(in crate::read) struct ChildGrids {
    child: Child,
    frames: Option<Receiver<io::Result<Option<Frame>>>>,
    pump: Option<std::thread::JoinHandle<()>>,
    patience: Duration,
    /// A frame that was looked at and not used.
    ahead: Option<Frame>,
    findings: Vec<Finding>,
    has_ended: bool,
}

impl ChildGrids {
    /// Starts a child, tells it the passwords and takes its greeting.
    pub(in crate::read) fn start(
        program: &ReaderProgram,
        args: &[OsString],
        passwords: &Passwords,
    ) -> Result<ChildGrids, ReadError> {
        let blame = |error| ReadError::io(&program.path, error);
        let mut child = Command::new(&program.path)
            .args(args)
            .env(DEPTH_MARK, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(blame)?;
        if let Some(stdin) = child.stdin.as_mut() {
            // A child that is gone already says more by how it ended.
            let _ = stdin.write_all(&passwords.to_block());
        }
        let stdout = child.stdout.take();
        let (sender, frames) = sync_channel(AHEAD);
        let mut grids = ChildGrids {
            child,
            frames: Some(frames),
            pump: None,
            patience: program.patience,
            ahead: None,
            findings: Vec::new(),
            has_ended: false,
        };
        let stdout = stdout.ok_or_else(|| blame(io::ErrorKind::BrokenPipe.into()))?;
        let pump = std::thread::Builder::new()
            .name("reader".into())
            .spawn(move || pump(stdout, &sender))
            .map_err(blame)?;
        grids.pump = Some(pump);
        let greeting = grids.frame()?;
        if greeting.is_greeting() { Ok(grids) } else { Err(died(GARBLED)) }
    }

    /// Ends a child that does not keep to the layout, and says so.
    pub(in crate::read) fn garbled(&mut self) -> ReadError {
        self.stop();
        died(GARBLED)
    }

    /// The next frame. Notes among them become findings; a refusal or a death becomes the error.
    pub(in crate::read) fn frame(&mut self) -> Result<Frame, ReadError> {
        loop {
            let frame = match self.ahead.take() {
                Some(frame) => frame,
                None => self.receive()?,
            };
            match frame.tag {
                Tag::Note => self.findings.push(finding(&frame.remark()?)),
                Tag::Refusal => {
                    self.has_ended = true;
                    return Err(ReadError::Refused(Box::new(finding(&frame.remark()?))));
                }
                _ => return Ok(frame),
            }
        }
    }

    fn receive(&mut self) -> Result<Frame, ReadError> {
        let Some(frames) = &self.frames else {
            return Err(died(ENDED));
        };
        let since = Instant::now();
        let received = frames.recv_timeout(self.patience);
        self.patience = self.patience.saturating_sub(since.elapsed());
        match received {
            Ok(Ok(Some(frame))) => return Ok(frame),
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                self.stop();
                return Err(died(GARBLED));
            }
            // The stream ended without a last word.
            Ok(_) | Err(RecvTimeoutError::Disconnected) => {}
            Err(RecvTimeoutError::Timeout) => {
                self.stop();
                return Err(died(TOO_SLOW));
            }
        }
        // Waiting also closes the child's standard input, at which it ends if it has not yet.
        let status = self.child.wait();
        let mut last_words = String::new();
        if let Some(stderr) = self.child.stderr.take() {
            let _ = stderr.take(4096).read_to_string(&mut last_words);
        }
        self.stop();
        Err(died(status.map_or(ENDED, |status| reason(status, &last_words))))
    }

    fn peek(&mut self) -> Result<(), ReadError> {
        let frame = self.frame()?;
        self.ahead = Some(frame);
        Ok(())
    }

    /// What was noted so far.
    pub(super) fn findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Ends the child, whatever it does, and collects it.
    fn stop(&mut self) {
        self.has_ended = true;
        self.frames = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(pump) = self.pump.take() {
            let _ = pump.join();
        }
    }
}

impl Drop for ChildGrids {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Grids for ChildGrids {
    fn next_grid(&mut self) -> Result<Option<GridInfo>, ReadError> {
        while !self.has_ended {
            let frame = self.frame()?;
            match frame.tag {
                Tag::Grid => return Ok(Some(frame.grid()?)),
                Tag::Rows => {}
                Tag::End => self.has_ended = true,
                _ => return Err(died(GARBLED)),
            }
        }
        Ok(None)
    }

    fn read_rows(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        chunk.clear();
        if self.has_ended {
            return Ok(false);
        }
        let frame = self.frame()?;
        if frame.tag == Tag::Rows {
            frame.rows(chunk)?;
            return Ok(true);
        }
        self.ahead = Some(frame);
        Ok(false)
    }

    fn take_findings(&mut self) -> Vec<Finding> {
        self.findings()
    }
}

/// Carries frames from the pipe to the channel until either ends.
fn pump(mut stdout: ChildStdout, frames: &SyncSender<io::Result<Option<Frame>>>) {
    loop {
        let frame = Frame::read(&mut stdout);
        let is_last = !matches!(frame, Ok(Some(_)));
        if frames.send(frame).is_err() || is_last {
            return;
        }
    }
}

fn finding(remark: &Remark) -> Finding {
    let Some(code) = codes::find(&remark.code) else {
        return Finding::new(&reading::READER_DIED, Place::NOWHERE).arg(GARBLED);
    };
    let mut finding = Finding::new(code, remark.place);
    finding.args.clone_from(&remark.args);
    finding
}

/// Why a child died, from its status and what the runtime wrote before.
fn reason(status: ExitStatus, last_words: &str) -> &'static str {
    if last_words.contains("memory allocation") {
        return TOO_HUNGRY;
    }
    if last_words.contains("overflowed its stack") {
        return TOO_DEEP;
    }
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        // 9: killed at the hard processor limit or by the system for memory; 24: processor limit.
        return match signal {
            9 | 24 => TOO_SLOW,
            _ => ENDED,
        };
    }
    let _ = status;
    ENDED
}
