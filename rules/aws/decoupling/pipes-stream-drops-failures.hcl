rule "pipes-stream-drops-failures" {
  summary     = "Pipe gives up on records without keeping them"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    With bounded retries a bad record no longer stops the shard, but it is skipped, and without a dead-letter queue nothing says which one it was.
  MD
  fix         = "Add a `dead_letter_config` with a queue or topic to the parameters of the source."
  notice      = "`ExecutionFailed` of the pipe rises in AWS/EventBridge/Pipes, and nothing is kept."
  prove       = "Make the target refuse one record, and look for it after the retries."
  references  = ["AWS Well-Architected REL05-BP04", "Amazon EventBridge Pipes: Error handling and troubleshooting"]

  locals {
    source  = default(self.source_parameters[0].kinesis_stream_parameters[0], self.source_parameters[0].dynamodb_stream_parameters[0])
    endless = default(local.source.maximum_retry_attempts, -1) == -1 && default(local.source.maximum_record_age_in_seconds, -1) == -1
  }

  # Endless retries are a defect of their own: pipes-stream-without-failure-handling.
  for_each = resources("aws_pipes_pipe")
  unless   = local.source == null || local.endless || self.desired_state == "STOPPED"
  when     = length(default(local.source.dead_letter_config, [])) == 0
  at       = "source_parameters"
  message  = "records that `${self}` gives up on leave no trace"

  fails "bounded retries alone" {
    resource "aws_pipes_pipe" "clicks" {
      name     = "clicks"
      role_arn = "arn:aws:iam::111122223333:role/clicks"
      source   = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
      target   = "arn:aws:lambda:eu-west-1:111122223333:function:count"

      source_parameters {
        kinesis_stream_parameters {
          starting_position      = "LATEST"
          maximum_retry_attempts = 5
        }
      }
    }
  }

  passes "dead-letter queue" {
    resource "aws_pipes_pipe" "clicks" {
      name     = "clicks"
      role_arn = "arn:aws:iam::111122223333:role/clicks"
      source   = "arn:aws:dynamodb:eu-west-1:111122223333:table/clicks/stream/2026-01-01T00:00:00.000"
      target   = "arn:aws:lambda:eu-west-1:111122223333:function:count"

      source_parameters {
        dynamodb_stream_parameters {
          starting_position             = "LATEST"
          maximum_record_age_in_seconds = 3600

          dead_letter_config {
            arn = "arn:aws:sqs:eu-west-1:111122223333:failed"
          }
        }
      }
    }
  }

  passes "a queue" {
    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"
    }
  }

  unknown "decided by the caller" {
    variable "queues" { type = list(string) }

    resource "aws_pipes_pipe" "clicks" {
      name     = "clicks"
      role_arn = "arn:aws:iam::111122223333:role/clicks"
      source   = "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks"
      target   = "arn:aws:lambda:eu-west-1:111122223333:function:count"

      source_parameters {
        kinesis_stream_parameters {
          starting_position      = "LATEST"
          maximum_retry_attempts = 5

          dynamic "dead_letter_config" {
            for_each = var.queues
            content {
              arn = dead_letter_config.value
            }
          }
        }
      }
    }
  }
}
