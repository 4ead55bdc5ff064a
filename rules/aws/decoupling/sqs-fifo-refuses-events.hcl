rule "sqs-fifo-refuses-events" {
  summary     = "FIFO queue cannot tell apart the events that are sent to it"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    EventBridge and its schedules send no deduplication id. A FIFO queue accepts that only with content-based deduplication, and only with a message group;
    otherwise every event is refused.
  MD
  fix         = "Set `content_based_deduplication = true` on the queue, and a `message_group_id` on the target."
  notice      = "The sender's `FailedInvocations` rises with a missing message group id."
  prove       = "Send one event in a test account, and look for it in the queue."
  references = [
    "AWS Well-Architected REL04-BP04",
    "Amazon EventBridge API Reference: SqsParameters",
    "EventBridge Scheduler API Reference: SqsParameters",
  ]

  locals {
    targets   = [for t in referrers(self, "refers", "aws_cloudwatch_event_target") : t if contains(refs(t.arn), self)]
    schedules = [for s in referrers(self, "refers", "aws_scheduler_schedule") : s if contains(refs(s.target[0].arn), self)]
    ungrouped = concat(
      [for t in local.targets : t if default(t.sqs_target[0].message_group_id, "") == ""],
      [for s in local.schedules : s if default(s.target[0].sqs_parameters[0].message_group_id, "") == ""],
    )
  }

  for_each = resources("aws_sqs_queue")
  unless   = self.fifo_queue != true || length(local.targets) + length(local.schedules) == 0

  defect "no deduplication" {
    when    = self.content_based_deduplication != true
    at      = "content_based_deduplication"
    message = "`${self}` refuses events, which have no deduplication id"

    edit "content_based_deduplication" {
      to = true
    }
  }

  defect "no message group" {
    when    = length(local.ungrouped) > 0
    at      = "fifo_queue"
    message = "`${self}` refuses events of `${local.ungrouped[0]}`, which have no message group"
  }

  label "sends events" {
    at = concat(local.targets, local.schedules)
  }

  fails "no deduplication" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sqs_queue.orders.arn

      sqs_target {
        message_group_id = "orders"
      }
    }
  }

  fails "a schedule without message group" {
    resource "aws_sqs_queue" "nightly" {
      name                        = "nightly.fifo"
      fifo_queue                  = true
      content_based_deduplication = true
    }

    resource "aws_scheduler_schedule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.nightly.arn
        role_arn = "arn:aws:iam::111122223333:role/nightly"
      }
    }
  }

  passes "both" {
    resource "aws_sqs_queue" "orders" {
      name                        = "orders.fifo"
      fifo_queue                  = true
      content_based_deduplication = true
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sqs_queue.orders.arn

      sqs_target {
        message_group_id = "orders"
      }
    }
  }

  passes "a standard queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sqs_queue.orders.arn
    }
  }

  passes "no events: the producer gives the ids" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
    }
  }

  unknown "decided by the caller" {
    variable "deduplicate" { type = bool }

    resource "aws_sqs_queue" "orders" {
      name                        = "orders.fifo"
      fifo_queue                  = true
      content_based_deduplication = var.deduplicate
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sqs_queue.orders.arn

      sqs_target {
        message_group_id = "orders"
      }
    }
  }
}
