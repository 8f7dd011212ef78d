//! Fingerprints of rows, for results with more rows than are kept.

use super::fields::Field;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

/// Made anew by each process, so that nobody can write rows that look alike.
static KEYS: LazyLock<[RandomState; 2]> =
    LazyLock::new(|| [RandomState::new(), RandomState::new()]);

/// The OIDs of `bigint`, `smallint`, `integer` and `numeric`, whose texts end in zeros that are no
/// part of the value.
const EXACT_NUMBERS: [u32; 4] = [20, 21, 23, 1700];

/// True if a value's text is to be read whole, not in pieces.
pub(super) fn is_number(field: &Field) -> bool {
    EXACT_NUMBERS.contains(&field.type_oid)
}

/// Takes in a row, value by value.
pub(super) struct Fingerprint([<RandomState as BuildHasher>::Hasher; 2]);

impl Fingerprint {
    pub(super) fn new() -> Self {
        Self([KEYS[0].build_hasher(), KEYS[1].build_hasher()])
    }

    /// That of a row that is kept.
    pub(super) fn of(row: &[Option<String>], fields: &[Field]) -> u128 {
        let mut fingerprint = Self::new();
        for (value, field) in row.iter().zip(fields) {
            match value {
                None => fingerprint.null(),
                Some(text) if is_number(field) => fingerprint.number(text.as_bytes()),
                Some(text) => {
                    fingerprint.begin(text.len());
                    fingerprint.piece(text.as_bytes());
                }
            }
        }
        fingerprint.finish()
    }

    pub(super) fn null(&mut self) {
        self.piece(&[0]);
    }

    /// Begins a value of so many bytes.
    pub(super) fn begin(&mut self, bytes: usize) {
        self.piece(&[1]);
        self.piece(&(bytes as u64).to_be_bytes());
    }

    /// A part of the value.
    pub(super) fn piece(&mut self, bytes: &[u8]) {
        for hasher in &mut self.0 {
            hasher.write(bytes);
        }
    }

    /// An exact number, whatever its scale: 1.50 as 1.5.
    pub(super) fn number(&mut self, text: &[u8]) {
        let mut short = text;
        if short.contains(&b'.') {
            while let [rest @ .., b'0'] = short {
                short = rest;
            }
            if let [rest @ .., b'.'] = short {
                short = rest;
            }
        }
        if short == b"-0" {
            short = b"0";
        }
        self.begin(short.len());
        self.piece(short);
    }

    pub(super) fn finish(self) -> u128 {
        let [high, low] = self.0.map(|hasher| hasher.finish());
        u128::from(high) << 64 | u128::from(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_look_alike_if_their_values_are_equal() {
        let fields = |oid: u32| {
            let field = |type_oid| Field {
                name: String::new(),
                type_oid,
                type_modifier: -1,
            };
            [field(oid), field(25)]
        };
        let of = |oid: u32, row: [Option<&str>; 2]| {
            Fingerprint::of(&row.map(|value| value.map(str::to_owned)), &fields(oid))
        };
        let number = |text| of(1700, [Some(text), Some("a")]);
        assert_eq!(number("1.50"), number("1.5"));
        assert_eq!(number("10.00"), number("10"));
        assert_eq!(number("10"), of(23, [Some("10"), Some("a")]));
        assert_ne!(number("10"), number("1"));
        let texts = |row| of(25, row);
        assert_ne!(
            texts([Some("1.50"), Some("a")]),
            texts([Some("1.5"), Some("a")])
        );
        assert_ne!(texts([None, Some("a")]), texts([Some(""), Some("a")]));
        assert_ne!(
            texts([Some("ab"), Some("c")]),
            texts([Some("a"), Some("bc")])
        );
    }
}
