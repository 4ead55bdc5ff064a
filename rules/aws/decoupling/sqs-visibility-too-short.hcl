rule "sqs-visibility-too-short" {
  summary      = "Queue visibility timeout leaves no room for retries of its function"
  principle    = "decoupling"
  severity     = "warning"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["queue-visibility-too-short"]
  why          = <<-MD
    Lambda may hold a message through throttling and retries of its own. AWS asks for six times the function's
    timeout; with less, messages are processed twice or reach the dead-letter queue although nothing is wrong with
    them.
  MD
  fix          = "Raise `visibility_timeout_seconds` to six times the timeout of the function."
  notice       = "Under `Throttles`, messages reach the dead-letter queue that were never handled."
  prove        = "Limit the function to one run at a time, send a burst, and count what is set aside."
  references   = ["AWS Well-Architected REL05-BP03", "AWS Lambda Developer Guide: Configuring an SQS queue for Lambda"]

  param "factor" {
    default = 6
    doc     = "How many times the function's timeout a message must stay hidden."
  }

  param "count_batching_window" {
    default = false
    doc     = "Whether the batching window of the mapping is added."
  }

  locals {
    mappings = [
      for m in referrers(self, "refers", "aws_lambda_event_source_mapping") : m
      if m.enabled != false && contains(refs(m.event_source_arn), self)
    ]
    consumers  = flatten([for m in local.mappings : mapped_functions(m)])
    slowest    = max(0, [for f in local.consumers : default(f.timeout, 3)]...)
    windows    = [for m in local.mappings : default(m.maximum_batching_window_in_seconds, 0)]
    window     = param.count_batching_window ? max(0, local.windows...) : 0
    needed     = param.factor * local.slowest + local.window
    visibility = default(self.visibility_timeout_seconds, 30)
  }

  # Below the timeout itself it is worse: sqs-visibility-below-timeout.
  for_each = resources("aws_sqs_queue")
  unless   = length(local.consumers) == 0 || local.visibility < local.slowest
  when     = local.visibility < local.needed
  at       = "visibility_timeout_seconds"
  message  = "`${self}` hides a message for ${local.visibility} s; its function needs ${local.needed} s"

  edit "visibility_timeout_seconds" {
    to = min(43200, local.needed)
  }

  label "may run this long" {
    at        = local.consumers
    attribute = "timeout"
  }

  fails "twice the timeout" {
    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = 120
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      timeout       = 60
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  fails "mapping names an alias" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      timeout       = 20
    }

    resource "aws_lambda_alias" "live" {
      name             = "live"
      function_name    = aws_lambda_function.worker.function_name
      function_version = "7"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_alias.live.arn
    }
  }

  passes "six times the timeout" {
    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = 360
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      timeout       = 60
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "both at their defaults" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  unknown "timeout is given by the caller" {
    variable "timeout" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      timeout       = var.timeout
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }
}
