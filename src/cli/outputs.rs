//! Where reports go: to standard output, to files, several in one run.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Answer, WrittenFile};
use crate::diagnostic::{Diagnostic, nearest};
use crate::files::{Reader, write};
use crate::render::report::{Detail, Format, ReportPart, render_detail};
use crate::render::{Look, clean};
use crate::report::Report;

/// The width of text for people in a file: no terminal is there to ask.
const WIDTH_OF_FILES: usize = 100;

#[derive(Debug, Args)]
pub(super) struct OutputArguments {
    /// Format of the result [default: human]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write a report to a file (repeatable): `sarif=out.sarif` beside the one on standard output, `out.json` in its place, in the
    /// format that `--format` tells; `-` is standard output
    #[arg(long, short, value_name = "[FORMAT=]FILE", value_parser = requested)]
    output: Vec<RequestedOutput>,
}

/// What one `--output` asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct RequestedOutput {
    /// `None` is the format that `--format` tells.
    format: Option<Format>,
    /// `None` is standard output.
    file: Option<PathBuf>,
}

/// `FORMAT=FILE` or `FILE`. A file whose name looks like a format that does not exist is taken for a slip.
fn requested(text: &str) -> Result<RequestedOutput, String> {
    let (format, file) = match text.split_once('=') {
        Some((name, file)) => match Format::from_str(name, false) {
            Ok(format) => (Some(format), file),
            Err(_) if name.contains(['/', '\\', '.']) => (None, text),
            Err(_) => return Err(unknown_format(name, text)),
        },
        None => (None, text),
    };
    match file {
        "" => Err("the name of the file is missing".to_owned()),
        "-" => Ok(RequestedOutput { format, file: None }),
        file if write::is_standard_output(Path::new(file)) => Ok(RequestedOutput { format, file: None }),
        file => Ok(RequestedOutput { format, file: Some(PathBuf::from(file)) }),
    }
}

fn unknown_format(name: &str, text: &str) -> String {
    let names: Vec<String> = Format::value_variants()
        .iter()
        .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
        .collect();
    let near = nearest(name, names.iter().map(String::as_str));
    let near = near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
    format!(
        "there is no format `{name}`{near} (formats: {}; a file of this name is `./{text}`)",
        names.join(", ")
    )
}

/// One report and where it goes.
#[derive(Clone, Debug)]
struct PlannedOutput {
    format: Format,
    file: Option<PathBuf>,
    /// Whether options such as `--summary` limit it: they are about what is printed, and about what takes its place.
    is_printed: bool,
}

/// All reports of a run.
#[derive(Clone, Debug)]
pub(super) struct Outputs {
    /// The format that `--format` tells.
    pub(super) format: Format,
    all: Vec<PlannedOutput>,
}

impl Outputs {
    /// Whether one of the reports tells what a change means for a review.
    pub(super) fn show_review(&self) -> bool {
        self.all.iter().any(|output| output.format.shows_review())
    }
}

impl OutputArguments {
    /// The reports that these arguments ask for.
    ///
    /// # Errors
    ///
    /// The answer, if two of them go to the same place.
    pub(super) fn planned(self, baseline: Option<&Path>) -> Result<Outputs, Answer> {
        let format = self.format.unwrap_or(Format::Human);
        let mut all: Vec<PlannedOutput> = (self.output.into_iter())
            .map(|asked| PlannedOutput {
                format: asked.format.unwrap_or(format),
                is_printed: asked.format.is_none() || asked.file.is_none(),
                file: asked.file,
            })
            .collect();
        let is_taken = all.iter().any(|output| output.is_printed);
        // Who says `--format` means it to be printed or written somewhere.
        let is_lost =
            self.format.is_some() && !all.iter().any(|output| output.is_printed && output.format == format);
        if !is_taken || is_lost {
            all.insert(0, PlannedOutput { format, file: None, is_printed: true });
        }
        let outputs = Outputs { format, all };
        match outputs.clash(baseline) {
            Some(clash) => Err(Answer { stderr: told(&clash), code: 2, ..Answer::default() }),
            None => Ok(outputs),
        }
    }
}

