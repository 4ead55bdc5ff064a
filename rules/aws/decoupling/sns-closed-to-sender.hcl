rule "sns-closed-to-sender" {
  summary     = "Topic does not let in the service that publishes to it"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    A topic without a policy of its own lets its account publish, and not the services of AWS. Event rules and buckets are refused, in silence or in the
    middle of an apply.
  MD
  fix         = "Add an `aws_sns_topic_policy` that allows `sns:Publish` to the service, with `aws:SourceArn` of the sender."
  references = [
    "AWS Well-Architected REL05-BP04",
    "Amazon EventBridge User Guide: Using resource-based policies",
    "Amazon S3 User Guide: Granting permissions to publish event notification messages to a destination",
  ]

  locals {
    senders = [for s in outside_senders(self) : s if !is(s, "aws_sns_topic", "aws_sns_topic_subscription")]
  }

  for_each = resources("aws_sns_topic")
  unless   = length(local.senders) == 0
  when     = default(self.policy, "") == "" && length(referrers(self, "configures", "aws_sns_topic_policy")) == 0
  at       = "policy"
  message  = "`${self}` has no policy, and refuses what `${local.senders[0]}` publishes to it"

  label "is not let in" {
    at = local.senders
  }

  fails "event rule" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sns_topic.orders.arn
    }
  }

  fails "bucket" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_sns_topic" "uploads" {
      name = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      topic {
        topic_arn = aws_sns_topic.uploads.arn
        events    = ["s3:ObjectCreated:*"]
      }
    }
  }

  passes "policy of its own" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sns_topic.orders.arn
    }

    resource "aws_sns_topic_policy" "orders" {
      arn = aws_sns_topic.orders.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect    = "Allow"
            Action    = "sns:Publish"
            Resource  = aws_sns_topic.orders.arn
            Principal = { Service = "events.amazonaws.com" }
          }
        ]
      })
    }
  }

  passes "alarms, which are let in by default" {
    resource "aws_sns_topic" "alarms" {
      name = "alarms"
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

  unknown "policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_sns_topic" "orders" {
      name   = "orders"
      policy = var.policy
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sns_topic.orders.arn
    }
  }
}
