//! What every command that reads configuration takes: paths, values of variables, modules.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::Process;
use crate::files::Disk;
use crate::files::system::FileSystem;
use crate::settings::{
    Asked, AskedEnvironment, Assigned, ConfigSource, Include, Settings, ValueSources, workspace_name,
};

#[derive(Debug, Args)]
pub(super) struct InputArguments {
    /// Directories with Terraform files, plans as JSON, or `-` for a plan on standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Variable values file for every root module (repeatable; the last file wins)
    #[arg(long, value_name = "FILE")]
    var_file: Vec<PathBuf>,
    /// Set a root variable (repeatable; the last of all values and files wins)
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    var: Vec<(String, String)>,
    /// Variable values file of one environment (repeatable): checks every root module once per file, and findings name the
    /// environments in which they hold
    #[arg(long, value_name = "FILE")]
    env_file: Vec<PathBuf>,
    /// An environment with its files of values and its workspace (repeatable), as `NAME=FILE[,FILE…][,workspace=W]`: checks every root
    /// module once per environment. `NAME` alone checks only that one of the environments that are found or declared
    #[arg(long, value_name = "ENVIRONMENT", value_parser = AskedEnvironment::parse)]
    environment: Vec<AskedEnvironment>,
    /// The value of `terraform.workspace`
    #[arg(long, value_name = "NAME", value_parser = workspace_name)]
    workspace: Option<String>,
    /// Also read `TF_VAR_name` from the process environment, as Terraform does
    #[arg(long)]
    env_vars: bool,
    /// Directory with copies of modules, used where `terraform init` has not been run (repeatable)
    #[arg(long, value_name = "DIR")]
    module_dir: Vec<PathBuf>,
    /// Root module that the plans were made from, at the same commit: findings then point into it, and origins are exact
    #[arg(long, value_name = "DIR")]
    source: Option<PathBuf>,
    /// Also check what nobody applies; it decides nothing about the exit code
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS")]
    include: Vec<Included>,
    /// Judge each root module as if it were the only one: join none by remote state, data sources, names or ARNs
    #[arg(long)]
    no_join: bool,
    #[command(flatten)]
    config: ConfigArguments,
}

/// What nobody applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Included {
    /// Modules that nothing in the repository calls.
    Modules,
    /// Examples, tests and wrappers.
    Samples,
}

/// Which configs hold, and what goes before them.
#[derive(Debug, Args)]
pub(super) struct ConfigArguments {
    /// Config for everything, in place of the `buttress.hcl` nearest to each root module
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Use no config
    #[arg(long)]
    no_config: bool,
    /// Run only these rules: ids, patterns such as `rds-*`, principles (repeatable, or with commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules (repeatable, or with commas)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Directory with rules of your own, or a file with some (repeatable)
    #[arg(long, value_name = "PATH")]
    rules: Vec<PathBuf>,
}

/// A path in or below the working directory without that directory: annotations and editors of pull requests know relative paths.
fn seen_from_here(path: PathBuf) -> PathBuf {
    let here = Disk.working_directory().ok();
    let inside = here.and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    match inside {
        Some(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
        Some(inside) => inside,
        None => path,
    }
}

/// `name=value`
fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as name=value".to_owned()),
    }
}

impl InputArguments {
    /// The settings that these arguments ask for, without gates.
    pub(super) fn settings(self, order: &Order, process: &Process) -> Settings {
        Settings {
            paths: self.paths.into_iter().map(seen_from_here).collect(),
            values: ValueSources {
                process: if self.env_vars { process.variables.clone() } else { Vec::new() },
                files: self.var_file,
                environments: self
                    .env_file
                    .into_iter()
                    .map(AskedEnvironment::of_file)
                    .chain(self.environment)
                    .collect(),
                workspace: self.workspace,
                assigned: self
                    .var
                    .into_iter()
                    .zip(order.after.iter().copied().chain(std::iter::repeat(usize::MAX)))
                    .map(|((name, text), after)| Assigned { name, text, after })
                    .collect(),
            },
            module_dirs: self.module_dir,
            data_dir: process.data_dir.clone(),
            source: self.source.map(seen_from_here),
            config: match self.config.config {
                Some(file) => ConfigSource::File(file),
                None if self.config.no_config => ConfigSource::Nowhere,
                None => ConfigSource::Nearest,
            },
            asked: Asked {
                select: self.config.select,
                ignore: self.config.ignore,
                rule_dirs: self.config.rules,
                fail_on: None,
                today: process.today,
            },
            include: Include {
                modules: self.include.contains(&Included::Modules),
                samples: self.include.contains(&Included::Samples),
            },
            no_join: self.no_join,
            ..Settings::default()
        }
    }
}

/// In which order values and files of values stand on the command line.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// For each `--var` how many `--var-file` come before it.
    after: Vec<usize>,
}

impl Order {
    /// The order in what clap made of the command line of a command.
    pub(super) fn of(matches: &ArgMatches) -> Self {
        let places = |name: &str| matches.indices_of(name).into_iter().flatten().collect::<Vec<usize>>();
        let files = places("var_file");
        let before = |place: usize| files.iter().filter(|file| **file < place).count();
        Self { after: places("var").into_iter().map(before).collect() }
    }
}
