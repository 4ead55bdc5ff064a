rule "alarm-blind-to-absence" {
  summary     = "Alarm on what is alive takes silence for health"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A metric of healthy hosts or running tasks can stop together with what it counts. An alarm that takes missing data for good, or keeps
    its last state, stays green then.
  MD
  fix         = "Set `treat_missing_data = \"breaching\"`, or list an action in `insufficient_data_actions`."
  notice      = "The alarm stays OK while the metric has no data at all."
  prove       = "Stop what sends the metric with `aws:ec2:stop-instances` or `aws:ecs:stop-task`, and wait for the alarm."
  references = [
    "AWS Well-Architected REL06-BP02",
    "Amazon CloudWatch User Guide: Configuring how CloudWatch alarms treat missing data",
  ]

  locals {
    alive = [for m in watched_metrics(self) : m if can(regex(metric_of_life(self), m.name))]
  }

  for_each = resources("aws_cloudwatch_metric_alarm")
  unless   = length(default(self.insufficient_data_actions, [])) > 0 || length(local.alive) == 0
  when     = can(regex("^LessThan", self.comparison_operator)) && contains(["notBreaching", "ignore"], self.treat_missing_data)
  at       = "treat_missing_data"
  message  = "`${self}` stays green when `${local.alive[0].name}` stops: missing data counts as \"${self.treat_missing_data}\""

  edit "treat_missing_data" {
    to = "breaching"
  }

  label "may stop unseen" {
    at = linked(self, "watches")
  }

  fails "healthy hosts" {
    resource "aws_cloudwatch_metric_alarm" "healthy" {
      alarm_name          = "web-healthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HealthyHostCount"
      comparison_operator = "LessThanThreshold"
      threshold           = 2
      treat_missing_data  = "notBreaching"
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
        TargetGroup  = "targetgroup/web/0123456789abcdef"
      }
    }
  }

  fails "tunnel, the last state is kept" {
    resource "aws_cloudwatch_metric_alarm" "tunnel" {
      alarm_name          = "office-tunnel"
      namespace           = "AWS/VPN"
      metric_name         = "TunnelState"
      comparison_operator = "LessThanThreshold"
      threshold           = 1
      treat_missing_data  = "ignore"
      dimensions = {
        VpnId = "vpn-0123456789abcdef0"
      }
    }
  }

  passes "silence is a breach" {
    resource "aws_cloudwatch_metric_alarm" "healthy" {
      alarm_name          = "web-healthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HealthyHostCount"
      comparison_operator = "LessThanThreshold"
      threshold           = 2
      treat_missing_data  = "breaching"
    }
  }

  passes "somebody is told of silence" {
    resource "aws_cloudwatch_metric_alarm" "healthy" {
      alarm_name                = "web-healthy"
      namespace                 = "AWS/ApplicationELB"
      metric_name               = "HealthyHostCount"
      comparison_operator       = "LessThanThreshold"
      threshold                 = 2
      treat_missing_data        = "ignore"
      insufficient_data_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  passes "errors, of which there are none without data" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "web-errors"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HTTPCode_ELB_5XX_Count"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 10
      treat_missing_data  = "notBreaching"
    }
  }

  unknown "treatment is given by the caller" {
    variable "missing" { type = string }

    resource "aws_cloudwatch_metric_alarm" "healthy" {
      alarm_name          = "web-healthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HealthyHostCount"
      comparison_operator = "LessThanThreshold"
      threshold           = 2
      treat_missing_data  = var.missing
    }
  }
}
