rule "sns-fifo-subscriber-refused" {
  summary     = "FIFO topic has a subscriber that it cannot deliver to"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A FIFO topic delivers to SQS queues and to nothing else. SNS refuses the subscription in the middle of an apply.
  MD
  fix         = "Subscribe a queue, and let the function or endpoint read from that."
  notice      = "The apply fails with `InvalidParameter`, and the subscriber gets nothing."
  prove       = "Create the subscription in a test account: SNS refuses it."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon SNS Developer Guide: Message delivery for FIFO topics"]

  locals {
    topics = [for t in refs(self.topic_arn, "aws_sns_topic") : t if t.fifo_topic == true]
  }

  for_each = resources("aws_sns_topic_subscription")
  when     = length(local.topics) > 0 && self.protocol != "sqs"
  at       = "protocol"
  message  = "`${self}` wants ${self.protocol} from a FIFO topic, which delivers to queues alone"

  label "FIFO topic" {
    at        = local.topics
    attribute = "fifo_topic"
  }

  fails "function" {
    resource "aws_sns_topic" "orders" {
      name       = "orders.fifo"
      fifo_topic = true
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.bill.arn
    }
  }

  passes "queue" {
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

  passes "standard topic" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "email"
      endpoint  = "orders@example.com"
    }
  }

  unknown "kind of the topic is given by the caller" {
    variable "fifo" { type = bool }

    resource "aws_sns_topic" "orders" {
      name       = "orders"
      fifo_topic = var.fifo
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "email"
      endpoint  = "orders@example.com"
    }
  }
}
