rule "eventbridge-target-without-role" {
  summary     = "Event target has no role to be started with"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    Workflows, streams, container tasks and API destinations have no policy that could let EventBridge in: it must take a role. Without one every event
    fails, and nothing in Terraform says so.
  MD
  fix         = "Set `role_arn` to a role that `events.amazonaws.com` can assume and that may start the target."
  references = [
    "AWS Well-Architected REL05-BP04",
    "Amazon EventBridge User Guide: IAM roles for sending events to targets",
  ]

  locals {
    needs_role = length(default(self.ecs_target, [])) > 0 || (
      length(refs(self.arn)) > 0
      ? length(refs(self.arn, "aws_sfn_state_machine", "aws_kinesis_stream", "aws_kinesis_firehose_delivery_stream", "aws_cloudwatch_event_api_destination")) > 0
      : can(regex("^arn:[^:]*:(states:.*:stateMachine:|kinesis:|firehose:|events:.*:api-destination/)", self.arn))
    )
  }

  for_each = resources("aws_cloudwatch_event_target")
  unless   = !local.needs_role
  when     = default(self.role_arn, "") == ""
  at       = "role_arn"
  message  = "EventBridge has no role with which it could start the target of `${self}`"

  fails "state machine" {
    resource "aws_sfn_state_machine" "orders" {
      name       = "orders"
      role_arn   = "arn:aws:iam::111122223333:role/orders"
      definition = "{}"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sfn_state_machine.orders.arn
    }
  }

  fails "container task" {
    resource "aws_cloudwatch_event_target" "export" {
      rule = "nightly"
      arn  = "arn:aws:ecs:eu-west-1:111122223333:cluster/jobs"

      ecs_target {
        task_definition_arn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/export"
      }
    }
  }

  passes "role" {
    resource "aws_sfn_state_machine" "orders" {
      name       = "orders"
      role_arn   = "arn:aws:iam::111122223333:role/orders"
      definition = "{}"
    }

    resource "aws_iam_role" "events" {
      name               = "events"
      assume_role_policy = "{}"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule     = "order-placed"
      arn      = aws_sfn_state_machine.orders.arn
      role_arn = aws_iam_role.events.arn
    }
  }

  passes "a function, which has a permission instead" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }
  }

  unknown "role is given by the caller" {
    variable "role" { type = string }

    resource "aws_sfn_state_machine" "orders" {
      name       = "orders"
      role_arn   = "arn:aws:iam::111122223333:role/orders"
      definition = "{}"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule     = "order-placed"
      arn      = aws_sfn_state_machine.orders.arn
      role_arn = var.role
    }
  }
}
