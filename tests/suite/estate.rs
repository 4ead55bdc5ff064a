//! A large estate of four root modules in each of two environments, joined by remote state, parameters and data sources: the findings that
//! its comments expect and no others, and what stands in `expected.txt` of failures and signals.

use std::fmt::Write as _;
use std::fs;

use buttress::analysis::coverage::Signal;
use buttress::report::simulation::SmallestEdit;
use buttress::report::{Report, ShownLandscape};
use buttress::settings::{FailOn, Settings};

use crate::stacks::check_comments_with;
use crate::support::verdicts::SESSION;
use crate::support::{blesses, fixture, repository};

const ESTATE: &str = "fixtures/estate";

fn settings() -> Settings {
    Settings { paths: vec![repository().join(ESTATE)], ..Settings::default() }
}

/// The name of a landscape, with its root modules.
fn title(landscape: &ShownLandscape, report: &Report) -> String {
    let top = fixture("estate");
    let roots = landscape.roots.iter().map(|root| &report.roots[*root].path);
    let roots: Vec<_> = roots.map(|root| root.strip_prefix(&top).unwrap().display().to_string()).collect();
    format!("{}: {}", landscape.environment.as_deref().unwrap_or("none"), roots.join(", "))
}

/// The changes of an edit, each with the file that it is made in.
fn edit(edit: Option<&SmallestEdit>, report: &Report) -> String {
    let Some(edit) = edit else { return "nothing known".to_owned() };
    let top = fixture("estate");
    let changes = edit.changes.iter().map(|change| {
        let file = report.sources.path(change.place.as_ref().unwrap().file());
        format!("{} in {}", change.text, file.strip_prefix(&top).unwrap().display())
    });
    format!("{} with {}", edit.outcome.name(), changes.collect::<Vec<_>>().join(" and "))
}

/// What becomes of entries and which signals there are, in every landscape.
fn told() -> String {
    let mut text = String::new();
    let simulation = SESSION.simulate(&settings(), &[]);
    let report = &simulation.report;
    for (landscape, own) in &simulation.landscapes {
        writeln!(text, "failures in {}", title(landscape, report)).unwrap();
        for row in &own.outcomes {
            let (entry, lost) = (&own.entries[row.entry], &own.failures[row.failure]);
            let left = row.left.map(|(left, of)| format!(" {left}/{of}")).unwrap_or_default();
            let worst =
                if row.worst > row.certain { format!(" ({})", row.worst.name()) } else { String::new() };
            writeln!(text, "  {} without {}: {}{left}{worst}", entry.name, lost.id, row.word()).unwrap();
        }
        for point in &own.single_points {
            let of = format!("{}:{}", report.roots[point.node.root].place, point.node.address);
            let of = of.strip_prefix("fixtures/estate/").unwrap_or(&of);
            writeln!(text, "  single point {of}: {}", edit(point.edit.as_ref(), report)).unwrap();
        }
        for group in own.risk_groups.iter().filter(|group| group.lost.len() > 1) {
            let lost: Vec<&str> = group.lost.iter().map(|at| own.failures[*at].id.as_str()).collect();
            writeln!(text, "  together {}", lost.join(" and ")).unwrap();
        }
    }
    let coverage = SESSION.coverage(&settings());
    for (landscape, own) in &coverage.landscapes {
        writeln!(text, "signals in {}", title(landscape, &coverage.report)).unwrap();
        for row in &own.rows {
            let cells = Signal::ALL.iter().zip(&row.cells);
            let cells = cells.map(|(signal, cell)| format!("{} {}", signal.name(), cell.state.name()));
            writeln!(text, "  {}: {}", row.node.name, cells.collect::<Vec<_>>().join(", ")).unwrap();
        }
    }
    text
}

#[test]
fn the_estate_has_the_findings_that_comments_expect_and_no_others() {
    let fail_on = Some(FailOn::Advice);
    let asked = buttress::settings::Asked { fail_on, ..buttress::settings::Asked::default() };
    check_comments_with(ESTATE, &Settings { asked, ..settings() });
}

#[test]
fn losses_and_signals_are_told_over_all_root_modules_of_an_environment() {
    let path = fixture("estate").join("expected.txt");
    let told = told();
    if blesses() {
        fs::write(&path, &told).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), told);
}

/// What stands in one root module alone: nobody watches the queue, and no entry reaches a database.
#[test]
fn alone_each_root_module_would_be_judged_otherwise() {
    let alone = Settings { no_join: true, ..settings() };
    let report = SESSION.check(&alone);
    let found = report.findings().filter(|entry| {
        let root = &report.roots[entry.root.unwrap()];
        entry.what.id == "sqs-dead-letter-without-alarm" && root.path.ends_with("prod/data")
    });
    assert_eq!(found.count(), 1);
    let simulation = SESSION.simulate(&alone, &[]);
    assert_eq!(simulation.landscapes.len(), 8);
    assert!(simulation.landscapes.iter().all(|(landscape, _)| landscape.roots.len() == 1));
    let touched = |(_, own): &(ShownLandscape, buttress::report::simulation::LandscapeSimulation)| {
        own.failures.iter().any(|lost| lost.id == "node:aws_db_instance.main") && !own.entries.is_empty()
    };
    assert!(!simulation.landscapes.iter().any(touched));
}
