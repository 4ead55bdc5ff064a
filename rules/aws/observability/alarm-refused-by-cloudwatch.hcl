rule "alarm-refused-by-cloudwatch" {
  summary     = "Alarm that CloudWatch refuses to create"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Terraform plans the alarm, and CloudWatch refuses it: the apply stops half-way, and the alarm is missing on the day it is needed.
  MD
  fix         = "Look back over a day at the most (seven with periods of an hour), ask for no more datapoints than periods, and let exactly one query return data."
  notice      = "The apply fails with `ValidationError`, so the alarm is not there."
  prove       = "Create it in a test account with the same arguments."
  references  = ["AWS Well-Architected REL08-BP05", "Amazon CloudWatch API Reference: PutMetricAlarm", "Terraform AWS provider: issue 29894"]

  locals {
    period   = max(0, [for m in watched_metrics(self) : default(m.period, 0)]...)
    seconds  = local.period * default(self.evaluation_periods, 0)
    queries  = default(self.metric_query, [])
    returned = [for q in local.queries : q if q.return_data == true]
    actions  = concat(default(self.alarm_actions, []), default(self.ok_actions, []))
    others   = [for a in local.actions : a if a != local.actions[0]]
    regions  = distinct([for a in local.actions : split(":", a)[3] if length(refs(a)) == 0 && can(regex("^arn:[^:]+:sns:[^:]+:", a))])
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "looks back too far" {
    when    = default(self.evaluation_periods, 0) > 7 && (local.seconds > 604800 || (local.seconds > 86400 && local.period < 3600))
    at      = "evaluation_periods"
    message = "`${self}` looks back over ${local.seconds} s, and CloudWatch allows ${local.period < 3600 ? 86400 : 604800} s with periods of ${local.period} s"
  }

  defect "more datapoints than periods" {
    when    = default(self.datapoints_to_alarm, 0) > self.evaluation_periods
    at      = "datapoints_to_alarm"
    message = "`${self}` wants ${self.datapoints_to_alarm} breaching datapoints of ${self.evaluation_periods}"
  }

  defect "not one query returns data" {
    when    = length(local.queries) > 0 && length(local.returned) != 1
    at      = "metric_query"
    message = "`${self}` has ${length(local.returned)} queries that return data, and CloudWatch wants exactly one"
  }

  defect "actions in two Regions" {
    when    = length(local.others) > 0 && length(local.regions) > 1
    at      = "alarm_actions"
    message = "`${self}` names topics in ${join(" and ", local.regions)}, and an alarm publishes in its own Region only"
  }

  fails "two days in steps of five minutes" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "orders-age"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateAgeOfOldestMessage"
      period              = 300
      evaluation_periods  = 576
      comparison_operator = "GreaterThanThreshold"
      threshold           = 600
      statistic           = "Maximum"
    }
  }

  fails "three of two" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "orders-age"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateAgeOfOldestMessage"
      period              = 60
      evaluation_periods  = 2
      datapoints_to_alarm = 3
    }
  }

  fails "no query returns data" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      evaluation_periods  = 2
      comparison_operator = "GreaterThanThreshold"
      threshold           = 5

      metric_query {
        id         = "rate"
        expression = "100 * errors / requests"
      }

      metric_query {
        id = "errors"

        metric {
          namespace   = "AWS/ApplicationELB"
          metric_name = "HTTPCode_Target_5XX_Count"
          period      = 60
          stat        = "Sum"
        }
      }
    }
  }

  fails "topics in two Regions" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name         = "orders-cpu"
      namespace          = "AWS/RDS"
      metric_name        = "CPUUtilization"
      period             = 60
      evaluation_periods = 5
      alarm_actions      = ["arn:aws:sns:eu-west-1:111122223333:oncall", "arn:aws:sns:us-east-1:111122223333:oncall"]
    }
  }

  passes "a week in steps of a day" {
    resource "aws_cloudwatch_metric_alarm" "size" {
      alarm_name          = "uploads-size"
      namespace           = "AWS/S3"
      metric_name         = "BucketSizeBytes"
      period              = 86400
      evaluation_periods  = 7
      datapoints_to_alarm = 3
    }
  }

  passes "one query returns data" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      evaluation_periods  = 2
      comparison_operator = "GreaterThanThreshold"
      threshold           = 5

      metric_query {
        id          = "rate"
        expression  = "100 * errors / requests"
        return_data = true
      }

      metric_query {
        id = "errors"

        metric {
          namespace   = "AWS/ApplicationELB"
          metric_name = "HTTPCode_Target_5XX_Count"
          period      = 60
          stat        = "Sum"
        }
      }
    }
  }

  passes "two topics in one Region" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name         = "orders-cpu"
      namespace          = "AWS/RDS"
      metric_name        = "CPUUtilization"
      period             = 60
      evaluation_periods = 5
      alarm_actions      = ["arn:aws:sns:eu-west-1:111122223333:oncall", "arn:aws:sns:eu-west-1:111122223333:chat"]
    }
  }

  passes "one topic of the caller for both" {
    variable "topic" { type = string }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name         = "errors"
      namespace          = "AWS/Lambda"
      metric_name        = "Errors"
      period             = 60
      evaluation_periods = 3
      alarm_actions      = [var.topic]
      ok_actions         = [var.topic]
    }
  }

  unknown "number of periods is given by the caller" {
    variable "periods" { type = number }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "orders-age"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateAgeOfOldestMessage"
      period              = 300
      evaluation_periods  = var.periods
      comparison_operator = "GreaterThanThreshold"
      threshold           = 600
      statistic           = "Maximum"
    }
  }
}
