//! What a run reads, and what it never does: links, paths, `.git`, and files that are none. Each case is a folder that is made for it.
//!
//! A case fails if what it guards is taken away: every file outside holds a canary, and no text that was read may hold it.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use buttress::budget::Meter;
use buttress::check::Session;
use buttress::diagnostic::Severity;
use buttress::estate::confined::ConfinedFiles;
use buttress::eval::{FileError, Files};
use buttress::files::system::{FileKind, FileSystem};
use buttress::files::{Disk, Reader, Refusal};
use buttress::report::Report;
use buttress::rule::RuleSet;
use buttress::settings::{Settings, ValueSources};

use crate::support::folder::Folder;

/// Stands in every file that must not be read.
const CANARY: &str = "CANARY";

/// A plan in which nothing is.
const PLAN: &str = r#"{"format_version":"1.2","terraform_version":"1.11.0","planned_values":{"root_module":{}},"resource_changes":[],"configuration":{"root_module":{}}}"#;

/// A folder with `repository/`, with `.git` and a token in it, and beside it `outside/` with a module, values, and a file.
fn folder() -> Folder {
    Folder::new("confinement")
        .file("repository/.git/config", CANARY)
        .file("repository/.git/module/main.tf", &format!("output \"{CANARY}\" {{ value = 1 }}\n"))
        .file("repository/main.tf", "locals {}\n")
        .file("outside/module/main.tf", &format!("output \"{CANARY}\" {{ value = 1 }}\n"))
        .file("outside/x.tfvars", &format!("{CANARY} = 1\n"))
        .file("outside/x.txt", CANARY)
}

/// What only these tests do with a folder.
trait Confined {
    fn link(self, path: &str, target: impl AsRef<Path>) -> Self;
    fn pipe(self, path: &str) -> Self;
    fn check(&self, path: &str) -> Report;
    fn check_with(&self, options: &Settings) -> Report;
    fn files(&self, root: &str) -> ConfinedFiles;
}

impl Confined for Folder {
    fn link(self, path: &str, target: impl AsRef<Path>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
        self
    }

    fn pipe(self, path: &str) -> Self {
        let made = Command::new("mkfifo").arg(self.path(path)).status().unwrap();
        assert!(made.success());
        self
    }

    fn check(&self, path: &str) -> Report {
        self.check_with(&Settings { paths: vec![self.path(path)], ..Settings::default() })
    }

    /// Checks, and looks for the canary in what was read and said.
    fn check_with(&self, options: &Settings) -> Report {
        let report = Session::new(Arc::new(RuleSet::default())).check(options);
        for (_, file) in report.sources.iter() {
            assert!(!file.text.contains(CANARY), "{} was read", file.path.display());
        }
        for problem in report.problems() {
            assert!(!format!("{problem:?}").contains(CANARY), "{problem:?}");
        }
        report
    }

    fn files(&self, root: &str) -> ConfinedFiles {
        let mut reader = Reader::default();
        reader.permit(&self.path(root)).unwrap();
        ConfinedFiles::new(&self.path(root), reader)
    }
}

/// Codes of problems, each with whether its message names `path`.
#[track_caller]
fn expect(report: &Report, expected: &[(&str, &str)]) {
    let said: Vec<_> =
        report.problems().map(|problem| (problem.id.as_str(), problem.message.as_str())).collect();
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for (code, path) in expected {
        assert!(
            said.iter().any(|(said, message)| said == code && message.contains(path)),
            "no {code} with {path}: {said:#?}"
        );
    }
}

