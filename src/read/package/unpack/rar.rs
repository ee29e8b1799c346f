//! Rar archives, in the child. The one place that knows rars.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use rars::{
    Archive as Index, ArchiveMember, ArchiveReadOptions, ArchiveReader, Error, ErrorKind,
    ExtractionDecision, ExtractionErrorAction,
};

use super::child::{Archive, DECODER_BYTES, Out};
use super::wire::{End, IS_FOLDER, IS_LINK, IS_UNICODE};

/// Where members go: one stream for all, held by whoever writes at the moment.
struct Stream {
    out: Out,
    /// Whether a member's bytes are on their way.
    is_open: bool,
    /// What the pipe said when it was gone.
    lost: Option<io::Error>,
}

impl Stream {
    fn begin(&mut self, at: u32) {
        self.close(End::Whole);
        self.is_open = true;
        let told = self.out.begin(at);
        self.keep(told);
    }

    fn close(&mut self, end: End) {
        if std::mem::take(&mut self.is_open) {
            let told = self.out.end(end);
            self.keep(told);
        }
    }

    fn keep(&mut self, told: io::Result<()>) {
        if let (Err(error), None) = (told, &self.lost) {
            self.lost = Some(error);
        }
    }
}

/// One member's way into the stream.
struct Sink(Rc<RefCell<Stream>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().out.data(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Streams an archive.
pub(super) fn unpack(archive: &Archive<'_>, mut out: Out) -> io::Result<()> {
    let (index, password) = match open(archive) {
        Ok(opened) => opened,
        Err(end) => return out.over(end),
    };
    let mut is_split = false;
    for member in index.members() {
        let meta = &member.meta;
        is_split |= meta.is_split_before || meta.is_split_after;
        out.entry(flags(&member), meta.unpacked_size, meta.name_bytes())?;
    }
    if is_split {
        return out.over(End::Split);
    }
    out.listed()?;
    let stream = Rc::new(RefCell::new(Stream { out, is_open: false, lost: None }));
    let mut members = index.members().filter(|member| !member.meta.is_directory);
    // Nothing of a solid archive can be left out, so that all of it is locked if the password is not known.
    let is_locked = password.is_none()
        && index.members().any(|member| member.is_solid())
        && members.any(|member| member.meta.is_encrypted);
    let ended = if is_locked {
        refuse(&index, &stream);
        Ok(())
    } else {
        give(&index, password, &stream)
    };
    let mut stream = stream.borrow_mut();
    // What could not be reached after a failure is told by the parent as lost.
    stream.close(ended.as_ref().err().map_or(End::Whole, end));
    match stream.lost.take() {
        Some(error) => Err(error),
        None => stream.out.over(End::Whole),
    }
}

fn refuse(index: &Index, stream: &Rc<RefCell<Stream>>) {
    for (at, member) in index.members().enumerate() {
        if !member.meta.is_directory && !member.meta.is_redirection {
            let mut stream = stream.borrow_mut();
            stream.begin(at as u32);
            stream.close(End::Locked);
        }
    }
}

fn give(index: &Index, password: Option<&str>, stream: &Rc<RefCell<Stream>>) -> rars::Result<()> {
    let mut at = 0;
    let decide = |member: &ArchiveMember| {
        let here = at;
        at += 1;
        let mut out = stream.borrow_mut();
        if out.lost.is_some() {
            return Ok(ExtractionDecision::Stop);
        }
        if member.meta.is_directory || member.meta.is_redirection {
            out.close(End::Whole);
            return Ok(ExtractionDecision::Skip);
        }
        out.begin(here);
        if member.meta.is_encrypted && password.is_none() {
            out.close(End::Locked);
            return Ok(ExtractionDecision::Skip);
        }
        Ok(ExtractionDecision::Extract(Box::new(Sink(stream.clone()))))
    };
    let failed = |_: &ArchiveMember, error: &Error| {
        stream.borrow_mut().close(end(error));
        Ok(ExtractionErrorAction::Continue)
    };
    let ended = index.extract_with_control_and_errors(options(password), decide, failed);
    ended.map(|_| ())
}

fn options(password: Option<&str>) -> ArchiveReadOptions<'_> {
    ArchiveReadOptions::with_optional_password(password.map(str::as_bytes))
        .with_rar50_dictionary_size_limit(DECODER_BYTES / 2)
        .with_max_reader_workspace_bytes(DECODER_BYTES)
}

/// Reads the directory and finds the password that opens it, or its first locked member.
fn open<'a>(archive: &Archive<'a>) -> Result<(Index, Option<&'a str>), End> {
    let read = |password: Option<&str>| {
        let options = options(password).with_max_header_count(archive.members * 4 + 16);
        ArchiveReader::read_path_with_options(archive.path, options)
    };
    match read(None) {
        Ok(index) => {
            let password = archive.passwords.given().find(|given| opens(&index, given));
            Ok((index, password))
        }
        Err(error) if end(&error) == End::Locked => {
            let mut given = archive.passwords.given();
            let opened = given.find_map(|given| Some((read(Some(given)).ok()?, Some(given))));
            opened.ok_or(End::Locked)
        }
        Err(error) => Err(end(&error)),
    }
}

/// Whether a password opens the first locked member. What stands before it is read too: it may be needed to decode it.
fn opens(index: &Index, password: &str) -> bool {
    let Some(first) = index.members().position(|member| member.meta.is_encrypted) else {
        return false;
    };
    let mut at = 0;
    let decide = |member: &ArchiveMember| {
        let here = at;
        at += 1;
        Ok(match (here > first, member.meta.is_directory || member.meta.is_redirection) {
            (true, _) => ExtractionDecision::Stop,
            (false, true) => ExtractionDecision::Skip,
            (false, false) => ExtractionDecision::Extract(Box::new(io::sink())),
        })
    };
    index.extract_with_control(options(Some(password)), decide).is_ok()
}

fn flags(member: &ArchiveMember) -> u8 {
    let meta = &member.meta;
    // The mode of Unix, where the packing system was one (3 in old archives, 1 in new ones).
    let is_unix = match meta.family {
        rars::ArchiveFamily::Rar50Plus => meta.host_os == Some(1),
        _ => meta.host_os == Some(3),
    };
    let kind = (meta.file_attr >> 12) & 0xf;
    let is_link = meta.is_redirection || (is_unix && matches!(kind, 2 | 6 | 10 | 12));
    (if member.name_is_unicode() { IS_UNICODE } else { 0 })
        | (if meta.is_directory { IS_FOLDER } else { 0 })
        | (if is_link { IS_LINK } else { 0 })
}

fn end(error: &Error) -> End {
    match error.kind() {
        ErrorKind::PasswordRequired | ErrorKind::BadPassword => End::Locked,
        ErrorKind::UnsupportedFeature | ErrorKind::UnsupportedFormat => End::Method,
        ErrorKind::ResourceLimit => End::TooLarge,
        _ => End::Damaged,
    }
}
