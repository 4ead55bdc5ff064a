// Starts `buttress lsp` for the folders of the workspace, and again when the path of the program changes.

const { commands, window, workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

/** The languages and files that the server is told about. */
const DOCUMENTS = [
  { scheme: "file", language: "terraform" },
  { scheme: "file", language: "terraform-vars" },
  { scheme: "file", language: "opentofu" },
  { scheme: "file", language: "opentofu-vars" },
  { scheme: "file", pattern: "**/*.{tf,tofu,tf.json,tofu.json,tfvars,tfvars.json}" },
  { scheme: "file", pattern: "**/{buttress,terragrunt}.hcl" },
];

/** @type {LanguageClient | undefined} */
let client;

/** What was asked for last; starts and stops follow each other, so that no two servers run. */
let last = Promise.resolve();

/**
 * @param {() => Promise<void>} step
 * @returns {Promise<void>}
 */
function queue(step) {
  last = last.then(step, step);
  return last;
}

async function start() {
  const settings = workspace.getConfiguration("buttress");
  const command = settings.get("path", "buttress");
  const next = new LanguageClient(
    "buttress",
    "buttress",
    { command, args: ["lsp"] },
    {
      documentSelector: DOCUMENTS,
      // The server asks for the section `buttress` itself; this is for the time before it does.
      initializationOptions: JSON.parse(JSON.stringify(settings)),
      synchronize: { configurationSection: "buttress" },
    },
  );
  try {
    await next.start();
    client = next;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    void window.showErrorMessage(
      `buttress could not be started as "${command}": ${reason}. Install it, or set "buttress.path".`,
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

/** @param {import("vscode").ExtensionContext} context */
async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("buttress.restart", () => queue(restart)),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("buttress.path")) {
        void queue(restart);
      }
    }),
  );
  await queue(start);
}

function deactivate() {
  return queue(stop);
}

module.exports = { activate, deactivate };
