rule "lambda-queue-above-reserved" {
  summary    = "Queues may call a function more often at once than it is allowed to run"
  principle  = "scaling"
  severity   = "warning"
  since      = "0.1.0"
  why        = <<-MD
    The mapping takes messages for as many calls as it may make. What the function refuses goes back and is counted as received, and
    after some rounds sound messages are in the dead-letter queue.
  MD
  fix        = "Raise `reserved_concurrent_executions` to the sum of `maximum_concurrency` of its mappings, or lower those."
  references = ["AWS Lambda: configuring maximum concurrency for Amazon SQS event sources"]

  locals {
    mappings = [for m in referrers(self, "refers", "aws_lambda_event_source_mapping") : m if m.scaling_config[0].maximum_concurrency != null && m.enabled != false]
    wanted   = sum(concat([0], [for m in local.mappings : m.scaling_config[0].maximum_concurrency]))
  }

  for_each = resources("aws_lambda_function")
  unless   = default(self.reserved_concurrent_executions, -1) <= 0
  when     = local.wanted > self.reserved_concurrent_executions
  at       = "reserved_concurrent_executions"
  message  = "`${self}` may run ${self.reserved_concurrent_executions} times at once, and its queues may ask for ${local.wanted}"

  label "asks for a part of it" {
    at        = local.mappings
    attribute = "scaling_config"
  }

  fails "twenty for ten" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "orders" {
      function_name                  = "orders"
      role                           = "arn:aws:iam::111122223333:role/orders"
      reserved_concurrent_executions = 10
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      function_name    = aws_lambda_function.orders.arn
      event_source_arn = aws_sqs_queue.orders.arn

      scaling_config {
        maximum_concurrency = 20
      }
    }
  }

  passes "as many as it may" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "orders" {
      function_name                  = "orders"
      role                           = "arn:aws:iam::111122223333:role/orders"
      reserved_concurrent_executions = 20
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      function_name    = aws_lambda_function.orders.arn
      event_source_arn = aws_sqs_queue.orders.arn

      scaling_config {
        maximum_concurrency = 20
      }
    }
  }

  passes "nothing reserved" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = "arn:aws:iam::111122223333:role/orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      function_name    = aws_lambda_function.orders.arn
      event_source_arn = aws_sqs_queue.orders.arn

      scaling_config {
        maximum_concurrency = 20
      }
    }
  }

  unknown "concurrency is given by the caller" {
    variable "concurrency" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "orders" {
      function_name                  = "orders"
      role                           = "arn:aws:iam::111122223333:role/orders"
      reserved_concurrent_executions = var.concurrency
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      function_name    = aws_lambda_function.orders.arn
      event_source_arn = aws_sqs_queue.orders.arn

      scaling_config {
        maximum_concurrency = 20
      }
    }
  }
}
