rule "alarm-recovery-unannounced" {
  summary     = "Alarm opens an incident in a pager and never closes it"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A paging service that is called by SNS closes an incident when the alarm says that it is over. Without that the incident stays open,
    and the next one of the same alarm is taken for the old.
  MD
  fix         = "List the same topic in `ok_actions`."
  notice      = "Incidents stay open in the pager after the alarm is OK again."
  prove       = "Set the alarm to ALARM and back to OK with `aws cloudwatch set-alarm-state`, and look whether the incident closes."
  references  = ["AWS Well-Architected REL06-BP03", "AWS Config cloudwatch-alarm-action-check"]

  locals {
    paged = flatten([for t in refs(self.alarm_actions, "aws_sns_topic") : pagers(t)])
  }

  for_each = resources("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
  unless   = length(local.paged) == 0
  when     = self.ok_actions != self.alarm_actions && length(default(self.ok_actions, [])) == 0
  at       = "ok_actions"
  message  = "`${self}` opens an incident by `${local.paged[0]}` and never says that it is over"

  label "keeps the incident open" {
    at        = local.paged
    attribute = "endpoint"
  }

  fails "only the alarm is announced" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn              = aws_sns_topic.oncall.arn
      protocol               = "https"
      endpoint               = "https://events.pagerduty.com/integration/0123456789abcdef/enqueue"
      endpoint_auto_confirms = true
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "both are announced" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn              = aws_sns_topic.oncall.arn
      protocol               = "https"
      endpoint               = "https://events.pagerduty.com/integration/0123456789abcdef/enqueue"
      endpoint_auto_confirms = true
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
      ok_actions    = [aws_sns_topic.oncall.arn]
    }
  }

  passes "a mailbox, where nothing stays open" {
    resource "aws_sns_topic" "team" {
      name = "team"
    }

    resource "aws_sns_topic_subscription" "mail" {
      topic_arn = aws_sns_topic.team.arn
      protocol  = "email"
      endpoint  = "team@example.com"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.team.arn]
    }
  }

  passes "the same topics hear of both" {
    variable "topics" { type = list(string) }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name    = "errors"
      alarm_actions = var.topics
      ok_actions    = var.topics
    }
  }

  unknown "actions are given by the caller" {
    variable "ok_actions" { type = list(string) }

    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn              = aws_sns_topic.oncall.arn
      protocol               = "https"
      endpoint               = "https://events.pagerduty.com/integration/0123456789abcdef/enqueue"
      endpoint_auto_confirms = true
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
      ok_actions    = var.ok_actions
    }
  }
}
