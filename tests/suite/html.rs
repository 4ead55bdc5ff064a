//! The page for an audit: complete, safe whatever the input holds, readable without scripts; and in a browser, where there is one.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use buttress::check::Session;
use buttress::diagnostic::PathNode;
use buttress::render::Look;
use buttress::render::report::{Format, render};
use buttress::report::{Report, ShownNode};
use buttress::settings::Settings;
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::folder::Folder;
use crate::support::{self, blesses, fixture, repository};

const LOOK: Look = Look { colour: false, width: 100 };

fn audit(path: &str) -> Report {
    Session::embedded().check(&Settings { paths: vec![fixture(path)], audit: true, ..Settings::default() })
}

fn page(report: &Report) -> String {
    render(report, Format::Html, LOOK)
}

/// The tags of a page in their order, each with the text of its attributes; what styles and scripts hold is no tag.
fn tags(page: &str) -> Vec<(String, String)> {
    let hidden = Regex::new("(?s)<(style|script)>.*?</(style|script)>").unwrap();
    let page = hidden.replace_all(page, "<$1></$1>");
    let tag = Regex::new(r#"<(/?[a-zA-Z!][^\s>]*)([^>]*)>"#).unwrap();
    tag.captures_iter(&page).map(|found| (found[1].to_owned(), found[2].trim().to_owned())).collect()
}

/// Every element is closed, in order.
fn expect_well_formed(page: &str) {
    let mut open: Vec<String> = Vec::new();
    for (name, attributes) in tags(page) {
        let is_void = ["meta", "br", "input", "!DOCTYPE"].contains(&name.as_str());
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "{open:?}"),
            None if is_void || attributes.ends_with('/') => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn what_is_declared_of_entries_is_on_the_page() {
    let page = page(&audit("config/intents"));
    assert!(page.contains("<h3>Declared</h3>"));
    assert!(page.contains("<span class=\"badge down\">not achievable</span>"), "{page}");
    assert!(!page.contains("0 more"), "a table that is whole says nothing");
}

#[test]
fn a_page_is_one_well_formed_file_that_loads_nothing() {
    let handler = Regex::new(r"\bon[a-z]+=").unwrap();
    for path in [
        "stacks/three_tier_fragile",
        "stacks/unknown_inputs_fragile",
        "broken/several_errors",
        "suppressions",
        "cli/nothing_to_say",
    ] {
        let page = page(&audit(path));
        expect_well_formed(&page);
        for (name, attributes) in tags(&page) {
            assert!(
                !["link", "img", "iframe", "object", "embed", "base"].contains(&name.as_str()),
                "{name} {attributes}"
            );
            assert!(!attributes.contains(" src=") && !attributes.starts_with("src="), "{name} {attributes}");
            assert!(
                !attributes.contains("style=\"") && !handler.is_match(&attributes),
                "{name} {attributes}"
            );
            if let Some((_, link)) = attributes.split_once("href=\"") {
                assert!(link.starts_with('#') || link.starts_with("https://"), "{name} {attributes}");
            }
        }
        assert!(!page.contains("@import") && !page.contains("url(http"), "{path}");
    }
}

/// The policy allows the one style and the one script by their hashes, so a byte more or less would switch them off.
#[test]
fn the_policy_of_a_page_allows_its_own_style_and_script_only() {
    let page = page(&audit("stacks/three_tier_fragile"));
    let policy =
        page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let policy = policy.replace("&#39;", "'");
    let hash = |name: &str| {
        let inside =
            page.split(&format!("<{name}>")).nth(1).unwrap().split(&format!("</{name}>")).next().unwrap();
        format!("'sha256-{}'", STANDARD.encode(Sha256::digest(inside.as_bytes())))
    };
    let expected = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash("style"),
        hash("script")
    );
    assert_eq!(policy, expected);
    // The styles of a picture are those of the page.
    assert_eq!((page.matches("<style>").count(), page.matches("<script>").count()), (1, 1));
}

#[test]
fn a_page_has_every_finding_and_every_part() {
    let report = audit("stacks/three_tier_fragile");
    let page = page(&report);
    let sarif: Value = serde_json::from_str(&render(&report, Format::Sarif, LOOK)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let prints = |result: &Value| {
        result["partialFingerprints"]["ruleDefectAddressRoot/v1"].as_str().unwrap().to_owned()
    };
    let expected: Vec<String> = results.iter().map(prints).collect();
    let id = Regex::new("class=\"finding\" id=\"f-([0-9a-f]{64})\"").unwrap();
    let shown: Vec<String> = id.captures_iter(&page).map(|found| found[1].to_owned()).collect();
    assert_eq!(shown, expected);
    for part in ["summary", "findings", "architecture", "simulation", "coverage", "checked"] {
        assert!(page.contains(&format!("<section id=\"{part}\"")), "{part}");
        assert!(page.contains(&format!("<a href=\"#{part}\">")), "{part}");
    }
    // Of the picture, the simulation and the coverage: an entry, a single point of failure with its edit, a reason.
    assert!(page.contains("<title>aws_lb.public</title>"));
    assert!(page.contains("<td><code>module.data.aws_db_instance.orders</code></td><td>1 entry</td>"));
    assert!(page.contains("<code>multi_az = true</code>"));
    assert!(
        page.contains("<h2>Signals</h2>")
            && page.contains("<span class=\"badge missing\">missing [1]</span>")
    );
    // Without an audit there are findings, and no part that nobody looked for.
    let plain = Session::embedded()
        .check(&Settings { paths: vec![fixture("stacks/three_tier_fragile")], ..Settings::default() });
    let plain = self::page(&plain);
    assert_eq!(id.captures_iter(&plain).count(), expected.len());
    assert!(!plain.contains("<section id=\"simulation\""));
}

#[test]
fn what_is_set_aside_unknown_or_broken_is_in_the_page() {
    let page_of = |path| page(&audit(path));
    let suppressed = page_of("suppressions");
    assert!(
        suppressed.contains("<section id=\"accepted\"")
            && suppressed.contains("<span class=\"badge skip\">suppressed</span>")
    );
    let unknown = page_of("stacks/unknown_inputs_fragile");
    assert!(unknown.contains("<section id=\"unknown\"") && unknown.contains("whoever runs the check"));
    let broken = page_of("broken/several_errors");
    assert!(
        broken.contains("<section id=\"problems\"")
            && broken.contains("<p class=\"notice\"><strong>incomplete: ")
    );
}

#[test]
fn a_picture_counts_what_is_reported_and_not_what_is_suppressed() {
    let text = "# buttress:ignore rds-single-az reason=\"so\"\nresource \"aws_db_instance\" \"a\" {\n  engine = \"postgres\"\n}\n\
                resource \"aws_db_instance\" \"b\" {\n  replicate_source_db = aws_db_instance.a.identifier\n}\n";
    let folder = Folder::new("html-suppressed").file("main.tf", text);
    let counts = |no_ignore| {
        let mut settings =
            Settings { paths: vec![folder.top().to_path_buf()], audit: true, ..Settings::default() };
        settings.suppressing.off = no_ignore;
        let report = Session::embedded().check(&settings);
        let found = report.findings().filter(|entry| entry.what.address == "aws_db_instance.a");
        let found =
            found.filter(|entry| entry.what.severity < buttress::diagnostic::Severity::Advice).count();
        let nodes = report.audits[0].1.drawing.nodes.iter().filter(|node| node.name == "aws_db_instance.a");
        let drawn: usize = nodes.map(|node| node.findings).sum();
        (found, drawn)
    };
    let (reported, drawn) = counts(false);
    let (all, all_drawn) = counts(true);
    assert_eq!((reported, all), (drawn, all_drawn));
    assert!(reported < all, "{reported} of {all}");
}

fn hostile() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("<script>alert(1)</script>"),
        Just("\"><img src=x onerror=alert(1)>"),
        Just("' onmouseover='x"),
        Just("</pre></details></main>"),
        Just("<!--"),
        Just("&lt;b&gt;"),
        Just("]]>"),
        Just("javascript:alert(1)"),
        Just("\u{202e}\u{0}\u{1b}[31m"),
        Just("\n"),
        Just("word "),
    ];
    prop::collection::vec(word, 0..6).prop_map(|words| words.concat())
}

