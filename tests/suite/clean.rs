//! Output is data from strangers: whatever stands in a report, every format prints it as text.

use std::path::PathBuf;
use std::sync::Arc;

use buttress::diagnostic::Diagnostic;
use buttress::render::Look;
use buttress::render::clean::{is_harmful, line, output, shortened};
use buttress::render::report::{Detail, Format, render, render_detail};
use buttress::report::{Entry, Report};
use buttress::text::{Range, Span};
use clap::ValueEnum;
use proptest::prelude::*;

use crate::support::harm::{harm, uncoloured, without_annotations};

const PLAIN: Look = Look { colour: false, width: 100 };
const COLOURED: Look = Look { colour: true, width: 100 };

/// Texts of the characters and words that do harm, among others.
fn hostile() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("\u{1b}[31m".to_owned()),
        Just("\u{1b}]0;title\u{7}".to_owned()),
        Just("\n::error file=x::".to_owned()),
        Just("\r::stop-commands::x".to_owned()),
        Just("  ::debug::".to_owned()),
        Just("##[group]".to_owned()),
        Just("##vso[task.setvariable]".to_owned()),
        Just("\u{202e}\u{200b}\u{2028}\u{85}\u{9b}".to_owned()),
        Just("\nPLANTED".to_owned()),
        Just("\t".to_owned()),
        any::<char>().prop_map(String::from),
        "[ -~]{0,40}",
        "[a-z]{200,600}",
    ];
    prop::collection::vec(word, 0..8).prop_map(|words| words.concat())
}

/// A problem with some text in each of its places, in a file of that text and that name.
fn report(texts: &[String; 6], marks: &[(u32, u32)]) -> Report {
    let [name, text, message, at, label, help] = texts;
    let mut report = Report::default();
    let file = report.sources.add(PathBuf::from(name), Arc::from(text.as_str()));
    let span = |(start, length): (u32, u32)| Span { file, range: Range::new(start, start + length) };
    let mut problem = Diagnostic::error("input/missing", message.clone()).help(help.clone());
    for (n, mark) in marks.iter().enumerate() {
        problem = match n {
            0 => problem.at(span(*mark), at.clone()),
            _ => problem.label(span(*mark), label.clone()),
        };
    }
    report.diagnostics.push(Entry::of_run(problem));
    report
}

proptest! {
    #[test]
    fn any_text_in_any_place_of_a_report_is_printed_as_text(
        texts in prop::array::uniform6(hostile()),
        marks in prop::collection::vec((0u32..900, 0u32..900), 0..4),
    ) {
        let report = report(&texts, &marks);
        for format in Format::value_variants() {
            let plain = render(&report, *format, PLAIN);
            let looked_at = match format {
                // One command, for the one problem: everything else is text.
                Format::Github => without_annotations(&plain, 1),
                _ => plain.clone(),
            };
            prop_assert_eq!(harm(&looked_at), None, "as {:?}: {}", format, plain);
            let coloured = render(&report, *format, COLOURED);
            prop_assert_eq!(uncoloured(&coloured), plain, "colours change nothing else, as {:?}", format);
        }
    }

    #[test]
    fn json_holds_what_was_written(texts in prop::array::uniform6(hostile())) {
        let report = report(&texts, &[(0, 1)]);
        let document: serde_json::Value = serde_json::from_str(&render(&report, Format::Json, PLAIN)).unwrap();
        let problem = &document["problems"][0];
        prop_assert_eq!(problem["message"].as_str().unwrap(), shortened(&texts[2], 900));
        // A path of the working directory is one of its files without `./`.
        let file = texts[0].replace('\\', "/");
        if !file.starts_with("./") {
            prop_assert_eq!(problem["location"]["file"].as_str().unwrap(), file);
        }
    }

    #[test]
    fn the_last_door_lets_no_harm_out(text in hostile()) {
        let once = output(text, PLAIN);
        prop_assert_eq!(harm(&once.replace("PLANTED", "planted")), None);
        prop_assert_eq!(output(once.clone(), PLAIN), once);
    }

    #[test]
    fn a_name_stays_on_its_line_and_short(text in hostile()) {
        let name = line(&text);
        prop_assert!(!name.contains(is_harmful), "{}", name);
        if !text.contains(is_harmful) && text.chars().count() <= 900 {
            prop_assert_eq!(&*name, text.as_str());
        }
    }
}

