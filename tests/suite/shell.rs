//! Completions and pages of the manual: they know the whole command line, and the programs that read them take them.

use std::io::Write;
use std::process::{Command, Stdio};

use buttress::cli::command;

use crate::support::skipped;

/// What the program prints, which must succeed and say nothing else.
fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_buttress")).args(arguments).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a program of this machine makes of a text, with its exit code and what it says; `None`, and a line that says so, where it is
/// not installed.
fn read_by(program: &str, arguments: &[&str], text: &str) -> Option<(bool, String)> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skipped("shell", &format!("`{program}` is not installed"));
        return None;
    };
    // A program that closes its input early tells why below.
    let _written = child.stdin.take().unwrap().write_all(text.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said))
}

/// Names of all commands, and the long options of one of them.
fn commands() -> Vec<(String, Vec<String>)> {
    let mut built = command();
    built.build();
    let known = built.get_subcommands().filter(|command| command.get_name() != "help");
    known
        .map(|command| {
            let options = command.get_arguments().filter(|argument| !argument.is_hide_set());
            (
                command.get_name().to_owned(),
                options.filter_map(|argument| argument.get_long().map(str::to_owned)).collect(),
            )
        })
        .collect()
}

#[test]
fn completions_know_every_command_and_option() {
    let commands = commands();
    assert!(commands.len() > 10);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(&["completions", shell]);
        for (name, options) in &commands {
            assert!(script.contains(name.as_str()), "{shell}: {name}");
            for option in options {
                assert!(script.contains(option.as_str()), "{shell}: {name} --{option}");
            }
        }
    }
}

#[test]
fn bash_completes_commands_options_and_values() {
    let script = printed(&["completions", "bash"]);
    let ask = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let last = words.len() - 1;
        let (word, before) = (words[last], words[last - 1]);
        let asked = format!(
            "{script}\nCOMP_WORDS=({line}); COMP_CWORD={last}\n_buttress buttress '{word}' '{before}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
        );
        read_by("bash", &["--noprofile", "--norc"], &asked)
    };
    for (line, offered) in [
        ("buttress sim", "simulate"),
        ("buttress check --since-not --fail", "--fail-on"),
        ("buttress check --fail-on adv", "advice"),
        ("buttress completions z", "zsh"),
    ] {
        let Some((fine, said)) = ask(line) else { return };
        assert!(fine && said.lines().any(|candidate| candidate == offered), "{line}: {said}");
    }
}

#[test]
fn zsh_and_fish_read_their_completions() {
    for shell in ["zsh", "fish"] {
        let script = printed(&["completions", shell]);
        if let Some((fine, said)) = read_by(shell, &["-n", "/dev/stdin"], &script) {
            assert!(fine, "{shell}: {said}");
        }
    }
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let program = printed(&["man"]);
    for (name, options) in commands() {
        assert!(
            program.contains(&format!("buttress\\-{name}(1)")),
            "{name} is not in the page of the program"
        );
        let page = printed(&["man", &name]);
        assert!(page.contains(&format!(".TH buttress-{name} 1")), "{page}");
        assert!(
            page.lines()
                .nth(2)
                .is_some_and(|title| title.contains(concat!("\"buttress ", env!("CARGO_PKG_VERSION")))),
            "{page}"
        );
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
        for option in options {
            let written = format!("\\-\\-{}", option.replace('-', "\\-"));
            assert!(page.contains(&written), "{name}: {written}");
        }
        if let Some((fine, said)) = read_by("groff", &["-man", "-ww", "-z", "-Kutf8"], &page) {
            assert!(fine && said.is_empty(), "{name}: {said}");
        }
    }
}
