rule "messaging-stream-read-by-too-many" {
  summary     = "More consumers read a stream than it can serve at once"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A shard of a DynamoDB stream serves two readers, and one of a Kinesis stream five reads a second, once a second for each Lambda consumer. With more they
    throttle each other, and all of them fall behind together.
  MD
  fix         = "Let one consumer fan out to a topic or an event bus; for Kinesis give consumers an `aws_kinesis_stream_consumer` each."
  notice      = "`ReadProvisionedThroughputExceeded` rises with each consumer."
  prove       = "Add one more reader to a test stream, and measure `GetRecords.IteratorAgeMilliseconds` of the others."
  references = [
    "AWS Well-Architected REL04-BP02",
    "AWS Well-Architected REL01-BP03",
    "Amazon DynamoDB Developer Guide: Reading and processing a stream",
    "Amazon Kinesis Data Streams Developer Guide: Quotas and limits",
  ]

  locals {
    readers = concat(
      [for m in referrers(self, "refers", "aws_lambda_event_source_mapping") : m if contains(refs(m.event_source_arn), self) && m.enabled != false],
      referrers(self, "consumes", "aws_pipes_pipe"),
    )
  }

  for_each = resources("readers_at_once")
  when     = length(local.readers) > readers_at_once(self)
  message  = "${length(local.readers)} consumers read the stream of `${self}`, which serves ${readers_at_once(self)} at once"

  label "reads it" {
    at = local.readers
  }

  fails "three functions on one table" {
    resource "aws_dynamodb_table" "orders" {
      name             = "orders"
      hash_key         = "id"
      stream_enabled   = true
      stream_view_type = "NEW_IMAGE"

      attribute {
        name = "id"
        type = "S"
      }
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      for_each          = toset(["index", "bill", "report"])
      event_source_arn  = aws_dynamodb_table.orders.stream_arn
      function_name     = each.key
      starting_position = "LATEST"
    }
  }

  passes "two functions" {
    resource "aws_dynamodb_table" "orders" {
      name             = "orders"
      hash_key         = "id"
      stream_enabled   = true
      stream_view_type = "NEW_IMAGE"

      attribute {
        name = "id"
        type = "S"
      }
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      for_each          = toset(["index", "bill"])
      event_source_arn  = aws_dynamodb_table.orders.stream_arn
      function_name     = each.key
      starting_position = "LATEST"
    }
  }

  passes "each has a throughput of its own" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_kinesis_stream_consumer" "clicks" {
      for_each   = toset(["a", "b", "c", "d", "e", "f"])
      name       = each.key
      stream_arn = aws_kinesis_stream.clicks.arn
    }

    resource "aws_lambda_event_source_mapping" "clicks" {
      for_each          = aws_kinesis_stream_consumer.clicks
      event_source_arn  = each.value.arn
      function_name     = each.key
      starting_position = "LATEST"
    }
  }

  unknown "the third one is switched on by the caller" {
    variable "report" { type = bool }

    resource "aws_dynamodb_table" "orders" {
      name             = "orders"
      hash_key         = "id"
      stream_enabled   = true
      stream_view_type = "NEW_IMAGE"

      attribute {
        name = "id"
        type = "S"
      }
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      for_each          = toset(["index", "bill"])
      event_source_arn  = aws_dynamodb_table.orders.stream_arn
      function_name     = each.key
      starting_position = "LATEST"
    }

    resource "aws_lambda_event_source_mapping" "report" {
      event_source_arn  = aws_dynamodb_table.orders.stream_arn
      function_name     = "report"
      starting_position = "LATEST"
      enabled           = var.report
    }
  }
}
