//! Which element of an XML document is the record, which fields it has, and what stands outside of it.
//!
//! The record is the first path among those that a mapping names. Otherwise it is the repeating element with the
//! most values (texts of children, attributes) in the whole document, an element around it winning if it repeats and
//! has at least half as many values of its own: a person with three credits stays one record. What a department
//! around people says of itself is said of each of them.

use super::outline::{Node, Outline, TOP};
use crate::model::codes::records;
use crate::model::{Finding, Place};

/// Elements whose own name says nothing.
const NAMELESS: &[&str] = &[
    "field",
    "column",
    "col",
    "item",
    "property",
    "prop",
    "param",
    "cell",
    "attribute",
    "entry",
    "value",
    "data",
    "key",
    "td",
    "string",
];
/// Lines above the headings.
const MAX_LINES: usize = 50;
/// Names that a finding tells.
const TOLD_NAMES: usize = 10;

/// What of an element a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Its text.
    Text,
    /// Its text where its label says this.
    Labelled(String),
    /// An attribute.
    Attribute(String),
}

/// One column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub node: usize,
    pub part: Part,
    pub heading: String,
    /// Names from the record down.
    path: Vec<String>,
}

/// What was chosen.
pub(super) struct Choice {
    pub record: usize,
    pub columns: Vec<Column>,
    /// Values that stand once: `name：value`.
    pub above: Vec<String>,
    /// Other values outside of the records.
    pub beside: Option<Finding>,
}

impl Choice {
    /// Chooses; `None` if nothing looks like records.
    pub fn of(outline: &Outline, record_paths: &[String]) -> Option<Choice> {
        let named = record_paths.iter().find_map(|path| find(outline, path));
        let record = named.or_else(|| best(outline))?;
        let mut columns = inherited(outline, record);
        let inherited = columns.len();
        gather(outline, record, &mut Vec::new(), &mut columns);
        if columns.len() == inherited {
            return None;
        }
        tell_apart(&mut columns);
        let (above, beside) = outside(outline, record, &columns);
        Some(Choice { record, columns, above, beside })
    }
}

fn find(outline: &Outline, path: &str) -> Option<usize> {
    let mut at = TOP;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        at = outline.child(at, name)?;
    }
    (at != TOP).then_some(at)
}

/// Values that the elements of a path have as their own: texts of children that hold nothing else, attributes.
fn values(outline: &Outline, node: &Node) -> u64 {
    let children = node.children.iter().filter_map(|child| outline.nodes.get(*child));
    let texts = children.filter(|child| child.children.is_empty()).map(|child| child.texts);
    texts.sum::<u64>() + node.attributes.iter().map(|attribute| attribute.count).sum::<u64>()
}

fn best(outline: &Outline) -> Option<usize> {
    let most = |may_be: fn(&Node) -> bool| {
        let nodes = outline.nodes.iter().enumerate().skip(1).filter(|(_, node)| may_be(node));
        let scored = nodes.map(|(at, node)| (values(outline, node), at));
        // Of equals the one that comes first in the document.
        scored
            .filter(|(values, _)| *values > 0)
            .max_by_key(|(values, at)| (*values, usize::MAX - at))
    };
    let Some((most_values, at)) = most(|node| node.repeats) else {
        return most(|_| true).map(|(_, at)| at);
    };
    let mut record = at;
    let mut above = at;
    while let Some(node) = outline.nodes.get(above).map(|node| node.parent).filter(|it| *it != TOP)
    {
        above = node;
        let is_as_rich = |node: &Node| node.repeats && values(outline, node) * 2 >= most_values;
        if outline.nodes.get(above).is_some_and(is_as_rich) {
            record = above;
        }
    }
    Some(record)
}

fn has_hanzi(text: &str) -> bool {
    text.chars().any(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
}

/// Whether labels name the columns of an element rather than its own name.
fn is_labelled(node: &Node) -> bool {
    let is_nameless = NAMELESS.iter().any(|name| name.eq_ignore_ascii_case(&node.name));
    let is_chinese = || node.labels.iter().any(|label| has_hanzi(label));
    !node.is_unlabelled && !node.labels.is_empty() && (is_nameless || is_chinese())
}

/// What the elements around the records say of all records within: attributes, and single texts that stand before
/// them. What there is only once in the document stands above the headings instead.
fn inherited(outline: &Outline, record: usize) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut below = record;
    while let Some(node) = outline.nodes.get(below).map(|node| node.parent).filter(|it| *it != TOP)
    {
        let Some(around) = outline.nodes.get(node) else { break };
        if around.count > 1 {
            let mut own = Vec::new();
            for attribute in &around.attributes {
                let heading = attribute.name.clone();
                let path = vec![around.name.clone(), format!("@{heading}")];
                own.push(Column { node, part: Part::Attribute(heading.clone()), heading, path });
            }
            for child in around.children.iter().take_while(|child| **child != below) {
                let Some(it) = outline.nodes.get(*child) else { continue };
                if it.children.is_empty() && it.texts > 0 && !it.repeats {
                    let path = vec![around.name.clone(), it.name.clone()];
                    let heading = it.name.clone();
                    own.push(Column { node: *child, part: Part::Text, heading, path });
                }
            }
            own.append(&mut columns);
            columns = own;
        }
        below = node;
    }
    columns
}