#[test]
fn harmful_are_control_format_and_separator_characters_and_fillers() {
    let listed = regex::Regex::new(r"^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]$").unwrap();
    let invisible = regex::Regex::new(r"^\p{Default_Ignorable_Code_Point}$").unwrap();
    for character in '\0'..=char::MAX {
        let text = String::from(character);
        // Variation selectors make a heart red; they hide nothing.
        let is_selector = ('\u{fe00}'..='\u{fe0f}').contains(&character);
        let expected = listed.is_match(&text) || (invisible.is_match(&text) && !is_selector);
        // Of the planes for them, what is not assigned yet counts as well.
        if expected || character < '\u{fff0}' && !('\u{2060}'..='\u{206f}').contains(&character) {
            assert_eq!(is_harmful(character), expected, "{character:?}");
        }
    }
}

/// Where marks of several lines overlap, each has a column of its own beside the text.
#[test]
fn colours_leave_the_text_in_its_column() {
    let text = "a {\n  b {\n    c\n  }\n}\n";
    let texts = ["x.tf", text, "m", "this", "and this", "h"].map(str::to_owned);
    for marks in [[(0, 21), (6, 13)], [(0, 15), (6, 15)]] {
        let report = report(&texts, &marks);
        let coloured = render(&report, Format::Human, COLOURED);
        assert_eq!(uncoloured(&coloured), render(&report, Format::Human, PLAIN));
        assert_ne!(uncoloured(&coloured), coloured);
    }
}

#[test]
fn a_mark_is_shown_wherever_it_stands() {
    for column in [0, 100, 199, 200, 65_534, 65_535, 65_536, 200_000] {
        let text = format!("{}HERE{}\n", "a".repeat(column), "b".repeat(300));
        let texts = ["x.tf", &text, "m", "this", "", "h"].map(str::to_owned);
        let start = u32::try_from(column).unwrap();
        let report = report(&texts, &[(start, 4)]);
        let human = render(&report, Format::Human, PLAIN);
        let lines: Vec<&str> = human.lines().collect();
        let at = lines.iter().position(|line| line.contains("HERE")).expect("the line of the mark");
        let place = |line: &str, word: &str| {
            let byte = line.find(word).unwrap();
            line[..byte].chars().count()
        };
        assert_eq!(place(lines[at], "HERE"), place(lines[at + 1], "──┬─"), "{human}");
        assert!(human.contains(&format!("[x.tf:1:{}]", column + 1)), "{human}");
        assert!(lines.iter().all(|line| line.chars().count() <= 220), "{human}");
    }
}

#[test]
fn a_mark_of_many_lines_is_shown_by_its_ends() {
    let text: String = (1..=500).map(|n| format!("line {n}\n")).collect();
    let end = u32::try_from(text.len() - 1).unwrap();
    let texts = ["x.tf", &text, "m", "this", "", "h"].map(str::to_owned);
    let human = render(&report(&texts, &[(0, end)]), Format::Human, PLAIN);
    assert!(human.contains("line 1\n") && human.contains("line 500\n"), "{human}");
    assert!(human.lines().count() < 25, "{human}");
}

#[test]
fn output_ends_and_says_so() {
    let mut report = Report::default();
    let file = report.sources.add(PathBuf::from("x.tf"), Arc::from("x y z".repeat(1000).as_str()));
    for start in 0..4500 {
        let problem = Diagnostic::error("input/missing", "is not there ".repeat(60));
        let problem = problem.at(Span { file, range: Range::new(start, start + 1) }, "here");
        report.diagnostics.push(Entry::of_run(problem));
    }
    let detail = Detail { all: true, ..Detail::default() };
    let human = render_detail(&report, Format::Human, PLAIN, detail);
    assert!(human.len() < 5 << 20, "{} bytes", human.len());
    assert!(human.contains(" not shown: this format ends after 4 MiB"), "it says what is missing");
}
