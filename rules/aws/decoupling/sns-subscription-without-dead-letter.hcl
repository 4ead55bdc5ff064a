rule "sns-subscription-without-dead-letter" {
  summary     = "Topic drops messages that an endpoint does not take"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    An HTTP endpoint is tried a few times, and never for longer than an hour; after some errors not even that. A longer outage of it loses every message of
    that time.
  MD
  fix         = "Give the subscription a `redrive_policy` with the ARN of an SQS queue, or put a queue between the topic and the endpoint."
  notice      = "`NumberOfNotificationsFailed` rises, and the messages are gone."
  prove       = "Let the endpoint answer with 500 for an hour, and count the messages that it never got."
  references  = ["AWS Well-Architected REL05-BP04", "Amazon SNS Developer Guide: Amazon SNS dead-letter queues"]

  locals {
    topics = refs(self.topic_arn, "aws_sns_topic")
  }

  # Alarms come again as long as their cause lasts.
  for_each = resources("aws_sns_topic_subscription")
  unless = (
    !contains(["http", "https"], self.protocol)
    || anytrue([for t in local.topics : length(referrers(t, "notifies")) > 0])
  )
  when    = default(self.redrive_policy, "") == ""
  at      = "redrive_policy"
  message = "a message that the endpoint of `${self}` does not take is gone"

  label "messages of this topic" {
    at = local.topics
  }

  fails "HTTPS endpoint" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic_subscription" "partner" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "https"
      endpoint  = "https://partner.example.com/orders"
    }
  }

  passes "dead-letter queue" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_sns_topic_subscription" "partner" {
      topic_arn      = aws_sns_topic.orders.arn
      protocol       = "https"
      endpoint       = "https://partner.example.com/orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered.arn })
    }
  }

  passes "a queue, which takes a message whenever it exists" {
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

  passes "alarms" {
    resource "aws_sns_topic" "alarms" {
      name = "alarms"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn = aws_sns_topic.alarms.arn
      protocol  = "https"
      endpoint  = "https://events.pager.example.com/integration"
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
    variable "redrive_policy" { type = string }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic_subscription" "partner" {
      topic_arn      = aws_sns_topic.orders.arn
      protocol       = "https"
      endpoint       = "https://partner.example.com/orders"
      redrive_policy = var.redrive_policy
    }
  }
}
