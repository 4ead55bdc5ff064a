rule "alarm-silenced" {
  summary    = "Alarm loses the actions that told somebody"
  principle  = "change"
  severity   = "error"
  needs      = "plan"
  since      = "2027.1"
  why        = <<-MD
    The alarm still turns red, on a page that nobody looks at. Actions are often switched off for a maintenance window, and the line is
    then merged and forgotten.
  MD
  fix        = "Leave the actions in place, and mute the alarm for the time of the work only, outside of the configuration."
  notice     = "CloudWatch shows the alarm in ALARM while its topic publishes nothing: `NumberOfMessagesPublished` stays at 0."
  prove      = "Set the alarm to ALARM with `aws cloudwatch set-alarm-state`, and wait for the page that no longer comes."
  references = ["AWS Well-Architected REL06-BP03", "Security Hub CloudWatch.15", "Security Hub CloudWatch.17"]

  locals {
    was   = before(self)
    told  = length(default(local.was.alarm_actions, [])) > 0 && local.was.actions_enabled != false
    tells = length(default(self.alarm_actions, [])) > 0 && self.actions_enabled != false
    composites = [
      for c in referrers(self, "watches", "aws_cloudwatch_composite_alarm") : c
      if length(default(c.alarm_actions, [])) > 0 && c.actions_enabled != false
    ]
    # Deployments and health checks read the state of an alarm themselves.
    users = referrers(self, "refers", "aws_ecs_service", "aws_codedeploy_deployment_group", "aws_route53_health_check")
  }

  for_each = resources("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
  unless   = length(local.composites) > 0 || length(local.users) > 0
  when     = local.told && !local.tells
  at       = "alarm_actions"
  message  = "`${self}` told somebody when it fired, and tells nobody after this plan"

  label "is watched in vain" {
    at = linked(self, "watches")
  }

  fails "the actions are left out" {
    before {
      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "errors"
      metric_name = "Errors"
    }
  }

  fails "the actions are switched off" {
    before {
      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name      = "errors"
        metric_name     = "Errors"
        actions_enabled = true
        alarm_actions   = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name      = "errors"
      metric_name     = "Errors"
      actions_enabled = false
      alarm_actions   = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
    }
  }

  passes "it tells somebody else" {
    before {
      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:everybody"]
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "errors"
      metric_name   = "Errors"
      alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
    }
  }

  passes "it never told anybody" {
    before {
      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name  = "errors"
        metric_name = "Errors"
        threshold   = 5
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "errors"
      metric_name = "Errors"
      threshold   = 10
    }
  }

  passes "a composite alarm speaks for it from now on" {
    before {
      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "errors"
      metric_name = "Errors"
    }

    resource "aws_cloudwatch_composite_alarm" "shop" {
      alarm_name    = "shop"
      alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})"
      alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_cloudwatch_metric_alarm" "errors" {
        alarm_name    = "errors"
        metric_name   = "Errors"
        alarm_actions = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
      }
    }

    variable "actions_enabled" { type = bool }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name      = "errors"
      metric_name     = "Errors"
      actions_enabled = var.actions_enabled
      alarm_actions   = ["arn:aws:sns:eu-west-1:123456789012:on-call"]
    }
  }
}
