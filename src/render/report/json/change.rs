//! What a change does to findings, as JSON.

use serde::Serialize;

use super::root_path;
use crate::report::Report;
use crate::report::review::Review;

#[derive(Serialize)]
pub(super) struct ChangeOut<'a> {
    /// Only with `--since`.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    introduced: usize,
    fixed: Vec<FixedOut<'a>>,
    left: usize,
    /// What the change means for a review.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<ReviewOut<'a>>,
}

#[derive(Serialize)]
struct ReviewOut<'a> {
    class: &'static str,
    reasons: Vec<ReasonOut<'a>>,
    delta: Vec<DeltaOut<'a>>,
}

#[derive(Serialize)]
struct ReasonOut<'a> {
    kind: &'static str,
    root: String,
    address: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct DeltaOut<'a> {
    root: String,
    nodes: Vec<DeltaNodeOut<'a>>,
    edges: Vec<DeltaEdgeOut<'a>>,
    left_out: usize,
    single_points_compared: bool,
}

#[derive(Serialize)]
struct DeltaNodeOut<'a> {
    address: &'a str,
    role: &'static str,
    mark: &'static str,
}

#[derive(Serialize)]
struct DeltaEdgeOut<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'static str,
    view: &'a str,
    mark: &'static str,
}

impl<'a> ReviewOut<'a> {
    fn of(review: &'a Review, report: &'a Report) -> Self {
        let reasons = review.reasons.iter().map(|reason| ReasonOut {
            kind: reason.kind.name(),
            root: root_path(report, Some(reason.root)),
            address: &reason.address,
            text: &reason.text,
        });
        let delta = review.deltas.iter().map(|delta| {
            let address = |at: usize| delta.nodes.get(at).map_or("", |node| node.address.as_str());
            DeltaOut {
                root: root_path(report, Some(delta.root)),
                nodes: (delta.nodes.iter())
                    .map(|node| DeltaNodeOut {
                        address: &node.address,
                        role: node.role,
                        mark: node.mark.name(),
                    })
                    .collect(),
                edges: (delta.edges.iter())
                    .map(|edge| DeltaEdgeOut {
                        from: address(edge.from),
                        to: address(edge.to),
                        kind: edge.kind,
                        view: &edge.view,
                        mark: edge.mark.name(),
                    })
                    .collect(),
                left_out: delta.left_out,
                single_points_compared: delta.is_simulated,
            }
        });
        Self { class: review.class(), reasons: reasons.collect(), delta: delta.collect() }
    }
}

#[derive(Serialize)]
struct FixedOut<'a> {
    rule: &'a str,
    address: &'a str,
    root: String,
}

impl<'a> ChangeOut<'a> {
    /// `None` if nothing is compared.
    pub(super) fn of(report: &'a Report, introduced: usize) -> Option<Self> {
        let change = report.change.as_ref()?;
        let fixed = change.fixed.iter().map(|fixed| FixedOut {
            rule: &fixed.rule,
            address: &fixed.address,
            root: root_path(report, Some(fixed.root)),
        });
        let since = change.since.as_deref();
        let review = change.review.as_ref().map(|review| ReviewOut::of(review, report));
        Some(Self { since, introduced, fixed: fixed.collect(), left: change.left, review })
    }
}