/// A report in which strangers have written all texts.
fn with_texts(text: &str) -> Report {
    let folder = Folder::new("html-hostile")
        .file("main.tf", "resource \"aws_sqs_queue\" \"a\" {\n  name = \"a\"\n}\n");
    let settings = Settings { paths: vec![folder.top().to_path_buf()], audit: true, ..Settings::default() };
    let mut report = Session::embedded().check(&settings);
    let name = format!("x{text}");
    for entry in &mut report.diagnostics {
        entry.what.message.clone_from(&name);
        entry.what.address = name.clone().into();
        entry.what.help = Some(name.clone());
        entry.what.path = vec![PathNode { address: name.clone().into(), header: None }];
        entry.what.primary.iter_mut().for_each(|label| label.text.clone_from(&name));
    }
    for root in &mut report.roots {
        root.path = PathBuf::from(&name);
        root.environment = Some(name.clone());
    }
    for (landscape, audit) in &mut report.audits {
        landscape.environment = Some(name.clone());
        for node in &mut audit.drawing.nodes {
            node.name.clone_from(&name);
            node.place = name.clone().into();
        }
        let node = ShownNode { root: 0, address: name.clone().into(), name: name.clone().into() };
        audit.simulation.entries = vec![node.clone()];
        audit.simulation.possible_entries = vec![(node.clone(), name.clone())];
        audit.coverage.rows.iter_mut().for_each(|row| row.node.clone_from(&node));
    }
    report
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever texts say, the elements of the page and their attributes are the same, but for attributes that hold such a text.
    #[test]
    fn nothing_in_a_page_is_markup_that_the_input_gives(text in hostile()) {
        let names = |page: &str| tags(page).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let attributes = |page: &str| {
            let value = Regex::new("\"[^\"]*\"").unwrap();
            tags(page).iter().map(|(_, attributes)| value.replace_all(attributes, "").into_owned()).collect::<BTreeSet<_>>()
        };
        static CALM: LazyLock<String> = LazyLock::new(|| page(&with_texts("")));
        let (page, calm) = (page(&with_texts(&text)), CALM.as_str());
        prop_assert_eq!(names(&page), names(calm));
        prop_assert_eq!(attributes(&page), attributes(calm));
        let is_harmful = page.contains(['\u{202e}', '\u{0}', '\u{1b}']);
        prop_assert!(!is_harmful);
    }
}

