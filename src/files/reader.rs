//! Decides what a run may read: the contents of the repositories that hold the directories the user named, except `.git` and `.hg`.
//!
//! Links are followed here, component by component, and not by the file system: nothing outside is looked at, so nothing about it can
//! leak.

mod destination;
mod forbidden;

use std::ffi::OsString;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::disk::Disk;
use super::followed::FollowedDirectories;
use super::path::{clean, is_git, seen_from};
pub use super::refusal::Refusal;
use super::repositories::Repositories;
use super::system::{DirectoryEntry, FileKind, FileSystem};

/// A path that crosses more links than this counts as a loop, as in Linux.
const MAX_LINKS: usize = 40;

/// The author of a path, who decides what it may lead to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Author {
    /// The user, on the command line: the path may lead anywhere. But a link in a repository must not lead out of it: a stranger may
    /// have put it there.
    User,
    /// A file that was read: the path must stay inside.
    File,
}

/// A path with all links followed.
struct Followed {
    path: PathBuf,
    kind: FileKind,
    /// The directories of the links that were crossed.
    links: Vec<PathBuf>,
}

/// Reads what the user named and what may be read around it.
#[derive(Clone, Debug)]
pub struct Reader {
    system: Arc<dyn FileSystem>,
    /// The directory at which relative paths start.
    here: Option<PathBuf>,
    /// The directories that may be read, with everything in them: absolute and without links.
    inside: Vec<PathBuf>,
    /// The directories that the user named, and the repositories that hold them: absolute and without links.
    tops: Vec<PathBuf>,
    /// The data directories of repositories, if not `.git`: never read.
    never: Vec<PathBuf>,
    /// Directories that the user named through links, with their real paths.
    named: Vec<(PathBuf, PathBuf)>,
    repositories: Repositories,
    /// Directories that no link leads to.
    directories: FollowedDirectories,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new(Arc::new(Disk))
    }
}

impl Reader {
    /// A reader that may read nothing yet.
    #[must_use]
    pub fn new(system: Arc<dyn FileSystem>) -> Self {
        let here = system.working_directory().ok();
        Self {
            system,
            here,
            inside: Vec::new(),
            tops: Vec::new(),
            never: Vec::new(),
            named: Vec::new(),
            repositories: Repositories::default(),
            directories: FollowedDirectories::default(),
        }
    }

    /// Tells that every part of a run reads what was read so far, and only this part what follows.
    pub fn begin_own(&self, foreign: &[PathBuf]) {
        let real = |dir: &PathBuf| self.locate(dir).ok().map(|(real, _)| real);
        let foreign: Vec<PathBuf> = foreign.iter().filter_map(real).collect();
        self.system.begin_own(&foreign);
    }

    /// Permits the repository that contains a directory the user named. Without a repository, permits the working directory if it
    /// contains the named one, otherwise the named one itself.
    ///
    /// # Errors
    /// If there is no such directory, it lies in `.git`, or a link leads out of a repository to it.
    pub fn permit(&mut self, directory: &Path) -> Result<(), Refusal> {
        let followed = self.follow(directory, Author::User)?;
        if followed.kind != FileKind::Directory {
            return Err(Refusal::Missing { behind_link: false });
        }
        let real = followed.path;
        if in_git(&real) || self.is_in_data(&real) {
            return Err(Refusal::Git);
        }
        self.directories = FollowedDirectories::default();
        let name = clean(directory);
        if self.absolute(&name).is_none_or(|lexical| lexical != real) {
            self.named.push((name, real.clone()));
        }
        self.tops.push(self.repository(&real).unwrap_or_else(|| real.clone()));
        if !self.is_inside(&real) {
            let repository = self.repository(&real);
            if let Some(top) = &repository {
                self.never.extend(self.git_directory(top));
            }
            // A user who stands above the directory means the configuration to reach that far: `check infra` beside `modules/`.
            let here = self.here.clone().filter(|here| real.starts_with(here) && here.parent().is_some());
            self.inside.push(repository.or(here).unwrap_or(real));
        }
        Ok(())
    }

    /// What is at a path that a file names; never [`FileKind::Link`].
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn kind(&self, path: &Path) -> Result<FileKind, Refusal> {
        self.locate(path).map(|(_, kind)| kind)
    }

    /// What is at a path that the user named; never [`FileKind::Link`].
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn kind_of_named(&self, path: &Path) -> Result<FileKind, Refusal> {
        self.follow(path, Author::User).map(|followed| followed.kind)
    }

