//! Addresses: one parser and one printer that agree with each other and with Terraform, their order, patterns of them.

use std::cmp::Ordering;
use std::path::Path;

use buttress::address::parse::{most_specific, parts};
use buttress::address::{
    Address, Glob, InstanceKey, Mode, ModuleAddress, ModuleSource, from_innermost_call, natural,
    without_calls,
};
use proptest::prelude::*;

/// Keys that something may trip over.
const HOSTILE: &[&str] = &[
    "",
    "a.b",
    "a]b",
    "[0]",
    "\"",
    "\\",
    "\\\"",
    "a\nb",
    "\r\t",
    "${x}",
    "$${x}",
    "$$$",
    "%{if}",
    "%%{",
    "$",
    "é",
    "日本",
    "\u{1f600}",
    "\u{0}",
    "\u{7f}",
    "\u{a0}",
    "\u{200b}",
    "\u{2028}",
    "\u{e000}",
    "\u{10ffff}",
    "*",
    "\\*",
    "**",
    "a * b",
    "[*].",
    "module.x",
    " ",
];

fn key() -> impl Strategy<Value = InstanceKey> {
    prop_oneof![
        Just(InstanceKey::None),
        Just(InstanceKey::Any),
        any::<u64>().prop_map(InstanceKey::Int),
        proptest::sample::select(HOSTILE).prop_map(|text| InstanceKey::String(text.into())),
        "[a-c.\\[\\]\"\\\\\n${%*é\u{200b} ]{0,8}".prop_map(|text| InstanceKey::String(text.into())),
        any::<String>().prop_map(|text| InstanceKey::String(text.into())),
    ]
}

fn name() -> impl Strategy<Value = String> {
    "[a-zé_][a-zé0-9_-]{0,6}".prop_filter("a word of the language", |name| {
        !["module", "component", "stack", "data", "ephemeral"].contains(&name.as_str())
    })
}

fn module() -> impl Strategy<Value = ModuleAddress> {
    let call = prop_oneof![
        name(),
        name().prop_map(|name| format!("component.{name}")),
        name().prop_map(|name| format!("stack.{name}")),
    ];
    proptest::collection::vec((call, key()), 0..4).prop_map(|calls| {
        calls.iter().fold(ModuleAddress::ROOT, |module, (name, key)| module.child(name, key))
    })
}

fn address() -> impl Strategy<Value = Address> {
    let mode = proptest::sample::select(&[Mode::Managed, Mode::Data, Mode::Ephemeral][..]);
    (module(), mode, name(), name(), key())
        .prop_map(|(module, mode, type_, name, key)| Address::new(&module, mode, &type_, &name, &key))
}

