//! Functions, numbers and conversions: laws that hold for all values, and what is known of the unknown.

use std::sync::Arc;

use buttress::budget::Meter;
use buttress::eval::functions::{self, find};
use buttress::eval::{Host, NoFiles};
use buttress::value::convert::{convert, unify};
use buttress::value::equality::{Identities, NoIdentities};
use buttress::value::number::DigitLayout;
use buttress::value::{
    AbsentKey, Cause, CauseKind, Kind, Number, Origin, Step, SymbolId, Time, Type, Unknown, Value,
};
use proptest::prelude::*;

fn call_with(identities: &dyn Identities, name: &str, arguments: &[Value]) -> Result<Value, String> {
    let environment = Host { files: &NoFiles, identities, meter: &Meter::unlimited() };
    find(name).unwrap().call(&environment, arguments).map_err(|error| error.message)
}

fn call(name: &str, arguments: &[Value]) -> Value {
    call_with(&NoIdentities, name, arguments).unwrap()
}

fn texts(items: &[&str]) -> Value {
    Value::list(Type::String, items.iter().map(|item| Value::from(*item)).collect())
}

fn strings() -> Type {
    Type::List(Arc::new(Type::String))
}

fn subject(at: usize) -> SymbolId {
    SymbolId::new(Time::After, at)
}

/// `data.aws_availability_zones.a.names`
fn zones(type_: Type) -> Value {
    let origin = Origin { symbol: subject(7), path: vec![Step::Key("names".into())] };
    let mut unknown = Unknown::new(type_, Cause::new(CauseKind::DataSource, "data.zones.a", None));
    unknown.origin = Some(Arc::new(origin));
    unknown.into()
}

fn origin(value: &Value) -> Option<String> {
    let path = &value.as_unknown()?.origin.as_ref()?.path;
    Some(path.iter().map(Step::to_string).collect())
}

fn id(at: usize) -> Value {
    let origin = Origin { symbol: subject(at), path: vec![Step::Key("id".into())] };
    let mut unknown = Unknown::symbolic(Arc::new(origin));
    unknown.type_ = Type::String;
    unknown.into()
}

/// Ids of different resources differ.
struct IdsDiffer;

impl Identities for IdsDiffer {
    fn differ(&self, a: &Origin, b: &Origin) -> bool {
        a != b
    }
}

#[test]
fn every_function_of_terraform_is_there() {
    let listed = include_str!("../../fixtures/language/cases/functions.txt");
    for name in listed.lines() {
        let applied = find(name).is_some() && find(&format!("core::{name}")).is_some();
        assert!(applied || ["can", "try"].contains(&name), "{name}");
        assert!(functions::names().contains(&name), "{name}");
    }
    assert!(functions::names().is_sorted_by(|a, b| a < b));
    assert!(find("no_such_function").is_none());
}

#[test]
fn elements_of_an_unknown_list_are_named_after_it() {
    for type_ in [strings(), Type::Dynamic] {
        let sliced = call("slice", &[zones(type_.clone()), 0.into(), 3.into()]);
        let items = &sliced.as_sequence().unwrap().items;
        assert_eq!(items.len(), 3);
        assert_eq!(origin(&items[2]).unwrap(), ".names[2]");
        let element = call("element", &[zones(type_.clone()), 0.into()]);
        assert_eq!(origin(&element).unwrap(), ".names[0]");
        // The list may have one element only, and then starts again: this need not be another one.
        let wrapped = call("element", &[zones(type_), 1.into()]);
        assert_eq!(origin(&wrapped).unwrap(), ".names.element[1]");
        assert_eq!(element.as_unknown().unwrap().cause.kind, CauseKind::DataSource);
    }
}

#[test]
fn distinct_values_are_counted_where_it_is_known_that_they_differ() {
    let ids = Value::tuple(vec![id(1), id(2), id(1)]);
    let count = |identities: &dyn Identities, name: &str| {
        let distinct = call_with(identities, name, std::slice::from_ref(&ids)).unwrap();
        call_with(identities, "length", &[distinct]).unwrap()
    };
    for name in ["distinct", "toset"] {
        assert_eq!(count(&IdsDiffer, name).as_number(), Some(&Number::Int(2)), "{name}");
        let uncertain = count(&NoIdentities, name);
        let refinement = &uncertain.as_unknown().unwrap().refinement;
        assert_eq!((refinement.at_least, refinement.at_most), (Some(1), Some(2)), "{name}");
    }
}

