//! Compares what we make of a directory with the plan that Terraform made of it: attribute by attribute, and finding by finding.
//!
//! Known must equal; what Terraform calls unknown we must not call known. Used by the tests and by `examples/parity.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use buttress::estate::{Estate, Instance, Mode};
use buttress::value::{AbsentKey, Kind, Value};
use serde_json::Value as Json;

use super::verdicts::Said;
use super::{estate, verdicts};

/// No more examples of wrong values than this are kept.
const EXAMPLES: usize = 20;

/// What a comparison came to.
#[derive(Debug, Default)]
pub(crate) struct Parity {
    /// Addresses in both.
    pub(crate) both: usize,
    /// Addresses that only we have.
    pub(crate) only_hcl: Vec<String>,
    /// Addresses that only the plan has.
    pub(crate) only_plan: Vec<String>,
    /// Those of `only_plan` of which we know that there are some, and not which.
    pub(crate) uncertain: usize,
    /// Attributes of the schema that nobody sets: ours and Terraform's are null.
    pub(crate) nulls: usize,
    /// Values that are sensitive for both.
    pub(crate) sensitive: usize,
    /// Values that the configuration sets and Terraform's plan knows.
    pub(crate) resolvable: usize,
    /// Those of them that we know and that are equal.
    pub(crate) resolved: usize,
    /// Those of them that we do not know, by cause.
    pub(crate) unresolved: BTreeMap<String, usize>,
    /// How many values are wrong.
    pub(crate) wrong: usize,
    /// Some of the wrong ones: address, path, ours, Terraform's.
    pub(crate) examples: Vec<[String; 4]>,
}

impl Parity {
    fn wrong(&mut self, address: &str, path: &str, ours: &Value, theirs: &str) {
        self.wrong += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push([address.to_owned(), path.to_owned(), shown(ours), theirs.to_owned()]);
        }
    }
}

/// What is said of a directory and of the plan that was made of it, alone or with the directory.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Of both.
    pub(crate) both: BTreeSet<Said>,
    /// Of the directory alone.
    pub(crate) only_hcl: BTreeSet<Said>,
    /// Of the plan alone.
    pub(crate) only_plan: BTreeSet<Said>,
}

/// Compares the findings of a directory with those of a plan, or of a plan with its source, but for the rules that read what no plan
/// has.
pub(crate) fn compare_findings(
    dir: &Path,
    plan: &Path,
    source: Option<&Path>,
    var_files: &[PathBuf],
) -> Findings {
    let (hcl, plan) = (verdicts::of(dir, None, var_files), verdicts::of(plan, source, &[]));
    Findings {
        both: hcl.intersection(&plan).cloned().collect(),
        only_hcl: hcl.difference(&plan).cloned().collect(),
        only_plan: plan.difference(&hcl).cloned().collect(),
    }
}

/// Compares a directory with a plan.
pub(crate) fn compare(dir: &Path, plan: &Json, schemas: &mut Schemas, var_files: &[PathBuf]) -> Parity {
    compare_estate(&estate::of_directory(dir, var_files), plan, schemas)
}

