rule "lambda-batch-window-refused" {
  summary     = "Mapping of a queue collects batches in a way that Lambda refuses"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Lambda collects more than ten messages of a queue only with a batching window, and has neither the window nor larger batches for FIFO queues. It refuses
    the mapping in the middle of an apply, and the queue is not read.
  MD
  fix         = "Set `maximum_batching_window_in_seconds` to at least 1 for batches of more than 10; for a FIFO queue leave both out."
  notice      = "The apply fails, or the mapping is in state `Disabled` with a reason."
  prove       = "Create the mapping in a test account: Lambda refuses the combination."
  references  = ["AWS Well-Architected REL04-BP02", "AWS Lambda Developer Guide: Lambda parameters for Amazon SQS event source mappings"]

  locals {
    queues = refs(self.event_source_arn, "aws_sqs_queue")
    fifo   = anytrue([for q in local.queues : q.fifo_queue == true])
    size   = default(self.batch_size, 10)
    window = default(self.maximum_batching_window_in_seconds, 0)
  }

  for_each = resources("aws_lambda_event_source_mapping")
  unless   = length(local.queues) == 0

  defect "FIFO" {
    when    = local.fifo && (local.size > 10 || local.window > 0)
    at      = "event_source_arn"
    message = "`${self}` wants batches that a FIFO queue does not give"
  }

  defect "no window" {
    when    = local.size > 10 && local.window == 0
    at      = "batch_size"
    message = "`${self}` wants ${local.size} messages at once and has no window to collect them in"
  }

  label "the queue" {
    at = local.queues
  }

  fails "a hundred without window" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
      batch_size       = 100
    }
  }

  fails "FIFO with a window" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn                   = aws_sqs_queue.orders.arn
      function_name                      = "worker"
      maximum_batching_window_in_seconds = 5
    }
  }

  passes "a hundred in five seconds" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn                   = aws_sqs_queue.orders.arn
      function_name                      = "worker"
      batch_size                         = 100
      maximum_batching_window_in_seconds = 5
    }
  }

  passes "FIFO with the default" {
    resource "aws_sqs_queue" "orders" {
      name       = "orders.fifo"
      fifo_queue = true
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
    }
  }

  passes "a stream, which has no such limit" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn  = aws_kinesis_stream.clicks.arn
      function_name     = "count"
      starting_position = "LATEST"
      batch_size        = 500
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
