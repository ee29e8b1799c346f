//! Which number formats of a workbook mean dates, times or text.

use super::fault::Fault;
use super::text;
use super::window::Window;
use super::xml::{self, Token};
use crate::model::NumberFormat;
use crate::read::number_format::{built_in, of_code};

/// A workbook may have about 64,000 cell formats; what is beyond this counts as general.
const MAX_STYLES: usize = 1 << 17;

/// The meaning of each cell format (`s="…"` of a cell), in their order.
///
/// # Errors
/// The part is damaged.
pub fn read(mut window: Window) -> Result<Vec<NumberFormat>, Fault> {
    let mut custom: Vec<(u32, NumberFormat)> = Vec::new();
    let mut formats = Vec::new();
    let (mut in_codes, mut in_cells) = (false, false);
    loop {
        match window.next_token()? {
            Token::Start(tag) => {
                let attributes = window.slice(tag.attributes);
                let id = || xml::attribute(attributes, b"numFmtId").and_then(xml::number);
                match window.slice(tag.name) {
                    b"numFmts" => in_codes = !tag.is_empty,
                    b"cellXfs" => in_cells = !tag.is_empty,
                    b"numFmt" if in_codes && custom.len() < MAX_STYLES => {
                        let code = xml::attribute(attributes, b"formatCode").unwrap_or_default();
                        custom.extend(id().map(|id| (id, of_code(&text::resolved(code)))));
                    }
                    b"xf" if in_cells && formats.len() < MAX_STYLES => {
                        formats.push(id().unwrap_or(0));
                    }
                    _ => {}
                }
            }
            Token::End(name) => match window.slice(name) {
                b"numFmts" => in_codes = false,
                b"cellXfs" => in_cells = false,
                _ => {}
            },
            Token::Eof => break,
            _ => {}
        }
    }
    custom.sort_by_key(|(id, _)| *id);
    let known = |id: u32| u16::try_from(id).map_or(NumberFormat::General, built_in);
    let meaning = |id: u32| {
        let found = custom.binary_search_by_key(&id, |(id, _)| *id).ok();
        found.and_then(|at| custom.get(at)).map_or_else(|| known(id), |(_, format)| *format)
    };
    Ok(formats.into_iter().map(meaning).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cell_formats_take_their_meaning_from_codes_and_built_in_ids() {
        let part = "<styleSheet><numFmts count='1'><numFmt numFmtId='176' formatCode='yyyy&quot;年&quot;'/></numFmts>\
            <cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>\
            <cellXfs><xf numFmtId='0'/><xf numFmtId='176'/><xf numFmtId='49'/><xf numFmtId=''/><xf numFmtId='31'/></cellXfs>\
            <dxfs><dxf><numFmt numFmtId='0' formatCode='yyyy'/></dxf></dxfs></styleSheet>";
        let formats = read(Window::whole(part.as_bytes().to_vec())).unwrap();
        assert_eq!(
            formats,
            [
                NumberFormat::General,
                NumberFormat::Date,
                NumberFormat::Text,
                NumberFormat::General,
                NumberFormat::Date,
            ]
        );
    }
}
