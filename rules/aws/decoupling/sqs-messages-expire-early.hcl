rule "sqs-messages-expire-early" {
  summary     = "Queue loses its messages within a day"
  principle   = "decoupling"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A queue carries work over an outage of its consumer. When messages expire within hours, one bad night deletes them without a trace: what expires does
    not go to the dead-letter queue.
  MD
  fix         = "Keep messages for four days (the default) or more, or say in the name or a comment that old ones are worthless."
  notice      = "`ApproximateAgeOfOldestMessage` reaches the retention and then stops: messages are being lost."
  prove       = "Stop the consumer for a weekend in a test, and count what is left."
  references  = ["AWS Well-Architected REL05-BP04", "Amazon SQS API Reference: SetQueueAttributes, MessageRetentionPeriod"]

  param "minimum_seconds" {
    default = 86400
    doc     = "Shortest time that messages must be kept."
  }

  locals {
    # Notices about machines and the state of AWS are worth nothing an hour later.
    notices = [
      for t in referrers(self, "refers", "aws_cloudwatch_event_target") : t
      if anytrue([for r in refs(t.rule, "aws_cloudwatch_event_rule") : strcontains(default(r.event_pattern, ""), "aws.")])
    ]
  }

  for_each = resources("aws_sqs_queue")
  unless   = length(local.notices) > 0
  when     = default(self.message_retention_seconds, 345600) < param.minimum_seconds
  at       = "message_retention_seconds"
  message  = "`${self}` deletes messages after ${self.message_retention_seconds} s, whether they were processed or not"

  edit "message_retention_seconds" {
    to = max(345600, param.minimum_seconds)
  }

  fails "an hour" {
    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = 3600
    }
  }

  passes "default of four days" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }
  }

  passes "notices that machines will be taken away" {
    resource "aws_sqs_queue" "interruptions" {
      name                      = "interruptions"
      message_retention_seconds = 300
    }

    resource "aws_cloudwatch_event_rule" "interruptions" {
      name = "interruptions"
      event_pattern = jsonencode({
        source      = ["aws.ec2"]
        detail-type = ["EC2 Spot Instance Interruption Warning"]
      })
    }

    resource "aws_cloudwatch_event_target" "interruptions" {
      rule = aws_cloudwatch_event_rule.interruptions.name
      arn  = aws_sqs_queue.interruptions.arn
    }
  }

  unknown "given by the caller" {
    variable "retention" { type = number }

    resource "aws_sqs_queue" "orders" {
      name                      = "orders"
      message_retention_seconds = var.retention
    }
  }
}
