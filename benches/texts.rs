//! Policy documents and texts with holes: `cargo bench --bench texts`.
//!
//! Read and parsed once; what is measured is their evaluation, and the way from their texts to the resources that they name. The items
//! per second of the sizes tell whether the cost is linear.

use buttress::estate::Estate;
use buttress::estate::configuration::project::Project;
use buttress::eval::NoFiles;
use buttress::graph::Graph;
use buttress::rule::RuleSet;
use divan::Bencher;
use divan::counter::ItemsCount;

#[path = "../tests/support/estate.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the tests, which need more of it")]
mod estate;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// A document of the model, with statements that name queues by reference, merged from another document.
const DOCUMENTS: &str = r#"
variable "account" {}

data "aws_iam_policy_document" "base" {
  count = COUNT

  statement {
    sid       = "Read"
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage"]
    resources = ["arn:aws:sqs:*:${var.account}:queue-${count.index}"]
  }
}

data "aws_iam_policy_document" "own" {
  count = COUNT

  source_policy_documents = [data.aws_iam_policy_document.base[count.index].json]

  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.orders[count.index].arn]
  }
}

resource "aws_sqs_queue" "orders" {
  count = COUNT
  name  = "queue-${count.index}"
}

resource "aws_iam_policy" "own" {
  count  = COUNT
  policy = data.aws_iam_policy_document.own[count.index].json
}
"#;

/// Identifiers of which the account is not known, in a template and in a document.
const HOLES: &str = r#"
variable "account" {}

resource "aws_sqs_queue" "dead" {
  count = COUNT
  name  = "dead-${count.index}"
}

resource "aws_sqs_queue" "orders" {
  count = COUNT
  name  = "queue-${count.index}"

  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:eu-west-1:${var.account}:dead-${count.index}"
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue_policy" "orders" {
  count     = COUNT
  queue_url = aws_sqs_queue.orders[count.index].id
  policy    = <<-JSON
    { "Statement": [{ "Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:eu-west-1:${var.account}:queue-${count.index}" }] }
  JSON
}
"#;

fn project(text: &str, count: usize) -> Project {
    estate::modules(&[(".".to_owned(), vec![text.replace("COUNT", &count.to_string())])])
}

fn run(bencher: Bencher<'_, '_>, text: &str, count: usize, instances: usize) {
    let set = RuleSet::embedded();
    let project = project(text, count);
    let evaluate = || -> Estate { estate::evaluate(&project, &set.model.facts) };
    let made = evaluate();
    assert_eq!((made.instances.len(), made.problems.len()), (instances, 0), "all of them are there");
    bencher.counter(ItemsCount::new(instances)).bench_local(|| {
        let made = evaluate();
        Graph::build(&made, &set.model, &NoFiles).nodes().count()
    });
}

#[divan::bench(args = [100, 1_000, 4_000], sample_count = 10, sample_size = 1)]
fn policy_documents(bencher: Bencher<'_, '_>, count: usize) {
    run(bencher, DOCUMENTS, count, 4 * count);
}

#[divan::bench(args = [100, 1_000, 4_000], sample_count = 10, sample_size = 1)]
fn texts_with_holes(bencher: Bencher<'_, '_>, count: usize) {
    run(bencher, HOLES, count, 3 * count);
}
