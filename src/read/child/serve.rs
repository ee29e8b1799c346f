//! The child's side: sets limits, reads one document, writes frames to standard output.

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;

use super::outbox::Outbox;
use super::trouble::Trouble;
use super::{limits, locked, look, ods, xls, xlsb};
use crate::read::Passwords;

/// The hidden verb under which the program becomes a reader.
pub const VERB: &str = "__read";

/// Reads the document named by the arguments after the verb: format (`xls`, `xlsb`, `ods`, `fods`, or `decrypt`), path
/// and, if known, the encoding of its text; or `look` and any number of format and path of pictures. Passwords to try
/// come first on standard input, which is then held open.
/// Writes frames to standard output and nothing anywhere else.
pub fn serve(args: &[OsString]) -> ExitCode {
    let (Some(format), Some(path)) = (args.first().and_then(|arg| arg.to_str()), args.get(1))
    else {
        return ExitCode::from(2);
    };
    let encoding = args.get(2).and_then(|arg| arg.to_str());
    std::panic::set_hook(Box::new(|_| ()));
    limits::set();
    // Arguments and environment can be looked at from outside; this pipe cannot.
    let Ok(passwords) = Passwords::from_block(&mut std::io::stdin().lock()) else {
        return ExitCode::FAILURE;
    };
    limits::end_with_parent();
    let document = Document { path: Path::new(path), encoding, passwords: &passwords };
    let mut stdout = std::io::stdout().lock();
    let Ok(mut outbox) = Outbox::new(&mut stdout) else {
        return ExitCode::FAILURE;
    };
    // A parser that panics met bytes it did not expect: the document is at fault. Frames are sent
    // whole, so the parent is never left inside one.
    let read = AssertUnwindSafe(|| match format {
        look::FORMAT => look::serve(args.get(1..).unwrap_or_default(), &mut outbox),
        _ => read(format, &document, &mut outbox),
    });
    let end = std::panic::catch_unwind(read).unwrap_or_else(|_| Err(Trouble::broken(format)));
    match outbox.finish(end) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// What the child is asked to read.
pub struct Document<'a> {
    /// The file.
    pub path: &'a Path,
    /// Encoding of its text, if known.
    pub encoding: Option<&'a str>,
    /// Passwords to try.
    pub passwords: &'a Passwords,
}

fn read(format: &str, document: &Document<'_>, outbox: &mut Outbox<'_>) -> Result<(), Trouble> {
    match format {
        "xls" => xls::read(document, outbox),
        "xlsb" => xlsb::read(document.path, outbox),
        "ods" => ods::read(document, outbox),
        "fods" => ods::read_flat(document.path, document.encoding, outbox),
        locked::FORMAT => locked::send(document.path, document.passwords, outbox),
        _ => Err(Trouble::broken(format)),
    }
}
