//! Throughput of lexing and parsing: `cargo bench --bench parse`.
//!
//! `BUTTRESS_CORPUS=DIR` measures the Terraform files below a directory as well.

#![expect(clippy::disallowed_methods, reason = "only the library reads through one place")]

use std::sync::Arc;

use buttress::files::Reader;
use buttress::syntax::{parse_hcl, parse_json};
use buttress::text::FileId;
use divan::Bencher;
use divan::counter::BytesCount;

#[path = "../tests/suite/syntax/corpus.rs"]
mod corpus;

fn main() {
    divan::main();
}

fn parse_all(bencher: Bencher<'_, '_>, texts: &[Arc<str>]) {
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for text in texts {
            divan::black_box(parse_hcl(FileId(0), Arc::clone(text)));
        }
    });
}

/// One large file.
#[divan::bench]
fn one_file(bencher: Bencher<'_, '_>) {
    parse_all(bencher, &[corpus::text(5_000_000).into()]);
}

/// Files of the usual size.
#[divan::bench]
fn many_files(bencher: Bencher<'_, '_>) {
    let texts: Vec<Arc<str>> = corpus::FILES.iter().map(|(_, text)| Arc::from(*text)).collect();
    parse_all(bencher, &texts);
}

/// A JSON file of many resources.
#[divan::bench]
fn json(bencher: Bencher<'_, '_>) {
    let resource = r#"{ "vpc_id": "${aws_vpc.this.id}", "cidr_block": "10.0.0.0/24",
        "tags": { "Name": "private", "Tier": "app" }, "depends_on": ["aws_vpc.this"], "count": 3 }"#;
    let resources: Vec<_> = (0..20_000).map(|index| format!("\"subnet_{index}\": {resource}")).collect();
    let text: Arc<str> =
        format!(r#"{{"resource": {{"aws_subnet": {{ {} }} }} }}"#, resources.join(",\n")).into();
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse_json(FileId(0), Arc::clone(&text)));
}

/// The files of `BUTTRESS_CORPUS`.
#[divan::bench(ignore = std::env::var_os("BUTTRESS_CORPUS").is_none())]
fn given_corpus(bencher: Bencher<'_, '_>) {
    let root = std::env::var("BUTTRESS_CORPUS").unwrap_or_default();
    let reader = Reader::default();
    let texts: Vec<Arc<str>> = walkdir::WalkDir::new(root)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| {
            entry.path().extension().is_some_and(|extension| extension == "tf" || extension == "tfvars")
        })
        .filter_map(|entry| reader.text_of_named(entry.path()).ok())
        .collect();
    parse_all(bencher, &texts);
}
