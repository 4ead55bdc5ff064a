rule "sns-to-lambda-without-queue" {
  summary    = "Topic pushes straight into a function whose capacity is bounded"
  principle  = "decoupling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A burst on the topic becomes a burst of calls. A function with reserved concurrency, or with a relational
    database behind it, cannot take it; a queue between them holds the burst, batches it and shows the backlog.
  MD
  fix        = "Subscribe an SQS queue to the topic and let the function read from the queue."
  notice     = "`Throttles` of the function rise with a burst, and `NumberOfNotificationsFailed` follows."
  prove      = "Publish ten times the function's concurrency at once, and count the runs."
  references = ["AWS Well-Architected REL04-BP02", "AWS Well-Architected REL05-BP04"]

  locals {
    functions = refs(self.endpoint, "aws_lambda_function")
    reserved  = [for f in local.functions : f if default(f.reserved_concurrent_executions, -1) >= 0]
    stores = flatten([
      for f in local.functions : refs(f.environment[0].variables, "aws_db_instance", "aws_rds_cluster", "aws_db_proxy")
    ])
    # What an alarm calls is a handler of notifications, not a workload.
    alarms = anytrue([for t in refs(self.topic_arn, "aws_sns_topic") : length(referrers(t, "notifies")) > 0])
  }

  for_each = resources("aws_sns_topic_subscription")
  unless   = self.protocol != "lambda" || local.alarms
  when     = length(local.reserved) > 0 || length(local.stores) > 0
  at       = "endpoint"
  message  = "`${self}` turns each burst on its topic into a burst of calls"

  label "its concurrency is bounded" {
    at        = local.reserved
    attribute = "reserved_concurrent_executions"
  }

  label "takes a limited number of connections" {
    at = local.stores
  }

  fails "reserved concurrency" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "stock" {
      function_name                  = "stock"
      reserved_concurrent_executions = 5
    }

    resource "aws_sns_topic_subscription" "stock" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.stock.arn
    }
  }

  fails "a relational database behind the function" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_rds_cluster" "stock" {
      engine = "aurora-postgresql"
    }

    resource "aws_lambda_function" "stock" {
      function_name = "stock"

      environment {
        variables = {
          DATABASE_HOST = aws_rds_cluster.stock.endpoint
        }
      }
    }

    resource "aws_sns_topic_subscription" "stock" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.stock.arn
    }
  }

  passes "a queue between them" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "stock" {
      name = "stock"
    }

    resource "aws_sns_topic_subscription" "stock" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.stock.arn
    }
  }

  passes "handler of alarms" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "errors"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }

    resource "aws_lambda_function" "chat" {
      function_name                  = "chat"
      reserved_concurrent_executions = 1
    }

    resource "aws_sns_topic_subscription" "chat" {
      topic_arn = aws_sns_topic.oncall.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.chat.arn
    }
  }

  unknown "concurrency is given by the caller" {
    variable "concurrency" { type = number }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "stock" {
      function_name                  = "stock"
      reserved_concurrent_executions = var.concurrency
    }

    resource "aws_sns_topic_subscription" "stock" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.stock.arn
    }
  }
}