#[test]
fn sources_that_lead_outside_are_named_and_not_read() {
    let cases: [(&str, &dyn Fn(Folder) -> Folder); 6] = [
        ("absolute", &|folder| {
            let target = folder.path("outside/module/main.tf");
            folder.link("repository/x.tf", target)
        }),
        ("relative", &|folder| folder.link("repository/x.tf", "../outside/module/main.tf")),
        ("two links", &|folder| {
            folder.link("repository/y", "../outside/module/main.tf").link("repository/x.tf", "y")
        }),
        ("through a directory", &|folder| {
            folder.link("repository/d", "../outside").link("repository/x.tf", "d/module/main.tf")
        }),
        ("there and nothing", &|folder| folder.link("repository/x.tf", "../outside/no-such.tf")),
        ("of the process", &|folder| folder.link("repository/x.tf", "/proc/self/environ")),
    ];
    for (name, make) in cases {
        let folder = make(folder());
        println!("{name}");
        let report = folder.check("repository");
        expect(&report, &[("source/outside", "x.tf")]);
        assert_eq!(report.problems().next().unwrap().severity, Severity::Error);
    }
}

#[test]
fn links_inside_the_repository_are_followed() {
    let folder = folder();
    let absolute = folder.path("repository/shared.txt");
    let folder = folder
        .file("repository/shared.txt", "variable \"a\" {}\n")
        .link("repository/stack/a.tf", "../shared.txt")
        .link("repository/stack/b.tf", "../../repository/stack/c")
        .file("repository/stack/c", "variable \"b\" {}\n")
        .link("repository/stack/d.tf", absolute);
    let report = folder.check("repository/stack");
    // What `a.tf` and `d.tf` declare is declared twice: both were read.
    expect(&report, &[("config/duplicate", "a")]);
    assert_eq!(report.counts.files_read, 3);
}

#[test]
fn values_that_lead_outside_are_named_and_not_read() {
    let folder = folder()
        .link("repository/terraform.tfvars", "../outside/x.tfvars")
        .link("repository/a.auto.tfvars", "../outside/x.tfvars")
        .link("repository/b.auto.tfvars.json", "nowhere");
    let expected = [
        ("source/outside", "terraform.tfvars"),
        ("source/outside", "a.auto.tfvars"),
        ("source/missing", "b.auto.tfvars.json"),
    ];
    expect(&folder.check("repository"), &expected);
}

#[test]
fn named_values_may_lie_outside_but_no_link_of_the_repository_may_lead_there() {
    let folder = folder()
        .link("repository/named.tfvars", "../outside/x.tfvars")
        .file("repository/own.tfvars", "")
        .file("elsewhere/x.tfvars", "")
        .link("elsewhere/link.tfvars", "x.tfvars");
    let named = |path: &str| {
        folder.check_with(&Settings {
            paths: vec![folder.path("repository")],
            values: ValueSources { files: vec![folder.path(path)], ..ValueSources::default() },
            ..Settings::default()
        })
    };
    expect(&named("repository/named.tfvars"), &[("source/outside", "named.tfvars")]);
    expect(&named("repository/.git/config"), &[("source/git", "config")]);
    for path in ["repository/own.tfvars", "elsewhere/x.tfvars", "elsewhere/link.tfvars"] {
        expect(&named(path), &[]);
    }
}

#[test]
fn a_named_directory_may_lie_outside_but_no_link_of_a_repository_may_lead_there() {
    let repository = || {
        folder()
            .link("repository/d", "../outside")
            .link("repository/deep", "d/module")
            .link("repository/gone", "../no-such")
            .link("repository/own", "infra")
            .file("repository/infra/main.tf", "locals {}\n")
            .file("repository/plan.json", PLAN)
            .file("outside/buttress.hcl", "unheeded {}\n")
            .file("outside/r.hcl", CANARY)
            .file("outside/plan.json", PLAN)
    };
    let folder = repository().link("elsewhere", "outside/module");
    for path in ["d", "d/module", "deep", "gone", "d/no-such", "d/plan.json", "d/../d"] {
        println!("{path}");
        expect(&folder.check(&format!("repository/{path}")), &[("source/outside", path)]);
    }
    // A link inside of the repository stays there, and nobody else writes those outside of one.
    expect(&folder.check("repository/own"), &[]);
    let own = Session::new(Arc::new(RuleSet::default()))
        .check(&Settings { paths: vec![folder.path("elsewhere")], ..Settings::default() });
    assert!(own.sources.iter().any(|(_, file)| file.text.contains(CANARY)), "a link of the user");
    let plan = Settings { paths: vec![folder.path("repository/plan.json")], ..Settings::default() };
    let source = Settings { source: Some(folder.path("repository/d")), ..plan.clone() };
    expect(&folder.check_with(&source), &[("source/outside", "d")]);
    let infra = Settings { paths: vec![folder.path("repository/infra")], ..Settings::default() };
    let modules = Settings { module_dirs: vec![folder.path("repository/d")], ..infra.clone() };
    expect(&folder.check_with(&modules), &[("source/outside", "d")]);
    for rules in ["repository/d", "repository/d/r.hcl"] {
        let mut settings = infra.clone();
        settings.asked.rule_dirs = vec![folder.path(rules)];
        expect(&folder.check_with(&settings), &[("source/outside", rules)]);
    }
}

