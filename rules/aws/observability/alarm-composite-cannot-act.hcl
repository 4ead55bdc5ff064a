rule "alarm-composite-cannot-act" {
  summary     = "Composite alarm is to scale or to reboot, which it cannot"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A composite alarm notifies topics, calls functions and opens incidents. Actions of EC2 and of Auto Scaling belong to metric alarms, and
    CloudWatch refuses them here.
  MD
  fix         = "Give the action to the metric alarm, and let the composite alarm notify a topic."
  notice      = "The composite alarm goes to ALARM and nothing is scaled or rebooted."
  prove       = "Set one of its parts to ALARM with `aws cloudwatch set-alarm-state`, and look at the group or machine."
  references  = ["AWS Well-Architected REL06-BP03", "Amazon CloudWatch User Guide: Using Amazon CloudWatch alarms"]

  locals {
    actions  = concat(default(self.alarm_actions, []), default(self.ok_actions, []))
    policies = refs(local.actions, "scaling_policy")
    written  = [for a in local.actions : a if length(refs(a)) == 0 && can(regex("^arn:[^:]*:(automate:[^:]*:ec2|autoscaling|swf):", a))]
  }

  for_each = resources("aws_cloudwatch_composite_alarm")
  when     = length(local.policies) > 0 || length(local.written) > 0
  at       = "alarm_actions"
  message  = "`${self}` is a composite alarm, and such an alarm takes no action of EC2 or Auto Scaling"

  label "is not called" {
    at = local.policies
  }

  fails "scaling policy" {
    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = "web"
    }

    resource "aws_cloudwatch_composite_alarm" "busy" {
      alarm_name    = "busy"
      alarm_rule    = "ALARM(\"cpu\") AND ALARM(\"requests\")"
      alarm_actions = [aws_autoscaling_policy.out.arn]
    }
  }

  fails "reboot" {
    resource "aws_cloudwatch_composite_alarm" "stuck" {
      alarm_name    = "stuck"
      alarm_rule    = "ALARM(\"cpu\") AND ALARM(\"check\")"
      alarm_actions = ["arn:aws:automate:eu-west-1:ec2:reboot"]
    }
  }

  passes "topic" {
    resource "aws_cloudwatch_composite_alarm" "busy" {
      alarm_name    = "busy"
      alarm_rule    = "ALARM(\"cpu\") AND ALARM(\"requests\")"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  unknown "actions are given by the caller" {
    variable "actions" { type = list(string) }

    resource "aws_cloudwatch_composite_alarm" "busy" {
      alarm_name    = "busy"
      alarm_rule    = "ALARM(\"cpu\") AND ALARM(\"requests\")"
      alarm_actions = var.actions
    }
  }
}
