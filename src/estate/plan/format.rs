//! The parts of Terraform's plan format (JSON, `format_version` 1) that make an estate.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

/// A whole plan.
#[derive(Deserialize)]
pub(super) struct Plan<'a> {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) variables: BTreeMap<String, GivenVariable>,
    #[serde(borrow)]
    pub(super) planned_values: Option<Values<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) resource_changes: Vec<ResourceChange>,
    #[serde(borrow)]
    pub(super) prior_state: Option<PriorState<'a>>,
    #[serde(borrow)]
    pub(super) configuration: Option<Configuration<'a>>,
    pub(super) errored: Option<bool>,
    pub(super) complete: Option<bool>,
}

/// The value of a root variable; without one where it is only known at apply.
#[derive(Deserialize)]
pub(super) struct GivenVariable {
    pub(super) value: Option<Json>,
}

#[derive(Deserialize)]
pub(super) struct PriorState<'a> {
    #[serde(borrow)]
    pub(super) values: Option<Values<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Values<'a> {
    #[serde(borrow)]
    pub(super) root_module: Option<StateModule<'a>>,
}

/// A module instance with what it holds. Resources are left as text: where they stand in it is where findings point.
#[derive(Deserialize)]
pub(super) struct StateModule<'a> {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) address: String,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(super) resources: Vec<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(super) child_modules: Vec<Self>,
}

/// A resource instance in `planned_values` or `prior_state`.
#[derive(Deserialize)]
pub(super) struct Resource {
    pub(super) address: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mode: String,
    #[serde(rename = "type")]
    pub(super) type_: String,
    pub(super) name: String,
    pub(super) index: Option<Json>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) values: Map<String, Json>,
    #[serde(default)]
    pub(super) sensitive_values: Json,
}

#[derive(Deserialize)]
pub(super) struct ResourceChange {
    pub(super) address: String,
    pub(super) deposed: Option<String>,
    pub(super) change: Option<Change>,
}

#[derive(Deserialize)]
pub(super) struct Change {
    #[serde(default)]
    pub(super) after_unknown: Json,
    #[serde(default)]
    pub(super) after_sensitive: Json,
}

/// What the configuration says, expressions reduced to constants and references.
#[derive(Deserialize)]
pub(super) struct Configuration<'a> {
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(super) provider_config: BTreeMap<String, &'a RawValue>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) root_module: ConfigModule,
}

#[derive(Default, Deserialize)]
pub(super) struct ProviderConfig {
    pub(super) name: Option<String>,
    pub(super) full_name: Option<String>,
    pub(super) version_constraint: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) module_address: String,
}

#[derive(Default, Deserialize)]
pub(super) struct ConfigModule {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) outputs: BTreeMap<String, ConfigOutput>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) resources: Vec<ConfigResource>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) module_calls: BTreeMap<String, ConfigCall>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) variables: BTreeMap<String, ConfigVariable>,
}

#[derive(Default, Deserialize)]
pub(super) struct ConfigOutput {
    #[serde(default)]
    pub(super) expression: Json,
    pub(super) description: Option<String>,
    pub(super) sensitive: Option<bool>,
}

#[derive(Default, Deserialize)]
pub(super) struct ConfigVariable {
    /// `null` is a default as well.
    #[serde(default, deserialize_with = "present")]
    pub(super) default: Option<Json>,
    pub(super) description: Option<String>,
    pub(super) sensitive: Option<bool>,
}

#[derive(Default, Deserialize)]
pub(super) struct ConfigResource {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) address: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mode: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) expressions: Map<String, Json>,
    pub(super) for_each_expression: Option<Json>,
}

#[derive(Default, Deserialize)]
pub(super) struct ConfigCall {
    pub(super) source: Option<String>,
    pub(super) version_constraint: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) expressions: Map<String, Json>,
    pub(super) count_expression: Option<Json>,
    pub(super) for_each_expression: Option<Json>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) module: ConfigModule,
}

/// `null` where something else is expected is the same as leaving it out.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// What the configuration says about an attribute or nested block.
#[derive(Clone, Copy)]
pub(super) enum Written<'p> {
    /// Nobody set it.
    Unset,
    /// It cannot be told: there is no configuration for it, or a dynamic block made it, which plans do not show.
    NotShown,
    /// Set by an expression.
    Expression { references: &'p [Json], constant: Option<&'p Json> },
    /// Nested blocks, in the order of the source.
    Blocks(&'p [Json]),
    /// A nested block of a kind that occurs once.
    Block(&'p Map<String, Json>),
}

impl<'p> Written<'p> {
    /// Reads an entry of `expressions`.
    pub(super) fn read(entry: Option<&'p Json>) -> Self {
        match entry {
            None => Self::Unset,
            Some(Json::Array(blocks)) => Self::Blocks(blocks),
            Some(Json::Object(entry)) => {
                let references = entry.get("references");
                let constant = entry.get("constant_value");
                let is_expression = entry.keys().all(|key| key == "references" || key == "constant_value")
                    && references.is_none_or(|list| {
                        list.as_array().is_some_and(|list| list.iter().all(Json::is_string))
                    });
                if is_expression {
                    let references = references.and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
                    Self::Expression { references, constant }
                } else {
                    Self::Block(entry)
                }
            }
            Some(_) => Self::NotShown,
        }
    }
}

/// The references of an expression; none if it is no expression.
pub(super) fn references(entry: Option<&Json>) -> &[Json] {
    match Written::read(entry) {
        Written::Expression { references, .. } => references,
        _ => &[],
    }
}
