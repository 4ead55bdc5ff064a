rule "lambda-reserve-below-pollers" {
  summary     = "Queues start more runs of a function than the function may have"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A queue asks for five runs at once, or for as many as its mapping allows, whatever the function has reserved. Runs above the reserve are throttled, and each
    throttle counts as a receive of the message: good messages reach the dead-letter queue.
  MD
  fix         = "Set `scaling_config.maximum_concurrency` of the mappings to no more than `reserved_concurrent_executions` in sum, or raise the reserve."
  notice      = "`Throttles` rise and messages reach the dead-letter queue without ever being handled."
  prove       = "Send a burst of messages to a test queue, and compare receives with runs."
  references  = ["AWS Well-Architected REL05-BP02", "AWS Lambda Developer Guide: Configuring scaling behavior for SQS event source mappings"]

  locals {
    names = concat([self], referrers(self, "refers", "aws_lambda_alias"))
    mappings = [
      for m in flatten([for n in local.names : referrers(n, "refers", "aws_lambda_event_source_mapping")]) : m
      if m.enabled != false && (length(refs(m.event_source_arn, "aws_sqs_queue")) > 0 || m.scaling_config[0].maximum_concurrency != null)
    ]
    # A FIFO queue starts as many runs as there are message groups.
    wanted = sum(concat([0], [
      for m in local.mappings :
      default(m.scaling_config[0].maximum_concurrency, anytrue([for q in refs(m.event_source_arn, "aws_sqs_queue") : q.fifo_queue == true]) ? 0 : 5)
    ]))
  }

  for_each = resources("aws_lambda_function")
  when     = default(self.reserved_concurrent_executions, -1) > 0 && local.wanted > self.reserved_concurrent_executions
  at       = "reserved_concurrent_executions"
  message  = "`${self}` may run ${self.reserved_concurrent_executions} times at once, and its queues start up to ${local.wanted} runs"

  label "starts a part of them" {
    at        = local.mappings
    attribute = "scaling_config"
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

  fails "two queues, each of which would fit" {
    resource "aws_sqs_queue" "orders" {
      for_each = toset(["eu", "us"])
      name     = "orders-${each.key}"
    }

    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = 20
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      for_each         = aws_sqs_queue.orders
      event_source_arn = each.value.arn
      function_name    = aws_lambda_function.worker.arn

      scaling_config {
        maximum_concurrency = 15
      }
    }
  }

  passes "a mapping that is switched off" {
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
      enabled          = false
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
