//! The order in which people expect addresses.

use std::cmp::Ordering;

/// Natural order: runs of digits compare as numbers, so `a[2]` comes before `a[10]`.
#[must_use]
pub fn natural(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Addresses share long prefixes: skip to the first difference, then go back to the start of the number it is in.
    let same = common_prefix(a, b);
    let digits_before = a.iter().take(same).rev().take_while(|byte| byte.is_ascii_digit()).count();
    let start = same - digits_before;
    let (mut a, mut b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    loop {
        match (a.first(), b.first()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, rest_a) = digits(a);
                let (y, rest_b) = digits(b);
                // Without leading zeros the longer number is the greater one; leading zeros only break ties.
                let (short_x, short_y) = (x.trim_ascii_zeros(), y.trim_ascii_zeros());
                let ordering = short_x
                    .len()
                    .cmp(&short_y.len())
                    .then_with(|| short_x.cmp(short_y))
                    .then_with(|| x.len().cmp(&y.len()));
                if ordering.is_ne() {
                    return ordering;
                }
                (a, b) = (rest_a, rest_b);
            }
            (Some(x), Some(y)) if x == y => {
                (a, b) = (a.get(1..).unwrap_or_default(), b.get(1..).unwrap_or_default());
            }
            (Some(x), Some(y)) => return x.cmp(y),
        }
    }
}

/// The length of the common prefix, in bytes. Addresses in nested modules are long, so they are compared in chunks.
fn common_prefix(a: &[u8], b: &[u8]) -> usize {
    let (chunks, _) = a.as_chunks::<16>();
    let (others, _) = b.as_chunks::<16>();
    let same = 16 * chunks.iter().zip(others).take_while(|(x, y)| x == y).count();
    let rest = a.iter().skip(same).zip(b.iter().skip(same));
    same + rest.take_while(|(x, y)| x == y).count()
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, &[]))
}

trait TrimZeros {
    fn trim_ascii_zeros(&self) -> &[u8];
}

impl TrimZeros for [u8] {
    fn trim_ascii_zeros(&self) -> &[u8] {
        let start = self.iter().position(|byte| *byte != b'0').unwrap_or(self.len());
        self.get(start..).unwrap_or_default()
    }
}
