rule "lambda-publishes-to-own-topic" {
  summary     = "Function is told about the topic that starts it"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A function that publishes to its own topic starts itself, without end and at the pace that Lambda allows. It takes the concurrency of the whole account
    until somebody stops it.
  MD
  fix         = "Publish to another topic, or filter what the function subscribes to so that it does not get its own messages."
  notice      = "`Invocations` grows without traffic, and `NumberOfMessagesPublished` with it."
  prove       = "Publish one message in a test account with a reserved concurrency of 1, and count the runs in a minute."
  references  = ["AWS Well-Architected REL05-BP02", "AWS Lambda Developer Guide: Lambda recursive loop detection"]

  locals {
    own = [
      for s in referrers(self, "refers", "aws_sns_topic_subscription") : s
      if s.protocol == "lambda" && default(s.filter_policy, "") == ""
      && length([for t in refs(s.topic_arn, "aws_sns_topic") : t if contains(linked(self, "sends"), t)]) > 0
    ]
  }

  for_each = resources("aws_lambda_function")
  when     = length(local.own) > 0
  at       = "environment"
  message  = "`${self}` is started by a topic that it is told to publish to"

  label "starts it" {
    at = local.own
  }

  fails "its own topic" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "enrich" {
      function_name = "enrich"

      environment {
        variables = {
          TOPIC = aws_sns_topic.orders.arn
        }
      }
    }

    resource "aws_sns_topic_subscription" "enrich" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.enrich.arn
    }
  }

  passes "another topic" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic" "enriched" {
      name = "orders-enriched"
    }

    resource "aws_lambda_function" "enrich" {
      function_name = "enrich"

      environment {
        variables = {
          TOPIC = aws_sns_topic.enriched.arn
        }
      }
    }

    resource "aws_sns_topic_subscription" "enrich" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.enrich.arn
    }
  }

  passes "a filter keeps its own messages away" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "enrich" {
      function_name = "enrich"

      environment {
        variables = {
          TOPIC = aws_sns_topic.orders.arn
        }
      }
    }

    resource "aws_sns_topic_subscription" "enrich" {
      topic_arn     = aws_sns_topic.orders.arn
      protocol      = "lambda"
      endpoint      = aws_lambda_function.enrich.arn
      filter_policy = jsonencode({ stage = ["raw"] })
    }
  }

  unknown "filter is given by the caller" {
    variable "filter" { type = string }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "enrich" {
      function_name = "enrich"

      environment {
        variables = {
          TOPIC = aws_sns_topic.orders.arn
        }
      }
    }

    resource "aws_sns_topic_subscription" "enrich" {
      topic_arn     = aws_sns_topic.orders.arn
      protocol      = "lambda"
      endpoint      = aws_lambda_function.enrich.arn
      filter_policy = var.filter
    }
  }
}
