//! What is known of the length of a list of which not everything is known.

use std::sync::Arc;

use buttress::budget::Meter;
use buttress::eval::interpreter::evaluate;
use buttress::eval::scope::{Reference, Resolved, Scope};
use buttress::eval::{EvalResult, Host, NoFiles};
use buttress::syntax::parse_expression;
use buttress::text::FileId;
use buttress::value::equality::NoIdentities;
use buttress::value::{Cause, CauseKind, Kind, Str, Type, Unknown, Value};

/// Names that stand for values: `u` and `v` are texts, `l` is a list of texts, `m` a map of texts, `n` a number, `c` a truth value.
struct Named<'a>(&'a dyn Fn(&str) -> Value, &'a Meter);

impl Scope for Named<'_> {
    fn resolve(&self, reference: &Reference<'_>) -> EvalResult<Resolved> {
        Ok(Resolved { value: (self.0)(reference.root), consumed: 0 })
    }

    fn host(&self) -> Host<'_> {
        Host { files: &NoFiles, identities: &NoIdentities, meter: self.1 }
    }
}

fn strings() -> Type {
    Type::List(Arc::new(Type::String))
}

fn unknown(name: &str) -> Value {
    let type_ = match name {
        "u" | "v" => Type::String,
        "l" => strings(),
        "m" => Type::Map(Arc::new(Type::String)),
        "n" => Type::Number,
        "c" => Type::Bool,
        _ => Type::Dynamic,
    };
    Unknown::new(type_, Cause::new(CauseKind::VariableWithoutDefault, format!("var.{name}"), None)).into()
}

fn evaluated(source: &str, named: &dyn Fn(&str) -> Value) -> EvalResult<Value> {
    let parsed = parse_expression(FileId(0), source.into());
    assert!(parsed.problems.is_empty(), "{source}: {:?}", parsed.problems);
    evaluate(&parsed.tree, parsed.expression, &Named(named, &Meter::unlimited()))
}

/// The least and the greatest length, as far as they are known.
fn bounds(source: &str) -> (i64, Option<i64>) {
    let length = evaluated(&format!("length({source})"), &unknown)
        .unwrap_or_else(|e| panic!("{source}: {}", e.message));
    match &length.kind {
        Kind::Unknown(unknown) => (unknown.refinement.at_least.unwrap_or(0), unknown.refinement.at_most),
        _ => {
            let length = length.as_number().and_then(|n| n.as_i64()).unwrap();
            (length, Some(length))
        }
    }
}

