rule "alarm-faster-than-metric" {
  summary     = "Alarm asks more often than its metric is sent"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Most periods have no data then. The alarm falls back to `INSUFFICIENT_DATA` between two values, and tells the same thing again and
    again or nothing at all.
  MD
  fix         = "Set `period` to the interval of the metric: a day for the size of a bucket, six hours for charges, five minutes for a machine without detailed monitoring."
  notice      = "The alarm changes between OK and INSUFFICIENT_DATA every few minutes."
  prove       = "Compare the alarm's period with the distances between the metric's data points."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Amazon CloudWatch API Reference: PutMetricAlarm",
    "Amazon S3 User Guide: Monitoring metrics with Amazon CloudWatch",
  ]

  locals {
    metrics = watched_metrics(self)
    slow = flatten([
      for m in local.metrics : [
        for fact in lookup(metric_intervals(self), m.namespace, []) : { name = m.name, seconds = fact.seconds, period = m.period }
        if can(regex(fact.metrics, m.name)) && m.period < fact.seconds
      ]
    ])
    # Metrics of AWS have a value each minute at the most.
    hasty = [for m in local.metrics : m if m.period < 60 && can(regex("^AWS/(EC2|RDS|SQS|SNS|Lambda|ApplicationELB|NetworkELB|ELB|ECS|DynamoDB|ApiGateway|ElastiCache|S3|States)$", m.namespace))]
    # Without detailed monitoring a machine is looked at each five minutes; its checks are made each minute all the same.
    coarse = [
      for i in linked(self, "watches", "aws_instance") : i
      if i.monitoring != true && length(linked(i, "uses", "aws_launch_template")) == 0
    ]
    hurried = [
      for m in local.metrics : m
      if m.namespace == "AWS/EC2" && m.period < 300 && can(regex("^(CPUUtilization|Network(In|Out)|Disk(Read|Write)(Ops|Bytes))$", m.name))
    ]
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "a metric that is sent seldom" {
    when    = length(local.slow) > 0
    at      = "period"
    message = "`${self}` asks each ${local.slow[0].period} s, and `${local.slow[0].name}` is sent each ${local.slow[0].seconds} s"
  }

  defect "less than a minute" {
    when    = length(local.hasty) > 0
    at      = "period"
    message = "`${self}` asks each ${local.hasty[0].period} s, and `${local.hasty[0].name}` is sent each minute"
  }

  defect "a machine without detailed monitoring" {
    when    = length(local.hurried) > 0 && length(local.coarse) > 0
    at      = "period"
    message = "`${self}` asks each ${local.hurried[0].period} s, and `${local.coarse[0]}` is looked at each 300 s"

    label "has no detailed monitoring" {
      at        = local.coarse
      attribute = "monitoring"
    }
  }

  fails "size of a bucket" {
    resource "aws_cloudwatch_metric_alarm" "size" {
      alarm_name          = "uploads-size"
      namespace           = "AWS/S3"
      metric_name         = "BucketSizeBytes"
      period              = 300
      evaluation_periods  = 1
      comparison_operator = "GreaterThanThreshold"
      threshold           = 1099511627776
      statistic           = "Average"
      dimensions = {
        BucketName  = "uploads"
        StorageType = "StandardStorage"
      }
    }
  }

  fails "ten seconds" {
    resource "aws_cloudwatch_metric_alarm" "depth" {
      alarm_name  = "orders-depth"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfMessagesVisible"
      period      = 10
      dimensions = {
        QueueName = "orders"
      }
    }
  }

  fails "machine without detailed monitoring" {
    resource "aws_instance" "gateway" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.small"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "gateway-cpu"
      namespace   = "AWS/EC2"
      metric_name = "CPUUtilization"
      period      = 60
      dimensions = {
        InstanceId = aws_instance.gateway.id
      }
    }
  }

  passes "a day" {
    resource "aws_cloudwatch_metric_alarm" "size" {
      alarm_name  = "uploads-size"
      namespace   = "AWS/S3"
      metric_name = "BucketSizeBytes"
      period      = 86400
      dimensions = {
        BucketName  = "uploads"
        StorageType = "StandardStorage"
      }
    }
  }

  passes "machine with detailed monitoring" {
    resource "aws_instance" "gateway" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.small"
      monitoring    = true
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "gateway-cpu"
      namespace   = "AWS/EC2"
      metric_name = "CPUUtilization"
      period      = 60
      dimensions = {
        InstanceId = aws_instance.gateway.id
      }
    }
  }

  passes "checks of a machine, which are made each minute" {
    resource "aws_instance" "gateway" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "t3.small"
    }

    resource "aws_cloudwatch_metric_alarm" "check" {
      alarm_name  = "gateway-check"
      namespace   = "AWS/EC2"
      metric_name = "StatusCheckFailed"
      period      = 60
      dimensions = {
        InstanceId = aws_instance.gateway.id
      }
    }
  }

  unknown "period is given by the caller" {
    variable "period" { type = number }

    resource "aws_cloudwatch_metric_alarm" "size" {
      alarm_name  = "uploads-size"
      namespace   = "AWS/S3"
      metric_name = "BucketSizeBytes"
      period      = var.period
      dimensions = {
        BucketName  = "uploads"
        StorageType = "StandardStorage"
      }
    }
  }
}
