//! `intent` and `tier` blocks: what entries have to withstand.

use super::suppress::pattern;
use super::{BlockDoc, SettingDoc, paths, setting};
use crate::address::Glob;
use crate::decode::{OneOrMany, Section, Spanned, suggest};
use crate::diagnostic::Diagnostic;
use crate::settings::PathPatterns;
use crate::value::Str;

const ZONES: SettingDoc = setting(
    "zones",
    "a number from 1 to 6",
    "In how many zones it stands: with any one of them it goes on, or comes back by itself. With `1`, no loss of a zone has to be withstood.",
);
const RTO: SettingDoc = setting(
    "rto",
    "a duration, `\"90s\"`, `\"5m\"`, `\"1h30m\"`, `\"1d\"`",
    "How long it may take until requests are served again, whichever zone or part is lost.",
);
const RPO: SettingDoc = setting(
    "rpo",
    "a duration",
    "How much of the latest data may be lost, whichever zone or part is lost. `\"0s\"`: none.",
);

pub(super) const DOC: BlockDoc = BlockDoc {
    header: "intent",
    meaning: "What has to hold for where traffic enters. `buttress simulate` tells of each target whether it is achievable, and `check` reports what is not, by the rule `entry-misses-target`: one finding for each entry, with every target that it misses. Of several blocks for one entry the last one wins, target by target. Where nothing is declared, an entry has to survive the loss of any one zone (`entry-lost-with-zone`).",
    settings: &[
        setting(
            "entry",
            "a pattern of addresses, or a list of them",
            "The entries, as `buttress simulate` lists them. Without a key every instance is meant; `module.shop.**` means all in a module.",
        ),
        setting(
            "tier",
            "the name of a `tier` block",
            "Its targets hold where the block names none of its own.",
        ),
        ZONES,
        RTO,
        RPO,
        setting(
            "roots",
            "[patterns](#patterns-of-paths)",
            "The root modules that it is for; all that the config is for without it.",
        ),
        setting(
            "environments",
            "a list of names",
            "The block holds only for root modules of these environments.",
        ),
    ],
};

pub(super) const TIER: BlockDoc = BlockDoc {
    header: "tier \"NAME\"",
    meaning: "Targets with a name, for `intent` blocks.",
    settings: &[ZONES, RTO, RPO],
};

/// No more zones can be asked for: no Region has more.
const MAX_ZONES: usize = 6;

/// What is asked for: a number of zones, and seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::config) struct TargetsBlock {
    pub(in crate::config) zones: Option<usize>,
    pub(in crate::config) rto: Option<u64>,
    pub(in crate::config) rpo: Option<u64>,
}

/// Targets with a name.
#[derive(Debug)]
pub(in crate::config) struct TierBlock {
    pub(in crate::config) name: Spanned<Str>,
    pub(in crate::config) targets: TargetsBlock,
}

/// What has to hold for some entries.
#[derive(Debug)]
pub(in crate::config) struct IntentBlock {
    /// Patterns of addresses, as they are written and as they are read.
    pub(in crate::config) entries: Vec<(Spanned<Str>, Glob)>,
    pub(in crate::config) tier: Option<Spanned<Str>>,
    pub(in crate::config) targets: TargetsBlock,
    pub(in crate::config) roots: Option<PathPatterns>,
    pub(in crate::config) environments: Vec<Str>,
}

impl TargetsBlock {
    fn read(section: &mut Section<'_>) -> Self {
        let zones: Option<Spanned<usize>> = section.optional("zones");
        let zones = zones.and_then(|zones| {
            let is_right = (1..=MAX_ZONES).contains(&zones.value);
            if !is_right {
                section.mistake("decode/value", zones.span, "`zones` must be a number from 1 to 6");
            }
            is_right.then_some(zones.value)
        });
        let rto: Option<Spanned<Str>> = section.optional("rto");
        let rpo: Option<Spanned<Str>> = section.optional("rpo");
        Self {
            zones,
            rto: rto.and_then(|text| duration(section, "rto", &text)),
            rpo: rpo.and_then(|text| duration(section, "rpo", &text)),
        }
    }

