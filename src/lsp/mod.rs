//! The language server: tells an editor what a run says about the texts that are open, saved or not.
//!
//! One thread takes messages and owns the state. What takes a while is done elsewhere on a snapshot, and its result comes back as
//! one more event. A text that changes meanwhile makes the result worthless: a check starts again, and a request is answered with
//! "content modified", so nothing is ever said about a text that is no longer there. This module knows the protocol; what is said
//! comes from [`crate::check`]. The connection is handed in: nothing here touches a stream.

mod actions;
mod answers;
mod documents;
mod hints;
mod hover;
mod message;
mod options;
mod position;
mod published;
mod server;
mod snapshot;
mod uris;

use std::fmt;
use std::path::PathBuf;

use lsp_server::{Connection, ProtocolError};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions,
    HoverProviderCapability, InitializeParams, SaveOptions, ServerCapabilities, TextDocumentSyncCapability,
    TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};

use crate::settings::Date;
pub use message::next_message;
pub use position::ColumnUnit;
use server::Server;

/// What the server takes from the process around it.
#[derive(Clone, Debug)]
pub struct LspHost {
    /// Where `terraform init` puts what it fetches, if `TF_DATA_DIR` says so.
    pub data_dir: Option<PathBuf>,
    /// The day by the clock: a server runs for longer than one.
    pub today: fn() -> Option<Date>,
}

/// Why a server could not begin.
#[derive(Debug)]
pub enum LspError {
    /// No more messages come: the streams know why.
    Ended,
    /// The editor begins in another way than the protocol says.
    NotUnderstood(String),
}

impl fmt::Display for LspError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("the editor ended the connection before it began"),
            Self::NotUnderstood(why) => write!(f, "the editor's `initialize` is not understood: {why}"),
        }
    }
}

impl std::error::Error for LspError {}

/// Serves an editor until it says that it goes. Gives whether it said so in the right order: the exit code depends on it.
///
/// # Errors
/// If the editor does not begin as the protocol says.
pub fn serve(connection: &Connection, host: LspHost) -> Result<bool, LspError> {
    let failed = |error: ProtocolError| {
        if error.channel_is_disconnected() {
            LspError::Ended
        } else {
            LspError::NotUnderstood(error.to_string())
        }
    };
    let (id, params) = connection.initialize_start().map_err(failed)?;
    let params: InitializeParams =
        serde_json::from_value(params).map_err(|error| LspError::NotUnderstood(error.to_string()))?;
    let general = params.capabilities.general.as_ref();
    let unit = ColumnUnit::chosen(general.and_then(|general| general.position_encodings.as_deref()));
    let result = serde_json::json!({
        "capabilities": capabilities(unit),
        "serverInfo": { "name": "buttress", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, result).map_err(failed)?;
    Ok(Server::new(connection, host, &params, unit).run())
}

fn capabilities(unit: ColumnUnit) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(unit.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, actions::fix_all_kind()]),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        inlay_hint_provider: Some(lsp_types::OneOf::Left(true)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(lsp_types::OneOf::Left(true)),
            }),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    }
}