#[test]
fn files_of_rules_that_are_none_are_named() {
    let folder = folder()
        .file("repository/rules/own.txt", "")
        .pipe("repository/rules/pipe.hcl")
        .link("repository/rules/link.hcl", "../../outside/x.txt")
        .link("repository/rules/gone.hcl", "nowhere.hcl");
    let mut settings = Settings { paths: vec![folder.path("repository")], ..Settings::default() };
    settings.asked.rule_dirs = vec![folder.path("repository/rules")];
    let expected =
        [("source/special", "pipe.hcl"), ("source/outside", "link.hcl"), ("source/missing", "gone.hcl")];
    expect(&folder.check_with(&settings), &expected);
}

#[test]
fn the_data_of_a_repository_is_never_read_whatever_it_is_called() {
    let folder = folder()
        .file("repository/cache.git/HEAD", "ref: refs/heads/main\n")
        .file("repository/cache.git/config", CANARY)
        .file("repository/cache.git/objects/info/x", "")
        .file("repository/cache.git/refs/heads/main", "")
        .file("repository/cache.git/hooks/main.tf", &format!("output \"{CANARY}\" {{ value = 1 }}\n"))
        .link("repository/x.tf", "cache.git/config")
        .file("repository/y.tf", "module \"m\" {\n  source = \"./cache.git/hooks\"\n}\n")
        .file("repository/refs/objects/HEAD", "no repository");
    let files = folder.files("repository");
    for path in ["cache.git/config", "cache.git/no-such", "refs/../cache.git/config"] {
        assert_eq!(files.exists(path), Err(FileError::Confined(path.to_owned())), "{path}");
    }
    assert_eq!(files.exists("refs/objects/HEAD"), Ok(true));
    let expected = [
        ("source/ignored-directory", "cache.git"),
        ("source/git", "x.tf"),
        ("source/outside", "`module.m` is outside the repository"),
    ];
    expect(&folder.check("repository"), &expected);
    expect(&folder.check("repository/cache.git/hooks"), &[("source/git", "hooks")]);
    expect(&folder.check("repository/cache.git/config"), &[("source/git", "config")]);
}

#[test]
fn modules_outside_are_named_and_not_read() {
    let outside = folder().path("outside/module");
    for source in [
        "../outside/module",
        "./link",
        "../outside/no-such-module",
        "./.git/module",
        "./.GIT/module",
        "/etc",
        "file:///etc",
    ] {
        let call = format!("module \"m\" {{\n  source = \"{source}\"\n}}\n");
        let folder = folder().file("repository/main.tf", &call).link("repository/link", "../outside/module");
        let report = folder.check("repository");
        expect(&report, &[("source/outside", "`module.m` is outside the repository")]);
        assert!(report.problems().next().unwrap().span().is_some(), "{source}");
    }
    drop(outside);
}

