rule "alarm-actions-disabled" {
  summary     = "Alarm has its actions switched off"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Actions are often muted for an afternoon and forgotten. The alarm then looks complete and stays silent.
  MD
  fix         = "Remove `actions_enabled = false`; mute with a suppressor alarm or a maintenance window."
  notice      = "The alarm shows ALARM and nobody is paged; `ActionsEnabled` is false in `describe-alarms`."
  prove       = "Set it to ALARM with `aws cloudwatch set-alarm-state`, and wait for the message that does not come."
  references = [
    "AWS Well-Architected REL06-BP03",
    "AWS Config cloudwatch-alarm-action-enabled-check",
    "Security Hub CloudWatch.17",
    "AWS Trusted Advisor Amazon CloudWatch Alarm Action is Disabled",
    "checkov CKV_AWS_319",
  ]

  for_each = resources("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
  unless   = length(default(self.alarm_actions, [])) == 0
  when     = self.actions_enabled == false
  at       = "actions_enabled"
  message  = "`${self}` names actions and never takes them"

  edit "actions_enabled" {
    to = true
  }

  fails "metric alarm" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name      = "orders-cpu"
      actions_enabled = false
      alarm_actions   = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  fails "composite alarm" {
    resource "aws_cloudwatch_composite_alarm" "api" {
      alarm_name      = "api"
      alarm_rule      = "ALARM(\"api-errors\")"
      actions_enabled = false
      alarm_actions   = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  passes "left out" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  passes "no actions to take" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name      = "orders-cpu"
      actions_enabled = false
    }
  }

  unknown "decided by a variable without default" {
    variable "alert" { type = bool }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name      = "orders-cpu"
      actions_enabled = var.alert
      alarm_actions   = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }
}
