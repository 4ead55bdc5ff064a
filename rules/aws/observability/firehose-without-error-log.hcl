rule "firehose-without-error-log" {
  summary   = "Delivery stream does not log what it fails to deliver"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A lost permission or a changed schema stops the delivery, and records expire after a day. The metric says that it fails, the error
    log says why; without it one guesses while data runs out.
  MD
  fix       = "Add `cloudwatch_logging_options` with `enabled = true`, a log group and a log stream to the destination."
  notice    = "`DeliveryToS3.Success` or its like falls below 1, and nothing says why."
  prove     = "Take the stream's right to its target away in a test account, and look for the reason."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Firehose API Reference: CloudWatchLoggingOptions",
  ]

  locals {
    destinations = concat(
      default(self.extended_s3_configuration, []),
      default(self.redshift_configuration, []),
      default(self.elasticsearch_configuration, []),
      default(self.opensearch_configuration, []),
      default(self.opensearchserverless_configuration, []),
      default(self.splunk_configuration, []),
      default(self.http_endpoint_configuration, []),
      default(self.snowflake_configuration, []),
      default(self.iceberg_configuration, []),
    )
    logged = [for d in local.destinations : d if default(d.cloudwatch_logging_options[0].enabled, false) == true]
  }

  for_each = resources("aws_kinesis_firehose_delivery_stream")
  unless   = length(local.destinations) == 0
  when     = length(local.logged) == 0
  message  = "why `${self}` fails to deliver a record is written nowhere"

  fails "bucket" {
    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn   = "arn:aws:iam::111122223333:role/clicks"
        bucket_arn = "arn:aws:s3:::clicks"
      }
    }
  }

  fails "endpoint, told not to" {
    resource "aws_kinesis_firehose_delivery_stream" "logs" {
      name        = "logs"
      destination = "http_endpoint"

      http_endpoint_configuration {
        url      = "https://logs.example.com/intake"
        role_arn = "arn:aws:iam::111122223333:role/logs"

        cloudwatch_logging_options {
          enabled = false
        }
      }
    }
  }

  passes "errors are logged" {
    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn   = "arn:aws:iam::111122223333:role/clicks"
        bucket_arn = "arn:aws:s3:::clicks"

        cloudwatch_logging_options {
          enabled         = true
          log_group_name  = "/firehose/clicks"
          log_stream_name = "delivery"
        }
      }
    }
  }

  passes "a destination of before" {
    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "s3"
    }
  }

  unknown "given by the caller" {
    variable "error_log" { type = bool }

    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn   = "arn:aws:iam::111122223333:role/clicks"
        bucket_arn = "arn:aws:s3:::clicks"

        cloudwatch_logging_options {
          enabled         = var.error_log
          log_group_name  = "/firehose/clicks"
          log_stream_name = "delivery"
        }
      }
    }
  }
}