    /// Whether there is a directory that may be read.
    #[must_use]
    pub fn is_directory(&self, path: &Path) -> bool {
        matches!(self.kind(path), Ok(FileKind::Directory))
    }

    /// The absolute path without links, and what is there.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn locate(&self, path: &Path) -> Result<(PathBuf, FileKind), Refusal> {
        self.follow(path, Author::File).map(|followed| (followed.path, followed.kind))
    }

    /// The absolute path, without links, of something that the user named; `None` if nothing is there.
    #[must_use]
    pub fn locate_named(&self, path: &Path) -> Option<PathBuf> {
        self.follow(path, Author::User).ok().map(|followed| followed.path)
    }

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn entries(&self, path: &Path) -> Result<Vec<DirectoryEntry>, Refusal> {
        let (real, _) = self.locate(path)?;
        let mut entries = self.system.entries(&real)?;
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Reads a file that another file names.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn bytes(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
        self.read(&self.follow(path, Author::File)?, limit)
    }

    /// Reads a file that the user named. It may be anywhere, as [`permit`](Self::permit) says.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn bytes_of_named(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Refusal> {
        if is_stream(path) {
            return within(super::disk::read_stream(path, limit + 1)?, limit);
        }
        let followed = self.follow(path, Author::User)?;
        if in_git(&followed.path) || self.is_never(&followed.path) || self.is_in_data(&followed.path) {
            return Err(Refusal::Git);
        }
        self.read(&followed, limit)
    }

    /// The directory of a module that another one calls by a local path. As in Terraform, the path starts at the caller's real
    /// directory; if that makes no difference, the caller's name is kept.
    #[must_use]
    pub fn beside(&self, caller: &Path, path: &str) -> PathBuf {
        let by_name = clean(&caller.join(path));
        let Ok((real, _)) = self.locate(caller) else { return by_name };
        let meant = clean(&real.join(path));
        if self.absolute(&by_name).is_some_and(|lexical| lexical == meant) {
            return by_name;
        }
        match (self.locate(&by_name), self.locate(&meant)) {
            (Ok((named, _)), Ok((meant, _))) if named == meant => by_name,
            _ => self.here.as_deref().map_or(by_name, |here| PathBuf::from(seen_from(here, &meant))),
        }
    }

    /// Where something is in its repository, however it was named: what lies above says nothing about it. Without a repository it is
    /// seen from the directory that the user named, and that directory itself has its own name only.
    #[must_use]
    pub fn place(&self, path: &Path) -> PathBuf {
        let Some(real) = self.real(path) else { return path.to_owned() };
        let own_name = || real.file_name().map(PathBuf::from).unwrap_or_default();
        if let Some(top) = self.repository(&real) {
            return real.strip_prefix(top).map_or_else(|_| own_name(), Path::to_owned);
        }
        let inside = self.top_of(&real).and_then(|top| real.strip_prefix(top).ok());
        inside.filter(|place| !place.as_os_str().is_empty()).map_or_else(own_name, Path::to_owned)
    }

    /// The outermost directory that belongs together with this one: its repository, or without one the directory that the user named.
    /// Absolute and without links.
    #[must_use]
    pub fn top(&self, path: &Path) -> Option<PathBuf> {
        let real = self.real(path)?;
        self.repository(&real).or_else(|| self.top_of(&real).map(Path::to_owned))
    }

    /// The outermost of the directories that the user named around an absolute path.
    fn top_of(&self, real: &Path) -> Option<&Path> {
        let around = self.tops.iter().filter(|top| real.starts_with(top));
        around.min_by_key(|top| top.as_os_str().len()).map(PathBuf::as_path)
    }

    /// Where something is, whatever the user called it: its path in its repository, with `/` as separator. What is in none is seen from
    /// the working directory.
    #[must_use]
    pub fn stable_place(&self, path: &Path) -> String {
        let Some(real) = self.real(path) else { return path.to_string_lossy().replace('\\', "/") };
        match self.repository(&real).or_else(|| self.here.clone()) {
            Some(base) => seen_from(&base, &real),
            None => real.to_string_lossy().replace('\\', "/"),
        }
    }

    /// The repository that holds what the user named.
    #[must_use]
    pub fn repository_of(&self, path: &Path) -> Option<PathBuf> {
        self.repository(&self.real(path)?)
    }

    /// The directory beyond which nothing is read from an absolute path; `None` if the path itself may not be read.
    #[must_use]
    pub fn permitted_around(&self, path: &Path) -> Option<&Path> {
        let around = self.inside.iter().filter(|top| path.starts_with(top));
        around.min_by_key(|top| top.as_os_str().len()).map(PathBuf::as_path)
    }

    /// A directory and those above it that may be read, up to the top of its repository, the nearest first: as they are seen from the
    /// working directory.
    #[must_use]
    pub fn upwards(&self, directory: &Path) -> Vec<PathBuf> {
        let Ok((real, _)) = self.locate(directory) else { return Vec::new() };
        let top = self.repository(&real);
        let is_below =
            |above: &&Path| self.is_inside(above) && top.as_ref().is_none_or(|top| above.starts_with(top));
        let seen = |above: &Path| match &self.here {
            // Under a directory that was named by an absolute path, names stay absolute.
            Some(here) if !directory.is_absolute() => PathBuf::from(seen_from(here, above)),
            _ => above.to_owned(),
        };
        real.ancestors().take_while(is_below).map(seen).collect()
    }

    /// The absolute path without links, of whatever may be there.
    #[must_use]
    pub fn real_or_absolute(&self, path: &Path) -> Option<PathBuf> {
        self.real(path)
    }

    fn real(&self, path: &Path) -> Option<PathBuf> {
        let followed = self.follow(path, Author::User).map(|followed| followed.path);
        followed.ok().or_else(|| self.absolute(path))
    }

    fn read(&self, followed: &Followed, limit: u64) -> Result<Vec<u8>, Refusal> {
        Refusal::unless_file(followed.kind)?;
        within(self.system.read(&followed.path, limit.saturating_add(1))?, limit)
    }

    /// The absolute form of a path, as if nothing on it were a link.
    #[must_use]
    pub fn absolute(&self, path: &Path) -> Option<PathBuf> {
        let (start, rest) = self.start(path);
        Some(clean(&start?.join(rest)))
    }

    /// Where to start following a path, and the rest of the path.
    fn start<'a>(&self, path: &'a Path) -> (Option<PathBuf>, &'a Path) {
        let named = self.named.iter().filter_map(|(name, real)| Some((real, path.strip_prefix(name).ok()?)));
        match named.min_by_key(|(_, rest)| rest.as_os_str().len()) {
            Some((real, rest)) => (Some(real.clone()), rest),
            None if path.is_absolute() => (Some(PathBuf::new()), path),
            None => (self.here.clone(), path),
        }
    }

    fn follow(&self, path: &Path, author: Author) -> Result<Followed, Refusal> {
        // What a file may name, the user may.
        if let Some(real) = self.directories.real(path) {
            return Ok(Followed { path: real, kind: FileKind::Directory, links: Vec::new() });
        }
        if author != Author::File {
            return self.follow_all(path, author);
        }
        let followed = self.follow_last(path).unwrap_or_else(|| self.follow_all(path, author))?;
        if followed.kind == FileKind::Directory && followed.links.is_empty() {
            self.directories.note(path, &followed.path);
        }
        Ok(followed)
    }

    /// Follows the last step of a path whose directory has been followed. `None` if it has not, or if that step is a link.
    fn follow_last(&self, path: &Path) -> Option<Result<Followed, Refusal>> {
        let Some(Component::Normal(name)) = path.components().next_back() else { return None };
        let next = self.directories.real(path.parent()?)?.join(name);
        // The long way tells what is wrong.
        if is_git(name) || self.is_never(&next) || !self.is_inside(&next) {
            return None;
        }
        match self.system.kind(&next).map_err(Refusal::from) {
            Err(Refusal::Missing { .. }) => Some(Err(Refusal::Missing { behind_link: false })),
            Ok(FileKind::Link) | Err(_) => None,
            Ok(FileKind::Directory) if self.is_data(&next) => None,
            Ok(kind) => Some(Ok(Followed { path: next, kind, links: Vec::new() })),
        }
    }

    fn follow_all(&self, path: &Path, author: Author) -> Result<Followed, Refusal> {
        let (start, rest) = self.start(path);
        let mut at = start.ok_or(Refusal::Missing { behind_link: false })?;
        let mut kind = FileKind::Directory;
        let mut links: Vec<PathBuf> = Vec::new();
        let mut parts = Vec::new();
        push(&mut parts, rest);
        while let Some(part) = parts.pop() {
            if kind != FileKind::Directory {
                return Err(self.missing(&at, &links));
            }
            let name = match part {
                PathStep::Top(top) => {
                    at.push(top);
                    continue;
                }
                PathStep::Up => {
                    at.pop();
                    continue;
                }
                PathStep::Name(name) => name,
            };
            let next = at.join(&name);
            if author == Author::File {
                if is_git(&name) || self.is_never(&next) {
                    return Err(Refusal::Git);
                }
                if !self.is_inside(&next) {
                    // A directory above a permitted one has no links, or its path would differ. Anything beside it is not looked at.
                    if self.inside.iter().any(|top| top.starts_with(&next)) {
                        at = next;
                        continue;
                    }
                    return Err(Refusal::Outside);
                }
            }
            let missing = |error: io::Error| match Refusal::from(error) {
                Refusal::Missing { .. } => self.missing(&next, &links),
                _ if self.leaves(&next, &links) => Refusal::Outside,
                other => other,
            };
            kind = self.system.kind(&next).map_err(missing)?;
            if kind == FileKind::Link {
                if links.len() == MAX_LINKS {
                    return Err(Refusal::Loop);
                }
                push(&mut parts, &self.system.link(&next)?);
                links.push(at.clone());
                kind = FileKind::Directory;
            } else {
                if author == Author::File && kind == FileKind::Directory && self.is_data(&next) {
                    return Err(Refusal::Git);
                }
                at = next;
            }
        }
        let is_outside = match author {
            Author::User => self.leaves(&at, &links),
            Author::File => !self.is_inside(&at),
        };
        if is_outside { Err(Refusal::Outside) } else { Ok(Followed { path: at, kind, links }) }
    }

    fn is_inside(&self, path: &Path) -> bool {
        self.inside.iter().any(|top| path.starts_with(top))
    }

    fn is_never(&self, path: &Path) -> bool {
        self.never.iter().any(|top| path.starts_with(top))
    }

    /// The repository that contains a directory, see [`Repositories::containing`].
    fn repository(&self, directory: &Path) -> Option<PathBuf> {
        self.repositories.containing(directory, &*self.system)
    }

    /// The data directory of a repository, if `.git` is a link or a file that points to it.
    fn git_directory(&self, top: &Path) -> Option<PathBuf> {
        let git = top.join(".git");
        let target = match self.system.kind(&git).ok()? {
            FileKind::Link => self.system.link(&git).ok()?,
            FileKind::File => {
                let text = self.system.read(&git, 1 << 12).ok()?;
                let line = String::from_utf8_lossy(&text).trim_end().to_owned();
                PathBuf::from(line.strip_prefix("gitdir: ")?)
            }
            FileKind::Directory | FileKind::Other(_) => return None,
        };
        self.follow(&top.join(target), Author::User).ok().map(|followed| followed.path)
    }
}

