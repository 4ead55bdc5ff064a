rule "alarm-always-fires" {
  summary     = "Alarm is red while all is well"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    An alarm that is always red tells nothing when it matters: its state does not change, so no action is taken, and people learn to
    look past it.
  MD
  fix         = "Compare with \"greater than 0\", and set `treat_missing_data = \"notBreaching\"` where no data means no errors."
  notice      = "The alarm is in ALARM for days while the service is well."
  prove       = "Read its history: it has not been OK since it was made."
  references = [
    "AWS Well-Architected REL06-BP02",
    "Amazon CloudWatch User Guide: Configuring how CloudWatch alarms treat missing data",
    "Elastic Load Balancing: CloudWatch metrics for your Application Load Balancer",
  ]

  locals {
    metrics   = default(self.metric_name, "") == "" ? [] : watched_metrics(self)
    upwards   = can(regex("^GreaterThan(OrEqualTo)?Threshold$", self.comparison_operator))
    on_events = [for m in local.metrics : m if can(regex(lookup(metric_only_on_events(self), m.namespace, "^$"), m.name))]
    counted   = [for m in local.metrics : m if can(regex(metric_never_negative(self), m.namespace))]
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "no data counts as errors" {
    when    = self.treat_missing_data == "breaching" && local.upwards && length(local.on_events) > 0
    at      = "treat_missing_data"
    message = "`${self}` is red without errors: `${self.metric_name}` has no data then, and missing data counts as a breach"

    edit "treat_missing_data" {
      to = "notBreaching"
    }
  }

  defect "zero is enough" {
    when    = !only_scales(self) && self.comparison_operator == "GreaterThanOrEqualToThreshold" && self.threshold == 0 && length(local.counted) > 0
    at      = "threshold"
    message = "`${self}` is always red: `${self.metric_name}` is never below the threshold of 0"
  }

  fails "no errors, no data" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "web-errors"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HTTPCode_ELB_5XX_Count"
      statistic           = "Sum"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 10
      treat_missing_data  = "breaching"
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
      }
    }
  }

  fails "no message is enough" {
    resource "aws_cloudwatch_metric_alarm" "dead" {
      alarm_name          = "orders-dead"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateNumberOfMessagesVisible"
      statistic           = "Maximum"
      period              = 60
      evaluation_periods  = 1
      comparison_operator = "GreaterThanOrEqualToThreshold"
      threshold           = 0
      dimensions = {
        QueueName = "orders-dead"
      }
    }
  }

  passes "one message" {
    resource "aws_cloudwatch_metric_alarm" "dead" {
      alarm_name          = "orders-dead"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateNumberOfMessagesVisible"
      statistic           = "Maximum"
      period              = 60
      evaluation_periods  = 1
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0
      treat_missing_data  = "breaching"
      dimensions = {
        QueueName = "orders-dead"
      }
    }
  }

  passes "it only moves capacity, in steps from 0" {
    resource "aws_appautoscaling_policy" "workers" {
      name               = "workers"
      policy_type        = "StepScaling"
      resource_id        = "service/main/workers"
      scalable_dimension = "ecs:service:DesiredCount"
      service_namespace  = "ecs"
    }

    resource "aws_cloudwatch_metric_alarm" "depth" {
      alarm_name          = "orders-depth"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateNumberOfMessagesVisible"
      statistic           = "Maximum"
      period              = 60
      evaluation_periods  = 1
      comparison_operator = "GreaterThanOrEqualToThreshold"
      threshold           = 0
      alarm_actions       = [aws_appautoscaling_policy.workers.arn]
      dimensions = {
        QueueName = "orders"
      }
    }
  }

  passes "no data, no errors" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "web-errors"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HTTPCode_ELB_5XX_Count"
      statistic           = "Sum"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 10
      treat_missing_data  = "notBreaching"
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
      }
    }
  }

  unknown "treatment is given by the caller" {
    variable "missing" { type = string }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "web-errors"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HTTPCode_ELB_5XX_Count"
      statistic           = "Sum"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 10
      treat_missing_data  = var.missing
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
      }
    }
  }
}
