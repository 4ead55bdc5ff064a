//! The file systems beside the disk: texts over it, and a revision of a git repository. Whoever reads sees no difference.

use std::path::Path;
use std::sync::Arc;

use buttress::files::system::{FileKind, FileSystem};
use buttress::files::{Disk, GitTree, Overlay, Reader};

use crate::support::folder::Folder;

fn names(system: &dyn FileSystem, path: &Path) -> Vec<(String, FileKind)> {
    let mut names: Vec<_> = system
        .entries(path)
        .unwrap()
        .into_iter()
        .map(|entry| (entry.name.to_string_lossy().into_owned(), entry.kind))
        .collect();
    names.sort_by(|a, b| a.0.cmp(&b.0));
    names
}

fn text(system: &dyn FileSystem, path: &Path) -> String {
    String::from_utf8(system.read(path, 1000).unwrap()).unwrap()
}

#[test]
fn a_text_over_the_disk_is_read_in_place_of_the_file() {
    let folder = Folder::new("overlay");
    folder.write("main.tf", "old");
    folder.write("kept.tf", "kept");
    let at = |path: &str| folder.path(path);
    let mut overlay = Overlay::new(Arc::new(Disk));
    overlay.set(at("main.tf"), *b"new");
    overlay.set(at("made/inner/a.tf"), *b"made");
    assert_eq!(text(&overlay, &at("main.tf")), "new");
    assert_eq!(overlay.read(&at("main.tf"), 2).unwrap(), b"ne", "the limit holds");
    assert_eq!(text(&overlay, &at("kept.tf")), "kept");
    assert_eq!(text(&overlay, &at("made/inner/a.tf")), "made");
    let file = |name: &str| (name.to_owned(), FileKind::File);
    let directory = |name: &str| (name.to_owned(), FileKind::Directory);
    assert_eq!(names(&overlay, folder.top()), [file("kept.tf"), directory("made"), file("main.tf")]);
    assert_eq!(names(&overlay, &at("made")), [directory("inner")]);
    assert_eq!(overlay.kind(&at("made")).unwrap(), FileKind::Directory);
    assert!(overlay.kind(&at("mad")).is_err());
    overlay.unset(&at("main.tf"));
    assert_eq!(text(&overlay, &at("main.tf")), "old");
}

#[test]
fn a_revision_is_read_without_touching_the_checkout() {
    let folder = Folder::new("git");
    let at = |path: &str| folder.path(path);
    folder.git(&["init", "--quiet"]);
    folder.write("main.tf", "first");
    folder.write("modules/a b/ü.tf", "unusual");
    folder.write("empty.tf", "");
    #[cfg(unix)]
    std::os::unix::fs::symlink("main.tf", at("link.tf")).unwrap();
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "-m", "first"]);
    folder.write("main.tf", "second");
    folder.write("later.tf", "later");
    let tree = GitTree::open(&at("modules"), "HEAD", Arc::new(Disk)).unwrap();
    assert_eq!(text(&tree, &at("main.tf")), "first");
    assert_eq!(tree.read(&at("main.tf"), 2).unwrap(), b"fi", "the limit holds");
    assert_eq!(text(&tree, &at("empty.tf")), "");
    assert_eq!(text(&tree, &at("modules/a b/ü.tf")), "unusual");
    assert!(tree.kind(&at("later.tf")).is_err(), "it came later");
    assert_eq!(names(&tree, &at("modules")), [("a b".to_owned(), FileKind::Directory)]);
    let top: Vec<String> = names(&tree, folder.top()).into_iter().map(|(name, _)| name).collect();
    #[cfg(unix)]
    assert_eq!(top, ["empty.tf", "link.tf", "main.tf", "modules"]);
    #[cfg(unix)]
    assert_eq!(tree.link(&at("link.tf")).unwrap(), Path::new("main.tf"));
    assert!(!top.is_empty());

    // A reader follows links and keeps out of `.git` there as it does on disk.
    let mut reader = Reader::new(Arc::new(tree));
    reader.permit(folder.top()).unwrap();
    #[cfg(unix)]
    assert_eq!(reader.locate(&at("link.tf")).unwrap().0, at("main.tf"));
    assert!(reader.locate(&at(".git/config")).is_err());
}

#[test]
fn no_revision_is_told_and_nothing_is_taken_for_an_option() {
    let folder = Folder::new("no-revision");
    folder.git(&["init", "--quiet"]);
    folder.write("main.tf", "");
    folder.git(&["add", "."]);
    folder.git(&["commit", "--quiet", "-m", "first"]);
    for revision in ["nowhere", "--help", "-h", ""] {
        let error = GitTree::open(folder.top(), revision, Arc::new(Disk)).unwrap_err();
        assert_eq!(error.to_string(), format!("git does not know the revision `{revision}`"));
    }
}
