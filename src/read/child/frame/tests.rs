//! Frames round-trip, and nothing that arrives makes the parent panic or believe an offset.

use proptest::prelude::*;

use super::*;
use crate::model::{CellKind, Chunk, GridInfo, NumberFormat, Range, Visibility};

fn sent(write: impl FnOnce(&mut FrameWriter<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = FrameWriter::greet(&mut bytes).unwrap();
    write(&mut writer);
    bytes
}

fn arrived(bytes: &[u8]) -> Vec<Frame> {
    let mut from = bytes;
    let mut frames = Vec::new();
    while let Ok(Some(frame)) = Frame::read(&mut from) {
        frames.push(frame);
    }
    frames
}

fn grid() -> GridInfo {
    GridInfo {
        name: "人员".into(),
        index: 3,
        visibility: Visibility::VeryHidden,
        merges: vec![Range { top: 1, bottom: 2, left: 0, right: 4 }],
        hidden_columns: vec![(2, 2), (5, 9)],
        is_1904: true,
    }
}

/// Rows of a chunk: number above the one before, hidden, cells (columns to skip, kind, format, text).
type Rows = Vec<(u8, bool, Vec<(u8, u8, u8, String)>)>;

fn chunk(rows: &Rows) -> Chunk {
    const KINDS: [CellKind; 6] = [
        CellKind::Text,
        CellKind::Number,
        CellKind::Bool,
        CellKind::Error,
        CellKind::IsoDate,
        CellKind::Uncalculated,
    ];
    const FORMATS: [NumberFormat; 5] = [
        NumberFormat::General,
        NumberFormat::Text,
        NumberFormat::Date,
        NumberFormat::DateTime,
        NumberFormat::Time,
    ];
    let mut chunk = Chunk::default();
    let mut number = 0;
    for (step, is_hidden, cells) in rows {
        number += u32::from(*step) + 1;
        chunk.begin_row(number, *is_hidden);
        let mut column = 0;
        for (skip, kind, format, text) in cells {
            column += u16::from(*skip) + 1;
            let kind = KINDS[usize::from(*kind) % KINDS.len()];
            let format = FORMATS[usize::from(*format) % FORMATS.len()];
            chunk.push_cell(column, kind, format, text);
        }
    }
    chunk
}

fn rows() -> impl Strategy<Value = Rows> {
    let cells = prop::collection::vec((any::<u8>(), any::<u8>(), any::<u8>(), ".{0,6}"), 0..5);
    prop::collection::vec((any::<u8>(), any::<bool>(), cells), 0..8)
}

fn told(frame: &Frame) -> (bool, bool, bool) {
    let mut chunk = Chunk::default();
    (frame.grid().is_ok(), frame.rows(&mut chunk).is_ok(), frame.remark().is_ok())
}

#[test]
fn a_conversation_arrives_as_it_was_sent() {
    let remark =
        Remark { code: "too-large".into(), place: Place::grid(2), args: vec!["行数".into()] };
    let bytes = sent(|writer| {
        writer.grid(&grid()).unwrap();
        writer.remark(Tag::Note, &remark).unwrap();
        writer.end().unwrap();
    });
    let frames = arrived(&bytes);
    assert!(frames[0].is_greeting());
    assert_eq!(frames[1].grid(), Ok(grid()));
    assert_eq!(frames[2].remark(), Ok(remark));
    assert_eq!(frames[3].tag, Tag::End);
    assert_eq!(frames.len(), 4);
}

#[test]
fn a_stream_that_breaks_off_is_an_error_and_never_a_frame() {
    let bytes = sent(|writer| writer.grid(&grid()).unwrap());
    let whole = arrived(&bytes).len();
    for end in 1..bytes.len() {
        let mut from = bytes.get(..end).unwrap();
        let mut frames = 0;
        let last = loop {
            match Frame::read(&mut from) {
                Ok(Some(_)) => frames += 1,
                other => break other,
            }
        };
        assert!(frames < whole, "{end}");
        // Only the seam after the greeting is a clean end.
        assert_eq!(last.is_ok(), end == 5 + GREETING.len(), "{end}");
    }
}

#[test]
fn lengths_beyond_the_limit_are_refused_before_memory_is_asked_for() {
    for head in [0_u32, FRAME_LIMIT as u32 + 1, u32::MAX] {
        let bytes = [head.to_le_bytes().as_slice(), &[2, 0, 0]].concat();
        assert!(Frame::read(&mut bytes.as_slice()).is_err());
    }
}

proptest! {
    #[test]
    fn rows_round_trip(rows in rows()) {
        let chunk = chunk(&rows);
        let frames = arrived(&sent(|writer| writer.rows(&chunk).unwrap()));
        let mut back = Chunk::default();
        prop_assert_eq!(frames[1].rows(&mut back), Ok(()));
        prop_assert_eq!(&back.text, &chunk.text);
        prop_assert_eq!(&back.cells, &chunk.cells);
        prop_assert_eq!(&back.rows, &chunk.rows);
    }

    #[test]
    fn a_corrupted_frame_never_panics_nor_points_outside(
        rows in rows(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 1..6),
    ) {
        let chunk = chunk(&rows);
        let mut bytes = sent(|writer| {
            writer.grid(&grid()).unwrap();
            writer.rows(&chunk).unwrap();
        });
        for (at, flip) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        for frame in arrived(&bytes) {
            told(&frame);
            let mut back = Chunk::default();
            if frame.rows(&mut back).is_ok() {
                for row in &back.rows {
                    for cell in back.cells_of(row) {
                        prop_assert!(back.text.get(cell.start as usize..cell.end as usize).is_some());
                    }
                }
            } else {
                prop_assert!(back.rows.is_empty() && back.text.is_empty());
            }
        }
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for frame in arrived(&bytes) {
            told(&frame);
        }
    }
}