impl Outputs {
    /// The formats of what is printed, or takes the place of what is printed.
    pub(super) fn printed(&self) -> impl Iterator<Item = Format> {
        self.all.iter().filter(|output| output.is_printed).map(|output| output.format)
    }

    /// Whether one of the reports has this format.
    pub(super) fn has(&self, format: Format) -> bool {
        self.all.iter().any(|output| output.format == format)
    }

    /// The format of what goes to standard output.
    pub(super) fn on_stream(&self) -> Option<Format> {
        self.all.iter().find(|output| output.file.is_none()).map(|output| output.format)
    }

    /// The answer to an option that lists something in place of a report, if the format that is asked for has no list.
    pub(super) fn refused_by(&self, option: &str) -> Option<Answer> {
        if matches!(self.format, Format::Human | Format::Json) {
            return None;
        }
        let name = self.format.to_possible_value()?.get_name().to_owned();
        let stderr = format!(
            "error: `{option}` does not go with the format `{name}`: formats with it are `human`, `json`\n"
        );
        Some(Answer { stderr, code: 2, ..Answer::default() })
    }

    /// Two reports, or a report and the new baseline, that would go to one place.
    fn clash(&self, baseline: Option<&Path>) -> Option<Diagnostic> {
        let printed: Vec<&PlannedOutput> = self.all.iter().filter(|output| output.file.is_none()).collect();
        if printed.len() > 1 {
            let help = "give all but one of them a file: `--output FORMAT=FILE`";
            let message = format!("{} reports go to standard output", printed.len());
            return Some(Diagnostic::error("output/clash", message).help(help));
        }
        let reader = Reader::default();
        let files = self.all.iter().filter_map(|output| output.file.as_deref()).chain(baseline);
        let mut places: Vec<PathBuf> = Vec::new();
        for file in files.filter(|file| !write::is_stream(file)) {
            let place = reader.destination(file).unwrap_or_else(|_| file.to_path_buf());
            if places.contains(&place) {
                let message = format!("two outputs go to `{}`", file.display());
                let help = "give each a file of its own";
                return Some(Diagnostic::error("output/clash", message).help(help));
            }
            places.push(place);
        }
        None
    }

    /// Every report as text: what is printed, and what is written. What the run has read is not overwritten.
    pub(super) fn answer(&self, report: &Report, look: Look, coloured: bool, detail: Detail) -> Answer {
        let mut answer = Answer::default();
        let in_file = Look { colour: coloured, width: WIDTH_OF_FILES };
        let reader = Reader::default();
        let read = || report.sources.iter().filter_map(|(_, source)| reader.locate_named(&source.path));
        for PlannedOutput { format, file, is_printed } in &self.all {
            let part = if *is_printed { detail.part } else { ReportPart::Everything };
            let detail = Detail { part, ..detail };
            let Some(file) = file else {
                answer.stdout = render_detail(report, *format, look, detail);
                continue;
            };
            if reader.destination(file).is_ok_and(|place| read().any(|path| path == place)) {
                let message = format!("`{}` is an input of this run and is not overwritten", file.display());
                let help = "write the report to another file";
                answer.stderr.push_str(&told(&Diagnostic::error("output/clash", message).help(help)));
                answer.code = 2;
                continue;
            }
            let text = render_detail(report, *format, in_file, detail);
            answer.files.push(WrittenFile { path: file.clone(), text });
        }
        answer
    }
}

/// A problem as standard error shows it.
pub(super) fn told(problem: &Diagnostic) -> String {
    let help = problem.help.as_ref().map(|help| format!("\n  {help}")).unwrap_or_default();
    let text = format!("error[{}]: {}{help}\n", problem.id, problem.message);
    clean::output(text, Look { colour: false, width: usize::MAX })
}