#[test]
fn lists_that_may_go_on_keep_what_is_known() {
    let open = call("concat", &[texts(&["a", "b"]), zones(strings())]);
    let length = call("length", std::slice::from_ref(&open));
    assert_eq!(length.as_unknown().unwrap().refinement.at_least, Some(2));
    let contains = |text: &str| call("contains", &[open.clone(), text.into()]);
    assert_eq!(contains("a").as_bool(), Some(true));
    assert!(contains("z").as_unknown().is_some());
    assert_eq!(call("element", &[open.clone(), 1.into()]).as_str(), Some("b"));
    assert!(call("element", &[open, 2.into()]).as_unknown().is_some());
}

#[test]
fn maps_that_may_have_more_keys_keep_what_is_known() {
    let known = Value::object(vec![("a".into(), 1.into()), ("b".into(), 2.into())]);
    let merged = call("merge", &[known, zones(Type::Dynamic), Value::object(vec![("b".into(), 3.into())])]);
    let entries = merged.as_entries().unwrap();
    assert!(matches!(entries.absent, AbsentKey::MaybePresent(_)));
    assert!(entries.get("a").unwrap().as_unknown().is_some(), "it may be overridden");
    assert_eq!(entries.get("b").unwrap().as_number(), Some(&Number::Int(3)));
    let looked_up = |key: &str| call("lookup", &[merged.clone(), key.into(), 0.into()]);
    assert_eq!(looked_up("b").as_number(), Some(&Number::Int(3)));
    assert!(looked_up("c").as_unknown().is_some());
}

#[test]
fn results_remember_what_they_were_computed_from() {
    let joined = call("join", &["-".into(), Value::tuple(vec!["a".into(), id(3).sensitive()])]);
    assert!(joined.is_sensitive());
    let unknown = joined.as_unknown().unwrap();
    assert_eq!(unknown.refinement.prefix, "a-");
    let mut references = Vec::new();
    joined.each_reference(&mut |origin| references.push(origin.symbol));
    assert_eq!(references, [subject(3)]);
    let decoded = call("upper", &[id(3)]);
    assert!(decoded.as_unknown().unwrap().origin.is_none(), "the upper case of an id is not the id");
}

#[test]
fn impure_functions_are_unknown() {
    for name in ["timestamp", "plantimestamp", "uuid"] {
        let unknown = call(name, &[]);
        assert_eq!(unknown.as_unknown().unwrap().cause.kind, CauseKind::ImpureFunction, "{name}");
    }
}

#[test]
fn functions_of_opentofu() {
    let yes =
        |outer: &str, inner: &str| call("cidrcontains", &[outer.into(), inner.into()]).as_bool().unwrap();
    assert!(yes("10.0.0.0/8", "10.1.2.3") && yes("10.0.0.0/8", "10.1.0.0/16"));
    assert!(!yes("10.0.0.0/16", "10.0.0.0/8") && !yes("10.0.0.0/8", "11.0.0.1"));
    assert_eq!(call("urldecode", &["a+b%26c%3Dd%2Fe".into()]).as_str(), Some("a b&c=d/e"));
    let zipped = "H4sIAAAAAAAA/8pIzcnJBwAAAP//AQAA//+GphA2BQAAAA==";
    assert_eq!(call("base64gunzip", &[zipped.into()]).as_str(), Some("hello"));
}

#[test]
fn symbolic_resources_convert_attribute_by_attribute() {
    let entries = buttress::value::Entries {
        element: Type::Dynamic,
        items: vec![("name".into(), "web".into())].into(),
        absent: AbsentKey::Symbolic(Arc::new(Origin { symbol: subject(4), path: Vec::new() })),
    };
    let resource = Value::from(Kind::Object(Arc::new(entries)));
    let type_ = Type::object([("id".into(), Type::String), ("name".into(), Type::String)]);
    let converted = convert(&resource, &type_).unwrap();
    let entries = converted.as_entries().unwrap();
    assert_eq!(entries.get("name").unwrap().as_str(), Some("web"));
    assert_eq!(origin(entries.get("id").unwrap()).unwrap(), ".id");
    let map = convert(&resource, &Type::Map(Arc::new(Type::String))).unwrap();
    assert!(map.as_unknown().is_some());
}

