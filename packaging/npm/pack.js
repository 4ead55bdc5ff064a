#!/usr/bin/env node
// pack.js DIRECTORY PROGRAMS…: packs the npm packages into the directory. A program is TARGET=PATH; the package `buttress` is packed too,
// and MAN=DIRECTORY gives it the pages of the manual.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** Targets of Rust, with what npm calls them. */
const PLATFORMS = {
  "aarch64-apple-darwin": ["darwin", "arm64"],
  "x86_64-apple-darwin": ["darwin", "x64"],
  "aarch64-unknown-linux-musl": ["linux", "arm64"],
  "x86_64-unknown-linux-musl": ["linux", "x64"],
  "x86_64-pc-windows-msvc": ["win32", "x64"],
};

const [directory, ...given] = process.argv.slice(2);
if (!directory || given.length === 0) throw new Error("usage: pack.js DIRECTORY TARGET=PROGRAM…");
const out = path.resolve(directory);
const root = path.resolve(__dirname, "../..");
const main = JSON.parse(fs.readFileSync(path.join(__dirname, "package.json"), "utf8"));
const work = fs.mkdtempSync(path.join(os.tmpdir(), "buttress-npm-"));
fs.mkdirSync(out, { recursive: true });

/** Packs a folder; npm names the file. */
function pack(folder) {
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) fs.copyFileSync(path.join(root, licence), path.join(folder, licence));
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const packed = execFileSync(npm, ["pack", "--silent", "--pack-destination", out], { cwd: folder, encoding: "utf8" });
  console.log(path.join(out, packed.trim()));
}

try {
  const folder = path.join(work, main.name);
  fs.mkdirSync(path.join(folder, "man"), { recursive: true });
  for (const file of ["package.json", "buttress.js"]) fs.copyFileSync(path.join(__dirname, file), path.join(folder, file));
  fs.copyFileSync(path.join(root, "README.md"), path.join(folder, "README.md"));
  if (process.env.MAN) fs.cpSync(process.env.MAN, path.join(folder, "man"), { recursive: true });
  pack(folder);

  for (const argument of given) {
    const [target, program] = argument.split("=");
    if (!PLATFORMS[target] || !program) throw new Error(`no platform of npm: ${argument}`);
    const [platform, arch] = PLATFORMS[target];
    const name = `${main.name}-${platform}-${arch}`;
    if (main.optionalDependencies[name] !== main.version) throw new Error(`${name} is not what package.json depends on`);
    const folder = path.join(work, name);
    const file = platform === "win32" ? "buttress.exe" : "buttress";
    fs.mkdirSync(folder);
    fs.copyFileSync(program, path.join(folder, file));
    fs.chmodSync(path.join(folder, file), 0o755);
    const { version, license, repository } = main;
    const description = `The program of ${main.name} for ${platform} on ${arch}`;
    const manifest = { name, version, description, license, repository, os: [platform], cpu: [arch], files: [file], preferUnplugged: true };
    fs.writeFileSync(path.join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    fs.writeFileSync(path.join(folder, "README.md"), `# ${name}\n\n${description}. Install \`${main.name}\`.\n`);
    pack(folder);
  }
} finally {
  fs.rmSync(work, { recursive: true });
}
