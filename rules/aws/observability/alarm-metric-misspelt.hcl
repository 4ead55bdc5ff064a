rule "alarm-metric-misspelt" {
  summary     = "Alarm writes a metric or a dimension in other letters than AWS"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    CloudWatch compares names letter by letter, and takes any name: what it does not know is a metric that has no data yet. The alarm is
    created, and waits for ever.
  MD
  fix         = "Write the name as the service's metric page does."
  notice      = "The alarm stays in INSUFFICIENT_DATA from its first minute."
  prove       = "Query the metric by the alarm's name in the console: there is none."
  references  = ["AWS Well-Architected REL06-BP01", "Amazon CloudWatch User Guide: AWS services that publish CloudWatch metrics"]

  locals {
    wrong_metrics = [
      for m in watched_metrics(self) : { written = m.name, right = lookup(metric_spellings(self), lower(m.name), m.name) }
      if lookup(metric_spellings(self), lower(m.name), m.name) != m.name && can(regex(metric_spelt_namespaces(self), m.namespace))
    ]
    wrong_dimensions = flatten([
      for m in watched_metrics(self) : [
        for d in keys(m.dimensions) : { written = d, right = lookup(dimension_spellings(self), lower(d), d) }
        if lookup(dimension_spellings(self), lower(d), d) != d && can(regex(metric_spelt_namespaces(self), m.namespace))
      ]
    ])
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "metric" {
    when    = length(local.wrong_metrics) > 0
    at      = "metric_name"
    message = "`${self}` waits for `${local.wrong_metrics[0].written}`, which is no metric: it is called `${local.wrong_metrics[0].right}`"
  }

  defect "dimension" {
    when    = length(local.wrong_dimensions) > 0
    at      = "dimensions"
    message = "`${self}` never has data: the dimension `${local.wrong_dimensions[0].written}` is called `${local.wrong_dimensions[0].right}`"
  }

  fails "metric in small letters" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5xx_Count"
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
      }
    }
  }

  fails "dimension" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DbInstanceIdentifier = "orders"
      }
    }
  }

  passes "as AWS writes it" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      dimensions = {
        DBInstanceIdentifier = "orders"
      }
    }
  }

  passes "a metric of one's own" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "import-errors"
      namespace   = "Shop"
      metric_name = "errors"
      dimensions = {
        functionname = "import"
      }
    }
  }

  passes "another service writes it so" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "broker-cpu"
      namespace   = "AWS/AmazonMQ"
      metric_name = "CpuUtilization"
      dimensions = {
        Broker = "orders"
      }
    }
  }

  passes "a metric that is not in the table" {
    resource "aws_cloudwatch_metric_alarm" "groups" {
      alarm_name  = "orders-groups"
      namespace   = "AWS/SQS"
      metric_name = "ApproximateNumberOfGroupsWithInflightMessages"
      dimensions = {
        QueueName = "orders.fifo"
      }
    }
  }

  unknown "metric is given by the caller" {
    variable "metric" { type = string }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders"
      namespace   = "AWS/RDS"
      metric_name = var.metric
      dimensions = {
        DBInstanceIdentifier = "orders"
      }
    }
  }
}
