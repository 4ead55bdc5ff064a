rule "messaging-retention-reduced" {
  summary   = "Queue or stream keeps messages for a shorter time than before"
  principle = "change"
  severity  = "warning"
  needs     = "plan"
  since     = "2027.1"
  why       = <<-MD
    Messages that wait for longer than the new limit are deleted when the plan is applied. They wait because a consumer is behind or because they stand
    in a dead-letter queue, and those are the ones that somebody still needs.
  MD
  fix       = "Keep the longer time, or empty the queue first."
  notice    = "`ApproximateAgeOfOldestMessage` or the iterator age comes near the new retention."
  prove     = "Stop the consumer for longer than the new retention, start it, and count the messages that are gone."
  references = [
    "Amazon SQS API Reference: SetQueueAttributes (MessageRetentionPeriod)",
    "Amazon Kinesis Data Streams Developer Guide: Change the data retention period",
    "AWS Well-Architected REL05-BP04",
  ]

  param "enough_hours" {
    default = 168
    doc     = "What keeps messages for this many hours is not reported."
  }

  locals {
    stream = is(self, "aws_kinesis_stream")
    # Hours. What nobody sets has the default: a day for a stream, four days for a queue.
    was = local.stream ? default(before(self).retention_period, 24) : default(before(self).message_retention_seconds, 345600) / 3600
    is  = local.stream ? default(self.retention_period, 24) : default(self.message_retention_seconds, 345600) / 3600
    new = action(self) == "create" || action(self) == "replace"
  }

  # A queue that is made anew loses everything: messaging-queue-destroyed.
  for_each = resources("aws_sqs_queue", "aws_kinesis_stream")
  unless   = local.new
  when     = before(self) != null && local.is < local.was && local.is < param.enough_hours
  at       = "message_retention_seconds"
  message  = "`${self}` kept messages for ${local.was} hours, and deletes what is older than ${local.is} hours with this plan"

  fails "a queue" {
    before {
      resource "aws_sqs_queue" "orders_dead" {
        name                      = "orders-dead"
        message_retention_seconds = 1209600
      }
    }

    resource "aws_sqs_queue" "orders_dead" {
      name                      = "orders-dead"
      message_retention_seconds = 86400
    }
  }

  fails "a stream, left out" {
    before {
      resource "aws_kinesis_stream" "clicks" {
        name             = "clicks"
        retention_period = 168
      }
    }

    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }
  }

  passes "longer" {
    before {
      resource "aws_sqs_queue" "orders" {
        name                      = "orders"
        message_retention_seconds = 86400
      }
    }

    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = 1209600
    }
  }

  passes "still a week" {
    before {
      resource "aws_sqs_queue" "orders" {
        name                      = "orders"
        message_retention_seconds = 1209600
      }
    }

    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = 604800
    }
  }

  passes "it is new" {
    before {}

    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = 3600
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_sqs_queue" "orders" {
        name                      = "orders"
        message_retention_seconds = 1209600
      }
    }

    variable "retention" { type = number }

    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = var.retention
    }
  }
}