    /// These targets, and those of a tier where there are none.
    pub(in crate::config) fn or(self, tier: Self) -> Self {
        Self { zones: self.zones.or(tier.zones), rto: self.rto.or(tier.rto), rpo: self.rpo.or(tier.rpo) }
    }
}

impl TierBlock {
    pub(in crate::config) fn read_all(file: &mut Section<'_>) -> Vec<Self> {
        let blocks = file.blocks("tier", "a `tier` block", &["its name"]);
        let names: Vec<Spanned<Str>> = blocks.iter().map(|block| block.label_spanned(0)).collect();
        file.check_unique(&names, "tier");
        let read = |mut section: Section<'_>| {
            let targets = TargetsBlock::read(&mut section);
            let name = section.label_spanned(0);
            section.finish();
            Self { name, targets }
        };
        blocks.into_iter().map(read).collect()
    }
}

impl IntentBlock {
    pub(in crate::config) fn read_all(file: &mut Section<'_>, tiers: &[TierBlock]) -> Vec<Self> {
        let blocks = file.blocks("intent", "an `intent` block", &[]);
        Section::sound(blocks, |section| Self::read(section, tiers))
    }

    fn read(mut section: Section<'_>, tiers: &[TierBlock]) -> Option<Self> {
        let written: Option<OneOrMany<Spanned<Str>>> = section.required("entry");
        let tier: Option<Spanned<Str>> = section.optional("tier");
        let says_something = ["tier", "zones", "rto", "rpo"].into_iter().any(|name| section.has(name));
        let targets = TargetsBlock::read(&mut section);
        let roots = paths(&mut section, "roots").map(|roots| roots.value);
        let environments: Option<OneOrMany<Str>> = section.optional("environments");
        if !says_something {
            let message = "an `intent` block needs `zones`, `rto`, `rpo` or a `tier`";
            section.mistake("decode/missing", section.span(), message);
        }
        if let Some(tier) = tier.as_ref().filter(|tier| tiers.iter().all(|own| own.name.value != tier.value))
        {
            let message = format!("this config has no `tier \"{}\"`", tier.value);
            let problem = Diagnostic::error("settings/tier", message).at(tier.span, "unknown name");
            section.report(suggest(problem, &tier.value, tiers.iter().map(|own| own.name.value.as_str())));
        }
        let written = written.map(|OneOrMany(patterns)| patterns);
        let read = |text: &Spanned<Str>| Some((text.clone(), pattern(&section, "entry", text)?));
        let entries: Vec<(Spanned<Str>, Glob)> = written.iter().flatten().filter_map(read).collect();
        section.finish();
        Some(Self {
            entries,
            tier,
            targets,
            roots,
            environments: environments.map(|OneOrMany(names)| names).unwrap_or_default(),
        })
    }
}

/// The seconds that a duration says.
fn duration(section: &Section<'_>, name: &str, text: &Spanned<Str>) -> Option<u64> {
    let seconds = seconds(&text.value);
    if seconds.is_none() {
        let message = format!("`{}` in `{name}` is not a duration", text.value);
        section.report(
            Diagnostic::error("decode/value", message)
                .at(text.span, "not a duration")
                .help("write whole numbers with units, the largest unit first: `\"90s\"`, `\"5m\"`, `\"1h30m\"`, `\"1d\"`"),
        );
    }
    seconds
}

fn seconds(text: &str) -> Option<u64> {
    let (mut rest, mut all, mut largest) = (text, 0_u64, u64::MAX);
    loop {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: u64 = rest.strip_suffix(after)?.parse().ok()?;
        let mut units = after.chars();
        let unit = match units.next()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        if unit >= largest {
            return None;
        }
        all = all.checked_add(number.checked_mul(unit)?)?;
        (rest, largest) = (units.as_str(), unit);
        if rest.is_empty() {
            return Some(all);
        }
    }
}
