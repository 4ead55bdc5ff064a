rule "lambda-stream-without-failure-handling" {
  summary      = "Stream consumer retries a bad record until the stream expires"
  principle    = "decoupling"
  severity     = "error"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["stream-consumer-without-failure-handling"]
  why          = <<-MD
    By default Lambda retries a failing batch without end. One record that cannot be processed stops its shard until
    it expires, a day or more, and everything behind it waits or is lost.
  MD
  fix          = "Set `maximum_retry_attempts` or `maximum_record_age_in_seconds`, bisect batches, and send what fails to an `on_failure` destination."
  notice       = "`IteratorAge` climbs without end while `Errors` repeat for one shard."
  prove        = "Put one bad record at the head of a test stream, and watch the good ones behind it wait."
  references   = ["AWS Well-Architected REL05-BP04", "AWS Lambda Developer Guide: Retry behavior"]

  locals {
    sources = refs(self.event_source_arn, "polled_source")
  }

  for_each = resources("aws_lambda_event_source_mapping")
  unless   = !reads_shards(self) || self.enabled == false
  when     = default(self.maximum_retry_attempts, -1) == -1 && default(self.maximum_record_age_in_seconds, -1) == -1
  at       = "maximum_retry_attempts"
  message  = "one bad record stops the shard that `${self}` reads until it expires"

  label "the stream" {
    at = local.sources
  }

  fails "defaults" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn  = aws_kinesis_stream.clicks.arn
      function_name     = "count-clicks"
      starting_position = "LATEST"
    }
  }

  fails "batches are split, whatever the source is" {
    variable "stream_arn" { type = string }

    resource "aws_lambda_event_source_mapping" "updates" {
      event_source_arn               = var.stream_arn
      function_name                  = "index-orders"
      starting_position              = "LATEST"
      bisect_batch_on_function_error = true
    }
  }

  fails "a destination that nothing ever reaches" {
    resource "aws_dynamodb_table" "orders" {
      name           = "orders"
      stream_enabled = true
    }

    resource "aws_sqs_queue" "failed" {
      name = "failed"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn       = aws_dynamodb_table.orders.stream_arn
      function_name          = "index-orders"
      starting_position      = "LATEST"
      maximum_retry_attempts = -1

      destination_config {
        on_failure {
          destination_arn = aws_sqs_queue.failed.arn
        }
      }
    }
  }

  passes "bounded retries" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn               = aws_kinesis_stream.clicks.arn
      function_name                  = "count-clicks"
      starting_position              = "LATEST"
      maximum_retry_attempts         = 5
      bisect_batch_on_function_error = true
    }
  }

  passes "bounded age, stream named by its ARN" {
    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn              = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
      function_name                 = "count-clicks"
      starting_position             = "LATEST"
      maximum_record_age_in_seconds = 3600
    }
  }

  passes "a queue, which has a redrive policy instead" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
    }
  }

  passes "no starting position, as a queue has none" {
    variable "source_arn" { type = string }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = var.source_arn
      function_name    = "index-orders"
      batch_size       = 10
    }
  }

  unknown "source is given by the caller" {
    variable "source_arn" { type = string }

    resource "aws_lambda_event_source_mapping" "any" {
      event_source_arn  = var.source_arn
      function_name     = "worker"
      starting_position = "LATEST"
    }
  }
}
