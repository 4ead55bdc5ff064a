//! A text as its top-level sections, found in one pass.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::reader::{Broken, JsonCursor};
use crate::diagnostic::Diagnostic;

/// The top-level members of a JSON object.
pub(in crate::estate::plan) struct PlanDocument<'t> {
    pub(in crate::estate::plan) text: &'t str,
    /// The names, and the texts of the values as far as they could be read.
    sections: Vec<(Cow<'t, str>, &'t str)>,
    broken: Option<Broken>,
}

impl<'t> PlanDocument<'t> {
    /// Scans a text as far as it can be read.
    pub(in crate::estate::plan) fn scan(text: &'t str) -> Self {
        let mut sections = Vec::new();
        let mut reader = JsonCursor::new(text);
        let all = reader.object(&mut |reader, name| {
            sections.push((name, ""));
            let value = reader.raw()?;
            if let Some((_, text)) = sections.last_mut() {
                *text = value;
            }
            Ok(())
        });
        let broken = all.and_then(|()| reader.end()).err();
        Self { text, sections, broken }
    }

    pub(in crate::estate::plan) fn has(&self, name: &str) -> bool {
        self.sections.iter().any(|(known, _)| known == name)
    }

    /// Whether the top level has no names other than these.
    pub(in crate::estate::plan) fn has_only(&self, names: &[&str]) -> bool {
        self.sections.iter().all(|(known, _)| names.contains(&known.as_ref()))
    }

    /// The text of a section, if it is present and not null.
    pub(in crate::estate::plan) fn section(&self, name: &str) -> Option<&'t str> {
        let found = self.sections.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, text)| *text).filter(|text| !matches!(*text, "" | "null"))
    }

    /// The problem of the text as a whole, if it is broken.
    pub(in crate::estate::plan) fn problem(&self, path: &str) -> Option<Diagnostic> {
        self.broken.map(|broken| self.explain(path, self.text, broken))
    }

    /// The problem of a section or any other part of the text.
    ///
    /// It deliberately has no span: plans contain secrets in clear, and output shows the text around a span.
    pub(in crate::estate::plan) fn explain(&self, path: &str, section: &str, broken: Broken) -> Diagnostic {
        let again = "run `terraform show -json tfplan > plan.json` again";
        if broken.expected.is_none()
            && let Err(error) = serde_json::from_str::<IgnoredAny>(self.text)
        {
            let place = format!("at line {}, column {}", error.line(), error.column());
            if error.is_eof() {
                let help = format!("{again}; the disk may have been full or the command interrupted");
                let message = format!("`{path}` ends in the middle of the plan, {place}");
                return Diagnostic::error("plan/truncated", message).help(help);
            }
            let words = error.to_string();
            let words = words.rsplit_once(" at line ").map_or(words.as_str(), |(words, _)| words);
            let message = format!("`{path}` is not valid JSON: {words}, {place}");
            return Diagnostic::error("plan/syntax", message).help(again);
        }
        let start = (section.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let expected = match broken.expected {
            Some(expected) => format!("expected {expected}"),
            None => "it is not valid JSON".to_owned(),
        };
        let place = self.place(start + broken.at);
        let message = format!("`{path}` does not have the shape of a Terraform plan: {expected}, {place}");
        Diagnostic::error("plan/unexpected", message).help(again)
    }

    /// Line and column of an offset, both from 1.
    fn place(&self, offset: usize) -> String {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count() + 1;
        format!("at line {line}, column {column}")
    }
}
