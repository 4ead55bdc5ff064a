rule "alarm-sums-a-percentage" {
  summary     = "Alarm adds up percentages"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The sum of a percentage grows with the length of the period and the number of machines: five values of 20 % are 100. The alarm fires
    on an ordinary day, until somebody mutes it.
  MD
  fix         = "Use `Average`, `Maximum` or a percentile."
  notice      = "The alarm fires more often the more data points a period has."
  prove       = "Plot the metric's sum beside its average for an hour: the sum exceeds 100 percent."
  references  = ["AWS Well-Architected REL06-BP02", "Amazon CloudWatch User Guide: CloudWatch statistics definitions"]

  locals {
    sums = [
      for m in watched_metrics(self) : m
      if m.statistic == "Sum" && can(regex("^(CPUUtilization|MemoryUtilization|EngineCPUUtilization|DatabaseMemoryUsagePercentage|PercentIOLimit|BurstBalance|DiskSpaceUtilization|mem_used_percent|disk_used_percent)$", m.name))
    ]
  }

  # An expression may divide the sum again.
  for_each = resources("aws_cloudwatch_metric_alarm")
  unless   = anytrue([for q in default(self.metric_query, []) : default(q.expression, "") != ""])
  when     = length(local.sums) > 0
  at       = "statistic"
  message  = "`${self}` adds up `${local.sums[0].name}`: the sum of percentages over ${local.sums[0].period} s says nothing"

  label "is watched" {
    at = linked(self, "watches")
  }

  fails "CPU" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name          = "orders-cpu"
      namespace           = "AWS/RDS"
      metric_name         = "CPUUtilization"
      period              = 300
      statistic           = "Sum"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 80
    }
  }

  passes "average" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name          = "orders-cpu"
      namespace           = "AWS/RDS"
      metric_name         = "CPUUtilization"
      period              = 300
      statistic           = "Average"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 80
    }
  }

  passes "a number of errors" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "import-errors"
      namespace           = "AWS/Lambda"
      metric_name         = "Errors"
      period              = 300
      statistic           = "Sum"
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0
    }
  }

  unknown "statistic is given by the caller" {
    variable "statistic" { type = string }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      statistic   = var.statistic
    }
  }
}
