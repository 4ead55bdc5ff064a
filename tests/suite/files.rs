//! Tests of reading files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use buttress::diagnostic::Diagnostic;
use buttress::files::Reader;
use buttress::files::decode::{MAX_DECODED_BYTES, plan_text};
use buttress::files::read::MAX_FILE_BYTES;
use buttress::value::Str;
use flate2::Compression;
use flate2::write::GzEncoder;

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

fn read_text(path: &Path) -> Result<std::sync::Arc<str>, Box<Diagnostic>> {
    Reader::default().text_of_named(path)
}

/// The text of a file with these bytes, or what is said of it.
fn check(name: &str, bytes: &[u8], expected: Result<&str, (&str, &str)>) {
    let file = Temporary::new(name, bytes);
    match (read_text(&file.0), expected) {
        (Ok(text), expected) => assert_eq!(Ok(&*text), expected),
        (Err(problem), Err((code, message))) => {
            assert_eq!(problem.id, code);
            assert!(problem.message.contains(message), "{}", problem.message);
            assert!(problem.message.contains(name) && problem.help.is_some() && problem.span().is_none());
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
fn a_mark_stays_where_terraform_refuses_it() {
    check("mark.tf", "\u{feff}a = 1\n".as_bytes(), Ok("a = 1\n"));
    check("mark.tf.json", "\u{feff}{}".as_bytes(), Ok("\u{feff}{}"));
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
    assert_eq!(read_text(&file.0).unwrap_err().id, "source/too-large");
    fs::File::options().write(true).open(&file.0).unwrap().set_len(MAX_FILE_BYTES).unwrap();
    assert!(read_text(&file.0).is_ok());
}

#[test]
fn what_is_no_file_is_named() {
    let directory = std::env::temp_dir();
    let problem = read_text(&directory).unwrap_err();
    assert_eq!(problem.id, "source/directory");
    let problem = read_text(&directory.join("buttress-there-is-no-such-file.tf")).unwrap_err();
    assert_eq!(problem.id, "source/missing");
    assert!(problem.message.contains("buttress-there-is-no-such-file.tf") && problem.help.is_some());
}

fn wide(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes_of).collect()
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn plan(bytes: Vec<u8>) -> Result<String, (Str, String)> {
    plan_text(Path::new("plan.json"), bytes).map_err(|problem| {
        assert!(problem.help.is_some() && problem.message.contains("`plan.json`"), "{problem:?}");
        (problem.id, problem.message)
    })
}

#[test]
fn plans_are_read_in_every_encoding_in_which_they_are_written() {
    let text = "{\"a\":\"é, 雪, 🏔\"}\n";
    let marked = format!("\u{feff}{text}");
    let spaced = format!("\r\n {text}");
    for (expected, written) in [(text, text), (text, &*marked), (&*spaced, &*spaced)] {
        for bytes in
            [written.as_bytes().to_vec(), wide(written, u16::to_le_bytes), wide(written, u16::to_be_bytes)]
        {
            assert_eq!(plan(bytes.clone()), Ok(expected.to_owned()), "{bytes:?}");
            assert_eq!(plan(compressed(&bytes)), Ok(expected.to_owned()), "{bytes:?}");
        }
    }
    assert_eq!(plan(Vec::new()), Ok(String::new()));
}

#[test]
fn plain_text_is_not_copied() {
    let bytes = b"{\"format_version\":\"1.2\"}".to_vec();
    let before = bytes.as_ptr();
    let text = plan(bytes).unwrap();
    assert_eq!(text.as_ptr(), before);
}

#[test]
fn what_is_no_text_is_told_apart() {
    let code = |bytes: Vec<u8>| plan(bytes).unwrap_err().0;
    let whole = compressed(b"{\"a\":1}");
    assert_eq!(code(whole[..whole.len() - 9].to_vec()), "source/gzip");
    assert_eq!(code([&whole[..], b"more"].concat()), "source/gzip");
    assert_eq!(code(b"\xff\xfe{\0\"".to_vec()), "source/not-utf16");
    assert_eq!(code(b"{\0\0\xd8".to_vec()), "source/not-utf16");
    assert_eq!(code(b"{\"a\":\"\xe9\"}".to_vec()), "source/not-utf8");
    let (code, message) = plan(b"PK\x03\x04\x14\0\x08\0\xff".to_vec()).unwrap_err();
    assert_eq!(code, "plan/not-a-plan");
    assert!(message.contains("ZIP"), "{message}");
}

#[test]
fn a_short_file_does_not_stand_for_a_long_one() {
    let packed = |mebibytes: usize| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        for _ in 0..mebibytes {
            encoder.write_all(&[b' '; 1 << 20]).unwrap();
        }
        encoder.finish().unwrap()
    };
    let read = |bytes: Vec<u8>| plan_text(Path::new("plan.json.gz"), bytes);
    assert_eq!(read(packed(60)).unwrap().len(), 60 << 20);
    assert_eq!(read(packed(80)).unwrap_err().id, "source/too-large");
}

#[test]
fn what_is_too_large_when_decompressed_is_refused() {
    // Sixteen kilobytes of each mebibyte cannot be compressed, so that the file becomes less than a hundred times as long.
    let mut state = 1_u32;
    let mut mebibyte: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(16 << 10)
    .collect();
    mebibyte.resize(1 << 20, 0);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..=MAX_DECODED_BYTES >> 20 {
        encoder.write_all(&mebibyte).unwrap();
    }
    let (code, message) = plan(encoder.finish().unwrap()).unwrap_err();
    assert_eq!(code, "source/too-large");
    assert!(message.contains("1024 MiB"), "{message}");
}
