rule "lambda-reserve-below-pollers" {
  summary     = "Queue starts more runs of a function than the function may have"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    A queue asks for five runs at once, or for as many as its mapping allows, whatever the function has reserved. Runs above the reserve are throttled, and each
    throttle counts as a receive of the message: good messages reach the dead-letter queue.
  MD
  fix         = "Set `scaling_config.maximum_concurrency` of the mapping to no more than `reserved_concurrent_executions`, or raise the reserve."
  references  = ["AWS Well-Architected REL05-BP02", "AWS Lambda Developer Guide: Configuring scaling behavior for SQS event source mappings"]

  locals {
    queues = refs(self.event_source_arn, "aws_sqs_queue")
    # A FIFO queue starts as many runs as there are message groups.
    wanted    = default(self.scaling_config[0].maximum_concurrency, anytrue([for q in local.queues : q.fifo_queue == true]) ? 0 : 5)
    functions = concat(refs(self.function_name, "aws_lambda_function"), flatten([for a in refs(self.function_name, "aws_lambda_alias") : refs(a.function_name, "aws_lambda_function")]))
    short = [
      for f in local.functions : f
      if default(f.reserved_concurrent_executions, -1) > 0 && f.reserved_concurrent_executions < local.wanted
    ]
  }

  for_each = resources("aws_lambda_event_source_mapping")
  unless   = length(local.queues) == 0 || self.enabled == false
  when     = length(local.short) > 0
  at       = "scaling_config"
  message  = "`${self}` starts ${local.wanted} runs at once, and `${local.short[0]}` may have ${local.short[0].reserved_concurrent_executions}"

  label "may have fewer" {
    at        = local.short
    attribute = "reserved_concurrent_executions"
  }

  fails "less than the mapping allows" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = 10
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn

      scaling_config {
        maximum_concurrency = 50
      }
    }
  }

  fails "one run at a time" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = 1
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "as many as are reserved" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = 10
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn

      scaling_config {
        maximum_concurrency = 10
      }
    }
  }

  passes "FIFO, one message group at a time" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
    }

    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = 1
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "nothing reserved" {
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

  unknown "reserve is given by the caller" {
    variable "reserve" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = var.reserve
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }
}