/// Compares an estate with a plan.
pub(crate) fn compare_estate(estate: &Estate, plan: &Json, schemas: &mut Schemas) -> Parity {
    let mut parity = Parity::default();
    let mut theirs = BTreeMap::new();
    collect(&plan["planned_values"]["root_module"], &mut theirs);
    // What data sources answered while planning.
    collect_data(&plan["prior_state"]["values"]["root_module"], &mut theirs);
    let mut unknown: BTreeMap<&str, &Json> = BTreeMap::new();
    for change in plan["resource_changes"].as_array().into_iter().flatten() {
        // Instances that are deleted or forgotten, or were moved away from, have nothing planned.
        if let Some(address) = change["address"].as_str()
            && !change.as_object().is_some_and(|change| change.contains_key("deposed"))
        {
            unknown.insert(address, &change["change"]["after_unknown"]);
        }
    }
    let mut uncertain: BTreeSet<String> = BTreeSet::new();
    for instance in estate.instances.iter().filter(|instance| instance.mode != Mode::Ephemeral) {
        let address = instance.address.as_str();
        let Some(resource) = theirs.remove(address) else {
            if instance.uncertain.is_some() {
                uncertain.insert(without_keys(address));
            } else if instance.mode == Mode::Managed {
                parity.only_hcl.push(address.to_owned());
            }
            continue;
        };
        parity.both += 1;
        let values = &resource["values"];
        for (key, ours) in &instance.body.items {
            // Write-only arguments are in no plan.
            if !values[key.as_str()].is_null() {
                compare_marks(&mut parity, (address, key), ours, &resource["sensitive_values"][key.as_str()]);
            }
        }
        // A data source may answer with what nobody asked it.
        if instance.mode == Mode::Managed
            && let Some(attributes) = schemas.attributes(resource)
        {
            compare_absent(&mut parity, instance, values, &attributes);
        }
        let mask = unknown.get(address).copied().unwrap_or(&Json::Null);
        for (key, ours) in &instance.body.items {
            compare_value(&mut parity, (address, key), ours, &values[key.as_str()], &mask[key.as_str()]);
        }
    }
    let managed = theirs.into_iter().filter(|(_, resource)| resource["mode"] == "managed");
    parity.only_plan = managed.map(|(address, _)| address.to_owned()).collect();
    parity.uncertain =
        parity.only_plan.iter().filter(|address| uncertain.contains(&without_keys(address))).count();
    parity
}

/// An address without the keys in it.
fn without_keys(address: &str) -> String {
    let mut depth = 0_usize;
    let mut is_quoted = false;
    let outside = |c: &char| {
        match c {
            '"' => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    address.chars().filter(outside).collect()
}

fn collect<'j>(module: &'j Json, found: &mut BTreeMap<&'j str, &'j Json>) {
    collect_if(module, "managed", found);
}

fn collect_data<'j>(module: &'j Json, found: &mut BTreeMap<&'j str, &'j Json>) {
    collect_if(module, "data", found);
}

fn collect_if<'j>(module: &'j Json, mode: &str, found: &mut BTreeMap<&'j str, &'j Json>) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        if resource["mode"] == mode
            && let Some(address) = resource["address"].as_str()
        {
            found.insert(address, resource);
        }
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        collect_if(child, mode, found);
    }
}

/// What is sensitive for us must be for Terraform, or a plan shows what we hide. The other way round the provider's schema may say so.
fn compare_marks(parity: &mut Parity, at: (&str, &str), ours: &Value, theirs: &Json) {
    if ours.is_secret() && ours.is_wholly_known() && !ours.is_null() {
        if has_unknown(theirs) {
            parity.sensitive += 1;
        } else {
            parity.wrong(at.0, at.1, ours, "(not sensitive)");
        }
    }
}

/// Attributes of the schema that the configuration does not set, or sets to null: where the provider fills nothing in, Terraform's are
/// null, too.
fn compare_absent(parity: &mut Parity, instance: &Instance, values: &Json, attributes: &Attributes) {
    for (name, _) in attributes.iter().filter(|(_, is_filled)| !**is_filled) {
        let ours = instance.body.get(name);
        if ours.is_some_and(|ours| !ours.is_null()) {
            continue;
        }
        if values[name.as_str()].is_null() {
            parity.nulls += 1;
        } else {
            let theirs = values[name.as_str()].to_string();
            parity.wrong(instance.address.as_str(), name, ours.unwrap_or(&Value::NULL), &theirs);
        }
    }
}

/// Attributes of a type, and whether the provider fills them in.
type Attributes = BTreeMap<String, bool>;

/// Schemas of providers: `NAME.json.gz` in a folder, in the format of `terraform providers schema -json`.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    /// Where they are; without one nothing that is absent is compared.
    pub(crate) folder: Option<PathBuf>,
    /// By provider, if there is one.
    known: BTreeMap<String, Option<Json>>,
    /// Providers without a schema: nothing that is absent was compared.
    pub(crate) missing: BTreeSet<String>,
}

