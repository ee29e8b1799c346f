//! Transfer encodings of message parts, piece by piece. Source: RFC 2045 6.7 and 6.8.

/// How a part's bytes are written.
#[derive(Debug)]
pub(super) enum Transfer {
    /// As they are.
    Plain,
    Base64(Base64),
    Quoted,
}

impl Transfer {
    /// By the header's word; `None` for one that is not read.
    pub(super) fn of(word: &str) -> Option<Transfer> {
        match word {
            "base64" => Some(Transfer::Base64(Base64::default())),
            "quoted-printable" => Some(Transfer::Quoted),
            "" | "7bit" | "8bit" | "binary" => Some(Transfer::Plain),
            _ => None,
        }
    }

    /// Decodes a line with its end.
    pub(super) fn decode(&mut self, line: &[u8], out: &mut Vec<u8>) {
        match self {
            Transfer::Plain => out.extend_from_slice(line),
            Transfer::Base64(base64) => base64.decode(line, out),
            Transfer::Quoted => quoted(line, out),
        }
    }
}

/// Base64 that may be cut anywhere; whatever is not of its alphabet is passed over.
#[derive(Debug, Default)]
pub(super) struct Base64 {
    bits: u32,
    count: u8,
}

impl Base64 {
    /// Decodes what comes next.
    pub(super) fn decode(&mut self, text: &[u8], out: &mut Vec<u8>) {
        for byte in text {
            let six = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                // Padding ends a group; several may follow one another.
                b'=' => {
                    *self = Base64::default();
                    continue;
                }
                _ => continue,
            };
            self.bits = (self.bits << 6) | u32::from(six);
            self.count += 6;
            if self.count >= 8 {
                self.count -= 8;
                out.push((self.bits >> self.count) as u8);
            }
        }
    }
}

fn quoted(line: &[u8], out: &mut Vec<u8>) {
    let bare = super::lines::bare(line);
    let end = line.get(bare.len()..).unwrap_or_default();
    let mut rest = bare.trim_ascii_end();
    let is_soft = rest.ends_with(b"=");
    if is_soft {
        rest = rest.get(..rest.len() - 1).unwrap_or_default();
    }
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let digits = if *byte == b'=' { after.get(..2) } else { None };
        let coded = digits.and_then(|pair| std::str::from_utf8(pair).ok());
        match coded.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(coded) => {
                out.push(coded);
                rest = after.get(2..).unwrap_or_default();
            }
            None => out.push(*byte),
        }
    }
    if !is_soft {
        out.extend_from_slice(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transfer_encodings_are_decoded() {
        for (word, lines, expected) in [
            ("base64", &["5ZCN", "5Y2V\r\n", "LmNzdg==\r\n"][..], "名单.csv".as_bytes()),
            ("base64", &["YQ==", "Yg=="], b"ab"),
            (
                "quoted-printable",
                &["=E5=90=8D=\r\n", "a=3D1 \r\n", "x=ZZ"],
                "名a=1\r\nx=ZZ".as_bytes(),
            ),
            ("8bit", &["a\r\n", "b"], b"a\r\nb"),
        ] {
            let (mut transfer, mut out) = (Transfer::of(word).unwrap(), Vec::new());
            lines.iter().for_each(|line| transfer.decode(line.as_bytes(), &mut out));
            assert_eq!(out, expected, "{word}");
        }
        assert!(Transfer::of("x-uuencode").is_none());
    }
}