#[test]
fn numbers_beyond_all_bounds_do_no_harm() {
    assert!(Number::parse("1e999999999999999999999").unwrap().is_infinite());
    assert_eq!(Number::parse("1e-999999999999999999999").unwrap(), Number::Int(0));
    let mut number = Number::parse("1e300").unwrap();
    for _ in 0..64 {
        number = number.multiply(&number.clone()).unwrap();
    }
    assert!(number.is_infinite());
}

fn decimal() -> impl Strategy<Value = String> {
    (any::<bool>(), "[0-9]{1,40}", "[0-9]{0,40}", -60_i32..60).prop_map(
        |(negative, whole, fraction, exponent)| {
            let sign = if negative { "-" } else { "" };
            format!("{sign}{whole}.{fraction}e{exponent}")
        },
    )
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::NULL),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-c]{0,2}".prop_map(|text| Value::from(text.as_str())),
        (0_usize..3).prop_map(id),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
            prop::collection::vec(("[a-c]", inner), 0..4).prop_map(|items| {
                Value::object(items.into_iter().map(|(key, value)| (key.as_str().into(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(text in decimal()) {
        let number = Number::parse(&text).unwrap();
        let printed = number.to_string();
        let again = Number::parse(&printed).unwrap();
        prop_assert_eq!(&again, &number);
        prop_assert_eq!(again.to_string(), printed);
        let scientific = number.absolute().digits(DigitLayout::Scientific, None);
        prop_assert_eq!(Number::parse(&scientific).unwrap(), number.absolute());
    }

    #[test]
    fn machine_floats_are_kept(n in any::<f64>().prop_filter("a number", |n| n.is_finite())) {
        let number = Number::from_f64(n).unwrap();
        prop_assert_eq!(number.to_f64().to_bits(), n.to_bits());
        prop_assert_eq!(number.to_string().parse::<f64>().unwrap().to_bits(), n.to_bits());
    }

    #[test]
    fn whole_numbers_are_a_ring(a in any::<i64>(), b in any::<i64>(), c in any::<i64>()) {
        let exact = |n: i128| Number::parse(&n.to_string()).unwrap();
        let wide = i128::from;
        let (x, y, z) = (Number::from(a), Number::from(b), Number::from(c));
        prop_assert_eq!(x.add(&y).unwrap(), exact(wide(a) + wide(b)));
        prop_assert_eq!(x.subtract(&y).unwrap(), exact(wide(a) - wide(b)));
        prop_assert_eq!(x.multiply(&y).unwrap(), exact(wide(a) * wide(b)));
        let sum = x.multiply(&y).unwrap().add(&x.multiply(&z).unwrap()).unwrap();
        prop_assert_eq!(x.multiply(&y.add(&z).unwrap()).unwrap(), sum);
        if b != 0 {
            prop_assert_eq!(x.remainder(&y).unwrap(), exact(wide(a) % wide(b)));
            let back = x.divide(&y).unwrap().multiply(&y).unwrap();
            prop_assert!(back.subtract(&x).unwrap().absolute() < Number::parse("1e-130").unwrap());
        }
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
    }

    #[test]
    fn floor_and_ceiling_enclose(text in decimal()) {
        let number = Number::parse(&text).unwrap();
        let (floor, ceiling) = (number.floor(), number.ceiling());
        prop_assert!(floor.is_whole() && ceiling.is_whole() && floor <= number && number <= ceiling);
        prop_assert!(ceiling.subtract(&floor).unwrap() <= Number::Int(1));
    }

    #[test]
    fn converting_twice_is_converting_once(items in prop::collection::vec(value(), 0..5)) {
        let any = || Arc::new(Type::Dynamic);
        let tuple = Value::tuple(items);
        for type_ in [Type::List(any()), Type::Set(any()), strings(), Type::Set(Arc::new(Type::String))] {
            let Ok(once) = convert(&tuple, &type_) else { continue };
            let twice = convert(&once, &type_).unwrap();
            prop_assert_eq!(format!("{once:?}"), format!("{twice:?}"));
        }
    }

    #[test]
    fn unification_does_not_depend_on_order(items in prop::collection::vec(value(), 1..4)) {
        let types: Vec<Type> = items.iter().map(Value::type_of).collect();
        let reversed: Vec<Type> = types.iter().rev().cloned().collect();
        prop_assert_eq!(unify(&types), unify(&reversed));
    }

    #[test]
    fn sets_do_not_depend_on_order(items in prop::collection::vec(value(), 0..6)) {
        let reversed: Vec<Value> = items.iter().rev().cloned().collect();
        let (a, b) = (Value::set(Type::Dynamic, items), Value::set(Type::Dynamic, reversed));
        prop_assert_eq!(format!("{a:?}"), format!("{b:?}"));
    }

    #[test]
    fn json_is_read_back(value in value()) {
        let encoded = call("jsonencode", std::slice::from_ref(&value));
        if encoded.as_unknown().is_none() {
            let decoded = call("jsondecode", std::slice::from_ref(&encoded));
            prop_assert_eq!(format!("{decoded:?}"), format!("{value:?}"));
        }
    }

    #[test]
    fn yaml_is_read_back(value in value()) {
        if value.is_wholly_known() {
            let encoded = call("yamlencode", std::slice::from_ref(&value));
            let decoded = call("yamldecode", std::slice::from_ref(&encoded));
            prop_assert_eq!(format!("{decoded:?}"), format!("{value:?}"), "{:?}", encoded);
        }
    }

    #[test]
    fn texts_survive_yaml(text in "[ a\\n\"\\\\:#é\\t|>-]{0,12}") {
        let value = Value::tuple(vec![text.as_str().into()]);
        let encoded = call("yamlencode", std::slice::from_ref(&value));
        let decoded = call("yamldecode", std::slice::from_ref(&encoded));
        prop_assert_eq!(decoded.as_sequence().unwrap().items[0].as_str(), Some(text.as_str()), "{:?}", encoded);
    }

    #[test]
    fn no_input_panics(name in prop::sample::select(functions::names()), arguments in prop::collection::vec(value(), 0..4)) {
        if find(name).is_some() {
            let _ = call_with(&IdsDiffer, name, &arguments);
        }
    }
}

/// What is beyond a limit of ours may be within those of Terraform: such a call neither succeeds nor fails for certain.
#[test]
fn our_own_limits_are_no_failures() {
    let bomb: String = (1..30).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)).collect();
    let bomb = format!("a0: &a0 [x, x]\n{bomb}");
    let deep = |open: &str, close: &str, depth: usize| open.repeat(depth) + &close.repeat(depth);
    let pattern = "(((a{500}){500}){500})";
    let one = Value::from(Number::from(1_i64));
    let cases: [(&str, Vec<Value>); 6] = [
        ("format", vec!["%30000000d".into(), one.clone()]),
        ("formatlist", vec!["%30000000d".into(), one.clone()]),
        ("yamldecode", vec![bomb.as_str().into()]),
        ("yamldecode", vec![deep("[", "]", 300).as_str().into()]),
        ("jsondecode", vec![deep("[", "]", 600).as_str().into()]),
        ("replace", vec!["aaa".into(), format!("/{pattern}/").as_str().into(), "b".into()]),
    ];
    for (name, arguments) in cases {
        let result = call_with(&NoIdentities, name, &arguments);
        let value = result.unwrap_or_else(|message| panic!("{name} fails: {message}"));
        let cause = value.first_cause().unwrap_or_else(|| panic!("{name} is known"));
        assert_eq!(cause.kind, CauseKind::Limit, "{name}: {cause}");
    }
    // What is short enough is made, whatever the number of spaces.
    let short = call("indent", &[Value::from(Number::from(20_000_i64)), "a".into()]);
    assert_eq!(short.as_str(), Some("a"));
    let long = call("indent", &[Value::from(Number::from(20_000_i64)), "a\nb".into()]);
    assert_eq!(long.as_str().map(str::len), Some(20_003));
    let longer = call("indent", &[Value::from(Number::from(1_i64 << 40)), "a\nb".into()]);
    assert_eq!(longer.first_cause().map(|cause| cause.kind), Some(CauseKind::Limit));
}
