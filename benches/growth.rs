//! How cost grows: `cargo bench --bench growth`.
//!
//! Each input is made of more and more of one thing. The time per item tells whether the cost is linear: it is the same in every row then, but for what
//! caches do.

#![expect(clippy::expect_used, reason = "without input there is nothing to measure")]
#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use buttress::check::Session;
use buttress::render::Look;
use buttress::render::report::{Format, render};
use buttress::settings::Settings;
use divan::Bencher;
use divan::counter::ItemsCount;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Checks files from the disk to the text of the report.
fn measure(bencher: Bencher<'_, '_>, name: &str, items: usize, files: &[(String, String)]) {
    let top: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("growth-{name}-{items}"));
    let _ = std::fs::remove_dir_all(&top);
    for (path, text) in files {
        let path = top.join(path);
        std::fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("it can be made");
        std::fs::write(path, text).expect("the input can be written");
    }
    let settings = Settings { paths: vec![top], ..Settings::default() };
    let session = Session::embedded();
    bencher.counter(ItemsCount::new(items)).bench(|| {
        let report = session.check(&settings);
        render(&report, Format::Json, Look { colour: false, width: 100 })
    });
}

fn one_file(text: String) -> Vec<(String, String)> {
    vec![("main.tf".to_owned(), text)]
}

fn repeated(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect()
}

/// Resources without a defect, in one file.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn resources(bencher: Bencher<'_, '_>, count: usize) {
    let text = repeated(count, |index| {
        format!("resource \"aws_sns_topic\" \"t{index}\" {{\n  name = \"topic-{index}\"\n}}\n")
    });
    measure(bencher, "resources", count, &one_file(text));
}

/// Resources with defects, in one file: each finding has a place and a cause.
#[divan::bench(args = [1_000, 10_000, 50_000], sample_count = 5, sample_size = 1)]
fn findings(bencher: Bencher<'_, '_>, count: usize) {
    let text = repeated(count, |index| {
        format!(
            "resource \"aws_db_instance\" \"d{index}\" {{\n  identifier = \"y\"\n  multi_az   = false\n}}\n"
        )
    });
    measure(bencher, "findings", count, &one_file(text));
}

/// Attributes of one block, each of which is referred to.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn attributes(bencher: Bencher<'_, '_>, count: usize) {
    let mut text = String::from("resource \"aws_sns_topic\" \"a\" {\n");
    text.push_str(&repeated(count, |index| format!("  a{index} = \"x\"\n")));
    text.push_str("}\nlocals {\n  all = [\n");
    text.push_str(&repeated(count, |index| format!("    aws_sns_topic.a.a{index},\n")));
    text.push_str("  ]\n}\noutput \"all\" {\n  value = local.all\n}\n");
    measure(bencher, "attributes", count, &one_file(text));
}

/// Nested blocks of one type.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn blocks(bencher: Bencher<'_, '_>, count: usize) {
    let mut text = String::from("resource \"aws_security_group\" \"a\" {\n");
    text.push_str(&repeated(count, |index| format!("  ingress {{\n    from_port = {index}\n  }}\n")));
    text.push_str("}\n");
    measure(bencher, "blocks", count, &one_file(text));
}

/// Blocks of as many types.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn types_of_blocks(bencher: Bencher<'_, '_>, count: usize) {
    let mut text = String::from("resource \"aws_security_group\" \"a\" {\n");
    text.push_str(&repeated(count, |index| format!("  b{index} {{\n    x = 1\n  }}\n")));
    text.push_str("}\n");
    measure(bencher, "types-of-blocks", count, &one_file(text));
}

/// Load balancers in subnets: the items are the edges between them.
#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 5, sample_size = 1)]
fn edges(bencher: Bencher<'_, '_>, count: usize) {
    let subnets = count.isqrt();
    let balancers = count / subnets;
    let text = format!(
        "resource \"aws_subnet\" \"s\" {{\n  count = {subnets}\n  availability_zone = \"eu-central-1${{substr(\"abc\", count.index % 3, 1)}}\"\n}}\nresource \"aws_lb\" \"l\" {{\n  count = {balancers}\n  subnets = aws_subnet.s[*].id\n}}\n"
    );
    measure(bencher, "edges", count, &one_file(text));
}

/// Instances that refer to those of another resource by their keys.
#[divan::bench(args = [1_000, 10_000, 40_000], sample_count = 5, sample_size = 1)]
fn keys(bencher: Bencher<'_, '_>, count: usize) {
    let per_row = count / 100;
    let text = format!(
        "locals {{\n  keys = toset(flatten([for i in range(100) : [for j in range({per_row}) : \"${{i}}-${{j}}\"]]))\n}}\nresource \"aws_sns_topic\" \"a\" {{\n  for_each = local.keys\n}}\nresource \"aws_sns_topic_policy\" \"b\" {{\n  for_each = local.keys\n  arn      = aws_sns_topic.a[each.key].arn\n}}\n"
    );
    // Half of them refer, half are referred to.
    measure(bencher, "keys", count, &one_file(text.replace("range(100)", "range(50)")));
}

/// Modules that each call the next one, with many calls at each level.
#[divan::bench(args = [1_000, 10_000, 40_000], sample_count = 5, sample_size = 1)]
fn modules(bencher: Bencher<'_, '_>, count: usize) {
    const DEPTH: usize = 20;
    let mut files = Vec::new();
    let mut root = String::new();
    for index in 0..count / DEPTH {
        let _ = writeln!(root, "module \"m{index}\" {{\n  source = \"./m1\"\n  name = \"n{index}\"\n}}");
    }
    files.push(("main.tf".to_owned(), root));
    for depth in 1..=DEPTH {
        let mut text = String::from("variable \"name\" {\n  type = string\n}\n");
        if depth < DEPTH {
            let _ =
                writeln!(text, "module \"next\" {{\n  source = \"../m{}\"\n  name = var.name\n}}", depth + 1);
        } else {
            text.push_str("resource \"aws_sns_topic\" \"t\" {\n  name = var.name\n}\n");
        }
        files.push((format!("m{depth}/main.tf"), text));
    }
    measure(bencher, "modules", count, &files);
}

/// Files with one resource each.
#[divan::bench(args = [1_000, 10_000], sample_count = 3, sample_size = 1)]
fn files(bencher: Bencher<'_, '_>, count: usize) {
    let files: Vec<(String, String)> = (0..count)
        .map(|index| {
            (
                format!("f{index}.tf"),
                format!("resource \"aws_sns_topic\" \"t{index}\" {{\n  name = \"topic-{index}\"\n}}\n"),
            )
        })
        .collect();
    measure(bencher, "files", count, &files);
}