impl Schemas {
    /// The attributes of a resource in a plan.
    fn attributes(&mut self, resource: &Json) -> Option<Attributes> {
        let folder = self.folder.as_ref()?;
        let provider = resource["provider_name"].as_str()?;
        let schema = self.known.entry(provider.to_owned()).or_insert_with(|| {
            let name = provider.rsplit('/').next().unwrap_or_default();
            let bytes = std::fs::read(folder.join(format!("{name}.json.gz"))).ok()?;
            let all: Json = serde_json::from_reader(flate2::read::GzDecoder::new(bytes.as_slice())).ok()?;
            all["provider_schemas"].get(provider).cloned()
        });
        let kind = if resource["mode"] == "data" { "data_source_schemas" } else { "resource_schemas" };
        let block =
            schema.as_ref().map(|schema| &schema[kind][resource["type"].as_str().unwrap_or_default()]);
        let Some(Json::Object(attributes)) = block.map(|block| &block["block"]["attributes"]) else {
            self.missing.insert(provider.to_owned());
            return None;
        };
        let is_filled = |attribute: &Json| {
            attribute["computed"] == true
                || attribute["required"] == true
                || !attribute["x_default"].is_null()
        };
        Some(attributes.iter().map(|(name, attribute)| (name.clone(), is_filled(attribute))).collect())
    }
}

fn compare_value(parity: &mut Parity, at: (&str, &str), ours: &Value, theirs: &Json, mask: &Json) {
    let (address, path) = at;
    if ours.is_null() {
        // Not set: the provider decides.
        return;
    }
    if mask == &Json::Bool(true) {
        // Terraform does not know it: nor may we. A collection of which the plan says nothing may still be known to us in
        // parts that are unknown to Terraform only because the provider's schema makes a set of them.
        if ours.is_wholly_known() && !is_collection(ours) {
            parity.wrong(address, path, ours, "(known after apply)");
        }
        return;
    }
    match (&ours.kind, theirs) {
        (Kind::Unknown(unknown), _) => {
            if !has_unknown(mask) {
                parity.resolvable += 1;
                *parity.unresolved.entry(format!("{:?}", unknown.cause.kind)).or_default() += 1;
            }
        }
        // A block that the schema allows once is an object in the plan.
        (Kind::Tuple(sequence), Json::Object(_)) if sequence.items.len() == 1 => {
            compare_value(parity, at, &sequence.items[0], theirs, mask);
        }
        (Kind::Tuple(sequence) | Kind::List(sequence) | Kind::Set(sequence), Json::Array(items)) => {
            if let Some(cause) = &sequence.more {
                parity.resolvable += 1;
                *parity.unresolved.entry(format!("{:?}", cause.kind)).or_default() += 1;
                return;
            }
            compare_sequences(parity, at, ours, &sequence.items, items, mask);
        }
        // An empty list of blocks is left out of some plans.
        (Kind::Tuple(sequence) | Kind::List(sequence) | Kind::Set(sequence), Json::Null)
            if sequence.items.is_empty() => {}
        (Kind::Object(entries) | Kind::Map(entries), Json::Object(fields)) => {
            for (key, ours) in &entries.items {
                let path = format!("{path}.{key}");
                match fields.get(key.as_str()) {
                    Some(theirs) => {
                        compare_value(parity, (address, &path), ours, theirs, &mask[key.as_str()])
                    }
                    // Maps leave unknown entries out of the values.
                    None if has_unknown(&mask[key.as_str()]) || ours.is_null() => {}
                    // A conversion to an object type drops what the type does not have.
                    None if matches!(entries.absent, AbsentKey::Null) => {
                        parity.wrong(address, &path, ours, "(no such attribute)");
                    }
                    None => {}
                }
            }
        }
        (_, Json::Null) if !ours.is_wholly_known() => {}
        // Write-only arguments are in no plan.
        (_, Json::Null) if path.ends_with("_wo") => {}
        _ => {
            parity.resolvable += 1;
            if same_primitive(ours, theirs) {
                parity.resolved += 1;
            } else {
                parity.wrong(address, path, ours, &theirs.to_string());
            }
        }
    }
}

