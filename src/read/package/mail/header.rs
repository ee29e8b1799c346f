//! Headers of a message part: parameters, names in all the ways that mail programs write them. Source: RFC 2045 5.1,
//! RFC 2047, RFC 2231; and what Foxmail, QQ and old Outlook do against them.

use crate::read::encoding::names;

/// What is asked of a part's headers.
#[derive(Debug, Default)]
pub(super) struct Headers {
    /// `text/plain`, lower case.
    pub kind: String,
    pub boundary: Option<Vec<u8>>,
    pub name: Option<String>,
    /// `base64`, `quoted-printable` …, lower case; empty if not told.
    pub transfer: String,
    /// `attachment`, `inline`; empty if not told.
    pub disposition: String,
    pub has_content_id: bool,
}

impl Headers {
    /// Reads header fields, unfolded.
    pub(super) fn of(fields: &[Vec<u8>]) -> Headers {
        let mut headers = Headers { kind: "text/plain".to_owned(), ..Headers::default() };
        let mut second_name = None;
        for field in fields {
            let Some(colon) = field.iter().position(|byte| *byte == b':') else { continue };
            let (name, value) = field.split_at(colon);
            let value = value.get(1..).unwrap_or_default().trim_ascii();
            match name.trim_ascii().to_ascii_lowercase().as_slice() {
                b"content-type" => {
                    let params = params(value);
                    headers.kind = first_word(value);
                    headers.boundary = plain(&params, "boundary");
                    second_name = file_name(&params, "name");
                }
                b"content-disposition" => {
                    headers.disposition = first_word(value);
                    headers.name = file_name(&params(value), "filename");
                }
                b"content-transfer-encoding" => headers.transfer = first_word(value),
                b"content-id" => headers.has_content_id = true,
                _ => {}
            }
        }
        headers.name = headers.name.or(second_name);
        headers
    }
}

fn first_word(value: &[u8]) -> String {
    let word = value.split(|byte| *byte == b';').next().unwrap_or_default();
    String::from_utf8_lossy(word.trim_ascii()).to_ascii_lowercase()
}

type Params = Vec<(String, Vec<u8>)>;

/// Parameters after the first word: names in lower case, quotes taken off.
fn params(value: &[u8]) -> Params {
    // In GBK the second byte of a character may be a backslash; UTF-8 has none within.
    let is_gbk = std::str::from_utf8(value).is_err();
    let mut params = Params::new();
    let mut rest = value.iter().copied().peekable();
    while rest.by_ref().any(|byte| byte == b';') {
        let mut name = Vec::new();
        while let Some(byte) = rest.next_if(|byte| !matches!(byte, b'=' | b';')) {
            name.push(byte);
        }
        if rest.next_if_eq(&b'=').is_none() {
            continue;
        }
        while rest.next_if(u8::is_ascii_whitespace).is_some() {}
        let mut text = Vec::new();
        if rest.next_if_eq(&b'"').is_some() {
            while let Some(byte) = rest.next().filter(|byte| *byte != b'"') {
                let is_pair = byte == b'\\' || (is_gbk && byte >= 0x81);
                if byte != b'\\' {
                    text.push(byte);
                }
                if is_pair && let Some(next) = rest.next() {
                    text.push(next);
                }
            }
        } else {
            while let Some(byte) = rest.next_if(|byte| *byte != b';') {
                text.push(byte);
            }
            text.truncate(text.trim_ascii_end().len());
        }
        let name = String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase();
        params.push((name, text));
    }
    params
}

fn plain(params: &Params, name: &str) -> Option<Vec<u8>> {
    params.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}

/// A file's name: in one piece, in pieces, in a charset of its own, or in encoded words where none belong.
fn file_name(params: &Params, name: &str) -> Option<String> {
    let text = extended(params, name).or_else(|| plain(params, name).map(|value| words(&value)))?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// `name*=gb18030''%C3%FB`, `name*0*=…; name*1=…`, `name*0=…`.
fn extended(params: &Params, name: &str) -> Option<String> {
    let mut pieces: Vec<(u32, bool, &[u8])> = Vec::new();
    for (own, value) in params {
        let Some(mark) = own.strip_prefix(name).and_then(|rest| rest.strip_prefix('*')) else {
            continue;
        };
        let number = mark.strip_suffix('*').unwrap_or(mark);
        let is_coded = mark.is_empty() || mark.ends_with('*');
        pieces.push((number.parse().unwrap_or(0), is_coded, value));
    }
    pieces.sort_by_key(|(number, ..)| *number);
    let (mut charset, mut bytes) = (None, Vec::new());
    let has_charset = pieces.first()?.1;
    for (at, (_, is_coded, value)) in pieces.into_iter().enumerate() {
        let mut value = value;
        if at == 0 && is_coded {
            let mut parts = value.splitn(3, |byte| *byte == b'\'');
            if let (Some(told), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                (charset, value) = (Some(told), rest);
            }
        }
        if is_coded { unescape(value, b'%', &mut bytes) } else { bytes.extend_from_slice(value) }
    }
    Some(match (has_charset, charset) {
        (true, Some(charset)) => names::decode_as(charset, &bytes),
        _ => words(&bytes),
    })
}

/// Decodes `%C3` or `=C3`.
fn unescape(text: &[u8], mark: u8, out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let digits = if *byte == mark { after.get(..2) } else { None };
        let coded = digits.and_then(|pair| std::str::from_utf8(pair).ok());
        match coded.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(coded) => {
                out.push(coded);
                rest = after.get(2..).unwrap_or_default();
            }
            None => out.push(*byte),
        }
    }
}

