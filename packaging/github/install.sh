#!/usr/bin/env bash
# Installs a released binary into $RUNNER_TEMP, after its checksum. There is no second way: what fails says what to do.
set -euo pipefail

fail() {
    echo "::error title=buttress::$1"
    exit 2
}

if [[ ! "$VERSION" =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
    fail "the input \`version\` is not a version: write it as 0.1.0"
fi
if [[ -n "$SHA256" && ! "$SHA256" =~ ^[0-9a-f]{64}$ ]]; then
    fail "the input \`sha256\` is not a checksum: write 64 digits in lower case"
fi

case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *) fail "there is no binary for this runner: use one of Linux, macOS or Windows on x64 or arm64, or build it with cargo in a step before" ;;
esac

# The workspace is a stranger's: nothing here runs in it, and curl reads no config.
mkdir -p "$RUNNER_TEMP/buttress/bin"
cd "$RUNNER_TEMP/buttress"
archive="buttress-v$VERSION-$target.tar.gz"
release="$GITHUB_SERVER_URL/${ACTION_REPOSITORY:-$GITHUB_REPOSITORY}/releases/download/v$VERSION"

fetch() {
    curl --disable --fail --silent --show-error --location --proto '=https' --retry 3 --output "$1" "$release/$1" \
        || fail "$release/$1 cannot be downloaded: check that the release $VERSION exists, and that the runner reaches it"
}

fetch "$archive"
if [[ -z "$SHA256" ]]; then
    fetch "$archive.sha256"
    read -r SHA256 _ <"$archive.sha256"
fi
if command -v sha256sum >/dev/null; then actual="$(sha256sum "$archive")"; else actual="$(shasum -a 256 "$archive")"; fi
if [[ "${actual%% *}" != "$SHA256" ]]; then
    rm -f "$archive"
    fail "the checksum of $archive is ${actual%% *}, not $SHA256: nothing of it was run. Check the input \`sha256\`; if it is right, report it"
fi
tar -xzf "$archive" -C bin
