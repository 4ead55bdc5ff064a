rule "sqs-closed-to-sender" {
  summary     = "Queue does not let in the service that sends to it"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    Topics, event rules and buckets write to a queue in their own name, and only a policy of the queue lets them. Without one Terraform applies, and
    messages and failed deliveries are dropped in silence.
  MD
  fix         = "Add an `aws_sqs_queue_policy` that allows `sqs:SendMessage` to the service, with `aws:SourceArn` of the sender."
  references = [
    "AWS Well-Architected REL05-BP04",
    "Amazon EventBridge User Guide: Using resource-based policies",
    "Amazon SNS Developer Guide: Subscribing an Amazon SQS queue",
  ]

  locals {
    senders = outside_senders(self)
  }

  for_each = resources("aws_sqs_queue")
  unless   = length(local.senders) == 0
  when     = default(self.policy, "") == "" && length(referrers(self, "configures", "aws_sqs_queue_policy")) == 0
  at       = "policy"
  message  = "`${self}` has no policy, and refuses what `${local.senders[0]}` sends to it"

  label "is not let in" {
    at = local.senders
  }

  fails "topic" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "bill" {
      name = "bill"
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.bill.arn
    }
  }

  fails "event rule" {
    resource "aws_sqs_queue" "bill" {
      name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_sqs_queue.bill.arn
    }
  }

  fails "failed deliveries" {
    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      dead_letter_config {
        arn = aws_sqs_queue.undelivered.arn
      }
    }
  }

  passes "policy of its own" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "bill" {
      name = "bill"
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.bill.arn
    }

    resource "aws_sqs_queue_policy" "bill" {
      queue_url = aws_sqs_queue.bill.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect    = "Allow"
            Action    = "sqs:SendMessage"
            Resource  = aws_sqs_queue.bill.arn
            Principal = { Service = "sns.amazonaws.com" }
          }
        ]
      })
    }
  }

  passes "policy in the queue" {
    resource "aws_sqs_queue" "bill" {
      name   = "bill"
      policy = <<-JSON
        {
          "Version": "2012-10-17",
          "Statement": [
            { "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*", "Principal": { "Service": "events.amazonaws.com" } }
          ]
        }
      JSON
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_sqs_queue.bill.arn
    }
  }

  passes "a schedule, which has a role" {
    resource "aws_sqs_queue" "nightly" {
      name = "nightly"
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

  unknown "policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_sqs_queue" "bill" {
      name   = "bill"
      policy = var.policy
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_sqs_queue.bill.arn
    }
  }
}
