//! A revision of a git repository as a file system. It reads what was committed without touching the checkout.
//!
//! The user's `git` reads the objects; this module runs it and parses its output. It runs `ls-tree` once, and one `cat-file --batch`
//! that stays and returns one file after the other. What differs in the checkout is found by `diff-index` and `ls-files`, which compare
//! names and times and open no file. None of them runs hooks, filters or anything else that a repository can configure. What does not
//! differ is read from the checkout, where both states share it. A submodule that is checked out is another repository, which is asked in
//! the same way for the commit that the revision names.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::programs::git;

use super::system::{DirectoryEntry, FileKind, FileSystem};

/// The most output of `git ls-tree` that is read, in bytes: some three million files.
const MAX_LISTING: u64 = 1 << 30;

/// Files with more bytes are not compared: they count as changed if git says that they may be.
const MAX_COMPARED: u64 = 16 << 20;

/// A file, link or directory of a revision.
#[derive(Clone, Debug)]
struct GitEntry {
    kind: FileKind,
    /// The name of the object with the contents; of a submodule the commit.
    object: String,
    is_submodule: bool,
}

/// The files of one revision, at the paths of the checkout. Paths outside of the repository and its `.git` are read from disk, and so is
/// what git ignores: it belongs to every revision.
#[derive(Debug)]
pub struct GitTree {
    /// The top of the work tree, absolute and without links.
    top: PathBuf,
    /// Files and directories that git ignores, relative to the top.
    ignored: BTreeSet<PathBuf>,
    /// Entries by path relative to the top.
    items: FxHashMap<PathBuf, GitEntry>,
    /// What is in each directory that is not empty, by its path relative to the top.
    within: FxHashMap<PathBuf, Vec<DirectoryEntry>>,
    /// Paths relative to the top of what may differ in the checkout, if that is known.
    differing: Option<FxHashSet<PathBuf>>,
    contents: Mutex<Contents>,
    /// The submodules, by their paths relative to the top. Of one that is not checked out, or whose commit is not there, no files of the
    /// revision are known.
    submodules: Vec<(PathBuf, Option<Self>)>,
    disk: Arc<dyn FileSystem>,
}

/// A running `git cat-file --batch`, which waits for names of objects.
#[derive(Debug)]
struct Contents {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// The files of an earlier revision, and what differs from it in the checkout.
#[derive(Debug)]
pub struct Since {
    pub tree: GitTree,
    /// The commit that the tree is of; the empty tree before the first commit.
    pub commit: String,
    /// Absolute paths of files that are new, changed or gone. A file may be among them that is the same.
    pub changed: Vec<PathBuf>,
}

impl Since {
    /// Compares the checkout at `top` with the commit at which its history and that of a revision part. A revision with another
    /// history is compared with itself. Before the first commit of a repository, `HEAD` is the empty tree: everything is new.
    ///
    /// # Errors
    /// If there is no git, no repository or no such revision; the message is git's own.
    pub fn open(top: &Path, revision: &str, disk: Arc<dyn FileSystem>) -> io::Result<Self> {
        let common = output(git(top).args(["merge-base", "--end-of-options", revision, "HEAD"]));
        let commit = match common {
            Ok(commit) => String::from_utf8_lossy(&commit).trim().to_owned(),
            Err(_) => commit_of(top, revision).or_else(|error| before_first(top, revision).ok_or(error))?,
        };
        Self::at(top, commit, &disk)
    }

    /// Compares the checkout at `top` with a commit.
    fn at(top: &Path, commit: String, disk: &Arc<dyn FileSystem>) -> io::Result<Self> {
        // Nothing of these waits for another.
        let tree = start(git(top).args(["ls-tree", "-r", "-t", "-z", "--full-tree", &commit]))?;
        let differing = start(git(top).args([
            "diff-index",
            "-z",
            "--name-only",
            "--no-renames",
            "--ignore-submodules=all",
            &commit,
            "--",
        ]))?;
        let list = ["ls-files", "-z", "--others", "--exclude-standard"];
        let new = start(git(top).args(list))?;
        let ignored = start(git(top).args(list).args(["--ignored", "--directory"]))?;
        let contents = Contents::start(top)?;
        let tree = GitTree::listed(&tree.finish()?, top.to_owned(), contents, disk.clone());
        let ignored = paths(&ignored.finish()?).collect();
        let differing = paths(&differing.finish()?).collect();
        let mut tree = GitTree { ignored, differing: Some(differing), ..tree };
        let new = new.finish()?;
        let differing = tree.differing.iter().flatten().filter(|path| tree.differs(path)).cloned();
        let changed = differing.chain(paths(&new)).map(|path| top.join(path));
        let mut changed: Vec<PathBuf> = changed.collect();
        for (path, commit) in tree.submodules_of_revision() {
            let below = top.join(&path);
            let is_there = disk.kind(&below.join(".git")).is_ok();
            let since = is_there.then(|| Self::at(&below, commit, disk).ok()).flatten();
            tree.submodules.push((
                path,
                since.map(|since| {
                    changed.extend(since.changed);
                    since.tree
                }),
            ));
        }
        changed.sort();
        Ok(Self { tree, commit, changed })
    }
}

/// A running command whose output is wanted.
struct RunningGit(Child);

fn start(command: &mut Command) -> io::Result<RunningGit> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map(RunningGit)
}

