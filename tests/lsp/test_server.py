"""Drives `buttress lsp` as an editor does: open a broken buffer, fix it, hover a variable, take a code action."""

import asyncio
import os
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

BUTTRESS = os.environ.get("BUTTRESS", "buttress")

MAIN = """\
terraform {
  backend "s3" {}
}

variable "größe" {
  type    = bool
  default = false
}

resource "aws_db_instance" "orders" {
  identifier = "orders – ä"
  multi_az   = var.größe
}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    # Not in a folder whose name has `test` in it: that would be an environment.
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "main.tf").write_text(MAIN, encoding="utf-8")
    (folder / "buttress.hcl").write_text('select = ["rds-single-az"]\n', encoding="utf-8")
    return folder


class Told(LanguageClient):
    """A client that keeps every publication: what comes while a test waits for something else is not lost."""

    def __init__(self):
        super().__init__(converter_factory=default_converter)
        self.publications: list[types.PublishDiagnosticsParams] = []
        self.news = asyncio.Event()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams):
            self.publications.append(params)
            self.news.set()

        @self.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams):
            return [None for _ in params.items]


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[BUTTRESS, "lsp"], client_factory=Told))
async def client(lsp_client: LanguageClient, folder: Path):
    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams):
        """The server asks that files are watched."""
        assert [one.method for one in params.registrations] == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]

    params = types.InitializeParams(
        capabilities=client_capabilities("visual-studio-code"),
        workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name="folder")],
        initialization_options={"inlayHints": True},
    )
    await lsp_client.initialize_session(params)
    yield
    await lsp_client.shutdown_session()


async def published(client: Told, uri: str, version: int | None) -> list[types.Diagnostic]:
    """The diagnostics of a version of a file; of none once it is closed."""
    while True:
        while client.publications:
            params = client.publications.pop(0)
            if params.uri == uri and params.version == version:
                return list(params.diagnostics)
        client.news.clear()
        await asyncio.wait_for(client.news.wait(), timeout=120)


def change(client: Told, uri: str, version: int, text: str):
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=version),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
        )
    )


def place(text: str, sought: str) -> types.Position:
    """Where a text begins, in units of UTF-16."""
    before = text[: text.index(sought)]
    column = before.rsplit("\n", 1)[-1]
    return types.Position(line=before.count("\n"), character=len(column.encode("utf-16-le")) // 2)


def codes(diagnostics: list[types.Diagnostic]) -> list[str]:
    return sorted(str(diagnostic.code) for diagnostic in diagnostics)


async def test_a_session(client: Told, folder: Path):
    uri = (folder / "main.tf").as_uri()
    document = types.TextDocumentIdentifier(uri=uri)

    # A broken buffer: the disk is whole, the text is not.
    broken = MAIN.replace('"orders – ä"', '"orders – ä')
    item = types.TextDocumentItem(uri=uri, language_id="terraform", version=1, text=broken)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    found = await published(client, uri, 1)
    assert "syntax/unclosed-string" in codes(found)

    # It is fixed, and what the text says is found.
    change(client, uri, 2, MAIN)
    found = await published(client, uri, 2)
    assert codes(found) == ["rds-single-az"]
    finding = found[0]
    assert finding.severity == types.DiagnosticSeverity.Error
    assert finding.source == "buttress"
    # The default decides; the attribute is the other place.
    assert finding.range.start == place(MAIN, "default = false")
    assert [related.location.range.start for related in finding.related_information or []] == [
        place(MAIN, "multi_az")
    ]

    # A variable.
    hover = await client.text_document_hover_async(
        types.HoverParams(text_document=document, position=place(MAIN, "größe\n}"))
    )
    assert isinstance(hover.contents, types.MarkupContent)
    assert "`false`" in hover.contents.value
    assert "main.tf:7" in hover.contents.value

    # Accept the finding.
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=document,
            range=finding.range,
            context=types.CodeActionContext(diagnostics=[finding]),
        )
    )
    accept = next(action for action in actions if action.title.startswith("Accept `rds-single-az`"))
    (edits,) = accept.edit.document_changes
    (edit,) = edits.edits
    assert edits.text_document.version == 2
    assert edit.range.start == edit.range.end
    lines = MAIN.split("\n")
    lines.insert(edit.range.start.line, edit.new_text.rstrip("\n"))
    change(client, uri, 3, "\n".join(lines))
    assert codes(await published(client, uri, 3)) == []

    # Closed, it has nothing to say.
    client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=document))
    assert await published(client, uri, None) == []


async def test_hints_and_lenses(client: Told, folder: Path):
    text = MAIN + '\nresource "aws_instance" "web" {\n  count             = 2\n  availability_zone = "eu-central-1a"\n}\n'
    uri = (folder / "main.tf").as_uri()
    document = types.TextDocumentIdentifier(uri=uri)
    item = types.TextDocumentItem(uri=uri, language_id="terraform", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    await published(client, uri, 1)
    everything = types.Range(start=types.Position(0, 0), end=types.Position(1000, 0))
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(text_document=document, range=everything)
    )
    assert [hint.label for hint in hints] == ["× 2 · eu-central-1a"]
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(text_document=document))
    assert all(lens.command is not None for lens in lenses)


async def test_a_fix(client: Told, folder: Path):
    uri = (folder / "main.tf").as_uri()
    document = types.TextDocumentIdentifier(uri=uri)
    item = types.TextDocumentItem(uri=uri, language_id="terraform", version=1, text=MAIN)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    finding = (await published(client, uri, 1))[0]

    def ask(only: list[str] | None):
        context = types.CodeActionContext(diagnostics=[finding], only=only)
        return client.text_document_code_action_async(
            types.CodeActionParams(text_document=document, range=finding.range, context=context)
        )

    (fix,) = [action for action in await ask(None) if action.title == "Fix `rds-single-az`"]
    assert fix.is_preferred
    assert fix.kind == types.CodeActionKind.QuickFix
    assert [diagnostic.code for diagnostic in fix.diagnostics] == ["rds-single-az"]
    (edits,) = fix.edit.document_changes
    (edit,) = edits.edits
    start = place(MAIN, "false\n}")
    assert edit.range.start == start
    assert edit.new_text == "true"

    # An editor that fixes when it saves asks for this kind alone.
    (everything,) = await ask(["source.fixAll"])
    assert everything.kind == "source.fixAll.buttress"
    change(client, uri, 2, MAIN.replace("default = false", "default = true"))
    assert codes(await published(client, uri, 2)) == []


async def test_a_cancelled_request_is_answered(client: Told, folder: Path):
    uri = (folder / "main.tf").as_uri()
    item = types.TextDocumentItem(uri=uri, language_id="terraform", version=1, text=MAIN)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    everything = types.Range(start=types.Position(0, 0), end=types.Position(100, 0))
    params = types.CodeActionParams(
        text_document=types.TextDocumentIdentifier(uri=uri),
        range=everything,
        context=types.CodeActionContext(diagnostics=[]),
    )
    # It waits for the first check.
    waiting = client.protocol.send_request(types.TEXT_DOCUMENT_CODE_ACTION, params)
    (request_id,) = client.protocol._request_futures.keys()
    client.cancel_request(types.CancelParams(id=request_id))
    with pytest.raises(Exception, match="cancelled"):
        await asyncio.wait_for(asyncio.wrap_future(waiting), timeout=120)
    assert codes(await published(client, uri, 1)) == ["rds-single-az"]