/// The columns of an element and all within it, in the order of the document.
fn gather(outline: &Outline, at: usize, path: &mut Vec<String>, columns: &mut Vec<Column>) {
    let Some(node) = outline.nodes.get(at).filter(|_| columns.len() <= super::super::MAX_COLUMNS)
    else {
        return;
    };
    let mut push = |part, heading: &str, last: String| {
        let path = path.iter().cloned().chain([last]).collect();
        columns.push(Column { node: at, part, heading: heading.to_owned(), path });
    };
    let is_labelled = node.texts > 0 && is_labelled(node);
    for attribute in &node.attributes {
        let name = &attribute.name;
        if !(is_labelled && node.is_label(name)) {
            push(Part::Attribute(name.clone()), name, format!("@{name}"));
        }
    }
    if is_labelled {
        for label in &node.labels {
            push(Part::Labelled(label.clone()), label, label.clone());
        }
    } else if node.texts > 0 {
        let last = path.last().cloned().unwrap_or_else(|| node.name.clone());
        let path = path.iter().rev().skip(1).rev().cloned().chain([last]).collect();
        let heading = node.name.clone();
        columns.push(Column { node: at, part: Part::Text, heading, path });
    }
    for child in &node.children {
        let name = outline.nodes.get(*child).map_or("", |child| &child.name);
        path.push(name.to_owned());
        gather(outline, *child, path, columns);
        path.pop();
    }
}

/// Columns with the same heading are told apart by their paths; the outermost keeps its own.
fn tell_apart(columns: &mut [Column]) {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|at| columns.get(*at).map_or(0, |column| column.path.len()));
    let mut seen = std::collections::HashSet::new();
    for at in order {
        let Some(column) = columns.get_mut(at) else { continue };
        if !seen.insert(column.heading.clone()) {
            column.heading = column.path.join("/");
        }
    }
}

/// Values that are no part of a record: those that stand once, and the others.
fn outside(outline: &Outline, record: usize, columns: &[Column]) -> (Vec<String>, Option<Finding>) {
    let (mut above, mut beside) = (Vec::new(), Vec::new());
    let mut stack: Vec<usize> =
        outline.nodes.get(TOP).map(|top| top.children.clone()).unwrap_or_default();
    stack.reverse();
    while let Some(at) = stack.pop() {
        let Some(node) = outline.nodes.get(at).filter(|_| at != record) else { continue };
        let texts = (node.texts > 0).then_some((node.name.as_str(), node.texts, &node.first));
        let attributes = node.attributes.iter();
        let attributes = attributes.map(|it| (it.name.as_str(), it.count, &it.first));
        // An element of one department out of many says nothing of the whole.
        let mut around = std::iter::successors(Some(node), |node| outline.nodes.get(node.parent));
        let is_single =
            around.by_ref().take_while(|node| !node.name.is_empty()).all(|it| it.count == 1);
        let is_column = |name: &str| {
            columns.iter().any(|column| match &column.part {
                Part::Attribute(attribute) => column.node == at && attribute == name,
                _ => column.node == at && node.name == name,
            })
        };
        for (name, count, first) in attributes.chain(texts) {
            if is_column(name) {
                continue;
            }
            if count == 1 && is_single && !first.is_empty() && above.len() < MAX_LINES {
                above.push(format!("{name}：{first}"));
            } else if !beside.contains(&name) {
                beside.push(name);
            }
        }
        stack.extend(node.children.iter().rev());
    }
    let told = beside.get(..TOLD_NAMES.min(beside.len())).unwrap_or_default().join("、");
    let finding = || Finding::new(&records::VALUES_BESIDE, Place::grid(0));
    let beside = (!beside.is_empty()).then(|| finding().arg(told).arg(beside.len().to_string()));
    (above, beside)
}
