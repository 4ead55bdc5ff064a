rule "pipes-without-logs" {
  summary   = "Pipe does not log what it fails to deliver"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A pipe filters, transforms and calls between two services, and no code of yours runs in it. Its metrics count failures; at which
    step and with which event stands in its log only.
  MD
  fix       = "Add `log_configuration` with `level = \"ERROR\"` and a log group, bucket or delivery stream."
  notice    = "`ExecutionFailed` of the pipe rises, and nothing says which record it was."
  prove     = "Send a record that the target refuses, and look for it in a log."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS EventBridge Pipes API Reference: PipeLogConfigurationParameters",
  ]

  for_each = resources("aws_pipes_pipe")
  when     = length(default(self.log_configuration, [])) == 0 || self.log_configuration[0].level == "OFF"
  at       = "log_configuration"
  message  = "why `${self}` fails to deliver an event is written nowhere"

  fails "left out" {
    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/pipes"
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"
    }
  }

  fails "level is off" {
    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/pipes"
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"

      log_configuration {
        level = "OFF"
      }
    }
  }

  passes "errors are logged" {
    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/pipes"
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"

      log_configuration {
        level = "ERROR"

        cloudwatch_logs_log_destination {
          log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/pipes/orders"
        }
      }
    }
  }

  unknown "level is given by the caller" {
    variable "log_level" { type = string }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/pipes"
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders"

      log_configuration {
        level = var.log_level

        cloudwatch_logs_log_destination {
          log_group_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/pipes/orders"
        }
      }
    }
  }
}
