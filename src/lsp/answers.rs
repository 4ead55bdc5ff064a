//! Requests of the editor, and who answers them.

use lsp_server::{ErrorCode, Request, RequestId, Response};
use lsp_types::request::{self as requested, Request as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::actions::actions;
use super::hints::{hints, lenses};
use super::hover::hover;
use super::snapshot::Snapshot;

/// What an answer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnsweredFrom {
    /// The texts.
    Texts,
    /// The check of the texts that is due in any case: nothing is checked twice.
    Check,
}

/// Works out the answer to a request from a snapshot.
pub(super) type Work = Box<dyn FnOnce(&Snapshot) -> serde_json::Value + Send>;

/// The work that a request asks for.
///
/// # Errors
/// The response to a request that is not understood.
pub(super) fn work_for(request: Request) -> Result<(RequestId, AnsweredFrom, Work), Response> {
    let from = match request.method.as_str() {
        requested::CodeActionRequest::METHOD => AnsweredFrom::Check,
        _ => AnsweredFrom::Texts,
    };
    let (id, work) = match request.method.as_str() {
        requested::CodeActionRequest::METHOD => work(request, actions),
        requested::CodeLensRequest::METHOD => work(request, lenses),
        requested::InlayHintRequest::METHOD => work(request, hints),
        requested::HoverRequest::METHOD => work(request, hover),
        method => {
            let message = format!("there is no `{method}`");
            Err(Response::new_err(request.id, ErrorCode::MethodNotFound as i32, message))
        }
    }?;
    Ok((id, from, work))
}

/// Reads the parameters of a request. What cannot be made JSON has no answer.
fn work<P, R>(
    request: Request,
    answer: impl FnOnce(&Snapshot, &P) -> R + Send + 'static,
) -> Result<(RequestId, Work), Response>
where
    P: DeserializeOwned + Send + 'static,
    R: Serialize,
{
    let Request { id, params, method } = request;
    match serde_json::from_value::<P>(params) {
        Ok(params) => Ok((
            id,
            Box::new(move |snapshot| serde_json::to_value(answer(snapshot, &params)).unwrap_or_default()),
        )),
        Err(error) => {
            let message = format!("the parameters of `{method}` are not understood: {error}");
            Err(Response::new_err(id, ErrorCode::InvalidParams as i32, message))
        }
    }
}
