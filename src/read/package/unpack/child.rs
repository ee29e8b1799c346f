//! The child's side: sets limits, unpacks one archive, streams it to standard output.

use std::ffi::OsString;
use std::io::{self, BufWriter, Stdout, Write};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;

use super::wire::{End, GREETING, Wire};
use super::{rar, seven};
use crate::read::Passwords;
use crate::read::child::limits;

/// The hidden verb under which the program becomes an unpacker.
pub const VERB: &str = "__unpack";

/// What the child writes to.
pub(super) type Out = Wire<BufWriter<Stdout>>;

/// An archive to unpack.
pub(super) struct Archive<'a> {
    pub path: &'a Path,
    pub passwords: &'a Passwords,
    /// Most members that the parent takes.
    pub members: u64,
}

/// Memory that a decoder may ask for: what the child may have, with room for everything else.
pub(super) const DECODER_BYTES: u64 = 640 << 20;

/// Unpacks the archive named by the arguments after the verb: format (`7z`, `rar`), path, most members. Passwords to
/// try come first on standard input, which is then held open.
pub fn serve(args: &[OsString]) -> ExitCode {
    let text = |at: usize| args.get(at).and_then(|arg| arg.to_str());
    let (Some(format), Some(path)) = (text(0), args.get(1)) else { return ExitCode::from(2) };
    let members = text(2).and_then(|count| count.parse().ok()).unwrap_or(0);
    std::panic::set_hook(Box::new(|_| ()));
    limits::set();
    // Arguments and environment can be looked at from outside; this pipe cannot.
    let Ok(passwords) = Passwords::from_block(&mut io::stdin().lock()) else {
        return ExitCode::FAILURE;
    };
    limits::end_with_parent();
    let archive = Archive { path: Path::new(path), passwords: &passwords, members };
    let unpack = || -> io::Result<()> {
        let mut out = Wire(BufWriter::with_capacity(1 << 16, io::stdout()));
        out.0.write_all(GREETING)?;
        match format {
            "7z" => seven::unpack(&archive, out),
            "rar" => rar::unpack(&archive, out),
            _ => out.over(End::Method),
        }
    };
    // A decoder that panics met bytes it did not expect; the parent notices that the stream ends early.
    match std::panic::catch_unwind(AssertUnwindSafe(unpack)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
