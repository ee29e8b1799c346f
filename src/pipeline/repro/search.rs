//! Looks through a finished copy for anything of the original, part by part, as text.

use encoding_rs::{Encoding, GB18030, UTF_16LE};

use super::{
    copy::{Letters, members, stripped, unescaped},
    needles::{Leak, Needles},
};
use crate::read::Container;

/// What of the original is still in a copy; `None`: nothing.
pub fn search(
    container: Container,
    bytes: &[u8],
    encoding: Option<&'static Encoding>,
    needles: &Needles,
) -> Option<Leak> {
    match (container, encoding) {
        (Container::Text, Some(encoding)) => needles.find(&Letters::new(bytes, encoding).text()),
        (Container::Xlsx | Container::Ods, _) => {
            let members = members(bytes).unwrap_or_default();
            members.iter().find_map(|(name, text)| {
                let found = needles.find(name).or_else(|| needles.find(&unescaped(text)));
                found.or_else(|| needles.find(&stripped(text)))
            })
        }
        _ => in_binary(bytes, needles),
    }
}

/// Looks through bytes as wide characters from even and odd places, as single bytes and as Chinese text.
fn in_binary(bytes: &[u8], needles: &Needles) -> Option<Leak> {
    let odd = bytes.get(1..).unwrap_or_default();
    let texts = [(UTF_16LE, bytes), (UTF_16LE, odd), (GB18030, bytes)];
    texts.into_iter().find_map(|(encoding, bytes)| {
        needles.find(&encoding.decode_without_bom_handling(bytes).0)
    })
}