/// The browser of this machine, if it has one.
fn browser() -> Option<Command> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.into_iter().find(|name| {
        Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    });
    if found.is_none() {
        support::skipped("html", "no Chromium on this machine, so the page is not opened in a browser");
    }
    let mut command = Command::new(found?);
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        "--enable-logging=stderr",
    ]);
    command.env("LC_ALL", "C.UTF-8");
    Some(command)
}

/// A page around the report that uses its controls and writes down what it sees. The policy of the report does not bind it.
const DRIVER: &str = r#"<!DOCTYPE html><meta charset="utf-8"><iframe src="report.html" width="1200" height="900"></iframe><pre id="seen"></pre><script>
addEventListener("load", () => {
  const inside = document.querySelector("iframe").contentDocument;
  const form = inside.getElementById("filters");
  const seen = [];
  const note = (what) => {
    const shown = Array.from(inside.querySelectorAll(".finding")).filter((one) => one.getClientRects().length > 0);
    seen.push(what + ": " + shown.length + " | " + form.querySelector("output").textContent);
    return shown;
  };
  const change = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  seen.push("controls: " + !form.hidden);
  note("all");
  form.querySelectorAll("[name=severity]").forEach((box) => { box.checked = box.value === "error"; });
  change();
  seen.push("errors only: " + note("errors").every((one) => one.dataset.severity === "error"));
  form.elements.namedItem("rule").value = "rds-single-az";
  change();
  seen.push("rule only: " + note("rule").every((one) => one.dataset.rule === "rds-single-az"));
  form.elements.namedItem("text").value = "NO STANDBY catalog";
  change();
  note("text");
  form.reset();
  setTimeout(() => {
    note("reset");
    form.elements.namedItem("principle").value = "recovery";
    change();
    seen.push("principle only: " + note("principle").every((one) => one.dataset.principle === "recovery"));
    document.getElementById("seen").textContent = seen.join("\n");
  }, 50);
});
</script>"#;

