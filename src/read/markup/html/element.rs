//! The elements of HTML that matter to a table.

/// What an element is to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// `table`.
    Table,
    /// `tr`.
    Row,
    /// `td`.
    Cell,
    /// `th`.
    HeadCell,
    /// `thead`, `tbody`, `tfoot`.
    Group,
    /// `caption`.
    Caption,
    /// `col`; a `colgroup` with columns of its own counts through them.
    Column,
    /// `br`.
    Break,
    /// What stands on lines of its own.
    Block,
    /// `pre`.
    Preformatted,
    /// What has no content.
    Void,
    /// What holds raw text.
    Raw,
    /// Everything else.
    Other,
}

/// Names longer than this are no names that matter.
const MAX_NAME: usize = 10;

impl Element {
    /// The element of a name in any case.
    #[inline]
    pub fn of(name: &str) -> Element {
        if let [first, second] = name.as_bytes() {
            // A blank or a digit never becomes one of these letters.
            match [first | 0x20, second | 0x20] {
                [b't', b'd'] => return Element::Cell,
                [b't', b'r'] => return Element::Row,
                [b't', b'h'] => return Element::HeadCell,
                _ => {}
            }
        }
        Element::of_longer(name)
    }

    fn of_longer(name: &str) -> Element {
        let mut lower = [0; MAX_NAME];
        let Some(letters) = lower.get_mut(..name.len()) else { return Element::Other };
        letters.copy_from_slice(name.as_bytes());
        letters.make_ascii_lowercase();
        match &*letters {
            b"table" => Element::Table,
            b"tr" => Element::Row,
            b"td" => Element::Cell,
            b"th" => Element::HeadCell,
            b"thead" | b"tbody" | b"tfoot" => Element::Group,
            b"caption" => Element::Caption,
            b"col" => Element::Column,
            b"br" => Element::Break,
            b"p" | b"div" | b"li" | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"h1" | b"h2"
            | b"h3" | b"h4" | b"h5" | b"h6" | b"hr" | b"center" | b"blockquote" | b"section"
            | b"form" | b"address" | b"article" => Element::Block,
            b"pre" => Element::Preformatted,
            b"img" | b"input" | b"meta" | b"link" | b"wbr" | b"area" | b"base" | b"embed"
            | b"param" | b"source" | b"track" => Element::Void,
            b"style" | b"script" | b"title" | b"xml" | b"xmp" => Element::Raw,
            _ => Element::Other,
        }
    }
}