/// Every length that there is, for a few values of each name.
fn lengths(source: &str) -> Vec<i64> {
    let texts: Vec<Value> =
        ["", "a", "b", "a-b", "-", "a,b"].into_iter().map(Value::from).chain([Value::NULL]).collect();
    let list =
        |items: &[&str]| Value::list(Type::String, items.iter().map(|item| Value::from(*item)).collect());
    let lists = [list(&[]), list(&["a"]), list(&["", "b"]), list(&["a", "a", "b"])];
    let map = |keys: &[&str]| {
        Value::map(Type::String, keys.iter().map(|key| (Str::from(*key), Value::from("x"))).collect())
    };
    let maps = [map(&[]), map(&["a"]), map(&["b", "c"])];
    // Only names that occur differ.
    let words: Vec<&str> = source.split(|c: char| !c.is_alphanumeric()).collect();
    let of = |name: &str, all: &[Value]| -> Vec<Value> {
        let count = if words.contains(&name) { all.len() } else { 1 };
        all.iter().take(count).cloned().collect()
    };
    let numbers: Vec<Value> = (0..4_i64).map(Value::from).collect();
    let mut worlds: Vec<Vec<(&str, Value)>> = vec![Vec::new()];
    let names = [
        ("u", &texts[..]),
        ("v", &texts),
        ("l", &lists),
        ("m", &maps),
        ("n", &numbers),
        ("c", &[true.into(), false.into()]),
    ];
    for (name, all) in names {
        let values = of(name, all);
        let with = |world: &Vec<(_, _)>, value: &Value| {
            world.iter().cloned().chain([(name, value.clone())]).collect()
        };
        worlds = worlds.iter().flat_map(|world| values.iter().map(move |value| with(world, value))).collect();
    }
    let mut found = Vec::new();
    for world in worlds {
        let named = |name: &str| {
            world.iter().find(|(own, _)| *own == name).map_or(Value::NULL, |(_, value)| value.clone())
        };
        // What Terraform refuses has no length.
        if let Ok(length) = evaluated(&format!("length({source})"), &named) {
            found.extend(length.as_number().and_then(|n| n.as_i64()));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Expressions, each with the least and the greatest length that it can have.
const BOUNDS: &[(&str, i64, Option<i64>)] = &[
    (r#"split("-", "a-${u}")"#, 2, None),
    (r#"split("-", "${u}-a")"#, 2, None),
    (r#"split("-", "${u}-a-${v}")"#, 3, None),
    (r#"split("-", u)"#, 1, None),
    (r#"split("", u)"#, 0, None),
    (r#"split("", "a${u}")"#, 1, None),
    (r#"split(",", join(",", [u, v]))"#, 2, None),
    (r#"split("-", format("%s-%s", u, v))"#, 2, None),
    (r#"split("--", "${u}-${v}")"#, 1, None),
    (r#"compact(["a", u])"#, 1, Some(2)),
    (r#"compact([u, "b", v])"#, 1, Some(3)),
    (r#"compact(["", u])"#, 0, Some(1)),
    (r#"compact([u, "x${v}"])"#, 1, Some(2)),
    (r#"compact(concat(["a", ""], l))"#, 1, None),
    (r#"compact(concat([u, "a"], l))"#, 1, None),
    (r#"compact([c ? "a" : null, "b"])"#, 1, Some(2)),
    (r#"compact([c ? "a" : "", "b"])"#, 1, Some(2)),
    (r#"compact(l)"#, 0, None),
    (r#"concat(["a"], [u])"#, 2, Some(2)),
    (r#"concat(["a"], l)"#, 1, None),
    (r#"concat(l, ["a"])"#, 1, None),
    (r#"concat(l, ["a"], l, ["b"])"#, 2, None),
    (r#"concat(c ? ["a"] : [], ["b"])"#, 1, Some(2)),
    (r#"concat(["b"], c ? ["a"] : [], compact([u]))"#, 1, Some(3)),
    (r#"distinct(["a", u])"#, 1, Some(2)),
    (r#"distinct(concat(["a", "a"], l))"#, 1, None),
    (r#"distinct(compact(["a", u]))"#, 1, Some(2)),
    (r#"distinct(l)"#, 0, None),
    (r#"toset([u, "a"])"#, 1, Some(2)),
    (r#"toset(compact([u, "a"]))"#, 1, Some(2)),
    (r#"toset(c ? ["a", "b"] : ["a"])"#, 1, Some(2)),
    (r#"tolist(toset([u, "a"]))"#, 1, Some(2)),
    (r#"flatten([["a"], l])"#, 1, None),
    (r#"flatten([l, ["a"]])"#, 1, None),
    (r#"flatten([[u], ["b"]])"#, 2, Some(2)),
    (r#"flatten([c ? ["a"] : [], ["b"]])"#, 1, Some(2)),
    (r#"flatten([compact([u, "a"]), ["b"]])"#, 2, Some(3)),
    (r#"flatten([for x in ["a", "b"] : l])"#, 0, None),
    (r#"flatten([toset([u, "a"]), ["b"]])"#, 2, Some(3)),
    (r#"slice(l, 0, 2)"#, 2, Some(2)),
    (r#"slice(["a", u], 0, 1)"#, 1, Some(1)),
    (r#"slice(["a", "b", "c"], 0, n)"#, 0, Some(3)),
    (r#"slice(["a", "b", "c"], 1, n)"#, 0, Some(2)),
    (r#"slice(["a", "b", "c"], n, 3)"#, 0, Some(3)),
    (r#"slice(l, n, 3)"#, 0, Some(3)),
    (r#"slice(compact(["a", u]), 0, n)"#, 0, Some(2)),
    (r#"chunklist(["a", "b", "c"], 2)"#, 2, Some(2)),
    (r#"chunklist([u, "b", "c"], 2)"#, 2, Some(2)),
    (r#"chunklist(l, 2)"#, 0, None),
    (r#"chunklist(concat(["a", "b", "c"], l), 2)"#, 2, None),
    (r#"chunklist(compact(["a", "b", u]), 2)"#, 1, Some(2)),
    (r#"chunklist(["a", "b", "c"], n)"#, 1, Some(3)),
    (r#"chunklist(c ? ["a", "b", "c"] : ["a"], 2)"#, 1, Some(2)),
    (r#"setproduct(["a", "b"], [u])"#, 2, Some(2)),
    (r#"setproduct(toset(["a", u]), ["x", "y"])"#, 2, Some(4)),
    (r#"setproduct(["a", "b"], l)"#, 0, None),
    (r#"setproduct(["a", "b"], concat(["x"], l))"#, 2, None),
    (r#"setproduct(["a", "b"], compact(["x", u]))"#, 2, Some(4)),
    (r#"coalescelist(l, ["a"])"#, 1, None),
    (r#"coalescelist([], l)"#, 1, None),
    (r#"coalescelist(c ? ["a"] : [], ["b", "c"])"#, 1, Some(2)),
    (r#"coalescelist(compact([u]), ["b", "c"])"#, 1, Some(2)),
    (r#"coalescelist([u], l)"#, 1, Some(1)),
    (r#"matchkeys(["a", "b"], [u, "y"], ["y"])"#, 1, Some(2)),
    (r#"matchkeys(["a", "b"], ["x", "y"], [u])"#, 0, Some(2)),
    (r#"matchkeys([u, v], ["x", "y"], ["y"])"#, 1, Some(1)),
    (r#"matchkeys(["a", "b"], ["x", "y"], concat(["y"], l))"#, 1, Some(2)),
    (r#"matchkeys(["a", "b"], ["x", "y"], l)"#, 0, Some(2)),
    (r#"matchkeys(l, l, ["a"])"#, 0, None),
    (r#"setintersection(["a", u], ["a"])"#, 1, Some(1)),
    (r#"setintersection(["a", "b"], [u])"#, 0, Some(1)),
    (r#"setintersection(["a", "b"], l)"#, 0, Some(2)),
    (r#"setsubtract(["a", "b", "c"], [u])"#, 2, Some(3)),
    (r#"setsubtract(["a", "b"], l)"#, 0, Some(2)),
    (r#"setsubtract([u, "b"], ["b"])"#, 0, Some(1)),
    (r#"setunion(["a"], [u])"#, 1, Some(2)),
    (r#"setunion(["a"], l)"#, 1, None),
    (r#"keys({ (u) = 1, b = 2 })"#, 0, None),
    (r#"values({ (u) = 1, b = 2 })"#, 0, None),
    (r#"keys(merge({ a = "1" }, m))"#, 1, None),
    (r#"merge({ a = "1" }, m)"#, 1, None),
    (r#"merge({ a = "1" }, { (u) = "2" })"#, 1, None),
    (r#"zipmap([u, "a"], [1, 2])"#, 0, None),
    (r#"zipmap(l, l)"#, 0, None),
    (r#"sort([u, "a"])"#, 2, Some(2)),
    (r#"sort(compact([u, "a"]))"#, 1, Some(2)),
    (r#"reverse([u, "a"])"#, 2, Some(2)),
    (r#"reverse(compact([u, "a"]))"#, 1, Some(2)),
    (r#"reverse(concat(["a"], l))"#, 1, None),
    (r#"[for x in [u, "a"] : x if x != "a"]"#, 0, Some(1)),
    (r#"[for x in ["a", "b"] : x if c]"#, 0, Some(2)),
    (r#"[for x in ["a", u, "b"] : x if x != "b"]"#, 1, Some(2)),
    (r#"[for x in l : x]"#, 0, None),
    (r#"[for x in concat(["a"], l) : x]"#, 1, None),
    (r#"[for x in compact(["a", u]) : upper(x)]"#, 1, Some(2)),
    (r#"compact(["a", u])[*]"#, 1, Some(2)),
    (r#"{ for x in compact(["a", u]) : x => 1 }"#, 1, None),
    (r#"{ for x in ["a", "b"] : x => 1 if c }"#, 0, Some(2)),
    (r#"u[*]"#, 0, Some(1)),
    (r#"(c ? "a" : null)[*]"#, 0, Some(1)),
    (r#"c ? ["a"] : []"#, 0, Some(1)),
    (r#"c ? ["a", "b"] : ["c"]"#, 1, Some(2)),
    (r#"c ? compact(["a", u]) : ["c"]"#, 1, Some(2)),
    (r#"tolist(c ? ["a", "b"] : ["c"])"#, 1, Some(2)),
    (r#"try(l, ["a"])"#, 0, None),
    (r#"jsondecode(jsonencode(compact(["a", u])))"#, 1, Some(2)),
];

#[test]
fn a_length_is_never_outside_of_its_bounds() {
    for (source, ..) in BOUNDS {
        let (least, most) = bounds(source);
        for length in lengths(source) {
            assert!(
                least <= length && most.is_none_or(|most| length <= most),
                "{source}: {length} is not in {least}..{most:?}"
            );
        }
    }
}

#[test]
fn bounds_are_as_narrow_as_what_is_known() {
    let wider: Vec<String> = BOUNDS
        .iter()
        .filter(|(source, least, most)| bounds(source) != (*least, *most))
        .map(|(source, least, most)| format!("{source}: {:?} and not {:?}", bounds(source), (least, most)))
        .collect();
    assert!(wider.is_empty(), "{}", wider.join("\n"));
}
