//! The first day of a new user, from the README alone: `tests/new_user.sh` in an environment that holds nothing else.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::support::fixture;
use crate::support::folder::Folder;

#[test]
fn the_commands_of_the_readme_lead_a_new_user_to_a_gate() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::new("new-user");
    std::fs::create_dir_all(folder.path("home")).unwrap();
    std::fs::create_dir_all(folder.path("work")).unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_buttress")).parent().unwrap();
    let output = Command::new("/bin/sh")
        .arg(top.join("tests/new_user.sh"))
        .arg(top.join("README.md"))
        .arg(fixture("first_day"))
        .current_dir(folder.path("work"))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", programs.display()))
        .env("HOME", folder.path("home"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.ends_with("done\n"),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
