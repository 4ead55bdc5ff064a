//! Which files may be edited: those of the project that count in nothing but what the run has looked at.

use super::Examined;
use crate::settings::Settings;
use crate::text::FileId;

/// Whether a file may be edited.
///
/// # Errors
/// Why not, in a sentence without a final dot.
pub(super) fn edit_of(file: FileId, run: &Examined, settings: &Settings) -> Result<(), String> {
    let path = run.report.sources.path(file);
    let shown = path.display();
    let real = run.reader.locate(path);
    let (real, _) = real.map_err(|_| format!("`{shown}` is no file of the project"))?;
    let is_named = run.directories.iter().any(|directory| real.starts_with(directory));
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("tf" | "tofu" | "tfvars" | "hcl") if is_named => {
            match run.not_looked_at.user_of(&real, &run.reader, settings) {
                Some(user) => Err(format!(
                    "`{shown}` counts in `{}` too, which this run does not look at",
                    user.display()
                )),
                None => Ok(()),
            }
        }
        Some("json") => Err(format!("`{shown}` is JSON, which is not edited")),
        _ if is_named => Err(format!("`{shown}` is not edited")),
        _ => Err(format!("`{shown}` is outside of the directories that are checked, and others may use it")),
    }
}
