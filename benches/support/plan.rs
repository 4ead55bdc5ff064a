//! A generated plan: the plan of a real stack as many times as it takes, each as an instance of a module with `for_each`.

#![expect(clippy::indexing_slicing, reason = "indexing JSON by name gives null for what is not there")]

use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value, json};

/// What happens to a copy of the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Created,
    Kept,
    Updated,
    Deleted,
}

/// Most copies are new; of fifty, four are there already, one of them is updated, and one is deleted.
fn fate(copy: usize) -> Fate {
    match copy % 50 {
        7 | 17 | 27 => Fate::Kept,
        37 => Fate::Updated,
        47 => Fate::Deleted,
        _ => Fate::Created,
    }
}

/// The stack with what is needed to make copies of it.
struct Stack {
    plan: Value,
    /// How many resource instances it has.
    size: usize,
}

impl Stack {
    fn load() -> std::io::Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/plans/stacks/three_tier_robust.json");
        let plan: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        let size = plan["resource_changes"].as_array().map_or(1, Vec::len);
        Ok(Self { plan, size })
    }
}

fn module(copy: usize) -> String {
    format!("module.stack[\"{copy:05}\"]")
}

/// A value that nobody would write by hand, the same each time.
fn made_up(attribute: &str, address: &str) -> Value {
    let hash = address.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    match attribute {
        "arn" => format!("arn:aws:service:eu-central-1:123456789012:{hash:016x}").into(),
        "id" => format!("id-{hash:016x}").into(),
        name if name.ends_with("name") || name.ends_with("id") || name.ends_with("url") => {
            format!("{name}-{hash:016x}").into()
        }
        _ => Value::Null,
    }
}

/// The values with everything known.
fn known(values: &Value, unknown: &Value, address: &str) -> Value {
    match (values, unknown) {
        (Value::Object(values), Value::Object(unknown)) => {
            let mut all = values.clone();
            for (name, mark) in unknown {
                let value = match mark {
                    Value::Bool(true) => made_up(name, address),
                    mark => known(values.get(name).unwrap_or(&Value::Null), mark, address),
                };
                all.insert(name.clone(), value);
            }
            all.into()
        }
        (Value::Array(values), Value::Array(unknown)) => {
            let pairs = values.iter().zip(unknown.iter().chain(std::iter::repeat(&Value::Null)));
            pairs.map(|(value, mark)| known(value, mark, address)).collect::<Vec<_>>().into()
        }
        (Value::Null, Value::Bool(true)) => made_up("value", address),
        (values, _) => values.clone(),
    }
}

/// A module of values with addresses inside a copy.
fn values_in(module: &Value, prefix: &str, unknown: &Map<String, Value>, all_known: bool) -> Value {
    let inside = |address: &Value| format!("{prefix}.{}", address.as_str().unwrap_or_default());
    let mut made = module.clone();
    made["address"] = match module.get("address") {
        Some(address) => inside(address).into(),
        None => prefix.into(),
    };
    for resource in made["resources"].as_array_mut().into_iter().flatten() {
        let address = inside(&resource["address"]);
        if all_known && let Some(marks) = resource["address"].as_str().and_then(|name| unknown.get(name)) {
            resource["values"] = known(&resource["values"], marks, &address);
        }
        resource["address"] = address.into();
    }
    let children: Vec<Value> = module["child_modules"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|child| values_in(child, prefix, unknown, all_known))
        .collect();
    if !children.is_empty() {
        made["child_modules"] = children.into();
    }
    made
}

fn change(change: &Value, copy: usize) -> Value {
    let (prefix, fate) = (module(copy), fate(copy));
    let mut made = change.clone();
    let address = format!("{prefix}.{}", change["address"].as_str().unwrap_or_default());
    made["module_address"] = match change.get("module_address").and_then(Value::as_str) {
        Some(inner) => format!("{prefix}.{inner}").into(),
        None => prefix.into(),
    };
    if fate != Fate::Created {
        let all = known(&change["change"]["after"], &change["change"]["after_unknown"], &address);
        let none = json!({});
        let secret = change["change"]["after_sensitive"].clone();
        let mut before = all.clone();
        let is_updated = fate == Fate::Updated && before.get("tags").is_some();
        if is_updated {
            before["tags"] = json!({ "team": "before" });
        }
        let action = match fate {
            Fate::Deleted => "delete",
            _ if is_updated => "update",
            _ => "no-op",
        };
        let after = if fate == Fate::Deleted { Value::Null } else { all };
        made["change"] = json!({ "actions": [action], "before": before, "after": after, "after_unknown": none,
            "before_sensitive": secret.clone(), "after_sensitive": secret });
    }
    made["address"] = address.into();
    made
}

/// Writes the plan of at least so many resource instances; gives how many there are.
///
/// # Errors
/// If the fixture cannot be read or the plan not be written.
pub(crate) fn write(to: &mut dyn Write, resources: usize) -> std::io::Result<usize> {
    let stack = Stack::load()?;
    let copies = resources.div_ceil(stack.size);
    let changes = stack.plan["resource_changes"].as_array().cloned().unwrap_or_default();
    let unknown: Map<String, Value> = changes
        .iter()
        .map(|change| {
            (
                change["address"].as_str().unwrap_or_default().to_owned(),
                change["change"]["after_unknown"].clone(),
            )
        })
        .collect();
    let planned = &stack.plan["planned_values"]["root_module"];
    let modules = |to: &mut dyn Write, wanted: &dyn Fn(Fate) -> bool| -> std::io::Result<()> {
        let mut separator = "";
        for copy in (0..copies).filter(|copy| wanted(fate(*copy))) {
            let all_known = fate(copy) != Fate::Created;
            write!(to, "{separator}{}", values_in(planned, &module(copy), &unknown, all_known))?;
            separator = ",";
        }
        Ok(())
    };
    write!(
        to,
        r#"{{"format_version":"1.2","terraform_version":"1.11.4","variables":{}"#,
        stack.plan["variables"]
    )?;
    write!(to, r#","planned_values":{{"root_module":{{"child_modules":["#)?;
    modules(to, &|fate| fate != Fate::Deleted)?;
    write!(to, r#"]}}}},"resource_changes":["#)?;
    for copy in 0..copies {
        for (index, one) in changes.iter().enumerate() {
            let separator = if copy + index > 0 { "," } else { "" };
            write!(to, "{separator}{}", change(one, copy))?;
        }
    }
    write!(to, r#"],"prior_state":{{"format_version":"1.0","values":{{"root_module":{{"child_modules":["#)?;
    modules(to, &|fate| fate != Fate::Created)?;
    let call = json!({ "root_module": { "module_calls": { "stack": {
        "source": "./stack",
        "for_each_expression": { "references": ["var.stacks"] },
        "module": stack.plan["configuration"]["root_module"],
    } } }, "provider_config": stack.plan["configuration"]["provider_config"] });
    write!(to, r#"]}}}}}},"configuration":{call},"applyable":true,"complete":true,"errored":false}}"#)?;
    to.flush()?;
    Ok(copies * stack.size)
}
