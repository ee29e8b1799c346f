//! What every target does: bytes into a file, the file through a reader to its end.

use std::{io::Read, path::Path};

use cmegate::{
    model::Chunk,
    read::{
        self, Container, FixedWidth, Nature, Passwords, ReadOptions,
        child,
        package::{self, Limits, PackageFormat},
        sniff,
    },
};

/// Rows read of one document: a reader that never ends shows in the first thousands.
const MAX_CHUNKS: usize = 64;

/// Hands a file with these bytes to `look`.
pub fn with_file(bytes: &[u8], look: impl FnOnce(&Path)) {
    let file = tempfile::NamedTempFile::new().expect("a scratch file");
    std::fs::write(file.path(), bytes).expect("writing a scratch file");
    look(file.path());
}

fn options() -> ReadOptions {
    ReadOptions { passwords: Passwords::new(["password".to_owned()]), ..ReadOptions::default() }
}

/// Reads bytes in this process as a container; what is refused is fine, what panics or grows is not.
pub fn read_as(bytes: &[u8], container: Container) {
    read_with(bytes, container, &options());
}

/// Reads bytes as text in which every column has its place.
pub fn read_fixed(bytes: &[u8]) {
    let columns = vec![("姓名".to_owned(), 8), ("身份证号".to_owned(), 18)];
    let fixed = Some(FixedWidth { columns, counts_bytes: true });
    read_with(bytes, Container::Text, &ReadOptions { fixed, ..options() });
}

fn read_with(bytes: &[u8], container: Container, options: &ReadOptions) {
    with_file(bytes, |path| {
        let Ok(mut opened) = read::open_as(path, container, options) else { return };
        let mut chunk = Chunk::default();
        let mut chunks = 0;
        while let Ok(Some(_)) = opened.grids.next_grid() {
            while let Ok(true) = opened.grids.read_rows(&mut chunk) {
                chunks += 1;
                if chunks == MAX_CHUNKS {
                    return;
                }
            }
            opened.grids.take_findings();
        }
    });
}

/// Reads bytes with one of the readers that otherwise run in a child.
pub fn read_as_child(bytes: &[u8], format: &str) {
    with_file(bytes, |path| child::read_here(format, path));
}

/// Tells what bytes are.
pub fn tell(bytes: &[u8]) {
    with_file(bytes, |path| {
        let _ = sniff::nature(path);
    });
}

/// Unpacks bytes as a package, with small limits.
pub fn unpack(bytes: &[u8], format: PackageFormat) {
    let limits = Limits { members: 200, member_bytes: 4 << 20, total_bytes: 8 << 20, ..Limits::default() };
    with_file(bytes, |path| {
        let Ok(mut opened) = package::open(path, format, &options(), &limits) else { return };
        let _ = opened.each(&mut |member, bytes| {
            assert!(!member.path.starts_with('/') && !member.path.split('/').any(|part| part == ".."));
            let mut sink = Vec::new();
            bytes.take(8 << 20).read_to_end(&mut sink).map(drop)
        });
        opened.take_findings();
    });
}

/// Whether a container's bytes are told as such, so that a target's seeds can be trusted.
pub fn is(bytes: &[u8], nature: Nature) -> bool {
    let mut told = false;
    with_file(bytes, |path| told = sniff::nature(path).is_ok_and(|known| known == nature));
    told
}
