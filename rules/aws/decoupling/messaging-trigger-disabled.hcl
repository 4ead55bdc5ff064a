rule "messaging-trigger-disabled" {
  summary    = "What should start the work is switched off"
  principle  = "decoupling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A rule, schedule or mapping that was switched off in an incident and stays so in code looks as if it worked. Its events are not kept for later.
  MD
  fix        = "Switch it on, or remove it."
  notice     = "`ApproximateAgeOfOldestMessage` climbs, or the schedule's `Invocations` are 0."
  prove      = "Send one message, and wait for the work that it should start."
  references = ["AWS Well-Architected OPS05-BP08", "Amazon EventBridge User Guide: Disabling or deleting a rule"]

  locals {
    off = (
      is(self, "aws_cloudwatch_event_rule") ? self.state == "DISABLED" || self.is_enabled == false :
      is(self, "aws_scheduler_schedule") ? self.state == "DISABLED" :
      is(self, "aws_pipes_pipe") ? self.desired_state == "STOPPED" :
      self.enabled == false
    )
  }

  for_each = resources("aws_cloudwatch_event_rule", "aws_scheduler_schedule", "aws_pipes_pipe", "aws_lambda_event_source_mapping")
  when     = local.off
  message  = "`${self}` is switched off and starts nothing"

  fails "rule" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
      state         = "DISABLED"
    }
  }

  fails "mapping" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      function_name    = "worker"
      enabled          = false
    }
  }

  fails "schedule" {
    resource "aws_scheduler_schedule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
      state               = "DISABLED"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:nightly"
        role_arn = "arn:aws:iam::111122223333:role/nightly"
      }
    }
  }

  passes "switched on" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
      state         = "ENABLED"
    }
  }

  passes "default" {
    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      function_name    = "worker"
    }
  }

  unknown "decided by the caller" {
    variable "enabled" { type = bool }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
      function_name    = "worker"
      enabled          = var.enabled
    }
  }
}
