//! Operations on paths as texts: nothing here looks at a file system.

use std::path::{Component, Path, PathBuf};

/// A directory relative to `base`, with `/` as separator; `.` for the base itself.
#[must_use]
pub fn seen_from(base: &Path, dir: &Path) -> String {
    let is_here = |part: &Component<'_>| *part == Component::CurDir;
    let from: Vec<_> = base.components().filter(|part| !is_here(part)).collect();
    let to: Vec<_> = dir.components().filter(|part| !is_here(part)).collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let down = to.iter().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A path without `.` and with `..` resolved lexically; an empty path becomes `.`.
#[must_use]
pub fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => {
                    clean.pop();
                }
                // The parent of the root is the root.
                Some(Component::RootDir) => {}
                Some(Component::Prefix(_) | Component::CurDir | Component::ParentDir) | None => {
                    clean.push("..")
                }
            },
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => clean.push(part),
        }
    }
    if clean.as_os_str().is_empty() { PathBuf::from(".") } else { clean }
}

/// The directory of a file, as it is named; `.` if no directory is.
#[must_use]
pub fn directory_of(file: &Path) -> &Path {
    file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a file system may treat this name as the data directory of a repository, `.git` or `.hg`: some ignore case, trailing dots and spaces, or characters without width, and
/// Windows has a short name for it.
#[must_use]
pub fn is_git(name: &std::ffi::OsStr) -> bool {
    // Every step of every path is looked at, and nearly all names begin with a letter.
    if !cfg!(windows) && name.as_encoded_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    let has_width = |c: &char| !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let name: String = name.to_string_lossy().chars().filter(has_width).collect();
    // `.git::$INDEX_ALLOCATION` is the same directory on NTFS.
    let name = name.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    name.eq_ignore_ascii_case(".git")
        || name.eq_ignore_ascii_case(".hg")
        || (cfg!(windows) && name.eq_ignore_ascii_case("git~1"))
}
