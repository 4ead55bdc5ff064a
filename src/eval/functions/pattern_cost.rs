//! The cost of a regular expression: its size, and how long a search with it may take.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The size of a pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// With every repetition expanded.
    spelt_out: u64,
    /// As it is written.
    written: u64,
}

impl Size {
    /// The size of a pattern; of an invalid pattern, the length of its text.
    pub(super) fn of(pattern: &str) -> Self {
        match regex_syntax::parse(pattern) {
            Ok(hir) => Self { spelt_out: size(&hir, true), written: size(&hir, false) },
            Err(_) => Self { spelt_out: length(pattern), written: length(pattern) },
        }
    }

    /// The steps to compile the pattern.
    pub(super) fn compiling(self) -> u64 {
        self.spelt_out.saturating_mul(200).saturating_add(1_000)
    }

    /// The steps that one search through `bytes` may take, whether it finds a match or not. The lazy DFA passes over the text
    /// once, unless repetitions make it so large that its states are built again and again.
    pub(super) fn search(self, bytes: usize) -> u64 {
        let per_byte = if self.spelt_out > self.written.saturating_mul(4) {
            self.spelt_out
        } else {
            3 + self.spelt_out / 32
        };
        u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(per_byte).saturating_add(64)
    }
}

fn length(text: &str) -> u64 {
    u64::try_from(text.len()).unwrap_or(u64::MAX)
}

fn size(hir: &Hir, spell_out: bool) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => u64::try_from(literal.0.len()).unwrap_or(u64::MAX),
        HirKind::Class(Class::Unicode(class)) => {
            1 + u64::try_from(class.ranges().len() / 8).unwrap_or(u64::MAX)
        }
        HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min.saturating_add(1)).max(1);
            let times = if spell_out { u64::from(times) } else { 1 };
            size(&repetition.sub, spell_out).saturating_add(1).saturating_mul(times)
        }
        HirKind::Capture(capture) => size(&capture.sub, spell_out).saturating_add(1),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(0, |sum: u64, part| sum.saturating_add(size(part, spell_out)))
        }
    }
}
