//! Sums in JSON: what would decide unknown verdicts, and the verdict of each principle.

use std::borrow::Cow;

use serde::Serialize;

use super::{PlaceOut, is_zero, lines, sentence, shown};
use crate::diagnostic::Severity;
use crate::report::{Report, Undecided};
use crate::value::Str;

/// Something that would decide unknown verdicts.
#[derive(Serialize)]
pub(super) struct UndecidedOut<'a> {
    subjects: &'a [Str],
    cause: Cow<'a, str>,
    answerable: bool,
    verdicts: usize,
    locations: Vec<PlaceOut<'a>>,
}

/// The verdicts of a principle.
#[derive(Serialize)]
pub(super) struct PrincipleOut<'a> {
    principle: &'a str,
    title: &'a str,
    verdict: &'static str,
    asked: bool,
    errors: usize,
    warnings: usize,
    advice: usize,
    unknown: usize,
    passed: usize,
    skipped: usize,
    #[serde(skip_serializing_if = "is_zero")]
    set_aside: usize,
}

pub(super) fn undecided<'a>(one: &'a Undecided, report: &Report) -> UndecidedOut<'a> {
    UndecidedOut {
        subjects: &one.subjects,
        answerable: one.is_answerable(),
        verdicts: one.verdicts,
        cause: sentence(&one.text),
        locations: (one.spans.iter())
            .filter_map(|span| {
                let file = shown(report.sources.path(span.file));
                Some(PlaceOut { file, part: lines(*span, &report.sources)? })
            })
            .collect(),
    }
}

pub(super) fn principles(report: &Report) -> Vec<PrincipleOut<'_>> {
    let all = report.by_principle().into_iter().map(|(principle, counts)| PrincipleOut {
        principle: &principle.id,
        title: &principle.title,
        verdict: counts.verdict(),
        asked: counts.is_asked,
        errors: counts.of(Severity::Error),
        warnings: counts.of(Severity::Warning),
        advice: counts.of(Severity::Advice),
        unknown: counts.unknown,
        passed: counts.passed,
        skipped: counts.skipped,
        set_aside: counts.set_aside,
    });
    all.collect()
}
