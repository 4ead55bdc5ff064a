rule "sns-fifo-queue-refused" {
  summary     = "FIFO queue is subscribed to a standard topic"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A standard topic has no order and no message group to hand on. SNS refuses the subscription in the middle of an apply, and the queue gets nothing.
  MD
  fix         = "Make the topic FIFO as well, or the queue a standard one."
  notice      = "The apply fails, or `NumberOfMessagesSent` of the queue stays at 0."
  prove       = "Subscribe a FIFO queue to a standard topic in a test account: SNS refuses it."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon SNS Developer Guide: Message delivery for FIFO topics"]

  locals {
    queues   = [for q in refs(self.endpoint, "aws_sqs_queue") : q if q.fifo_queue == true]
    standard = [for t in refs(self.topic_arn, "aws_sns_topic") : t if default(t.fifo_topic, false) == false]
  }

  for_each = resources("aws_sns_topic_subscription")
  when     = self.protocol == "sqs" && length(local.queues) > 0 && length(local.standard) > 0
  at       = "endpoint"
  message  = "`${self}` subscribes a FIFO queue to a standard topic, which SNS refuses"

  label "FIFO queue" {
    at        = local.queues
    attribute = "fifo_queue"
  }

  label "standard topic" {
    at = local.standard
  }

  fails "standard topic" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "bill" {
      name       = "bill.fifo"
      fifo_queue = true
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.bill.arn
    }
  }

  passes "both FIFO" {
    resource "aws_sns_topic" "orders" {
      name       = "orders.fifo"
      fifo_topic = true
    }

    resource "aws_sqs_queue" "bill" {
      name       = "bill.fifo"
      fifo_queue = true
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.bill.arn
    }
  }

  passes "both standard" {
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

  passes "whatever address the caller gives" {
    variable "pager" { type = string }

    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
    }

    resource "aws_sns_topic" "alerts" {
      name = "alerts"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn              = aws_sns_topic.alerts.arn
      protocol               = "https"
      endpoint               = var.pager
      endpoint_auto_confirms = true
    }
  }

  unknown "kind of the queue is given by the caller" {
    variable "fifo" { type = bool }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "bill" {
      name       = "bill"
      fifo_queue = var.fifo
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.bill.arn
    }
  }
}