fn opened(folder: &Folder, arguments: &[&str]) -> Option<(String, String)> {
    let profile = format!("--user-data-dir={}", folder.path("profile").display());
    let output = browser()?.arg(profile).args(arguments).current_dir(folder.top()).output().unwrap();
    Some((
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}

#[test]
fn in_a_browser_the_controls_filter_findings() {
    let report = audit("stacks/three_tier_fragile");
    let folder = Folder::new("html-browser").file("report.html", &page(&report)).file("driver.html", DRIVER);
    let url = format!("file://{}", folder.path("driver.html").display());
    let Some((dom, log)) = opened(&folder, &["--virtual-time-budget=5000", "--dump-dom", &url]) else {
        return;
    };
    let seen = dom.split("<pre id=\"seen\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let seen = seen.unwrap_or_else(|| panic!("{dom}\n{log}"));
    let groups = report.groups();
    let all = groups.len();
    let count = |keep: &dyn Fn(&str, &str) -> bool| {
        groups.iter().filter(|group| keep(group.severity().name(), &group.first.what.id)).count()
    };
    let principle = |id: &str| report.rule(id).is_some_and(|rule| rule.principle == "recovery");
    let line = |what: &str, n: usize| format!("{what}: {n} | {n} of {all} shown");
    let expected = [
        "controls: true".to_owned(),
        line("all", all),
        line("errors", count(&|severity, _| severity == "error")),
        "errors only: true".to_owned(),
        line("rule", count(&|severity, id| severity == "error" && id == "rds-single-az")),
        "rule only: true".to_owned(),
        line("text", 1),
        line("reset", all),
        line("principle", count(&|_, id| principle(id))),
        "principle only: true".to_owned(),
    ];
    assert_eq!(seen.lines().collect::<Vec<_>>(), expected);
    assert!(!log.contains("Content Security Policy"), "the policy stops nothing of ours: {log}");
}

/// How many pages a printer gets: a document of the browser says so in clear.
fn printed_pages(page: &str) -> Option<usize> {
    let folder = Folder::new("html-print").file("report.html", page);
    let url = format!("file://{}", folder.path("report.html").display());
    let pdf = format!("--print-to-pdf={}", folder.path("report.pdf").display());
    opened(&folder, &[&pdf, &url])?;
    let text = String::from_utf8_lossy(&fs::read(folder.path("report.pdf")).unwrap()).into_owned();
    let count = Regex::new(r"/Type\s*/Pages\s*/Count\s+(\d+)").unwrap();
    let found: Vec<usize> = count.captures_iter(&text).map(|found| found[1].parse().unwrap()).collect();
    Some(found.into_iter().max().unwrap_or_else(|| panic!("no page was printed")))
}

#[test]
fn printed_everything_is_unfolded() {
    let report = audit("stacks/three_tier_fragile");
    let page = page(&report);
    let Some(printed) = printed_pages(&page) else { return };
    // Without details there is nothing to fold.
    let open = page.replace("<details ", "<details open ").replace("<details>", "<details open>");
    assert_eq!(Some(printed), printed_pages(&open));
    assert!(printed > 10, "{printed} pages");
}

/// `cargo bless` takes the picture of the page anew, where there is a browser. Browsers draw text differently, so nothing is compared.
#[test]
fn the_kept_picture_of_a_page_is_a_picture() {
    let path = repository().join("docs/pictures/audit.png");
    if blesses() {
        // Paths start at the repository, wherever that is.
        let output = Command::new(env!("CARGO_BIN_EXE_buttress"))
            .args(["check", "fixtures/stacks/three_tier_fragile", "--format", "html"])
            .current_dir(repository())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let folder = Folder::new("html-picture").file("report.html", &text);
        let picture = format!("--screenshot={}", path.display());
        let url = format!("file://{}", folder.path("report.html").display());
        let _there = opened(&folder, &["--hide-scrollbars", "--window-size=1200,1080", &picture, &url]);
    }
    let bytes = fs::read(&path).unwrap();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() < 300_000, "{}", bytes.len());
}
