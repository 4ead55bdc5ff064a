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
    wrong_namespaces = [
      for m in watched_metrics(self) : { written = m.namespace, right = lookup(namespace_spellings(self), lower(m.namespace), m.namespace) }
      if lookup(namespace_spellings(self), lower(m.namespace), m.namespace) != m.namespace
    ]
    # Metrics of one's own that a filter of this configuration sends under nearly this name: in other letters, or as one in place of many.
    sent = flatten([for f in resources("aws_cloudwatch_log_metric_filter") : default(f.metric_transformation, [])])
    wrong_own = flatten([
      for m in watched_metrics(self) : [
        for t in local.sent : { written = m.name, right = t.name }
        if t.namespace == m.namespace && trimsuffix(replace(lower(t.name), "/[^a-z0-9]/", ""), "s") == trimsuffix(replace(lower(m.name), "/[^a-z0-9]/", ""), "s")
      ]
      if !startswith(m.namespace, "AWS/") && !anytrue([for t in local.sent : t.namespace == m.namespace && t.name == m.name])
    ])
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

  defect "namespace" {
    when    = length(local.wrong_namespaces) > 0
    at      = "namespace"
    message = "`${self}` never has data: the namespace `${local.wrong_namespaces[0].written}` is called `${local.wrong_namespaces[0].right}`"
  }

  defect "metric of one's own" {
    when    = length(local.wrong_own) > 0
    at      = "metric_name"
    message = "`${self}` waits for `${local.wrong_own[0].written}`, and what the logs are searched for is sent as `${local.wrong_own[0].right}`"
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

  fails "namespace" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "shop-errors"
      namespace   = "AWS/Sqs"
      metric_name = "ApproximateAgeOfOldestMessage"
      dimensions = {
        QueueName = "shop"
      }
    }
  }

  fails "metric that a filter sends under another name" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "ERROR"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppError"
    }
  }

  passes "metric that a filter sends" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "ERROR"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "AppErrors"
    }
  }

  passes "metric that the code may send" {
    resource "aws_cloudwatch_log_metric_filter" "errors" {
      name           = "errors"
      log_group_name = "/shop/orders"
      pattern        = "ERROR"

      metric_transformation {
        name      = "AppErrors"
        namespace = "Shop"
        value     = "1"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "Shop"
      metric_name = "Refunds"
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
