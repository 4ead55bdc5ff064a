rule "eventbridge-delivery-tried-once" {
  summary     = "Event is delivered once or never"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    With no retries a single throttle or timeout of the target loses the event, and without a dead-letter queue nothing says which one it was.
  MD
  fix         = "Leave out `maximum_retry_attempts` (185 attempts in a day), or add a `dead_letter_config`."
  references  = ["AWS Well-Architected REL05-BP03", "Amazon EventBridge User Guide: How EventBridge retries delivering events"]

  locals {
    target   = is(self, "aws_scheduler_schedule") ? self.target[0] : self
    attempts = local.target.retry_policy[0].maximum_retry_attempts
  }

  for_each = resources("aws_cloudwatch_event_target", "aws_scheduler_schedule")
  unless   = length(default(local.target.dead_letter_config, [])) > 0
  when     = local.attempts != null && local.attempts == 0
  message  = "an event that `${self}` cannot deliver at the first attempt is gone"

  fails "no retries" {
    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      retry_policy {
        maximum_event_age_in_seconds = 60
        maximum_retry_attempts       = 0
      }
    }
  }

  fails "a schedule" {
    resource "aws_scheduler_schedule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:nightly"
        role_arn = "arn:aws:iam::111122223333:role/nightly"

        retry_policy {
          maximum_retry_attempts = 0
        }
      }
    }
  }

  passes "defaults" {
    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  passes "kept in a queue" {
    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      retry_policy {
        maximum_retry_attempts = 0
      }

      dead_letter_config {
        arn = "arn:aws:sqs:eu-west-1:111122223333:undelivered"
      }
    }
  }

  unknown "given by the caller" {
    variable "attempts" { type = number }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      retry_policy {
        maximum_retry_attempts = var.attempts
      }
    }
  }
}