fn compare_sequences(
    parity: &mut Parity,
    at: (&str, &str),
    whole: &Value,
    ours: &[Value],
    theirs: &[Json],
    mask: &Json,
) {
    let (address, path) = at;
    let mask_of = |index: usize| match mask {
        Json::Array(masks) => masks.get(index).unwrap_or(&Json::Null),
        _ => &Json::Null,
    };
    if ours.len() != theirs.len() {
        // A set drops duplicates.
        let mut texts: Vec<String> = ours.iter().map(shown).collect();
        texts.sort();
        texts.dedup();
        if texts.len() != theirs.len() && whole.is_wholly_known() {
            parity.resolvable += 1;
            parity.wrong(address, path, whole, &Json::Array(theirs.to_vec()).to_string());
        }
        return;
    }
    let in_order = ours.iter().zip(theirs).enumerate().all(|(index, (ours, theirs))| {
        let mut trial = Parity::default();
        compare_value(&mut trial, at, ours, theirs, mask_of(index));
        trial.wrong == 0
    });
    // The schema may make a set of it, which is written in another order: then each of ours takes the first of theirs that
    // agrees with it.
    let mut left: Vec<usize> = (0..theirs.len()).collect();
    let mut order: Vec<(usize, &Value)> = ours.iter().enumerate().collect();
    // What is unknown agrees with anything, so what is known chooses first.
    order.sort_by_key(|(index, value)| (!value.is_wholly_known(), *index));
    for (index, ours) in order {
        let agrees = |candidate: usize| {
            let mut trial = Parity::default();
            compare_value(&mut trial, at, ours, &theirs[candidate], mask_of(candidate));
            trial.wrong == 0
        };
        let position = if in_order {
            left.iter().position(|candidate| *candidate == index)
        } else {
            left.iter().position(|candidate| agrees(*candidate))
        };
        let chosen = left.remove(position.unwrap_or(0));
        compare_value(parity, (address, &format!("{path}[{index}]")), ours, &theirs[chosen], mask_of(chosen));
    }
}

fn is_collection(value: &Value) -> bool {
    value.as_sequence().is_some() || value.as_entries().is_some()
}

fn has_unknown(mask: &Json) -> bool {
    match mask {
        Json::Bool(unknown) => *unknown,
        Json::Array(items) => items.iter().any(has_unknown),
        Json::Object(fields) => fields.values().any(has_unknown),
        Json::Null | Json::Number(_) | Json::String(_) => false,
    }
}

/// Primitives are compared as the provider's schema may have converted them.
fn same_primitive(ours: &Value, theirs: &Json) -> bool {
    let theirs = match theirs {
        Json::String(text) => text.clone(),
        Json::Number(number) => match buttress::value::Number::parse(&number.to_string()) {
            Some(number) => number.to_string(),
            None => number.to_string(),
        },
        Json::Bool(value) => value.to_string(),
        Json::Null | Json::Array(_) | Json::Object(_) => return false,
    };
    match &ours.kind {
        Kind::String(text) => {
            *text == theirs
                || buttress::value::Number::parse(text).is_some_and(|number| number.to_string() == theirs)
        }
        Kind::Number(number) => number.to_string() == theirs,
        Kind::Bool(value) => value.to_string() == theirs,
        _ => false,
    }
}

fn shown(value: &Value) -> String {
    match &value.kind {
        Kind::Null(_) => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => format!("{text:?}"),
        Kind::List(sequence) | Kind::Set(sequence) | Kind::Tuple(sequence) => {
            let items: Vec<String> = sequence.items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            let items: Vec<String> =
                entries.items.iter().map(|(key, value)| format!("{key} = {}", shown(value))).collect();
            format!("{{{}}}", items.join(", "))
        }
        Kind::Unknown(unknown) => format!("unknown ({})", unknown.cause),
    }
}
