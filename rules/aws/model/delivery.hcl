# How messages get from one service to another: who is let in, what is read at once, and what gives up when.

link "aws_cloudwatch_event_archive" "event_source_arn" {
  to    = "aws_cloudwatch_event_bus"
  means = "configures"
}

# How many consumers may read a stream at once, each shard of it, before they take each other's turns.
define "readers_at_once" {
  of = "aws_dynamodb_table"
  is = 2
}

define "readers_at_once" {
  of = "aws_kinesis_stream"
  is = 5
}

# The function of a mapping, named itself or by an alias.
define "mapped_functions" {
  of = "aws_lambda_event_source_mapping"
  is = flatten([
    refs(self.function_name, "aws_lambda_function"),
    [for a in refs(self.function_name, "aws_lambda_alias") : refs(a.function_name, "aws_lambda_function")],
  ])
}

# Functions that take messages from a queue.
define "queue_functions" {
  of = "aws_sqs_queue"
  is = distinct(flatten([
    for m in referrers(self, "refers", "aws_lambda_event_source_mapping") : mapped_functions(m)
    if m.enabled != false && contains(refs(m.event_source_arn), self)
  ]))
}

# How often a message is received before it is given up; null where it never is.
define "receives" {
  of = "aws_sqs_queue"
  is = (
    default(self.redrive_policy, "") != ""
    ? try(tonumber(jsondecode(self.redrive_policy).maxReceiveCount), null)
    : try([for p in referrers(self, "configures", "aws_sqs_queue_redrive_policy") : tonumber(jsondecode(p.redrive_policy).maxReceiveCount)][0], null)
  )
}
