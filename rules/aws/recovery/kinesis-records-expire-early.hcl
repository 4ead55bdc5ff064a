rule "kinesis-records-expire-early" {
  summary   = "Stream keeps its records for only a day"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A consumer that stops on Friday evening has lost records by Saturday night. What has expired can neither be read late nor replayed after a
    mistake is mended.
  MD
  fix       = "Set `retention_period` to 72 hours or more, or let a delivery stream keep the records in a bucket."
  notice    = "`GetRecords.IteratorAgeMilliseconds` comes near 24 hours."
  prove     = "Stop the consumer of a test stream for a weekend, and count what is left."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config kinesis-stream-backup-retention-check",
    "Security Hub Kinesis.3",
  ]

  param "minimum_hours" {
    default = 72
    doc     = "Fewest hours that a stream must keep its records."
  }

  locals {
    # A delivery stream that reads it keeps a copy.
    archives = referrers(self, "refers", "aws_kinesis_firehose_delivery_stream")
  }

  for_each = resources("aws_kinesis_stream")
  unless   = length(local.archives) > 0
  when     = default(self.retention_period, 24) < param.minimum_hours
  at       = "retention_period"
  message  = "`${self}` keeps records for ${default(self.retention_period, 24)} hours, fewer than ${param.minimum_hours}: a longer outage of its consumers loses them"

  edit "retention_period" {
    to = param.minimum_hours
  }

  fails "left out, which is a day" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }
  }

  fails "two days" {
    resource "aws_kinesis_stream" "clicks" {
      name             = "clicks"
      retention_period = 48
    }
  }

  passes "a week" {
    resource "aws_kinesis_stream" "clicks" {
      name             = "clicks"
      retention_period = 168
    }
  }

  passes "a delivery stream keeps them" {
    resource "aws_kinesis_stream" "clicks" {
      name = "clicks"
    }

    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      kinesis_source_configuration {
        kinesis_stream_arn = aws_kinesis_stream.clicks.arn
        role_arn           = "arn:aws:iam::111122223333:role/delivery"
      }

      extended_s3_configuration {
        role_arn   = "arn:aws:iam::111122223333:role/delivery"
        bucket_arn = "arn:aws:s3:::acme-clicks"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "hours" { type = number }

    resource "aws_kinesis_stream" "clicks" {
      name             = "clicks"
      retention_period = var.hours
    }
  }
}
