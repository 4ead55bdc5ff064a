rule "pipes-stream-without-failure-handling" {
  summary     = "Pipe retries a bad record until the stream expires"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    By default a pipe retries a failing batch of a stream without end. One record that its target refuses stops the shard until it expires, and everything
    behind it waits or is lost.
  MD
  fix         = "Set `maximum_retry_attempts` or `maximum_record_age_in_seconds`, and a `dead_letter_config`, in the parameters of the source."
  notice      = "`ExecutionFailed` of the pipe repeats while the stream's iterator age climbs."
  prove       = "Put one bad record into a test stream, and watch how long the good ones behind it wait."
  references  = ["AWS Well-Architected REL05-BP03", "Amazon EventBridge Pipes: PipeSourceKinesisStreamParameters"]

  locals {
    source  = default(self.source_parameters[0].kinesis_stream_parameters[0], self.source_parameters[0].dynamodb_stream_parameters[0])
    endless = default(local.source.maximum_retry_attempts, -1) == -1 && default(local.source.maximum_record_age_in_seconds, -1) == -1
  }

  for_each = resources("aws_pipes_pipe")
  unless   = local.source == null || self.desired_state == "STOPPED"
  when     = local.endless
  at       = "source_parameters"
  message  = "one bad record stops the shard that `${self}` reads until it expires"

  fails "defaults" {
    resource "aws_pipes_pipe" "clicks" {
      name     = "clicks"
      role_arn = "arn:aws:iam::111122223333:role/clicks"
      source   = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
      target   = "arn:aws:lambda:eu-west-1:111122223333:function:count"

      source_parameters {
        kinesis_stream_parameters {
          starting_position = "LATEST"
        }
      }
    }
  }

  passes "bounded" {
    resource "aws_pipes_pipe" "clicks" {
      name     = "clicks"
      role_arn = "arn:aws:iam::111122223333:role/clicks"
      source   = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
      target   = "arn:aws:lambda:eu-west-1:111122223333:function:count"

      source_parameters {
        kinesis_stream_parameters {
          starting_position      = "LATEST"
          maximum_retry_attempts = 5

          dead_letter_config {
            arn = "arn:aws:sqs:eu-west-1:111122223333:failed"
          }
        }
      }
    }
  }

  passes "a queue, which has its own limits" {
    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"
    }
  }

  passes "stopped" {
    resource "aws_pipes_pipe" "clicks" {
      name          = "clicks"
      role_arn      = "arn:aws:iam::111122223333:role/clicks"
      source        = "arn:aws:dynamodb:eu-west-1:111122223333:table/clicks/stream/2026-01-01T00:00:00.000"
      target        = "arn:aws:lambda:eu-west-1:111122223333:function:count"
      desired_state = "STOPPED"

      source_parameters {
        dynamodb_stream_parameters {
          starting_position = "LATEST"
        }
      }
    }
  }

  unknown "given by the caller" {
    variable "attempts" { type = number }

    resource "aws_pipes_pipe" "clicks" {
      name     = "clicks"
      role_arn = "arn:aws:iam::111122223333:role/clicks"
      source   = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
      target   = "arn:aws:lambda:eu-west-1:111122223333:function:count"

      source_parameters {
        kinesis_stream_parameters {
          starting_position      = "LATEST"
          maximum_retry_attempts = var.attempts
        }
      }
    }
  }
}
