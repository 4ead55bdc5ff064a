rule "sqs-visibility-below-timeout" {
  summary      = "Queue shows a message again while its function still runs"
  principle    = "decoupling"
  severity     = "error"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["queue-visibility-below-timeout"]
  why          = <<-MD
    A visibility timeout below the function's own timeout hands a message to a second run while the first is at
    work. Lambda refuses to create such a mapping.
  MD
  fix          = "Raise `visibility_timeout_seconds` to six times the timeout of the function."
  notice       = "Messages are handled twice: `NumberOfMessagesReceived` exceeds `NumberOfMessagesSent`."
  prove        = "Add a delay longer than the visibility timeout with `aws:lambda:invocation-add-delay`, and count the runs per message."
  references   = ["AWS Well-Architected REL05-BP03", "AWS Lambda Developer Guide: Configuring an SQS queue for Lambda"]

  locals {
    mappings = [
      for m in referrers(self, "refers", "aws_lambda_event_source_mapping") : m
      if m.enabled != false && contains(refs(m.event_source_arn), self)
    ]
    consumers  = flatten([for m in local.mappings : mapped_functions(m)])
    slowest    = max(0, [for f in local.consumers : default(f.timeout, 3)]...)
    visibility = default(self.visibility_timeout_seconds, 30)
  }

  for_each = resources("aws_sqs_queue")
  unless   = length(local.consumers) == 0
  when     = local.visibility < local.slowest
  at       = "visibility_timeout_seconds"
  message  = "`${self}` hides a message for ${local.visibility} s, but its function may work on it for ${local.slowest} s"

  edit "visibility_timeout_seconds" {
    to = min(43200, 6 * local.slowest)
  }

  label "may run this long" {
    at        = local.consumers
    attribute = "timeout"
  }

  fails "function runs longer than the default hides a message" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
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

  fails "one of two consumers is too slow" {
    resource "aws_sqs_queue" "orders" {
      name                       = "orders"
      visibility_timeout_seconds = 120
    }

    resource "aws_lambda_function" "worker" {
      for_each = {
        quick = 10
        slow  = 300
      }
      function_name = each.key
      timeout       = each.value
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      for_each         = aws_lambda_function.worker
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = each.value.function_name
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

  passes "mapping is switched off" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
      timeout       = 60
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
      enabled          = false
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