/// A component of a path that is still to be followed.
enum PathStep {
    /// `/`, or a drive.
    Top(OsString),
    Up,
    Name(OsString),
}

/// Pushes the components of a path onto a stack, the first one on top.
fn push(parts: &mut Vec<PathStep>, path: &Path) {
    let part = |component: Component<'_>| match component {
        Component::Prefix(_) | Component::RootDir => Some(PathStep::Top(component.as_os_str().to_owned())),
        Component::CurDir => None,
        Component::ParentDir => Some(PathStep::Up),
        Component::Normal(name) => Some(PathStep::Name(name.to_owned())),
    };
    let above = parts.len();
    parts.extend(path.components().filter_map(part));
    if let Some(added) = parts.get_mut(above..) {
        added.reverse();
    }
}

fn within(bytes: Vec<u8>, limit: u64) -> Result<Vec<u8>, Refusal> {
    if bytes.len() as u64 > limit { Err(Refusal::TooLarge(limit)) } else { Ok(bytes) }
}

fn in_git(path: &Path) -> bool {
    path.components().any(|part| is_git(part.as_os_str()))
}

/// Whether a path names a stream of this process, such as `<(command)` in a shell.
#[must_use]
pub fn is_stream(path: &Path) -> bool {
    let number = |top: &str| {
        path.strip_prefix(top).is_ok_and(|rest| rest.to_str().is_some_and(|n| n.parse::<u32>().is_ok()))
    };
    cfg!(unix) && (path == Path::new("/dev/stdin") || number("/dev/fd") || number("/proc/self/fd"))
}
