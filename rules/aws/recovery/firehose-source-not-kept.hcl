rule "firehose-source-not-kept" {
  summary   = "Delivery stream changes records and keeps no copy of them"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A function rewrites each record on its way. When a release of it drops a field, the records of that time cannot be made again, because what came in
    is nowhere.
  MD
  fix       = "Set `s3_backup_mode = \"Enabled\"` with an `s3_backup_configuration`."
  notice    = "`ExecuteProcessing.Success` falls, and the records before the change are nowhere."
  prove     = "Deploy a transformation that garbles a field in a test, and try to repair what was delivered."
  references = [
    "Amazon Data Firehose Developer Guide: Source record backup",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    config = self.extended_s3_configuration[0]
    # Other processors add a line or read a key.
    changed = local.config.processing_configuration[0].enabled == true && anytrue([
      for p in default(local.config.processing_configuration[0].processors, []) : p.type == "Lambda"
    ])
    # A stream can be read again.
    replayable = (
      length(default(self.kinesis_source_configuration, [])) > 0
      || length(default(self.msk_source_configuration, [])) > 0
    )
  }

  for_each = resources("aws_kinesis_firehose_delivery_stream")
  unless   = local.replayable
  when     = local.changed && default(local.config.s3_backup_mode, "Disabled") != "Enabled"
  at       = "extended_s3_configuration"
  message  = "`${self}` keeps only what its function makes of the records"

  fails "no copy" {
    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn   = "arn:aws:iam::111122223333:role/delivery"
        bucket_arn = "arn:aws:s3:::acme-clicks"

        processing_configuration {
          enabled = true

          processors {
            type = "Lambda"

            parameters {
              parameter_name  = "LambdaArn"
              parameter_value = "arn:aws:lambda:eu-west-1:111122223333:function:rewrite:$LATEST"
            }
          }
        }
      }
    }
  }

  passes "a copy" {
    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn       = "arn:aws:iam::111122223333:role/delivery"
        bucket_arn     = "arn:aws:s3:::acme-clicks"
        s3_backup_mode = "Enabled"

        processing_configuration {
          enabled = true

          processors {
            type = "Lambda"
          }
        }

        s3_backup_configuration {
          role_arn   = "arn:aws:iam::111122223333:role/delivery"
          bucket_arn = "arn:aws:s3:::acme-clicks-raw"
        }
      }
    }
  }

  passes "records are only split" {
    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn   = "arn:aws:iam::111122223333:role/delivery"
        bucket_arn = "arn:aws:s3:::acme-clicks"

        processing_configuration {
          enabled = true

          processors {
            type = "AppendDelimiterToRecord"
          }
        }
      }
    }
  }

  passes "it reads a stream" {
    resource "aws_kinesis_stream" "clicks" {
      name             = "clicks"
      retention_period = 168
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

        processing_configuration {
          enabled = true

          processors {
            type = "Lambda"
          }
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "backup_mode" { type = string }

    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn       = "arn:aws:iam::111122223333:role/delivery"
        bucket_arn     = "arn:aws:s3:::acme-clicks"
        s3_backup_mode = var.backup_mode

        processing_configuration {
          enabled = true

          processors {
            type = "Lambda"
          }
        }
      }
    }
  }
}
