//! Laws that hold for any input, by target. A law fails by panicking, as everything else that must not happen does.

mod directory;
mod plan;
mod render;
mod rules;
mod seeds;
mod syntax;
mod values;

/// What is fed with any input.
pub(crate) struct Target {
    /// The name of the file in `fuzz_targets/`.
    pub(crate) name: &'static str,
    /// Fails if a law does not hold.
    pub(crate) law: fn(&[u8]),
    /// Inputs to start from, made of what is in `fixtures/` and `rules/`.
    pub(crate) seeds: fn() -> Vec<Vec<u8>>,
    /// The file in `dictionaries/` with words that the input is made of.
    pub(crate) dictionary: &'static str,
}

/// All targets.
pub(crate) const TARGETS: [Target; 8] = [
    Target { name: "native_syntax", law: syntax::native, seeds: seeds::native, dictionary: "hcl.dict" },
    Target { name: "json_syntax", law: syntax::json, seeds: seeds::json, dictionary: "json.dict" },
    Target { name: "variable_values", law: values::values, seeds: seeds::values, dictionary: "hcl.dict" },
    Target { name: "plan", law: plan::plan, seeds: seeds::plans, dictionary: "plan.dict" },
    Target { name: "state", law: plan::state, seeds: seeds::states, dictionary: "plan.dict" },
    Target { name: "rule_file", law: rules::rule_file, seeds: seeds::rules, dictionary: "rule.dict" },
    Target {
        name: "directory",
        law: directory::directory,
        seeds: seeds::directories,
        dictionary: "hcl.dict",
    },
    Target { name: "render", law: render::render, seeds: seeds::reports, dictionary: "output.dict" },
];

/// The target of a name.
pub(crate) fn target(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).expect("a target of this name")
}

/// Input as text, with a replacement character for each byte that is none.
fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}
