//! The child's side: sets limits, reads one document, writes frames to standard output.

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;

use super::outbox::Outbox;
use super::trouble::Trouble;
use super::{limits, ods, xls, xlsb};

/// The hidden verb under which the program becomes a reader.
pub const VERB: &str = "__read";

/// Reads the document named by the arguments after the verb: format (`xls`, `xlsb`, `ods`, `fods`), path and,
/// if known, the encoding of its text. Writes frames to standard output and nothing anywhere else.
pub fn serve(args: &[OsString]) -> ExitCode {
    let (Some(format), Some(path)) = (args.first().and_then(|arg| arg.to_str()), args.get(1))
    else {
        return ExitCode::from(2);
    };
    let encoding = args.get(2).and_then(|arg| arg.to_str());
    std::panic::set_hook(Box::new(|_| ()));
    limits::set();
    limits::end_with_parent();
    let mut stdout = std::io::stdout().lock();
    let Ok(mut outbox) = Outbox::new(&mut stdout) else {
        return ExitCode::FAILURE;
    };
    // A parser that panics met bytes it did not expect: the document is at fault. Frames are sent
    // whole, so the parent is never left inside one.
    let read = AssertUnwindSafe(|| read(format, Path::new(path), encoding, &mut outbox));
    let end = std::panic::catch_unwind(read).unwrap_or_else(|_| Err(Trouble::broken(format)));
    match outbox.finish(end) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn read(
    format: &str,
    path: &Path,
    encoding: Option<&str>,
    outbox: &mut Outbox<'_>,
) -> Result<(), Trouble> {
    match format {
        "xls" => xls::read(path, encoding, outbox),
        "xlsb" => xlsb::read(path, outbox),
        "ods" => ods::read(path, outbox),
        "fods" => ods::read_flat(path, encoding, outbox),
        _ => Err(Trouble::broken(format)),
    }
}
