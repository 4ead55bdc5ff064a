//! The `buttress` command: the only place that writes to a stream, and that lets a file be written.

use std::io::{ErrorKind, IsTerminal, Stdout, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use buttress::cli::{Process, Terminal, cleaned, run};
use buttress::lsp::{self, LspError, LspHost};
use buttress::progress::{Moment, Progress};
use buttress::settings::Date;
use indicatif::ProgressBar;
use lsp_server::{Connection, Message};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Some(wrong) = told_day().filter(|told| Date::parse(told).is_none()) {
        let wrong = cleaned(&wrong);
        let _ = writeln!(
            std::io::stderr(),
            "error: `BUTTRESS_TODAY` is `{wrong}`: give a day such as 2027-01-31"
        );
        return ExitCode::from(2);
    }
    let stdout = std::io::stdout();
    let terminal = Terminal { colour: colour(&stdout), width: width(&stdout) };
    let process = process();
    let watch = std::io::stderr().is_terminal().then(|| Watch::start(process.progress.clone()));
    let mut answer = run(std::env::args_os(), &process, terminal);
    drop(watch);
    if answer.serves {
        return serve(process.data_dir);
    }
    answer.write_files();
    let _ = std::io::stderr().write_all(answer.stderr.as_bytes());
    let mut out = stdout.lock();
    match out.write_all(answer.stdout.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::from(answer.code),
        // A reader that has closed the pipe (`| head`) has seen what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(answer.code),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: cannot write the result: {error}");
            ExitCode::from(2)
        }
    }
}

/// Serves the editor that has started this process.
fn serve(data_dir: Option<PathBuf>) -> ExitCode {
    let (connection, threads) = connect();
    let ended = lsp::serve(&connection, LspHost { data_dir, today });
    // The threads end when nothing can be sent any more.
    drop(connection);
    let error = match ended {
        // The editor may still hold the streams open, so the threads are not waited for.
        Err(error @ LspError::NotUnderstood(_)) => error.to_string(),
        Err(error @ LspError::Ended) => unreadable(threads).unwrap_or_else(|| error.to_string()),
        Ok(announced) => match unreadable(threads) {
            None => return ExitCode::from(u8::from(!announced)),
            Some(error) => error,
        },
    };
    let _ = writeln!(std::io::stderr(), "error: {}", cleaned(&error));
    ExitCode::from(2)
}

/// The threads that read and write messages.
struct StreamThreads {
    reader: JoinHandle<std::io::Result<()>>,
    writer: JoinHandle<()>,
}

/// Connects the streams of this process with a server.
fn connect() -> (Connection, StreamThreads) {
    let (read, receiver) = crossbeam_channel::bounded::<Message>(0);
    let (sender, written) = crossbeam_channel::bounded::<Message>(0);
    let reader = std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        while let Some(message) = lsp::next_message(&mut stdin)? {
            let is_exit = matches!(&message, Message::Notification(told) if told.method == "exit");
            if read.send(message).is_err() || is_exit {
                break;
            }
        }
        Ok(())
    });
    let writer = std::thread::spawn(move || {
        let mut stdout = std::io::stdout().lock();
        // An editor that has closed the stream is noticed by the reader.
        let _closed = written.into_iter().try_for_each(|message| message.write(&mut stdout));
    });
    (Connection { sender, receiver }, StreamThreads { reader, writer })
}

/// Waits for the threads of the streams. Says what they could not read as a message: after that nothing can be read any more. Streams that
/// an editor has closed are no fault, and nobody is left to tell.
fn unreadable(threads: StreamThreads) -> Option<String> {
    const SHOWN: usize = 200;
    let read = threads.reader.join().ok()?;
    let _ended = threads.writer.join();
    let error = read.err().filter(|error| error.kind() == ErrorKind::InvalidData)?;
    let why: String = error.to_string().chars().take(SHOWN).collect();
    Some(format!("what the editor sent is not a message of the Language Server Protocol: {why}"))
}

/// What Terraform takes from the environment. An empty `TF_DATA_DIR` is none.
fn process() -> Process {
    let data_dir = std::env::var_os("TF_DATA_DIR").filter(|value| !value.is_empty()).map(Into::into);
    let progress = if std::io::stderr().is_terminal() { Progress::watched() } else { Progress::default() };
    Process { variables: variables(), data_dir, today: today(), progress, tell: Some(tell) }
}

/// Shows a line on standard error at once, in place of the line that shows how far the run is.
fn tell(line: &str) {
    let mut stream = std::io::stderr();
    let start = if stream.is_terminal() { "\r\u{1b}[2K" } else { "" };
    let _ = writeln!(stream, "{start}{}", cleaned(line));
}

/// The day that stands in for the clock, as the user wrote it.
fn told_day() -> Option<String> {
    let told = std::env::var_os("BUTTRESS_TODAY").filter(|told| !told.is_empty())?;
    Some(told.to_string_lossy().into_owned())
}

/// The day of the run: what stands in for the clock, or the day by the clock, in UTC. Nothing but the end of suppressions and rules about dates
/// depends on it.
fn today() -> Option<Date> {
    if let Some(told) = told_day() {
        return Date::parse(&told);
    }
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Date::of_unix_time(since.as_secs()))
}

/// The `TF_VAR_name` variables without the prefix, sorted. A value that is not Unicode cannot be a Terraform value.
fn variables() -> Vec<(String, String)> {
    let all = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut ours: Vec<(String, String)> =
        all.filter_map(|(name, value)| Some((name.strip_prefix("TF_VAR_")?.to_owned(), value))).collect();
    ours.sort();
    ours
}

fn colour(stdout: &Stdout) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    stdout.is_terminal() && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// `COLUMNS` if set, otherwise the width of the terminal within readable limits, otherwise 100.
fn width(stdout: &Stdout) -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    let told = told.map(|columns| columns.clamp(40, 400));
    let real =
        || terminal_size::terminal_size_of(stdout).map(|(width, _)| usize::from(width.0).clamp(80, 120));
    told.or_else(real).unwrap_or(100)
}

/// Shows on standard error how far a run is, once it takes longer than a moment. When it is dropped, the line is gone.
struct Watch {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A run that is shorter shows nothing: what appears and disappears again only disturbs.
const LONGER_THAN: Duration = Duration::from_millis(700);
const BETWEEN: Duration = Duration::from_millis(100);

impl Watch {
    fn start(progress: Progress) -> Self {
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || {
            let is_over = |wait| !matches!(stopped.recv_timeout(wait), Err(RecvTimeoutError::Timeout));
            if is_over(LONGER_THAN) {
                return;
            }
            let bar = ProgressBar::new_spinner();
            loop {
                if let Some(moment) = progress.now() {
                    bar.set_message(shown(moment));
                    bar.tick();
                }
                if is_over(BETWEEN) {
                    break;
                }
            }
            bar.finish_and_clear();
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.stop.take());
        // What the report says does not depend on how the watching went.
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}

fn shown(Moment { stage, done, total }: Moment) -> String {
    match total {
        0 | 1 => stage.doing().to_owned(),
        _ => format!("{}: {done} of {total}", stage.doing()),
    }
}
