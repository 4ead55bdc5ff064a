//! Requests of the editor, and who answers them.

use lsp_server::{ErrorCode, Request, RequestId, Response};

use super::snapshot::Snapshot;

/// Works out the answer to a request from a snapshot.
pub(super) type Work = Box<dyn FnOnce(&Snapshot) -> serde_json::Value + Send>;

/// The work that a request asks for.
///
/// # Errors
/// The response to a request that is not understood.
pub(super) fn work_for(request: Request) -> Result<(RequestId, Work), Response> {
    let Request { id, method, params: _ } = request;
    let message = format!("there is no `{method}`");
    Err(Response::new_err(id, ErrorCode::MethodNotFound as i32, message))
}
