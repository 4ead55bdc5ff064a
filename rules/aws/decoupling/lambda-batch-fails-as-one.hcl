rule "lambda-batch-fails-as-one" {
  summary     = "One bad message sends back the whole batch"
  principle   = "decoupling"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Unless the function reports which messages failed, one error returns all of its batch. The good ones are done again, and after some rounds they reach the
    dead-letter queue together with the bad one.
  MD
  fix         = "Set `function_response_types = [\"ReportBatchItemFailures\"]` and return the ids of the messages that failed, or set `batch_size = 1`."
  notice      = "`NumberOfMessagesReceived` rises far above `NumberOfMessagesDeleted` for one bad message."
  prove       = "Send nine good messages and a bad one, and count how often each good one is handled."
  references  = ["AWS Well-Architected REL05-BP03", "AWS Lambda Developer Guide: Implementing partial batch responses"]

  locals {
    queues = refs(self.event_source_arn, "aws_sqs_queue")
    size   = default(self.batch_size, 10)
  }

  for_each = resources("aws_lambda_event_source_mapping")
  unless   = length(local.queues) == 0 || self.enabled == false || local.size <= 1
  when     = !contains(default(self.function_response_types, []), "ReportBatchItemFailures")
  at       = "function_response_types"
  message  = "one bad message sends back up to ${local.size} that `${self}` hands over together"

  label "the queue" {
    at = local.queues
  }

  fails "default" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
    }
  }

  passes "reports failures" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn        = aws_sqs_queue.orders.arn
      function_name           = "worker"
      function_response_types = ["ReportBatchItemFailures"]
    }
  }

  passes "one at a time" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
      batch_size       = 1
    }
  }

  passes "switched off" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
      enabled          = false
    }
  }

  passes "a stream, where a batch can be split" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn               = aws_kinesis_stream.clicks.arn
      function_name                  = "count"
      starting_position              = "LATEST"
      bisect_batch_on_function_error = true
    }
  }

  unknown "size is given by the caller" {
    variable "batch" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
      batch_size       = var.batch
    }
  }
}
