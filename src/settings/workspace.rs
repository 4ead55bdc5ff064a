//! Environments and workspaces as an option names them.

use std::path::PathBuf;

/// An environment that the user asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedEnvironment {
    /// Its name; without one, the files tell it.
    pub name: Option<String>,
    /// Files of values, the last of which wins. Without any, and without a workspace, one of the environments that are known is meant.
    pub files: Vec<PathBuf>,
    /// The value of `terraform.workspace`.
    pub workspace: Option<String>,
}

impl AskedEnvironment {
    /// The environment that a file of values stands for.
    #[must_use]
    pub fn of_file(file: PathBuf) -> Self {
        Self { files: vec![file], ..Self::default() }
    }

    /// The name, if nothing but the name is said: the environment is declared or found elsewhere.
    #[must_use]
    pub fn selected(&self) -> Option<&str> {
        let is_bare = self.files.is_empty() && self.workspace.is_none();
        self.name.as_deref().filter(|_| is_bare)
    }

    /// Reads `NAME`, or `NAME=FILE[,FILE…][,workspace=W]`.
    ///
    /// # Errors
    /// What is wrong with the text, for people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, rest) = text.split_once('=').map_or((text, None), |(name, rest)| (name, Some(rest)));
        let name = name.trim();
        if name.is_empty() {
            return Err("write it as NAME=FILE[,FILE…][,workspace=W]".to_owned());
        }
        let mut environment = Self { name: Some(name.to_owned()), ..Self::default() };
        for part in rest.into_iter().flat_map(|rest| rest.split(',')) {
            match part.trim() {
                "" => return Err(format!("a file of `{name}` has no name")),
                part => match part.strip_prefix("workspace=") {
                    Some(_) if environment.workspace.is_some() => {
                        return Err(format!("`{name}` has two workspaces"));
                    }
                    Some(workspace) => environment.workspace = Some(workspace_name(workspace)?),
                    None => environment.files.push(PathBuf::from(part)),
                },
            }
        }
        Ok(environment)
    }
}

/// A name that Terraform takes for a workspace: one that stands in a path of a URL as it is.
///
/// # Errors
/// Why it is none, for people.
pub fn workspace_name(name: &str) -> Result<String, String> {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || "-_.~$&+=:@".contains(c);
    match name.chars().find(|c| !is_safe(*c)) {
        None if name.is_empty() => Err("the name of a workspace cannot be empty".to_owned()),
        None => Ok(name.to_owned()),
        Some(c) => Err(format!(
            "the name of a workspace cannot contain {c:?}: Terraform allows letters, digits and `-_.~$&+=:@`"
        )),
    }
}
