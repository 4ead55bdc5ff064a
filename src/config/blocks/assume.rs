//! `assume` blocks: answers to what nothing in the configuration tells.

use super::{BlockDoc, paths, setting};
use crate::decode::{Section, Spanned};
use crate::estate::Assumption;
use crate::settings::PathPatterns;
use crate::value::{Str, Value};

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "assume \"ADDRESS\"",
    meaning: "Answer an unknown: `var.zones`, `data.TYPE.NAME.ids`, `module.network.private_subnets`. It never overrides a known value. See [assumptions](suppressions.md#assumptions).",
    settings: &[
        setting("value", "a constant", "The value itself."),
        setting("length", "a number", "How many elements the list has."),
        setting(
            "zones",
            "a number",
            "The list is one of subnets that stand in so many zones, in turn. Without `length` there is one for each zone.",
        ),
        setting(
            "roots",
            "[patterns](#patterns-of-paths)",
            "The root modules that it is for; all that the config is for without it.",
        ),
        setting("reason", "a text", "How you know."),
    ],
};

/// The most elements of an assumed list.
const MAX_LENGTH: usize = 1000;

/// An assumption of a config.
#[derive(Debug)]
pub(in crate::config) struct AssumeBlock {
    /// The root modules that it is for; `None` for all.
    pub(in crate::config) roots: Option<PathPatterns>,
    pub(in crate::config) assumption: Assumption,
    pub(in crate::config) reason: Str,
}

impl AssumeBlock {
    pub(in crate::config) fn read_all(file: &mut Section<'_>) -> Vec<Self> {
        let blocks = file.blocks("assume", "an `assume` block", &["the address of a value"]);
        let addresses: Vec<Spanned<Str>> = blocks.iter().map(|block| block.label_spanned(0)).collect();
        file.check_unique(&addresses, "assumption about");
        Section::sound(blocks, Self::read)
    }

    fn read(mut section: Section<'_>) -> Option<Self> {
        let value: Option<Spanned<Value>> = section.optional("value");
        let length: Option<Spanned<usize>> = section.optional("length");
        let zones: Option<Spanned<usize>> = section.optional("zones");
        let roots = paths(&mut section, "roots").map(|roots| roots.value);
        let reason: Option<Str> = section.required("reason");
        let (address, span) = (section.label_spanned(0), section.span());
        let body = section.body_id().map(|body| section.tree.body(body));
        let expr = body.and_then(|body| {
            let told = ["value", "length", "zones"];
            told.into_iter().find_map(|name| section.tree.attribute(body, name)).map(|told| told.value)
        });
        let wrong = |span, message: &str| section.mistake("decode/value", span, message);
        match (&value, length.as_ref().or(zones.as_ref())) {
            (None, None) if expr.is_none() => {
                wrong(span, "an assumption needs `value`, or `length` and `zones`")
            }
            (Some(value), Some(_)) => {
                wrong(value.span, "an assumption has either a `value`, or `length` and `zones`")
            }
            _ => {}
        }
        for number in length.iter().chain(&zones).filter(|number| !(1..=MAX_LENGTH).contains(&number.value)) {
            wrong(number.span, "this must be a number from 1 to 1000");
        }
        if let (Some(length), Some(zones)) = (&length, &zones)
            && zones.value > length.value
        {
            wrong(zones.span, "the elements cannot stand in more zones than there are elements");
        }
        let tree = section.tree.clone();
        section.finish();
        let assumption = Assumption {
            address: address.value,
            value: value.map(|value| value.value),
            length: length.map(|length| length.value),
            zones: zones.map(|zones| zones.value),
            written: (tree, expr?),
            span,
        };
        Some(Self { roots, assumption, reason: reason? })
    }
}
