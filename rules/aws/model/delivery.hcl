# How messages get from one service to another: who is let in, what is read at once, and what gives up when.

# Companions of which each resource has one: a second one overwrites the first at every apply.
set "exclusive_companion" {
  types = [
    "aws_sqs_queue_policy",
    "aws_sqs_queue_redrive_policy",
    "aws_sns_topic_policy",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_notification",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_logging",
  ]
}

# What they stand beside.
set "companion_subject" {
  types = [
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_s3_bucket",
  ]
}

link "aws_sns_topic_policy" "arn" {
  to    = "aws_sns_topic"
  means = "configures"
}

link "aws_cloudwatch_event_archive" "event_source_arn" {
  to    = "aws_cloudwatch_event_bus"
  means = "configures"
}

# Services that write to a queue or topic in their own name: it must let them in. What has a role (a schedule, a pipe, a function) does not need that.
define "outside_senders" {
  of = ["aws_sqs_queue", "aws_sns_topic"]
  is = distinct(concat(
    referrers(self, "sends", "aws_sns_topic", "aws_sns_topic_subscription", "aws_s3_bucket", "aws_s3_bucket_notification"),
    [for t in referrers(self, "refers", "aws_cloudwatch_event_target") : t if contains(refs(t.arn), self) && default(t.role_arn, "") == ""],
    referrers(self, "redrives_to", "aws_cloudwatch_event_target", "aws_sns_topic_subscription", "aws_cloudwatch_event_bus"),
  ))
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

# Functions that take messages from a queue, named themselves or by an alias.
define "queue_functions" {
  of = "aws_sqs_queue"
  is = distinct(flatten([
    for m in referrers(self, "refers", "aws_lambda_event_source_mapping") : [
      refs(m.function_name, "aws_lambda_function"),
      [for a in refs(m.function_name, "aws_lambda_alias") : refs(a.function_name, "aws_lambda_function")],
    ] if m.enabled != false && contains(refs(m.event_source_arn), self)
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