#[test]
fn modules_outside_are_read_if_the_user_names_them() {
    let call = "module \"m\" {\n  source = \"../elsewhere/module\"\n}\n";
    let folder = folder()
        .file("repository/main.tf", call)
        .file("elsewhere/module/main.tf", "variable \"a\" { default = 1 }\n");
    let paths = vec![folder.path("repository"), folder.path("elsewhere")];
    expect(&folder.check_with(&Settings { paths, ..Settings::default() }), &[]);
    let options = Settings {
        paths: vec![folder.path("repository")],
        module_dirs: vec![folder.path("elsewhere")],
        ..Settings::default()
    };
    expect(&folder.check_with(&options), &[]);
}

#[test]
fn manifests_lead_nowhere_outside() {
    let call = "module \"m\" {\n  source = \"acme/m/aws\"\n}\n";
    let manifest = |dir: &str| {
        format!(
            r#"{{"Modules":[{{"Key":"","Source":"","Dir":"."}},{{"Key":"m","Source":"acme/m/aws","Dir":"{dir}"}}]}}"#
        )
    };
    let absolute = std::env::temp_dir().to_string_lossy().into_owned();
    for dir in ["../outside/module", "link", ".terraform/modules/link", "../outside/no-such", &absolute] {
        let folder = folder()
            .file("repository/main.tf", call)
            .file("repository/.terraform/modules/modules.json", &manifest(dir))
            .link("repository/link", "../outside/module")
            .link("repository/.terraform/modules/link", "../../../outside/module");
        let expected = [("source/outside", "modules.json"), ("source/outside", "module.m")];
        expect(&folder.check("repository"), &expected);
    }
    let folder = folder()
        .file("repository/main.tf", call)
        .file("outside/modules.json", &manifest("module"))
        .link("repository/.terraform/modules/modules.json", "../../../outside/modules.json");
    let expected = [("source/outside", "modules.json"), ("config/module-not-downloaded", "acme/m/aws")];
    expect(&folder.check("repository"), &expected);
}

#[test]
fn without_a_repository_the_named_directory_is_the_border() {
    let folder = folder()
        .file("plain/stack/main.tf", "module \"m\" {\n  source = \"../module\"\n}\n")
        .file("plain/module/main.tf", "variable \"a\" { default = 1 }\n");
    expect(&folder.check("plain/stack"), &[("source/outside", "module.m")]);
    expect(&folder.check("plain"), &[]);
}

