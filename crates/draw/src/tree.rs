//! The Merkle tree of RFC 6962 over leaves that are hashed already.

use crate::bytes::{Hash, sha256};

fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The root over the leaves in their order; of none it is the hash of nothing.
pub fn root(leaves: &[Hash]) -> Hash {
    // A stack of complete subtrees, the largest first: like a binary counter, so no level is ever kept whole.
    let mut stack: Vec<(u32, Hash)> = Vec::with_capacity(64);
    for leaf in leaves {
        let mut entry = (0, *leaf);
        while let Some((level, left)) = stack.last()
            && *level == entry.0
        {
            entry = (entry.0 + 1, node(left, &entry.1));
            stack.pop();
        }
        stack.push(entry);
    }
    stack
        .into_iter()
        .rev()
        .map(|(_, hash)| hash)
        .reduce(|right, left| node(&left, &right))
        .unwrap_or_else(|| sha256(&[]))
}

/// The hashes that lead from leaf `index` to the root, lowest first; none if there is no such leaf.
pub fn inclusion_path(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut rest, mut at) = (leaves, index);
    while rest.len() > 1 {
        let (left, right) = rest.split_at(split(rest.len()));
        if at < left.len() {
            path.push(root(right));
            rest = left;
        } else {
            path.push(root(left));
            at -= left.len();
            rest = right;
        }
    }
    path.reverse();
    Some(path)
}

/// So many leaves make a piece of a long list. A power of two: the root of a piece is a node of the whole tree, so the
/// roots of the pieces give the root of the list, and a proof needs one piece and the roots of the others.
pub const PIECE: usize = 4096;

/// As [`inclusion_path`] of leaf `index` of one piece of a list, of whose other pieces the roots are enough. `roots` are
/// those of all pieces, this one being number `no`; all but the last have [`PIECE`] leaves.
pub fn inclusion_path_by_pieces(
    piece: &[Hash],
    index: usize,
    roots: &[Hash],
    no: usize,
) -> Option<Vec<Hash>> {
    let mut path = inclusion_path(piece, index)?;
    path.extend(inclusion_path(roots, no)?);
    Some(path)
}

/// The largest power of two below `size` (which is at least 2).
fn split(size: usize) -> usize {
    1 << (size - 1).ilog2()
}

/// Whether `path` leads from this leaf at `index` of `count` to `expected` (RFC 9162, 2.1.3.2).
pub fn includes(leaf: &Hash, index: u64, count: u64, path: &[Hash], expected: &Hash) -> bool {
    if index >= count {
        return false;
    }
    let (mut place, mut last) = (index, count - 1);
    let mut hash = *leaf;
    for step in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node(step, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, step);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *expected
}

#[cfg(test)]
mod tests {
    use super::{
        Hash, PIECE, includes, inclusion_path, inclusion_path_by_pieces, node, root, split,
    };

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|i| [i; 32]).collect()
    }

    /// The definition of the standard, word for word, to hold the fast one against.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => crate::bytes::sha256(&[]),
            [one] => *one,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len()));
                node(&defined(left), &defined(right))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_standard_for_every_size() {
        for count in 0..70 {
            assert_eq!(
                root(&leaves(count)),
                defined(&leaves(count)),
                "{count} leaves"
            );
        }
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex::encode(root(&[])), empty);
    }

    #[test]
    fn the_pieces_of_a_list_give_its_root_and_its_proofs() {
        for count in [1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7] {
            let all: Vec<Hash> = (0..count as u32)
                .map(|i| crate::bytes::sha256(&[&i.to_be_bytes()]))
                .collect();
            let roots: Vec<Hash> = all.chunks(PIECE).map(root).collect();
            assert_eq!(root(&roots), root(&all), "{count} leaves");
            for index in [0, 1, count / 2, count - 1] {
                let index = index.min(count - 1);
                let (no, within) = (index / PIECE, index % PIECE);
                let piece = all.chunks(PIECE).nth(no).unwrap();
                let path = inclusion_path_by_pieces(piece, within, &roots, no).unwrap();
                assert_eq!(path, inclusion_path(&all, index).unwrap());
            }
        }
    }

    #[test]
    fn every_leaf_of_every_size_proves_itself_and_nothing_else() {
        for count in 1..40_u8 {
            let all = leaves(count);
            let top = root(&all);
            for (index, leaf) in all.iter().enumerate() {
                let path = inclusion_path(&all, index).unwrap();
                let (at, of) = (index as u64, u64::from(count));
                assert!(
                    includes(leaf, at, of, &path, &top),
                    "leaf {index} of {count}"
                );
                assert!(!includes(&[200; 32], at, of, &path, &top), "another leaf");
                assert!(!includes(leaf, of, of, &path, &top), "outside of the list");
                if of > 1 {
                    assert!(
                        !includes(leaf, (at + 1) % of, of, &path, &top),
                        "another place"
                    );
                    assert!(
                        !includes(leaf, at, of, &path[1..], &top),
                        "a path cut short"
                    );
                    let mut bent = path.clone();
                    bent[0][0] ^= 1;
                    assert!(!includes(leaf, at, of, &bent, &top), "a bent path");
                }
                let mut long = path;
                long.push([0; 32]);
                assert!(!includes(leaf, at, of, &long, &top), "a path too long");
            }
        }
        assert!(inclusion_path(&leaves(3), 3).is_none());
        assert!(inclusion_path(&[], 0).is_none());
    }
}