/// Decodes encoded words, and bytes beyond ASCII that stand there raw. Neighbouring words of one charset are joined
/// before decoding: programs cut them in the middle of a character.
pub(super) fn words(text: &[u8]) -> String {
    let mut out = String::new();
    let mut pending: Option<(Vec<u8>, Vec<u8>)> = None;
    let mut rest = text;
    while !rest.is_empty() {
        if let Some((charset, bytes, after)) = word(rest) {
            match &mut pending {
                Some((own, joined)) if own.eq_ignore_ascii_case(charset) => joined.extend(bytes),
                _ => {
                    flush(&mut pending, &mut out);
                    pending = Some((charset.to_vec(), bytes));
                }
            }
            rest = after;
            // Blanks between words belong to the folding.
            let next = rest.trim_ascii_start();
            if word(next).is_some() {
                rest = next;
            }
            continue;
        }
        flush(&mut pending, &mut out);
        let end = memchr::memmem::find(rest.get(1..).unwrap_or_default(), b"=?");
        let (raw, after) = rest.split_at(end.map_or(rest.len(), |at| at + 1));
        out.push_str(&names::decode_one(raw));
        rest = after;
    }
    flush(&mut pending, &mut out);
    out
}

fn flush(pending: &mut Option<(Vec<u8>, Vec<u8>)>, out: &mut String) {
    if let Some((charset, bytes)) = pending.take() {
        out.push_str(&names::decode_as(&charset, &bytes));
    }
}

/// An encoded word at the start: charset, bytes, what follows.
fn word(text: &[u8]) -> Option<(&[u8], Vec<u8>, &[u8])> {
    let inner = text.strip_prefix(b"=?")?;
    let mut parts = inner.splitn(3, |byte| *byte == b'?');
    let (charset, code, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = memchr::memmem::find(rest, b"?=")?;
    let (coded, after) = (rest.get(..end)?, rest.get(end + 2..)?);
    let charset = charset.split(|byte| *byte == b'*').next()?;
    let mut bytes = Vec::new();
    match code {
        b"B" | b"b" => super::transfer::Base64::default().decode(coded, &mut bytes),
        b"Q" | b"q" => {
            let spaced: Vec<u8> =
                coded.iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
            unescape(&spaced, b'=', &mut bytes);
        }
        _ => return None,
    }
    Some((charset, bytes, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GBK.encode(text).0.into_owned()
    }

    fn name(field: &[u8]) -> Option<String> {
        Headers::of(&[field.to_vec()]).name
    }

    #[test]
    fn names_are_read_however_they_are_written() {
        let raw =
            [b"Content-Disposition: attachment; filename=\"", &gbk("乗哱.jpg")[..], b"\""].concat();
        for (field, expected) in [
            (&b"Content-Disposition: attachment; filename=roster.xlsx"[..], "roster.xlsx"),
            (b"Content-Disposition: attachment; filename=\"a \\\"b\\\".csv\"; size=3", "a \"b\".csv"),
            (b"Content-Disposition: attachment; filename=\"=?gb2312?B?w/u1pS54bHN4?=\"", "名单.xlsx"),
            (b"Content-Disposition: attachment; filename*=gb18030''%C3%FB%B5%A5.xlsx", "名单.xlsx"),
            (b"Content-Disposition: attachment; filename*0*=utf-8''%E5%90%8D; filename*1*=%E5%8D%95; filename*2=.xlsx", "名单.xlsx"),
            (b"Content-Disposition: attachment; filename*1=rest.csv; filename*0=the-", "the-rest.csv"),
            (b"Content-Type: application/octet-stream; name=\"=?UTF-8?Q?=E5=90=8D=E5=8D=95.xlsx?=\"", "名单.xlsx"),
            // A character cut in the middle between two words.
            (b"Content-Type: x/y; name=\"=?GBK?B?w/u1?= =?gbk?B?pS54bHN4?=\"", "名单.xlsx"),
            // UTF-8 that says it is GBK.
            (b"Content-Type: x/y; name=\"=?us-ascii?Q?=E5=90=8D=E5=8D=95?=\"", "名单"),
            (raw.as_slice(), "乗哱.jpg"),
        ] {
            assert_eq!(name(field).as_deref(), Some(expected), "{}", String::from_utf8_lossy(field));
        }
        assert_eq!(name(b"Content-Type: text/plain; charset=gbk"), None);
    }

    #[test]
    fn the_kind_and_the_boundary_are_read() {
        let field = b"Content-Type: Multipart/Mixed;\r\n boundary=\"--=_a;b\"".to_vec();
        let headers = Headers::of(&[field, b"Content-Transfer-Encoding: BASE64 ".to_vec()]);
        assert_eq!(headers.kind, "multipart/mixed");
        assert_eq!(headers.boundary.as_deref(), Some(&b"--=_a;b"[..]));
        assert_eq!(headers.transfer, "base64");
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = Headers::of(&[[b"Content-Type: a; name*0*=".as_slice(), &bytes].concat()]);
            let _ = words(&[b"=?gbk?Q?".as_slice(), &bytes].concat());
        }
    }
}
