rule "lambda-stream-drops-failures" {
  summary      = "Stream consumer gives up on records without keeping them"
  principle    = "decoupling"
  severity     = "warning"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["stream-consumer-drops-failures"]
  why          = <<-MD
    With bounded retries a bad record no longer stops the shard, but it is skipped, and without a destination
    nothing says which one it was.
  MD
  fix          = "Add a `destination_config` with an `on_failure` queue, topic or bucket."
  notice       = "`DroppedEventCount` of the mapping rises, or gaps show in what the consumer writes."
  prove        = "Put a record that the function refuses, and look for it after the last retry."
  references   = ["AWS Well-Architected REL05-BP04", "AWS Lambda Developer Guide: Retry behavior"]

  locals {
    sources = refs(self.event_source_arn, "polled_source")
    endless = default(self.maximum_retry_attempts, -1) == -1 && default(self.maximum_record_age_in_seconds, -1) == -1
  }

  # Endless retries are a defect of their own: lambda-stream-without-failure-handling.
  for_each = resources("aws_lambda_event_source_mapping")
  unless   = !reads_shards(self) || self.enabled == false || local.endless
  when     = length(default(self.destination_config[0].on_failure, [])) == 0
  at       = "destination_config"
  message  = "records that `${self}` gives up on leave no trace"

  label "the stream" {
    at = local.sources
  }

  fails "bounded retries alone" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn       = aws_kinesis_stream.clicks.arn
      function_name          = "count-clicks"
      starting_position      = "LATEST"
      maximum_retry_attempts = 5
    }
  }

  fails "bounded age alone" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn              = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000"
      function_name                 = "index-orders"
      starting_position             = "LATEST"
      maximum_record_age_in_seconds = 3600
    }
  }

  fails "what only a stream has, whatever its source is" {
    variable "stream_arn" { type = string }

    resource "aws_lambda_event_source_mapping" "updates" {
      event_source_arn       = var.stream_arn
      function_name          = "index-orders"
      starting_position      = "LATEST"
      maximum_retry_attempts = 3
    }
  }

  passes "a topic of Kafka" {
    variable "cluster_arn" { type = string }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn       = var.cluster_arn
      function_name          = "count-clicks"
      topics                 = ["clicks"]
      starting_position      = "LATEST"
      maximum_retry_attempts = 3
    }
  }

  unknown "where it starts is all that is said of the source" {
    variable "source_arn" { type = string }
    variable "attempts" { type = number }

    resource "aws_lambda_event_source_mapping" "updates" {
      event_source_arn       = var.source_arn
      function_name          = "index-orders"
      starting_position      = "LATEST"
      maximum_retry_attempts = var.attempts
    }
  }

  passes "failure destination" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_sqs_queue" "failed" {
      name = "failed"
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn       = aws_kinesis_stream.clicks.arn
      function_name          = "count-clicks"
      starting_position      = "LATEST"
      maximum_retry_attempts = 5

      destination_config {
        on_failure {
          destination_arn = aws_sqs_queue.failed.arn
        }
      }
    }
  }

  passes "a queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = "worker"
    }
  }

  unknown "destinations are given by the caller" {
    variable "failure_destinations" { type = list(string) }

    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      event_source_arn       = aws_kinesis_stream.clicks.arn
      function_name          = "count-clicks"
      starting_position      = "LATEST"
      maximum_retry_attempts = 5

      dynamic "destination_config" {
        for_each = var.failure_destinations
        content {
          on_failure {
            destination_arn = destination_config.value
          }
        }
      }
    }
  }
}
