rule "kinesis-readers-share-throughput" {
  summary   = "More readers poll a stream than its shards can serve"
  principle = "scaling"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A shard takes 1 MB a second and gives 2 MB a second, which all readers that poll share. From the third reader on nobody keeps up
    with a shard that is written to its limit, and each new reader slows down the others.
  MD
  fix       = "Give readers an `aws_kinesis_stream_consumer` of their own (enhanced fan-out) and read from its ARN."
  notice    = "`ReadProvisionedThroughputExceeded` rises, and `GetRecords.IteratorAgeMilliseconds` with it."
  prove     = "Add a reader to a test stream, and measure the delay of the others."
  references = [
    "AWS Well-Architected REL07-BP01",
    "AWS Well-Architected REL01-BP03",
    "Amazon Kinesis Data Streams: enhanced fan-out consumers",
  ]

  param "maximum_readers" {
    default = 2
    doc     = "Most readers that may share the throughput of a shard."
  }

  locals {
    readers = [for r in referrers(self, "consumes") : r if !is(r, "aws_kinesis_stream_consumer")]
  }

  # More than it can serve at all is the worse defect: messaging-stream-read-by-too-many.
  for_each = resources("aws_kinesis_stream")
  unless   = length(local.readers) > readers_at_once(self)
  when     = length(local.readers) > param.maximum_readers
  message  = "${length(local.readers)} readers share the throughput of each shard of `${self}`"

  label "polls it" {
    at = local.readers
  }

  fails "three functions" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"

      stream_mode_details {
        stream_mode = "ON_DEMAND"
      }
    }

    resource "aws_lambda_function" "reader" {
      for_each      = toset(["count", "enrich", "archive"])
      function_name = each.key
      role          = "arn:aws:iam::111122223333:role/reader"
    }

    resource "aws_lambda_event_source_mapping" "reader" {
      for_each          = aws_lambda_function.reader
      function_name     = each.value.arn
      event_source_arn  = aws_kinesis_stream.clicks.arn
      starting_position = "LATEST"
    }
  }

  passes "each with a consumer of its own" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"

      stream_mode_details {
        stream_mode = "ON_DEMAND"
      }
    }

    resource "aws_kinesis_stream_consumer" "reader" {
      for_each   = toset(["count", "enrich", "archive"])
      name       = each.key
      stream_arn = aws_kinesis_stream.clicks.arn
    }

    resource "aws_lambda_function" "reader" {
      for_each      = toset(["count", "enrich", "archive"])
      function_name = each.key
      role          = "arn:aws:iam::111122223333:role/reader"
    }

    resource "aws_lambda_event_source_mapping" "reader" {
      for_each          = aws_lambda_function.reader
      function_name     = each.value.arn
      event_source_arn  = aws_kinesis_stream_consumer.reader[each.key].arn
      starting_position = "LATEST"
    }
  }

  passes "two readers" {
    resource "aws_kinesis_stream" "clicks" {
      name        = "clicks"
      shard_count = 4
    }

    resource "aws_lambda_function" "reader" {
      count         = 2
      function_name = "reader-${count.index}"
      role          = "arn:aws:iam::111122223333:role/reader"
    }

    resource "aws_lambda_event_source_mapping" "reader" {
      count             = 2
      function_name     = aws_lambda_function.reader[count.index].arn
      event_source_arn  = aws_kinesis_stream.clicks.arn
      starting_position = "LATEST"
    }
  }

  unknown "readers are given by the caller" {
    variable "readers" { type = set(string) }

    resource "aws_kinesis_stream" "clicks" {
      name        = "clicks"
      shard_count = 4
    }

    resource "aws_lambda_function" "reader" {
      for_each      = var.readers
      function_name = each.key
      role          = "arn:aws:iam::111122223333:role/reader"
    }

    resource "aws_lambda_event_source_mapping" "reader" {
      for_each          = aws_lambda_function.reader
      function_name     = each.value.arn
      event_source_arn  = aws_kinesis_stream.clicks.arn
      starting_position = "LATEST"
    }
  }
}
