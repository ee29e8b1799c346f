//! The way back: our formats and fills taken out of a styles part.

use rustc_hash::FxHashMap;

use super::{COLOURS, NO_FORMAT, plain_attributes};
use crate::write::annotate::xml::{
    Element, Splices, attribute, number_attribute, root, with_attribute,
};

/// How cells get their own formats back: our format → (theirs, whether the cell was ours).
pub(in crate::write::annotate) type Restyle = FxHashMap<u32, (u32, bool)>;

/// Takes our formats and fills out of a styles part that came back.
///
/// If the part is as we left it, our formats are cut off and the map says what each stood for. If a
/// program wrote it anew, each fill of ours becomes the fill that was beneath it, and the map is empty.
pub(in crate::write::annotate) fn take_out(
    xml: &[u8],
    styles: &str,
    fills: &str,
) -> (Vec<u8>, Restyle) {
    let mut splices = Splices::default();
    let Some(root) = root(xml) else { return (xml.to_vec(), Restyle::default()) };
    let fills_now = root.child(xml, "fills").map_or(Vec::new(), |list| list.children(xml));
    let ours: Vec<bool> = fills_now.iter().map(|fill| under(xml, fill).is_some()).collect();
    let list = root.child(xml, "cellXfs");
    let formats = list.map_or(Vec::new(), |list| list.children(xml));
    if let (Some(list), Some((first, restyle))) = (list, remembered(xml, styles, &formats, &ours)) {
        let tag = with_attribute(list.tag.bytes(xml), "count", &first.to_string());
        splices.replace(list.tag.start, list.tag.end, tag);
        if let (Some(from), Some(last)) = (formats.get(first), formats.last()) {
            splices.cut(from.tag.start, last.end);
        }
        return (splices.apply(xml), restyle);
    }
    let p = root.tag.prefix(xml);
    let known: Vec<&str> = fills.split(';').collect();
    for fill in &fills_now {
        let Some(colour) = under(xml, fill) else { continue };
        let own = match known.contains(&colour.as_str()) {
            true => format!(
                "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor {colour}/>\
                 <{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
            ),
            false => format!("<{p}fill><{p}patternFill patternType=\"none\"/></{p}fill>"),
        };
        splices.replace(fill.tag.start, fill.end, own);
    }
    (splices.apply(xml), Restyle::default())
}

/// The colour beneath a fill of ours; `None` if the fill is not ours.
fn under(xml: &[u8], fill: &Element) -> Option<String> {
    let pattern = fill.child(xml, "patternFill")?;
    let front = pattern.child(xml, "fgColor")?;
    let rgb = attribute(front.tag.bytes(xml), "rgb")?;
    if !COLOURS.iter().any(|colour| colour.as_bytes().eq_ignore_ascii_case(rgb)) {
        return None;
    }
    let back = pattern.child(xml, "bgColor");
    Some(back.map_or(String::new(), |back| plain_attributes(back.tag.bytes(xml))))
}

/// The formats we remember, if they are still the last ones of the part.
fn remembered(
    xml: &[u8],
    styles: &str,
    formats: &[Element],
    ours: &[bool],
) -> Option<(usize, Restyle)> {
    let (first, origins) = styles.split_once(':')?;
    let first: usize = first.parse().ok()?;
    let origins: Vec<&str> = origins.split(',').collect();
    if origins.len() + first != formats.len() {
        return None;
    }
    let mut restyle = Restyle::default();
    for (at, origin) in origins.iter().enumerate().filter(|(_, origin)| **origin != "*") {
        let format = formats.get(first + at)?;
        let fill = number_attribute(format.tag.bytes(xml), "fillId")?;
        let own = match origin.trim_start_matches('-') {
            "n" => NO_FORMAT,
            number => number.parse().ok()?,
        };
        if !ours.get(fill as usize).copied().unwrap_or(false) {
            return None;
        }
        restyle.insert((first + at) as u32, (own, origin.starts_with('-')));
    }
    Some((first, restyle))
}
