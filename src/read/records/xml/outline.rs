//! The first pass over an XML document: which elements occur where, how often, and what they hold. Knows every path
//! once, however long the document is.

use super::super::{DecodedText, cut_after, too_large};
use super::walk::{Element, Step, Stop, Walk};
use crate::read::ReadError;

/// Different paths of elements.
const MAX_NODES: usize = 4096;
/// Different attributes of one path, and different labels.
const MAX_NAMES: usize = 512;
/// Longest value that is kept as an example.
const LONGEST_VALUE: usize = 600;

/// Attributes that tell what an element means.
const LABELS: &[&str] =
    &["label", "name", "caption", "title", "desc", "description", "alias", "字段名", "名称"];

/// The node above the root.
pub(super) const TOP: usize = 0;

/// An attribute of a path.
#[derive(Debug, Default)]
pub(super) struct Attribute {
    pub name: String,
    pub count: u64,
    /// Its first value.
    pub first: String,
}

/// All elements of one path.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Name without its prefix.
    pub name: String,
    pub parent: usize,
    pub children: Vec<usize>,
    /// How many there are.
    pub count: u64,
    /// How many of them are whole.
    pub closed: u64,
    /// How many of them have text of their own.
    pub texts: u64,
    /// The first text.
    pub first: String,
    pub attributes: Vec<Attribute>,
    /// What [`LABELS`] say, each once.
    pub labels: Vec<String>,
    /// Whether one parent has several.
    pub repeats: bool,
    /// Whether some have text and no label, or there are too many labels.
    pub is_unlabelled: bool,
    /// The parent seen last, by its number.
    last_parent: u64,
}

/// Everything that occurs in a document.
pub(super) struct Outline {
    pub nodes: Vec<Node>,
}

impl Outline {
    /// Reads a document once.
    ///
    /// # Errors
    /// The document is broken or too odd, or cannot be read.
    pub fn of(text: DecodedText) -> Result<Outline, ReadError> {
        let mut outline = Outline { nodes: vec![Node::default()] };
        let mut walk = Walk::new(text);
        // Node, and what its label says.
        let mut open: Vec<(usize, Option<String>)> = vec![(TOP, None)];
        loop {
            let parent = open.last().map_or(TOP, |(node, _)| *node);
            let mut opened = None;
            match walk.step(|element| opened = Some(outline.enter(parent, element))) {
                Ok(Step::Open) => open.extend(opened),
                Ok(Step::Close) => {
                    if let Some((node, label)) = open.pop() {
                        outline.leave(node, label, walk.value());
                    }
                }
                Ok(Step::End) => return Ok(outline),
                Err(Stop::Read(error)) => return Err(error),
                Err(Stop::Broken) => return Err(cut_after(outline.most_repeated())),
            }
            if outline.nodes.len() > MAX_NODES {
                let limit = MAX_NODES.to_string();
                return Err(too_large("不同的元素（distinct elements）", limit));
            }
        }
    }

    /// The child of a node by its name; elements mostly come in the order in which they came before.
    pub fn child(&self, parent: usize, name: &str) -> Option<usize> {
        let is_named = |node: &&usize| self.nodes.get(**node).is_some_and(|it| it.name == name);
        self.nodes.get(parent)?.children.iter().find(is_named).copied()
    }

    fn enter(&mut self, parent: usize, element: &Element<'_>) -> (usize, Option<String>) {
        let name = element.name();
        let at = self.child(parent, name).unwrap_or_else(|| self.add(parent, name));
        let parents = self.nodes.get(parent).map_or(0, |node| node.count);
        let mut label = None;
        if let Some(node) = self.nodes.get_mut(at) {
            node.repeats |= node.count > 0 && node.last_parent == parents;
            node.last_parent = parents;
            node.count += 1;
            element.each_attribute(|name, value| {
                node.note_attribute(name, value);
                if label.is_none() && LABELS.iter().any(|word| word.eq_ignore_ascii_case(name)) {
                    label = Some(value.to_owned());
                }
            });
        }
        (at, label)
    }

    fn add(&mut self, parent: usize, name: &str) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Node { name: name.to_owned(), parent, ..Node::default() });
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(at);
        }
        at
    }

    fn leave(&mut self, at: usize, label: Option<String>, text: &str) {
        let Some(node) = self.nodes.get_mut(at) else { return };
        node.closed += 1;
        if text.is_empty() {
            return;
        }
        node.texts += 1;
        if node.first.is_empty() && text.len() <= LONGEST_VALUE {
            node.first = text.to_owned();
        }
        match label {
            Some(label) if node.labels.contains(&label) => {}
            Some(label) if node.labels.len() < MAX_NAMES => node.labels.push(label),
            _ => {
                node.is_unlabelled = true;
                node.labels.clear();
            }
        }
    }

    fn most_repeated(&self) -> u32 {
        let repeated = self.nodes.iter().filter(|node| node.repeats && !node.children.is_empty());
        repeated.map(|node| node.closed).max().map_or(0, |count| count as u32)
    }
}

impl Node {
    fn note_attribute(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        if let Some(known) = self.attributes.iter_mut().find(|known| known.name == name) {
            known.count += 1;
        } else if self.attributes.len() < MAX_NAMES {
            let first = if value.len() <= LONGEST_VALUE { value } else { "" }.to_owned();
            self.attributes.push(Attribute { name: name.to_owned(), count: 1, first });
        }
    }

    /// The attribute among [`LABELS`] that tells what this element means, instead of its name.
    pub fn is_label(&self, attribute: &str) -> bool {
        LABELS.iter().any(|word| word.eq_ignore_ascii_case(attribute))
    }
}