impl RunningGit {
    fn finish(self) -> io::Result<Vec<u8>> {
        checked(self.0.wait_with_output()?)
    }
}

/// The paths of a list with a null byte after each.
fn paths(list: &[u8]) -> impl Iterator<Item = PathBuf> {
    let paths = list.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    paths.map(|path| PathBuf::from(os_string(path.strip_suffix(b"/").unwrap_or(path))))
}

/// The commit that a revision names.
fn commit_of(top: &Path, revision: &str) -> io::Result<String> {
    // A revision may be named like an option or a file.
    let commit = format!("{revision}^{{commit}}");
    let commit = output(git(top).args(["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]));
    match commit {
        Ok(commit) => Ok(String::from_utf8_lossy(&commit).trim().to_owned()),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::NotFound,
            format!("git does not know the revision `{revision}`"),
        )),
    }
}

/// The empty tree, if the revision is `HEAD` or its branch and no commit is on it yet.
fn before_first(top: &Path, revision: &str) -> Option<String> {
    let branch = output(git(top).args(["symbolic-ref", "--quiet", "HEAD"])).ok()?;
    let branch = String::from_utf8_lossy(&branch).trim().to_owned();
    let is_head = matches!(revision, "HEAD" | "@")
        || revision == branch
        || branch.strip_prefix("refs/heads/").is_some_and(|name| name == revision);
    if !is_head {
        return None;
    }
    // Its name depends on the hash function of the repository. Nothing is written, and nothing is on standard input.
    let tree = output(git(top).args(["hash-object", "-t", "tree", "--stdin"])).ok()?;
    Some(String::from_utf8_lossy(&tree).trim().to_owned())
}

impl GitTree {
    /// Lists the files of a revision of the repository that contains `directory`.
    ///
    /// # Errors
    /// If there is no git, no repository or no such revision; the message is git's own.
    pub fn open(directory: &Path, revision: &str, disk: Arc<dyn FileSystem>) -> io::Result<Self> {
        let top = output(git(directory).args(["rev-parse", "--show-toplevel"]))?;
        let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end_matches(['\n', '\r']));
        let commit = commit_of(&top, revision)?;
        let listing = output(git(&top).args(["ls-tree", "-r", "-t", "-z", "--full-tree", &commit]))?;
        let contents = Contents::start(&top)?;
        Ok(Self::listed(&listing, top, contents, disk))
    }

    /// The tree that `ls-tree` has listed.
    fn listed(listing: &[u8], top: PathBuf, contents: Contents, disk: Arc<dyn FileSystem>) -> Self {
        let mut items: FxHashMap<PathBuf, GitEntry> = FxHashMap::default();
        let mut within: FxHashMap<PathBuf, Vec<DirectoryEntry>> = FxHashMap::default();
        for (path, item) in listing.split(|byte| *byte == 0).filter_map(item) {
            if let (Some(above), Some(name)) = (path.parent(), path.file_name()) {
                let entry = DirectoryEntry { name: name.to_owned(), kind: item.kind };
                within.entry(above.to_owned()).or_default().push(entry);
            }
            items.insert(path, item);
        }
        let (ignored, contents) = (BTreeSet::new(), Mutex::new(contents));
        Self { top, ignored, items, within, differing: None, contents, submodules: Vec::new(), disk }
    }

    /// The paths of the submodules that the revision has, each with its commit.
    fn submodules_of_revision(&self) -> Vec<(PathBuf, String)> {
        let all = self.items.iter().filter(|(_, item)| item.is_submodule);
        let mut all: Vec<_> = all.map(|(path, item)| (path.clone(), item.object.clone())).collect();
        all.sort();
        all
    }

    /// What the checkout has of a file that does not differ there. It may not be checked out.
    fn read_checkout(&self, path: &Path, inside: &Path, limit: u64) -> Option<Vec<u8>> {
        let is_same = !self.differing.as_ref()?.contains(inside);
        is_same.then(|| self.disk.read(path, limit).ok()).flatten()
    }

    /// Whether a file in the checkout has other contents than in the revision.
    fn differs(&self, path: &Path) -> bool {
        let file = self.top.join(path);
        let same_kind = match (self.kind(&file), self.disk.kind(&file)) {
            (Ok(old), Ok(new)) => old == new,
            _ => false,
        };
        !same_kind
            || match (self.read(&file, MAX_COMPARED), self.disk.read(&file, MAX_COMPARED)) {
                (Ok(old), Ok(new)) => old != new || old.len() as u64 >= MAX_COMPARED,
                _ => true,
            }
    }

    /// The path within the tree; if it does not belong to the revision, what has it: the revision of a submodule, or the disk.
    fn inside<'p>(&self, path: &'p Path) -> Result<&'p Path, &dyn FileSystem> {
        let disk: &dyn FileSystem = &*self.disk;
        let Ok(inside) = path.strip_prefix(&self.top) else { return Err(disk) };
        if let Some((_, tree)) = self.submodules.iter().find(|(own, _)| inside.starts_with(own)) {
            return Err(tree.as_ref().map_or(disk, |tree| tree));
        }
        let is_git = inside.components().next() == Some(Component::Normal(".git".as_ref()));
        let is_ignored =
            || !self.ignored.is_empty() && inside.ancestors().any(|path| self.ignored.contains(path));
        if is_git || inside.as_os_str().is_empty() || is_ignored() { Err(disk) } else { Ok(inside) }
    }

    fn item(&self, inside: &Path) -> io::Result<&GitEntry> {
        self.items.get(inside).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl FileSystem for GitTree {
    fn working_directory(&self) -> io::Result<PathBuf> {
        self.disk.working_directory()
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.inside(path) {
            Ok(inside) => self.item(inside).map(|item| item.kind),
            Err(elsewhere) => elsewhere.kind(path),
        }
    }

    fn link(&self, path: &Path) -> io::Result<PathBuf> {
        let inside = match self.inside(path) {
            Ok(inside) => inside,
            Err(elsewhere) => return elsewhere.link(path),
        };
        match self.item(inside)? {
            GitEntry { kind: FileKind::Link, object, .. } => {
                let target =
                    self.contents.lock().unwrap_or_else(PoisonError::into_inner).read(object, 1 << 16)?;
                Ok(PathBuf::from(os_string(&target)))
            }
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    fn entries(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let inside = match self.inside(path) {
            Ok(inside) => inside,
            Err(_) if path == self.top => Path::new(""),
            Err(elsewhere) => return elsewhere.entries(path),
        };
        if !inside.as_os_str().is_empty() && self.item(inside)?.kind != FileKind::Directory {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let of_revision = self.within.get(inside).into_iter().flatten().cloned();
        let ignored = self.ignored.range(inside.to_owned()..).take_while(|path| path.starts_with(inside));
        let ignored = ignored.filter(|path| path.parent() == Some(inside)).filter_map(|path| {
            let kind = self.disk.kind(&self.top.join(path)).ok()?;
            Some(DirectoryEntry { name: path.file_name()?.to_owned(), kind })
        });
        Ok(of_revision.chain(ignored).collect())
    }

    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let inside = match self.inside(path) {
            Ok(inside) => inside,
            Err(elsewhere) => return elsewhere.read(path, limit),
        };
        match self.item(inside)? {
            GitEntry { kind: FileKind::File, object, .. } => match self.read_checkout(path, inside, limit) {
                Some(bytes) => Ok(bytes),
                None => self.contents.lock().unwrap_or_else(PoisonError::into_inner).read(object, limit),
            },
            _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
        }
    }
}

impl Contents {
    fn start(top: &Path) -> io::Result<Self> {
        let mut child = git(top)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok(Self { child, input, output: BufReader::new(output) }),
            _ => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// The first `limit` bytes of an object. Git answers with `NAME TYPE SIZE`, the contents and a line end.
    fn read(&mut self, object: &str, limit: u64) -> io::Result<Vec<u8>> {
        writeln!(self.input, "{object}")?;
        self.input.flush()?;
        let mut heading = String::new();
        self.output.read_line(&mut heading)?;
        let size: u64 =
            heading.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse().ok()).ok_or_else(|| {
                io::Error::new(io::ErrorKind::NotFound, format!("git has no object {object}"))
            })?;
        let mut bytes = Vec::new();
        (&mut self.output).take(size.min(limit)).read_to_end(&mut bytes)?;
        // Skip the rest of a file that is too large, and the line end.
        io::copy(&mut (&mut self.output).take(size.saturating_sub(limit) + 1), &mut io::sink())?;
        Ok(bytes)
    }
}

impl Drop for Contents {
    fn drop(&mut self) {
        // The process ends when its input does. Kill it all the same, so that we never wait for one that does not.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The output of a command, unless it fails.
fn output(command: &mut Command) -> io::Result<Vec<u8>> {
    checked(command.output()?)
}

fn checked(output: Output) -> io::Result<Vec<u8>> {
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(io::Error::other(said.lines().next().unwrap_or("git failed").to_owned()));
    }
    if output.stdout.len() as u64 > MAX_LISTING {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(output.stdout)
}

/// Parses one entry of `ls-tree -z`: `MODE TYPE OBJECT<tab>PATH`.
fn item(entry: &[u8]) -> Option<(PathBuf, GitEntry)> {
    let tab = entry.iter().position(|byte| *byte == b'\t')?;
    let (about, path) = entry.split_at_checked(tab)?;
    let about = String::from_utf8_lossy(about).into_owned();
    let mut words = about.split(' ');
    let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
    let kind = match mode {
        "040000" => FileKind::Directory,
        "120000" => FileKind::Link,
        // A submodule: its contents belong to another repository.
        "160000" => FileKind::Directory,
        _ => FileKind::File,
    };
    let entry = GitEntry { kind, object: object.to_owned(), is_submodule: mode == "160000" };
    Some((PathBuf::from(os_string(path.get(1..)?)), entry))
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
