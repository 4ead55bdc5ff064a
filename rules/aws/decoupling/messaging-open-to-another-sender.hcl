rule "messaging-open-to-another-sender" {
  summary     = "Policy of a queue or topic lets in another source than the one that sends"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A condition on `aws:SourceArn` admits one topic, one rule or one bucket. Where it was copied with the name of another one, the service is
    admitted, and this message is not.
  MD
  fix         = "Name the ARN of the topic, rule or bucket that sends in `aws:SourceArn`."
  notice      = "The real sender's `NumberOfNotificationsFailed` rises."
  prove       = "Publish with the sender that is wired: the queue's policy refuses it."
  references = [
    "AWS Well-Architected REL04-BP02",
    "Amazon SNS Developer Guide: Subscribing an Amazon SQS queue to a topic",
    "Amazon EventBridge User Guide: Using resource-based policies",
  ]

  locals {
    # Any statement that admits the service without naming a source may be the one.
    refused = [
      for s in default(senders(self), []) : s
      if(
        is(s, "aws_sns_topic", "aws_cloudwatch_event_rule", "aws_s3_bucket")
        && contains(admits(self), acts_as(s))
        && alltrue([
          for a in admits_from(self) :
          a.sources != null && !names(a.sources, s)
          if a.who == acts_as(s) || a.who == "*"
        ])
      )
    ]
  }

  for_each = resources("aws_sqs_queue", "aws_sns_topic")
  when     = length(local.refused) > 0
  at       = "policy"
  message  = "`${local.refused[0]}` sends to `${self}`, whose policy names another source in aws:SourceArn"

  label "is dropped" {
    at = local.refused
  }

  fails "the topic of another service" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic" "returns" {
      name = "returns"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "sns.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.returns.arn } }
        }]
      })
    }
  }

  fails "the queue itself" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    data "aws_iam_policy_document" "billing" {
      statement {
        actions   = ["sqs:SendMessage"]
        resources = [aws_sqs_queue.billing.arn]

        principals {
          type        = "Service"
          identifiers = ["sns.amazonaws.com"]
        }

        condition {
          test     = "ArnEquals"
          variable = "aws:SourceArn"
          values   = [aws_sqs_queue.billing.arn]
        }
      }
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = data.aws_iam_policy_document.billing.json
    }
  }

  fails "another bucket, by its ARN" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "example-uploads"
    }

    resource "aws_sqs_queue" "thumbnails" {
      name = "thumbnails"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn = aws_sqs_queue.thumbnails.arn
        events    = ["s3:ObjectCreated:*"]
      }
    }

    resource "aws_sqs_queue_policy" "thumbnails" {
      queue_url = aws_sqs_queue.thumbnails.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "s3.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:s3:::example-archive" } }
        }]
      })
    }
  }

  passes "by a pattern" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "example-uploads"
    }

    resource "aws_sqs_queue" "thumbnails" {
      name = "thumbnails"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn = aws_sqs_queue.thumbnails.arn
        events    = ["s3:ObjectCreated:*"]
      }
    }

    resource "aws_sqs_queue_policy" "thumbnails" {
      queue_url = aws_sqs_queue.thumbnails.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "s3.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:s3:*:*:example-*" } }
        }]
      })
    }
  }

  passes "by an ARN that is put together" {
    data "aws_caller_identity" "me" {}

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_cloudwatch_event_target" "billing" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "events.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-west-1:${data.aws_caller_identity.me.account_id}:rule/order-placed" } }
        }]
      })
    }
  }

  passes "both topics are named" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic" "returns" {
      name = "returns"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "sns.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { ArnLike = { "aws:SourceArn" = [aws_sns_topic.returns.arn, aws_sns_topic.orders.arn] } }
        }]
      })
    }
  }

  passes "any source of the account" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_cloudwatch_event_target" "billing" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "events.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { StringEquals = { "aws:SourceAccount" = "111122223333" } }
        }]
      })
    }
  }

  unknown "source is given by the caller" {
    variable "source_arns" { type = list(string) }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "sns.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { ArnEquals = { "aws:SourceArn" = var.source_arns } }
        }]
      })
    }
  }
}