proptest! {
    #[test]
    fn what_is_printed_is_read_again(
        module in module(),
        mode in proptest::sample::select(&[Mode::Managed, Mode::Data, Mode::Ephemeral][..]),
        type_ in name(),
        name in name(),
        key in key(),
    ) {
        let address = Address::new(&module, mode, &type_, &name, &key);
        let read = Address::parse(address.as_str());
        prop_assert_eq!(read.as_ref(), Some(&address));
        for address in [address, read.unwrap()] {
            prop_assert_eq!(address.module(), module.clone());
            prop_assert_eq!(address.mode(), mode);
            prop_assert_eq!(address.type_(), type_.as_str());
            prop_assert_eq!(address.name(), name.as_str());
            prop_assert_eq!(address.key(), key.clone());
        }
        prop_assert_eq!(ModuleAddress::parse(module.as_str()), Some(module));
    }

    #[test]
    fn different_keys_are_printed_differently(a in key(), b in key()) {
        prop_assert_eq!(a == b, a.to_string() == b.to_string());
    }

    #[test]
    fn any_text_is_an_address_or_none_and_printing_settles_it(text in "[a-z.\\[\\]\"\\\\*0-9$u{ ]{0,24}") {
        if let Some(address) = Address::parse(&text) {
            prop_assert_eq!(Address::parse(address.as_str()), Some(address));
        }
        if let Some(module) = ModuleAddress::parse(&text) {
            prop_assert_eq!(ModuleAddress::parse(module.as_str()), Some(module));
        }
        prop_assert_eq!(Address::parse(&text).is_some() && ModuleAddress::parse(&text).is_some(), false);
        let _ = (Glob::parse(&text), parts(&text), Address::read(&text).module());
    }

    #[test]
    fn the_order_is_total(a in address(), b in address(), c in address()) {
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
        if a <= b && b <= c {
            prop_assert!(a <= c);
        }
    }

    #[test]
    fn an_address_is_a_pattern_of_itself(address in address(), module in module()) {
        let pattern = Glob::parse(address.as_str()).unwrap();
        prop_assert!(pattern.matches(&address), "{address}");
        prop_assert!(Glob::parse("**").unwrap().matches(&address));
        if !module.is_root() {
            prop_assert!(Glob::parse(module.as_str()).unwrap().matches_module(&module), "{module}");
        }
    }

    #[test]
    fn a_pattern_without_a_key_means_every_instance(address in address(), key in key()) {
        let pattern = Glob::parse(address.with_key(&InstanceKey::None).as_str()).unwrap();
        prop_assert!(pattern.matches(&address.with_key(&key)));
    }

    #[test]
    fn two_stars_mean_all_that_is_in_a_module(around in module(), address in address()) {
        let inner = address.module().calls().fold(around.clone(), |at, (name, key)| at.child(name, &key));
        let inside = Address::new(&inner, address.mode(), address.type_(), address.name(), &address.key());
        let dot = if around.is_root() { "" } else { "." };
        let text = format!("{around}{dot}**");
        prop_assert!(Glob::parse(&text).unwrap().matches(&inside), "{text} {inside}");
        let text = format!("{around}{dot}**.*.*");
        let managed = address.mode() == Mode::Managed;
        prop_assert_eq!(Glob::parse(&text).unwrap().matches(&inside), managed, "{} {}", text, inside);
    }

    #[test]
    fn what_comes_before_does_not_matter(
        before in "[a-z.]{0,40}[.]",
        a in "[a-c0-9\\[.]{0,12}",
        b in "[a-c0-9\\[.]{0,12}",
    ) {
        let (x, y) = (format!("{before}{a}"), format!("{before}{b}"));
        prop_assert_eq!(natural(&x, &y), natural(&a, &b));
        prop_assert_eq!(natural(&y, &x), natural(&x, &y).reverse());
        prop_assert_eq!(natural(&x, &y) == Ordering::Equal, a == b);
    }
}

