//! The transfer encodings of MIME (RFC 2045, 6), decoded piece by piece.

use std::io::{self, Write};

/// How a body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transfer {
    /// As it is.
    #[default]
    Plain,
    /// `=E5=A7=93`, with `=` before a line end that is none.
    QuotedPrintable,
    /// Six bits a character: those that wait for a whole byte, and how many.
    Base64(u32, u32),
}

impl Transfer {
    /// The encoding of a header; unknown ones count as plain.
    pub fn of(name: &str) -> Transfer {
        match name.trim().to_ascii_lowercase().as_str() {
            "base64" => Transfer::Base64(0, 0),
            "quoted-printable" => Transfer::QuotedPrintable,
            _ => Transfer::Plain,
        }
    }

    /// Decodes a line, or a piece of one.
    ///
    /// # Errors
    /// What it writes to fails.
    pub fn decode(&mut self, line: &[u8], to: &mut impl Write) -> io::Result<()> {
        match self {
            Transfer::Plain => to.write_all(line),
            Transfer::QuotedPrintable => quoted_printable(line, to),
            Transfer::Base64(bits, count) => base64(line, (bits, count), to),
        }
    }
}

fn quoted_printable(line: &[u8], to: &mut impl Write) -> io::Result<()> {
    let content = line.trim_ascii_end();
    let ends = line.get(content.len()..).unwrap_or_default();
    let (content, ends): (_, &[u8]) = match content.strip_suffix(b"=") {
        Some(content) if ends.ends_with(b"\n") => (content, b""),
        _ => (content, ends),
    };
    let mut rest = content;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, after) = rest.split_at(at);
        to.write_all(before)?;
        let byte = match after {
            [_, high, low, ..] => digit(*high).zip(digit(*low)),
            _ => None,
        };
        rest = match byte {
            Some((high, low)) => {
                to.write_all(&[high << 4 | low])?;
                after.get(3..).unwrap_or_default()
            }
            None => {
                to.write_all(b"=")?;
                after.get(1..).unwrap_or_default()
            }
        };
    }
    to.write_all(rest)?;
    to.write_all(ends)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Characters that are none of the alphabet are passed over; padding ends a group.
fn base64(line: &[u8], (bits, count): (&mut u32, &mut u32), to: &mut impl Write) -> io::Result<()> {
    let mut out = Vec::with_capacity(line.len());
    for byte in line {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => {
                (*bits, *count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        *bits = (*bits << 6 | u32::from(six)) & 0xffff;
        *count += 6;
        if *count >= 8 {
            *count -= 8;
            out.push((*bits >> *count) as u8);
        }
    }
    to.write_all(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_decoded_over_line_ends() {
        for (name, lines, expected) in [
            ("base64", &["5aeT\r\n", "5\r\n", "ZCN", "\r\n"][..], "姓名"),
            ("Base64", &["YQ==", "Yg=="], "ab"),
            (
                "quoted-printable",
                &["=E5=A7=93=\r\n", "=E5=90=8D = =3D=\n", "x=zz\r\n"],
                "姓名 = =x=zz\r\n",
            ),
            ("8bit", &["姓=名\r\n"], "姓=名\r\n"),
        ] {
            let (mut transfer, mut out) = (Transfer::of(name), Vec::new());
            for line in lines {
                transfer.decode(line.as_bytes(), &mut out).unwrap();
            }
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{name}");
        }
    }
}
