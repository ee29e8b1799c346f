//! Prefix codes of bounded length, canonical as RFC 1951 §3.2.2 wants them.

/// Code lengths of at most `limit` bits for the given frequencies; symbols that do not occur get 0.
pub(super) fn lengths<const N: usize>(frequencies: &[u32; N], limit: usize) -> [u8; N] {
    let mut used: Vec<(u32, usize)> = frequencies
        .iter()
        .enumerate()
        .filter(|(_, frequency)| **frequency > 0)
        .map(|(symbol, frequency)| (*frequency, symbol))
        .collect();
    let mut lengths = [0; N];
    if let [(_, only)] = used[..] {
        lengths[only] = 1;
    }
    if used.len() < 2 {
        return lengths;
    }
    used.sort_unstable();
    let mut counts = counts_by_depth(&used);
    shorten(&mut counts, limit);
    // The rarest symbols get the longest codes.
    let mut rarest_first = used.iter();
    for (length, count) in counts.iter().enumerate().rev() {
        for (_, symbol) in rarest_first.by_ref().take(*count as usize) {
            lengths[*symbol] = length as u8;
        }
    }
    lengths
}

/// How many leaves of the Huffman tree lie at each depth. Leaves and inner nodes both come in rising
/// weight, so that two queues replace a heap.
fn counts_by_depth(rising: &[(u32, usize)]) -> Vec<u32> {
    let leaves = rising.len();
    let mut weights: Vec<u64> = Vec::with_capacity(leaves);
    let mut leaf_parents = Vec::with_capacity(leaves);
    let mut node_parents = Vec::with_capacity(leaves);
    for made in 0..leaves - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let leaf = rising.get(leaf_parents.len()).map(|(frequency, _)| u64::from(*frequency));
            let node = weights.get(node_parents.len()).copied();
            match (leaf, node) {
                (Some(leaf), node) if node.is_none_or(|node| leaf <= node) => {
                    weight += leaf;
                    leaf_parents.push(made);
                }
                (_, node) => {
                    weight += node.unwrap_or_default();
                    node_parents.push(made);
                }
            }
        }
        weights.push(weight);
    }
    let mut depths = vec![0usize; leaves - 1];
    for (node, parent) in node_parents.iter().enumerate().rev() {
        depths[node] = depths[*parent] + 1;
    }
    let mut counts = vec![0; leaves + 1];
    for parent in leaf_parents {
        counts[depths[parent] + 1] += 1;
    }
    counts
}

/// Moves leaves that lie too deep up to the limit, and makes room for them by lowering others.
fn shorten(counts: &mut Vec<u32>, limit: usize) {
    let too_deep: u32 = counts.iter().skip(limit + 1).sum();
    counts.resize(limit + 1, 0);
    counts[limit] += too_deep;
    let weight = |(length, count): (usize, &u32)| u64::from(*count) << (limit - length);
    let mut total: u64 = counts.iter().enumerate().skip(1).map(weight).sum();
    while total > 1 << limit {
        counts[limit] -= 1;
        if let Some(length) = (1..limit).rev().find(|length| counts[*length] > 0) {
            counts[length] -= 1;
            counts[length + 1] += 2;
        }
        total -= 1;
    }
}

/// The codes for code lengths, their bits in the order in which they are written.
pub(super) fn codes<const N: usize>(lengths: &[u8; N]) -> [u16; N] {
    let mut counts = [0u16; 16];
    for length in lengths.iter().filter(|length| **length > 0) {
        counts[usize::from(*length & 15)] += 1;
    }
    let mut next = [0u16; 16];
    for length in 1..16 {
        next[length] = (next[length - 1] + counts[length - 1]) << 1;
    }
    lengths.map(|length| {
        let slot = &mut next[usize::from(length & 15)];
        let code = *slot;
        *slot += 1;
        if length == 0 { 0 } else { code.reverse_bits() >> (16 - u32::from(length)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_fill_the_code_space_and_never_pass_the_limit() {
        let mut steep = [0u32; 40];
        let (mut a, mut b) = (1u32, 1u32);
        for slot in steep.iter_mut().take(36) {
            *slot = a;
            (a, b) = (b, a.saturating_add(b));
        }
        for limit in [7usize, 15] {
            let lengths = lengths(&steep, limit);
            assert!(lengths.iter().all(|length| usize::from(*length) <= limit));
            let filled: u32 = lengths
                .iter()
                .filter(|length| **length > 0)
                .map(|length| 1 << (limit - usize::from(*length)))
                .sum();
            assert_eq!(filled, 1 << limit);
        }
    }

    #[test]
    fn one_symbol_gets_one_bit_and_none_gets_none() {
        assert_eq!(lengths(&[0, 9, 0], 15), [0, 1, 0]);
        assert_eq!(lengths(&[0, 0, 0], 15), [0, 0, 0]);
    }
}
