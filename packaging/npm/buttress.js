#!/usr/bin/env node
// Starts the program of this platform, which is in a package of its own: npm installs the one that fits.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

/** @returns {string} the path of the program */
function program() {
  const name = `buttress-${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "buttress.exe" : "buttress";
  if (!(name in (require("./package.json").optionalDependencies))) {
    fail(`there is no binary for ${process.platform} on ${process.arch}: build it with \`cargo install\``);
  }
  try {
    return require.resolve(`${name}/${file}`);
  } catch {
    return fail(`the package ${name} is missing: install again, with optional dependencies`);
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`error: ${message}`);
  process.exit(2);
}

// Ctrl-C reaches the program as well, and its answer counts.
process.on("SIGINT", () => {});
const { error, signal, status } = spawnSync(program(), process.argv.slice(2), { stdio: "inherit", windowsHide: true });
if (error) fail(`the program cannot be started: ${error.message}`);
process.exit(signal ? 128 + constants.signals[signal] : (status ?? 2));
