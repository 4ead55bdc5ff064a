rule "alarm-composite-doubles-its-parts" {
  summary     = "Composite alarm and the alarms that it sums up notify the same topic"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A composite alarm is there to say once what its parts would say many times. Where the parts notify the same people, an incident brings
    one message more, not fewer.
  MD
  fix         = "Take the topic out of `alarm_actions` of the parts."
  notice      = "One incident sends two messages to the same topic: `NumberOfMessagesPublished` is twice what it should be."
  prove       = "Set one part to ALARM with `aws cloudwatch set-alarm-state`, and count the messages."
  references  = ["AWS Well-Architected REL06-BP03", "Amazon CloudWatch User Guide: Reducing alarm noise with composite alarms"]

  locals {
    topics = refs(self.alarm_actions, "aws_sns_topic")
    parts = [
      for a in linked(self, "watches", "aws_cloudwatch_metric_alarm") : a
      if length(setintersection([for t in refs(a.alarm_actions, "aws_sns_topic") : address(t)], [for t in local.topics : address(t)])) > 0
    ]
  }

  for_each = resources("aws_cloudwatch_composite_alarm")
  unless   = length(local.topics) == 0
  when     = length(local.parts) > 0
  at       = "alarm_actions"
  message  = "`${self}` and `${local.parts[0]}` both notify `${local.topics[0]}`: each incident is told twice"

  label "tells it as well" {
    at        = local.parts
    attribute = "alarm_actions"
  }

  fails "same topic" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "api-errors"
      metric_name   = "HTTPCode_Target_5XX_Count"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }

    resource "aws_cloudwatch_composite_alarm" "api" {
      alarm_name    = "api"
      alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "the parts are silent" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_cloudwatch_composite_alarm" "api" {
      alarm_name    = "api"
      alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "the parts tell the team, the composite alarm wakes somebody" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic" "team" {
      name = "team"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "api-errors"
      metric_name   = "HTTPCode_Target_5XX_Count"
      alarm_actions = [aws_sns_topic.team.arn]
    }

    resource "aws_cloudwatch_composite_alarm" "api" {
      alarm_name    = "api"
      alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  unknown "actions of the part are given by the caller" {
    variable "actions" { type = list(string) }

    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "api-errors"
      metric_name   = "HTTPCode_Target_5XX_Count"
      alarm_actions = var.actions
    }

    resource "aws_cloudwatch_composite_alarm" "api" {
      alarm_name    = "api"
      alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }
}
