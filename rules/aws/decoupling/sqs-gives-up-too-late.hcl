rule "sqs-gives-up-too-late" {
  summary     = "Queue tries a message that fails until it expires"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A message that cannot be processed is tried until it expires, as if there were no dead-letter queue. It takes the place of others, and nobody learns
    of it. So it is where the messages are kept shorter than the receives take, each with its visibility timeout.
  MD
  fix         = "Lower `maxReceiveCount`; 5 to 20 outlasts most short outages. Keep messages for longer than that many visibility timeouts."
  notice      = "`ApproximateAgeOfOldestMessage` climbs while receives repeat for a few messages."
  prove       = "Send one bad message, and time how long it takes to reach the dead-letter queue."
  references  = ["AWS Well-Architected REL05-BP03", "Amazon SQS Developer Guide: Using dead-letter queues in Amazon SQS"]

  param "maximum_receives" {
    default = 100
    doc     = "Most receives before a message is set aside."
  }

  locals {
    # Each receive hides a message for the visibility timeout, unless the consumer gives it back.
    tried_for = default(self.visibility_timeout_seconds, 30) * receives(self)
    kept_for  = default(self.message_retention_seconds, 345600)
  }

  for_each = resources("aws_sqs_queue")

  defect "receives" {
    when    = receives(self) != null && receives(self) > param.maximum_receives
    at      = "redrive_policy"
    message = "`${self}` tries a message ${receives(self)} times before it is set aside"
  }

  defect "retention" {
    when    = receives(self) != null && local.tried_for > local.kept_for
    at      = "redrive_policy"
    message = "`${self}` tries a message that hangs for ${local.tried_for} s, ${receives(self)} times ${default(self.visibility_timeout_seconds, 30)} s, and deletes it after ${local.kept_for} s: it is never set aside"
  }

  fails "a thousand" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 1000
      })
    }
  }

  fails "expires after one hour, and is tried for fifteen" {
    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = 5400
      message_retention_seconds  = 3600
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 10
      })
    }
  }

  fails "twelve hours hidden, ten times, of four days" {
    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = 43200
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 10
      })
    }
  }

  passes "kept for longer than it is tried" {
    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = 900
      message_retention_seconds  = 1209600
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 10
      })
    }
  }

  unknown "how long it is hidden is given by the caller" {
    variable "hidden" { type = number }

    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = var.hidden
      message_retention_seconds  = 3600
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 10
      })
    }
  }

  passes "ten" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = 10
      })
    }
  }

  passes "no redrive policy" {
    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }
  }

  unknown "given by the caller" {
    variable "receives" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:orders-dead"
        maxReceiveCount     = var.receives
      })
    }
  }
}