#[test]
fn without_a_repository_the_working_directory_is_the_border_of_what_lies_in_it() {
    let folder = folder()
        .file("plain/stack/main.tf", "module \"m\" {\n  source = \"../module\"\n}\n")
        .file("plain/module/main.tf", "module \"n\" {\n  source = \"../../outside/module\"\n}\n");
    let run = |here: &str, named: &str| {
        let output = folder.program(here).args(["check", "--format", "json", named]).output().unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let problems = document["problems"].as_array().unwrap();
        problems.iter().map(|problem| problem["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let outside = |messages: &[String], module: &str| {
        messages.iter().any(|message| message.contains(module) && message.contains("outside"))
    };
    assert!(outside(&run("plain", "stack"), "module.m.module.n"), "one border is the working directory");
    assert!(!outside(&run("plain", "stack"), "`module.m`"), "and what lies in it is read");
    assert!(outside(&run("plain/stack", "."), "`module.m`"), "from inside nobody sees how far it reaches");
}

#[test]
fn what_is_no_file_is_named() {
    let folder = folder()
        .pipe("repository/pipe.tf")
        .pipe("repository/terraform.tfvars")
        .link("repository/gone.tf", "nowhere.tf")
        .link("repository/circle.tf", "circle.tf")
        .link("repository/directory.tf", "other")
        .file("repository/other/x.txt", "")
        .file("repository/real.tf/x.txt", "");
    let socket = UnixListener::bind(folder.path("repository/socket.tf")).unwrap();
    let report = folder.check("repository");
    let expected = [
        ("source/special", "pipe.tf` is a named pipe"),
        ("source/special", "terraform.tfvars` is a named pipe"),
        ("source/special", "socket.tf` is a socket"),
        ("source/missing", "gone.tf"),
        ("source/loop", "circle.tf"),
        ("source/directory", "directory.tf"),
        ("source/ignored-directory", "real.tf"),
    ];
    expect(&report, &expected);
    // Terraform passes over a directory, and stops at everything else.
    for problem in report.problems() {
        let passes = problem.message.contains("real.tf");
        assert_eq!(problem.severity == Severity::Warning, passes, "{problem:?}");
    }
    drop(socket);
}

#[test]
fn a_plan_that_is_no_file_is_named() {
    let folder = folder().pipe("repository/plan.json").link("repository/link.json", "../outside/x.txt");
    expect(&folder.check("repository/plan.json"), &[("source/special", "plan.json")]);
    expect(&folder.check("repository/link.json"), &[("source/outside", "link.json")]);
    expect(&folder.check("repository/.git/config"), &[("source/git", "config")]);
}

#[test]
fn the_disk_opens_nothing_else_even_if_it_was_a_file_before() {
    let folder = folder()
        .pipe("repository/pipe")
        .link("repository/link", "main.tf")
        .link("repository/directory", "../outside")
        .file("repository/real/x.txt", "x");
    assert!(Disk.read(&folder.path("repository/pipe"), 1).is_err());
    assert!(Disk.read(&folder.path("repository/link"), 1).is_err());
    assert!(Disk.read(&folder.path("repository/directory/x.txt"), 1).is_err());
    assert_eq!(Disk.read(&folder.path("repository/real/x.txt"), 9).unwrap(), b"x");
    let mut reader = Reader::default();
    reader.permit(Path::new("/dev")).unwrap();
    assert!(matches!(reader.bytes(Path::new("/dev/zero"), 1), Err(Refusal::Special("a device"))));
}

#[test]
fn file_functions_tell_nothing_of_what_is_outside() {
    let folder = folder();
    let there = folder.path("outside/x.txt").to_string_lossy().into_owned();
    let not_there = folder.path("outside/no-such").to_string_lossy().into_owned();
    let folder = folder
        .link("repository/directory", "../outside")
        .link("repository/there", "../outside/x.txt")
        .link("repository/not-there", "../outside/no-such");
    let files = folder.files("repository");
    let pairs = [
        ("directory/x.txt", "directory/no-such"),
        ("../outside/x.txt", "../outside/no-such"),
        ("there", "not-there"),
        (&*there, &*not_there),
        ("directory/module", "directory/no-such/deeper"),
        (".git/config", ".git/no-such"),
        ("/etc/passwd", "/etc/no-such"),
    ];
    for path in pairs.into_iter().flat_map(<[&str; 2]>::from) {
        let refused = FileError::Confined(path.to_owned());
        assert_eq!(files.exists(path), Err(refused.clone()), "{path}");
        assert_eq!(files.read(path, &Meter::unlimited()), Err(refused.clone()), "{path}");
        assert_eq!(files.glob(path, "*", &Meter::unlimited()), Err(refused), "{path}");
    }
    assert_eq!(files.exists("main.tf"), Ok(true));
    assert_eq!(files.exists("no-such"), Ok(false));
    assert_eq!(files.glob(".", "**", &Meter::unlimited()), Err(FileError::Confined(".".to_owned())));
    assert_eq!(files.glob(".", "*.tf", &Meter::unlimited()), Ok(vec!["main.tf".to_owned()]));
}

#[test]
fn git_is_never_read_whatever_it_is_called() {
    let folder = folder()
        .link("repository/data", ".git")
        .link("repository/deep/link", "../.git/config")
        .file("repository/.GIT/config", CANARY)
        .file("repository/deep/.Git/config", CANARY)
        .file("repository/.git /config", CANARY)
        .file("repository/.g\u{200c}it/config", CANARY)
        .file("repository/.github/workflow.txt", "")
        .file("repository/a.git/x.txt", "");
    let files = folder.files("repository");
    for path in [
        ".git/config",
        "./deep/../.git/config",
        ".GIT/config",
        "data/config",
        "deep/link",
        "deep/.Git/config",
        ".git /config",
        ".g\u{200c}it/config",
    ] {
        assert_eq!(
            files.read(path, &Meter::unlimited()),
            Err(FileError::Confined(path.to_owned())),
            "{path}"
        );
    }
    let listed = files.glob(".", "*/*.txt", &Meter::unlimited()).unwrap();
    assert_eq!(listed, [".github/workflow.txt", "a.git/x.txt"]);
    // Terraform would list what is in there, so the list is not known.
    for pattern in ["*/config", "**", ".git/*", "**/HEAD"] {
        let found = files.glob(".", pattern, &Meter::unlimited());
        assert_eq!(found, Err(FileError::Confined(".".to_owned())), "{pattern}");
    }
    assert_eq!(files.glob(".", "**/*.json", &Meter::unlimited()), Ok(Vec::new()));
}

#[test]
fn git_is_never_read_where_the_repository_keeps_it_elsewhere() {
    let folder = folder()
        .file("repository/kept/config", CANARY)
        .file("repository/sub/.git", "gitdir: ../kept\n")
        .file("repository/sub/main.tf", "");
    let mut reader = Reader::default();
    reader.permit(&folder.path("repository/sub")).unwrap();
    reader.permit(&folder.path("repository")).unwrap();
    let files = ConfinedFiles::new(&folder.path("repository"), reader);
    assert_eq!(
        files.read("kept/config", &Meter::unlimited()),
        Err(FileError::Confined("kept/config".to_owned()))
    );
    assert!(files.read("sub/main.tf", &Meter::unlimited()).is_ok());
}

#[test]
fn nothing_is_read_before_it_is_permitted() {
    let folder = folder();
    let mut reader = Reader::default();
    let main = folder.path("repository/main.tf");
    assert!(matches!(reader.kind(&main), Err(Refusal::Outside)));
    assert!(matches!(reader.permit(&folder.path("repository/.git")), Err(Refusal::Git)));
    assert!(matches!(reader.permit(&folder.path("no-such")), Err(Refusal::Missing { .. })));
    assert!(matches!(reader.kind(&main), Err(Refusal::Outside)));
    reader.permit(&folder.path("repository")).unwrap();
    assert!(matches!(reader.kind(&main), Ok(FileKind::File)));
}

#[test]
fn a_path_goes_up_from_where_the_directory_is() {
    // By name `../module` of `link` is `module` at the top; Terraform sees the one beside what the link leads to.
    let folder = folder()
        .file("repository/real/stack/main.tf", "module \"m\" {\n  source = \"../module\"\n}\n")
        .file("repository/real/module/main.tf", "variable \"right\" {}\n")
        .file("repository/module/main.tf", "variable \"wrong\" {}\n")
        .link("repository/link", "real/stack");
    let report = folder.check("repository/link");
    let read: Vec<_> = report.sources.iter().map(|(_, file)| file.text.to_string()).collect();
    assert!(
        read.iter().any(|text| text.contains("right")) && !read.iter().any(|text| text.contains("wrong"))
    );
}

#[test]
fn a_module_behind_a_link_is_no_root() {
    let folder = folder()
        .file("repository/stack/main.tf", "module \"m\" {\n  source = \"./modules/queue\"\n}\n")
        .link("repository/stack/modules/queue", "../../elsewhere/queue")
        .file("repository/elsewhere/queue/main.tf", "variable \"a\" { default = 1 }\n");
    fs::remove_file(folder.path("repository/main.tf")).unwrap();
    let report = folder.check("repository");
    let roots: Vec<_> = report.roots.iter().map(|root| root.path.clone()).collect();
    assert_eq!(roots, [folder.path("repository/stack")]);
}