/// Everything that a plan calls an address, with what it says of its parts.
fn addresses(json: &serde_json::Value, found: &mut Vec<(String, serde_json::Value)>) {
    match json {
        serde_json::Value::Object(items) => {
            // Attributes may be called `address` too.
            let is_module = items.contains_key("resources") || items.contains_key("child_modules");
            let is_resource = items.contains_key("type") && items.contains_key("name");
            let address = items.get("address").and_then(|address| address.as_str());
            if let Some(address) = address.filter(|_| is_module || is_resource) {
                found.push((address.to_owned(), json.clone()));
            }
            items.values().for_each(|item| addresses(item, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| addresses(item, found)),
        _ => {}
    }
}

fn plans(dir: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            plans(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Every address that Terraform wrote into a fixture is read and printed as it stands there.
#[test]
fn addresses_are_written_as_terraform_writes_them() {
    let mut paths = Vec::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    plans(&fixtures.join("plans"), &mut paths);
    plans(&fixtures.join("language"), &mut paths);
    let mut seen = 0;
    for path in paths {
        // Some fixtures are broken on purpose, or in UTF-16.
        let text = std::fs::read(&path).unwrap();
        let Ok(json) = serde_json::from_slice::<serde_json::Value>(&text) else { continue };
        let mut found = Vec::new();
        addresses(&json, &mut found);
        for (text, json) in found {
            let has = |name: &str| json.get(name).and_then(|value| value.as_str()).unwrap_or_default();
            let Some(address) = Address::parse(&text) else {
                let module = ModuleAddress::parse(&text).map(|module| module.text().to_string());
                assert_eq!(module.as_ref(), Some(&text), "{}", path.display());
                continue;
            };
            assert_eq!(address.as_str(), text, "{}", path.display());
            assert_eq!((address.type_(), address.name()), (has("type"), has("name")), "{text}");
            if let Some(mode) = json.get("mode").and_then(|mode| mode.as_str()) {
                assert_eq!(address.mode(), Mode::from_plan(mode), "{text}");
            }
            match json.get("index") {
                Some(serde_json::Value::String(key)) => {
                    assert_eq!(address.key(), InstanceKey::String(key.as_str().into()));
                }
                Some(index) if index.is_number() => {
                    assert_eq!(address.key(), InstanceKey::Int(index.as_u64().unwrap()));
                }
                _ => {}
            }
            seen += 1;
        }
    }
    assert!(seen > 1_000, "{seen}");
}

#[test]
fn keys_are_escaped_as_terraform_escapes_them() {
    let printed = |key: &str| InstanceKey::String(key.into()).to_string();
    let all: Vec<String> = HOSTILE.iter().map(|key| printed(key)).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    [""]
    ["a.b"]
    ["a]b"]
    ["[0]"]
    ["\""]
    ["\\"]
    ["\\\""]
    ["a\nb"]
    ["\r\t"]
    ["$${x}"]
    ["$$${x}"]
    ["$$$"]
    ["%%{if}"]
    ["%%%{"]
    ["$"]
    ["é"]
    ["日本"]
    ["😀"]
    ["\u0000"]
    ["\u007f"]
    ["\u00a0"]
    ["\u200b"]
    ["\u2028"]
    ["\ue000"]
    ["\U0010ffff"]
    ["*"]
    ["\\*"]
    ["**"]
    ["a * b"]
    ["[*]."]
    ["module.x"]
    [" "]
    "#);
}

#[test]
fn what_other_versions_of_terraform_wrote_is_read() {
    let read = |text: &str| Address::parse(text).map(|address| address.to_string());
    assert_eq!(read(r#"a.b["${x}\x07\a\v"]"#).as_deref(), Some(r#"a.b["$${x}\u0007\u0007\u000b"]"#));
    assert_eq!(read(r#"module.m["\u00e9"].a.b"#).as_deref(), Some(r#"module.m["é"].a.b"#));
    assert_eq!(read("a.b[007]").as_deref(), Some("a.b[7]"));
}

#[test]
fn what_is_no_address_is_none() {
    let wrong = [
        "",
        "a",
        "a.",
        ".a.b",
        "a..b",
        "a.b.",
        "a.b.c",
        "a.b[",
        "a.b[]",
        "a.b[-1]",
        "a.b[+1]",
        "a.b[x]",
        "a.b[\"x]",
        "a.b[\"x\"",
        "a.b[\"x\"]c",
        "a.b[\"x\"][0]",
        "a[0].b",
        "module",
        "module.a",
        "module.a[0]",
        "module.a.b",
        "module[0].a.b.c",
        "data.a",
        "ephemeral.a",
        "data.a[0].b",
        "a.b [0]",
        "a b.c",
        "a.b[\"\\q\"]",
        "a.b[\"\\ud800\"]",
        "a.b[18446744073709551616]",
        "a.b (deposed object 0123abcd)",
    ];
    for text in wrong {
        assert_eq!(Address::parse(text), None, "{text}");
    }
    for text in ["module", "module.", "module.a.b.c", "a.b", "module.a[0", "module.a[x]"] {
        assert_eq!(ModuleAddress::parse(text), None, "{text}");
    }
}

#[test]
fn a_text_of_an_unknown_form_is_shown_as_it_is_and_stays_in_its_module() {
    let address = Address::read("module.a[\"x.y\"].b.c (deposed object 0123abcd)");
    assert_eq!(address.to_string(), "module.a[\"x.y\"].b.c (deposed object 0123abcd)");
    assert_eq!(address.module().as_str(), "module.a[\"x.y\"]");
    assert_eq!(Address::read("what is this?").module(), ModuleAddress::ROOT);
    assert_eq!(Address::read("what is this?").name(), "what is this?");
}

#[test]
fn modules_around_an_address_are_its_modules_and_their_calls() {
    let address = Address::parse(r#"module.a["x.module.y[0]"].module.b.t.n["a.b"]"#).unwrap();
    let around: Vec<String> = address.module().ancestors().iter().map(ToString::to_string).collect();
    assert_eq!(around, [r#"module.a["x.module.y[0]"].module.b"#, r#"module.a["x.module.y[0]"]"#, "module.a"]);
    assert_eq!(Address::parse("t.n[\"a.b\"]").unwrap().module().ancestors(), []);
}

#[test]
fn an_address_is_told_from_its_innermost_call_on_and_without_calls() {
    for (address, inner, rest) in [
        ("t.n[0]", "t.n[0]", "t.n[0]"),
        ("module.a", "module.a", "module.a"),
        ("module.a.var.x", "module.a.var.x", "var.x"),
        (r#"module.a["module.x.y"].module.b["z.t"].t.n"#, r#"module.b["z.t"].t.n"#, "t.n"),
        ("stack.a.component.b[0].data.t.n", "component.b[0].data.t.n", "data.t.n"),
        ("component.a.module.b", "module.b", "component.a.module.b"),
    ] {
        assert_eq!(from_innermost_call(address), inner);
        assert_eq!(without_calls(address), rest);
    }
}

#[test]
fn a_module_is_within_the_calls_around_it() {
    let module = |text: &str| ModuleAddress::parse(text).unwrap();
    let inner = module(r#"module.a["[*]."].module.b[0]"#);
    for call in ["", "module.a", r#"module.a["[*]."]"#, r#"module.a["[*]."].module.b"#] {
        assert!(inner.is_within(&module(call)), "{call}");
    }
    for call in ["module.b", "module.a[\"x\"]", r#"module.a["[*]."].module.b[0].module.c"#] {
        assert!(!inner.is_within(&module(call)), "{call}");
    }
    assert!(!module("module.ab").is_within(&module("module.a")));
    assert!(!inner.stands_for_many());
    assert!(module("module.a[*].module.b").stands_for_many());
}

#[test]
fn references_are_taken_apart_by_the_same_parser() {
    let parted = |text: &str| {
        let parts = parts(text)?;
        let names = parts.iter().map(|part| match part {
            buttress::address::parse::Part::Name(name) => name.to_string(),
            buttress::address::parse::Part::Key(key) => key.to_string(),
        });
        Some(names.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(parted("module.a[\"x.y\"].b[0].id").as_deref(), Some("module a [\"x.y\"] b [0] id"));
    assert_eq!(parted("each.key").as_deref(), Some("each key"));
    for wrong in ["", "[0]", "a.", "a[", "a[*]", "a..b"] {
        assert_eq!(parted(wrong), None, "{wrong}");
    }
    assert_eq!(most_specific(["a.b.c", "a.b", "a.bc", "a.b[0]", "a.b", "a"]), ["a.b.c", "a.bc", "a.b[0]"]);
}

/// Pattern, what it matches, what it does not.
const PATTERNS: &[(&str, &[&str], &[&str])] = &[
    (
        "aws_db_instance.main",
        &["aws_db_instance.main", "aws_db_instance.main[3]", "aws_db_instance.main[\"a\"]"],
        &["module.a.aws_db_instance.main", "aws_db_instance.main2", "data.aws_db_instance.main"],
    ),
    (
        "aws_db_instance.main[0]",
        &["aws_db_instance.main[0]"],
        &[
            "aws_db_instance.main",
            "aws_db_instance.main[1]",
            "aws_db_instance.main[*]",
            "aws_db_instance.main[\"0\"]",
        ],
    ),
    (
        "aws_db_*.*[\"prod-*\"]",
        &["aws_db_instance.a[\"prod-1\"]", "aws_db_cluster.b[\"prod-\"]"],
        &["aws_db_instance.a", "aws_db_instance.a[\"dev\"]", "aws_db_instance.a[0]", "aws_db_instance.a[*]"],
    ),
    (
        "module.*.aws_db_instance.*[\"prod-*\"]",
        &["module.a.aws_db_instance.b[\"prod-x\"]", "module.a[\"k\"].aws_db_instance.b[\"prod-x.y\"]"],
        &["aws_db_instance.b[\"prod-x\"]", "module.a.module.b.aws_db_instance.b[\"prod-x\"]"],
    ),
    (
        "**.aws_db_instance.main",
        &[
            "aws_db_instance.main",
            "module.a.aws_db_instance.main",
            "module.a[0].module.b.aws_db_instance.main[1]",
        ],
        &["module.a.aws_db_instance.other"],
    ),
    (
        "module.a.**.module.d.*.*",
        &[
            "module.a.module.d.x.y",
            "module.a.module.b.module.c.module.d.x.y",
            "module.a.module.d.module.d.x.y",
        ],
        &["module.a.x.y", "module.d.x.y", "module.a.module.d.data.x.y", "module.a.module.d.module.e.x.y"],
    ),
    (
        "module.a.**",
        &[
            "module.a.x.y",
            "module.a.data.x.y",
            "module.a[\"k\"].module.b.x.y",
            "module.a",
            "module.a[0]",
            "module.a.module.b",
        ],
        &["x.y", "module.b.x.y", "module.b"],
    ),
    (
        "module.a",
        &["module.a", "module.a[0]", "module.a[\"x\"]"],
        &["module.a.x.y", "module.a.module.b", "module.b"],
    ),
    ("module.a[\"x\"]", &["module.a[\"x\"]"], &["module.a", "module.a[\"y\"]"]),
    (
        "component.*.**",
        &["component.a", "component.a[\"k\"].x.y", "component.a.module.b.x.y"],
        &["module.a.x.y", "stack.a.x.y", "x.y"],
    ),
    ("stack.a.component.b", &["stack.a.component.b[0]"], &["stack.a.stack.b", "component.b"]),
    ("module.*", &["module.a"], &["component.a", "stack.a"]),
    ("**", &["x.y", "data.x.y[0]", "module.a.x.y", "module.a"], &[]),
    ("*.*", &["x.y", "x.y[0]"], &["data.x.y", "module.a.x.y", "module.a"]),
    ("data.*.*", &["data.x.y"], &["x.y", "ephemeral.x.y"]),
    ("x.y[*]", &["x.y", "x.y[0]", "x.y[\"a\"]", "x.y[*]"], &["x.z"]),
    ("x.y[\"a\\\\*b\"]", &["x.y[\"a\\\\b\"]", "x.y[\"a\\\\x.b\"]"], &["x.y[\"ab\"]"]),
    ("x.y[\"a\\*b\"]", &["x.y[\"a*b\"]"], &["x.y[\"axb\"]"]),
    ("x.y[\"*$${*\"]", &["x.y[\"a$${b}\"]"], &["x.y[\"a$b\"]"]),
    ("x.*a*b*", &["x.ab", "x.aab", "x.xaxbx"], &["x.ba", "x.a"]),
    ("x.ab*ba", &["x.abba", "x.ab_ba"], &["x.aba"]),
];

#[test]
fn patterns_match_what_they_say() {
    let matches = |pattern: &Glob, text: &str| match (Address::parse(text), ModuleAddress::parse(text)) {
        (Some(address), _) => pattern.matches(&address),
        (None, Some(module)) => pattern.matches_module(&module),
        (None, None) => panic!("{text} is no address"),
    };
    for (pattern, matched, others) in PATTERNS {
        let glob = Glob::parse(pattern).unwrap();
        for text in *matched {
            assert!(matches(&glob, text), "{pattern} should match {text}");
        }
        for text in *others {
            assert!(!matches(&glob, text), "{pattern} should not match {text}");
        }
    }
}

#[test]
fn what_is_no_pattern_says_where() {
    let wrong = [
        "",
        "x",
        "x.",
        "x.y.z",
        "x.y[a]",
        "x.y[\"a]",
        "x.y[\"\\q\"]",
        "module",
        "module.**",
        "x.**",
        "data.x",
        "a b.c",
    ];
    let said: Vec<String> =
        wrong.iter().map(|text| format!("{text:12} {}", Glob::parse(text).unwrap_err())).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
                 expected a name at byte 0
    x            expected a dot and a name at byte 1
    x.           expected a dot and a name at byte 1
    x.y.z        expected the end of the pattern at byte 3
    x.y[a]       expected a key such as `[0]`, `["name"]` or `[*]` at byte 3
    x.y["a]      expected a key such as `[0]`, `["name"]` or `[*]` at byte 3
    x.y["\q"]    expected a key such as `[0]`, `["name"]` or `[*]` at byte 3
    module       expected a dot and a name at byte 6
    module.**    expected a name (`**` stands for whole modules) at byte 6
    x.**         expected a name (`**` stands for whole modules) at byte 1
    data.x       expected a dot and a name at byte 6
    a b.c        expected a name at byte 0
    "#);
}

/// What `terraform init` does with each of these (1.11): fetch it from a registry, clone it, download it, or refuse it.
#[test]
fn sources_of_modules_are_told_apart_as_terraform_does() {
    let sources = [
        "./m",
        "../m",
        ".\\m",
        ".",
        "..",
        "a/b/aws",
        "A_b/c-d/aws",
        "a/b/aws//sub/x",
        "example.com/a/b/aws",
        "example.com:8443/a/b/aws",
        "gitlab.com/a/b/aws",
        "a/b/AWS",
        "a/b/aws?ref=1",
        "-a/b/aws",
        "a/b",
        "a/b/c.d",
        "localhost/a/b/aws",
        "github.com/a/b/aws",
        "bitbucket.org/a/b/aws",
        "git@h.example:p/q.git",
        "deploy@h.example:p/q",
        "git://h.example/p/q.git/sub",
        "ssh://git@h.example/p/q.git//sub",
        "git::ssh://git@h.example:7999/p/q//sub",
        "https://h.example/a@b/c:d",
        "git::ssh://git@h.example/x",
        "https://github.com/a/b.git?ref=v1",
        "https://h.example/x.zip",
        "https://h.example/x.tar.gz?a=b",
        "s3::https://s3.amazonaws.com/b/x.zip",
        "s3-eu-west-1.amazonaws.com/b/x",
        "www.googleapis.com/storage/v1/b/x",
        "gcs::https://www.googleapis.com/storage/v1/b/x",
        "hg::http://h.example/x",
        "https://h.example/x",
        "/abs/path",
        "plain",
        "",
    ];
    let said: Vec<String> =
        sources.iter().map(|source| format!("{:8} {source}", ModuleSource::of(source).name())).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    local    ./m
    local    ../m
    local    .\m
    local    .
    local    ..
    registry a/b/aws
    registry A_b/c-d/aws
    registry a/b/aws//sub/x
    registry example.com/a/b/aws
    registry example.com:8443/a/b/aws
    registry gitlab.com/a/b/aws
    other    a/b/AWS
    other    a/b/aws?ref=1
    other    -a/b/aws
    other    a/b
    other    a/b/c.d
    other    localhost/a/b/aws
    git      github.com/a/b/aws
    git      bitbucket.org/a/b/aws
    git      git@h.example:p/q.git
    git      deploy@h.example:p/q
    git      git://h.example/p/q.git/sub
    git      ssh://git@h.example/p/q.git//sub
    git      git::ssh://git@h.example:7999/p/q//sub
    other    https://h.example/a@b/c:d
    git      git::ssh://git@h.example/x
    git      https://github.com/a/b.git?ref=v1
    archive  https://h.example/x.zip
    archive  https://h.example/x.tar.gz?a=b
    archive  s3::https://s3.amazonaws.com/b/x.zip
    archive  s3-eu-west-1.amazonaws.com/b/x
    archive  www.googleapis.com/storage/v1/b/x
    archive  gcs::https://www.googleapis.com/storage/v1/b/x
    mercurial hg::http://h.example/x
    other    https://h.example/x
    other    /abs/path
    other    plain
    other
    "#);
}

#[test]
fn addresses_are_in_the_order_of_their_numbers() {
    let long = "module.next[\"team_0001\"].module.next.module.next.module.next";
    let mut addresses: Vec<String> = ["a.b[10]", "a.b[9]", "a.b[100].c", "a.b", "a.b[09]", "a.c", "a.b[1]"]
        .iter()
        .flat_map(|address| [(*address).to_owned(), format!("{long}.{address}")])
        .collect();
    addresses.sort_by(|a, b| natural(a, b));
    let expected = ["a.b", "a.b[1]", "a.b[9]", "a.b[09]", "a.b[10]", "a.b[100].c", "a.c"];
    let (short, nested) = addresses.split_at(expected.len());
    assert_eq!(short, expected);
    assert_eq!(nested.iter().map(|address| &address[long.len() + 1..]).collect::<Vec<_>>(), expected);
}
