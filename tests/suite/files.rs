//! Tests of reading files.

use std::fs;
use std::path::PathBuf;

use buttress::source::files::{MAX_FILE_BYTES, read_text};

/// A file of its own for each test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let directory = std::env::temp_dir().join(format!("buttress-files-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let path = directory.join(name);
        fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // Left behind, it does no harm.
        let _removed = fs::remove_file(&self.0);
    }
}

/// The text of a file with these bytes, or what is said of it.
fn check(name: &str, bytes: &[u8], expected: Result<&str, (&str, &str)>) {
    let file = Temporary::new(name, bytes);
    match (read_text(&file.0), expected) {
        (Ok(text), expected) => assert_eq!(Ok(&*text), expected),
        (Err(problem), Err((code, message))) => {
            assert_eq!(problem.code, code);
            assert!(problem.message.contains(message), "{}", problem.message);
            assert!(problem.message.contains(name) && problem.help.is_some() && problem.span.is_none());
        }
        (Err(problem), Ok(_)) => panic!("{problem:?}"),
    }
}

#[test]
fn text_is_read_without_its_mark() {
    check("plain.tf", "a = \"é\"\r\n".as_bytes(), Ok("a = \"é\"\r\n"));
    check("mark.tf", b"\xef\xbb\xbfa = 1\n", Ok("a = 1\n"));
    check("empty.tf", b"", Ok(""));
}

#[test]
fn other_encodings_are_refused() {
    check("latin.tf", b"a = 1\nb = \"\xe9\"\n", Err(("source/not-utf8", "byte 11 (0xe9, in line 2)")));
    check("utf16.tf", b"\xff\xfea\0", Err(("source/not-utf8", "UTF-16")));
}

#[test]
fn large_files_are_refused() {
    let file = Temporary::new("large.tf", b"");
    fs::File::options().write(true).open(&file.0).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
    assert_eq!(read_text(&file.0).unwrap_err().code, "source/too-large");
    fs::File::options().write(true).open(&file.0).unwrap().set_len(MAX_FILE_BYTES).unwrap();
    assert!(read_text(&file.0).is_ok());
}

#[test]
fn what_is_no_file_is_named() {
    let directory = std::env::temp_dir();
    let problem = read_text(&directory).unwrap_err();
    assert_eq!(problem.code, "source/directory");
    let problem = read_text(&directory.join("buttress-there-is-no-such-file.tf")).unwrap_err();
    assert_eq!(problem.code, "source/missing");
    assert!(problem.message.contains("buttress-there-is-no-such-file.tf") && problem.help.is_some());
}
