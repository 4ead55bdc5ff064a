rule "messaging-key-closed-to-sender" {
  summary     = "Queue or topic is encrypted with a key that its sender cannot use"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    The keys `alias/aws/sqs` and `alias/aws/sns` belong to AWS, and their policies cannot be changed: topics, event rules, buckets and alarms may not use them.
    Terraform applies, and what they send is dropped in silence.
  MD
  fix         = "Use `sqs_managed_sse_enabled` for a queue, or a key of your own whose policy lets the sending service use it."
  references = [
    "AWS Well-Architected REL05-BP04",
    "Amazon SQS Developer Guide: Configuring KMS permissions for AWS services",
    "Amazon CloudWatch User Guide: Notifying users on alarm changes",
  ]

  locals {
    aliases = concat(
      [for k in refs(self.kms_master_key_id, "aws_kms_alias") : k.name],
      length(refs(self.kms_master_key_id)) == 0 ? [self.kms_master_key_id] : [],
    )
    of_aws  = length([for name in local.aliases : name if can(regex("(^|:)alias/aws/(sqs|sns)$", name))]) > 0
    senders = concat(outside_senders(self), is(self, "aws_sns_topic") ? referrers(self, "notifies") : [])
  }

  for_each = resources("aws_sqs_queue", "aws_sns_topic")
  unless   = length(local.senders) == 0
  when     = local.of_aws
  at       = "kms_master_key_id"
  message  = "`${self}` is encrypted with a key of AWS that `${local.senders[0]}` cannot use"

  label "cannot use the key" {
    at = local.senders
  }

  fails "topic to queue" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "bill" {
      name              = "bill"
      kms_master_key_id = "alias/aws/sqs"
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.bill.arn
    }
  }

  fails "alarm to topic" {
    resource "aws_sns_topic" "alarms" {
      name              = "alarms"
      kms_master_key_id = "alias/aws/sns"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "errors"
      namespace           = "AWS/Lambda"
      metric_name         = "Errors"
      statistic           = "Sum"
      period              = 60
      evaluation_periods  = 1
      threshold           = 0
      comparison_operator = "GreaterThanThreshold"
      alarm_actions       = [aws_sns_topic.alarms.arn]
    }
  }

  passes "a key of your own" {
    resource "aws_kms_key" "messages" {
      description = "Messages"
    }

    resource "aws_sqs_queue" "bill" {
      name              = "bill"
      kms_master_key_id = aws_kms_key.messages.arn
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_sqs_queue.bill.arn
    }
  }

  passes "keys of the queue" {
    resource "aws_sqs_queue" "bill" {
      name                    = "bill"
      sqs_managed_sse_enabled = true
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_sqs_queue.bill.arn
    }
  }

  passes "nothing but programs sends to it" {
    resource "aws_sqs_queue" "bill" {
      name              = "bill"
      kms_master_key_id = "alias/aws/sqs"
    }
  }

  unknown "key is given by the caller" {
    variable "key" { type = string }

    resource "aws_sqs_queue" "bill" {
      name              = "bill"
      kms_master_key_id = var.key
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_sqs_queue.bill.arn
    }
  }
}
