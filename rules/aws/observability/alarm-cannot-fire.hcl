rule "alarm-cannot-fire" {
  summary     = "Alarm waits for a value that its metric never has"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A share of requests goes from 0 to 1, a percentage to 100, and a count is never below 0. A threshold beyond that stays green while
    everything fails. So does one in gigabytes where the metric counts bytes.
  MD
  fix         = "Set a threshold that the statistic can pass: 0.05 for 5 % of requests, `Sum` for a number of errors, \"greater or equal\" for a check that is 0 or 1."
  notice      = "The alarm stays OK or INSUFFICIENT_DATA through an incident."
  prove       = "Drive the metric to its worst value in a test, and see that the threshold is never crossed."
  references = [
    "AWS Well-Architected REL06-BP02",
    "Amazon API Gateway: dimensions and metrics",
    "Elastic Load Balancing: CloudWatch metrics for your Application Load Balancer",
    "AWS Config cloudwatch-alarm-settings-check",
  ]

  locals {
    # The metric whose values are compared, if it is one: an expression may make anything of them.
    metrics = default(self.metric_name, "") != "" ? watched_metrics(self) : [
      for m in flatten([for q in default(self.metric_query, []) : default(q.metric, []) if q.return_data == true]) :
      { namespace = default(m.namespace, ""), name = default(m.metric_name, ""), statistic = default(m.stat, "") }
    ]
    least = [for m in local.metrics : 0 if can(regex(metric_never_negative(self), m.namespace))]
    most = flatten([
      for m in local.metrics : [
        for most, pattern in metric_at_most(self) : tonumber(most)
        if can(regex(pattern, "${m.namespace} ${m.name} ${m.statistic}"))
      ] if m.statistic != "Sum"
    ])
    above = self.threshold >= 1 && length(local.most) > 0 && (
      (self.comparison_operator == "GreaterThanThreshold" && self.threshold >= try(local.most[0], 0))
      || (self.comparison_operator == "GreaterThanOrEqualToThreshold" && self.threshold > try(local.most[0], 0))
    )
    below = self.threshold <= 0 && length(local.least) > 0 && (
      (self.comparison_operator == "LessThanThreshold" && self.threshold <= 0)
      || (self.comparison_operator == "LessThanOrEqualToThreshold" && self.threshold < 0)
    )

    # No disk and no memory is so full that anybody could still act.
    bytes = [
      for m in local.metrics : m
      if can(regex(metric_in_bytes(self), "${m.namespace} ${m.name}")) && contains(["LessThanThreshold", "LessThanOrEqualToThreshold"], self.comparison_operator)
    ]

    counted_otherwise = length(local.bytes) > 0 && self.threshold > 0 && self.threshold < 1000000
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "above the greatest value" {
    # Where missing data counts as a breach, its absence is what is waited for.
    when    = self.treat_missing_data != "breaching" && default(local.above, false)
    at      = "threshold"
    message = "`${self}` never fires: the ${local.metrics[0].statistic} of `${local.metrics[0].name}` is at most ${local.most[0]}, and the threshold is ${self.threshold}"
  }

  defect "below zero" {
    when    = self.treat_missing_data != "breaching" && default(local.below, false)
    at      = "threshold"
    message = "`${self}` never fires: `${local.metrics[0].name}` is never below 0, and the threshold is ${self.threshold}"
  }

  defect "counted in bytes" {
    when    = default(local.counted_otherwise, false)
    at      = "threshold"
    message = "`${self}` fires when ${self.threshold} bytes are left: `${local.bytes[0].name}` is counted in bytes"
  }

  label "is watched in vain" {
    at = linked(self, "watches")
  }

  fails "gigabytes, for what is counted in bytes" {
    resource "aws_cloudwatch_metric_alarm" "space" {
      alarm_name          = "orders-space"
      namespace           = "AWS/RDS"
      metric_name         = "FreeStorageSpace"
      comparison_operator = "LessThanThreshold"
      evaluation_periods  = 2
      period              = 300
      statistic           = "Minimum"
      threshold           = 20
      treat_missing_data  = "breaching"
      dimensions          = { DBInstanceIdentifier = "orders" }
    }
  }

  passes "bytes" {
    resource "aws_cloudwatch_metric_alarm" "space" {
      alarm_name          = "orders-space"
      namespace           = "AWS/RDS"
      metric_name         = "FreeStorageSpace"
      comparison_operator = "LessThanThreshold"
      evaluation_periods  = 2
      period              = 300
      statistic           = "Minimum"
      threshold           = 21474836480
      dimensions          = { DBInstanceIdentifier = "orders" }
    }
  }

  passes "OpenSearch counts in megabytes" {
    resource "aws_cloudwatch_metric_alarm" "space" {
      alarm_name          = "search-space"
      namespace           = "AWS/ES"
      metric_name         = "FreeStorageSpace"
      comparison_operator = "LessThanThreshold"
      evaluation_periods  = 2
      period              = 300
      statistic           = "Minimum"
      threshold           = 20480
      dimensions          = { DomainName = "search", ClientId = "111122223333" }
    }
  }

  fails "a share of requests taken for a percentage" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      namespace           = "AWS/ApiGateway"
      metric_name         = "5XXError"
      statistic           = "Average"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 5
      dimensions = {
        ApiName = "shop"
      }
    }
  }

  fails "a check that is 0 or 1" {
    resource "aws_cloudwatch_metric_alarm" "check" {
      alarm_name          = "web-check"
      namespace           = "AWS/EC2"
      metric_name         = "StatusCheckFailed"
      statistic           = "Maximum"
      period              = 60
      evaluation_periods  = 2
      comparison_operator = "GreaterThanThreshold"
      threshold           = 1
      dimensions = {
        InstanceId = "i-0123456789abcdef0"
      }
    }
  }

  fails "the average of what is counted as 1" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "web-errors"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HTTPCode_Target_5XX_Count"
      statistic           = "Average"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 10
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
      }
    }
  }

  fails "fewer than none" {
    resource "aws_cloudwatch_metric_alarm" "healthy" {
      alarm_name          = "web-healthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HealthyHostCount"
      statistic           = "Minimum"
      period              = 60
      evaluation_periods  = 2
      comparison_operator = "LessThanThreshold"
      threshold           = 0
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
        TargetGroup  = "targetgroup/web/0123456789abcdef"
      }
    }
  }

  fails "in a query of one metric" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name          = "orders-cpu"
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 100

      metric_query {
        id          = "cpu"
        return_data = true

        metric {
          namespace   = "AWS/RDS"
          metric_name = "CPUUtilization"
          period      = 60
          stat        = "Average"
          dimensions  = { DBInstanceIdentifier = "orders" }
        }
      }
    }
  }

  passes "an expression makes a percentage of it" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 5

      metric_query {
        id          = "percent"
        expression  = "share * 100"
        return_data = true
      }

      metric_query {
        id = "share"

        metric {
          namespace   = "AWS/ApiGateway"
          metric_name = "5XXError"
          period      = 60
          stat        = "Average"
          dimensions  = { ApiName = "shop" }
        }
      }
    }
  }

  passes "a share of requests" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      namespace           = "AWS/ApiGateway"
      metric_name         = "5XXError"
      statistic           = "Average"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 0.05
      dimensions = {
        ApiName = "shop"
      }
    }
  }

  passes "a number of requests" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      namespace           = "AWS/ApiGateway"
      metric_name         = "5XXError"
      statistic           = "Sum"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 5
      dimensions = {
        ApiName = "shop"
      }
    }
  }

  passes "a check that reaches 1" {
    resource "aws_cloudwatch_metric_alarm" "check" {
      alarm_name          = "web-check"
      namespace           = "AWS/EC2"
      metric_name         = "StatusCheckFailed"
      statistic           = "Maximum"
      period              = 60
      evaluation_periods  = 2
      comparison_operator = "GreaterThanOrEqualToThreshold"
      threshold           = 1
      dimensions = {
        InstanceId = "i-0123456789abcdef0"
      }
    }
  }

  passes "fewer than one" {
    resource "aws_cloudwatch_metric_alarm" "healthy" {
      alarm_name          = "web-healthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HealthyHostCount"
      statistic           = "Minimum"
      period              = 60
      evaluation_periods  = 2
      comparison_operator = "LessThanThreshold"
      threshold           = 1
      dimensions = {
        LoadBalancer = "app/web/0123456789abcdef"
        TargetGroup  = "targetgroup/web/0123456789abcdef"
      }
    }
  }

  passes "ECS may use more than it reserved" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name          = "api-cpu"
      namespace           = "AWS/ECS"
      metric_name         = "CPUUtilization"
      statistic           = "Average"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = 120
      dimensions = {
        ClusterName = "main"
        ServiceName = "api"
      }
    }
  }

  passes "it waits for silence" {
    resource "aws_cloudwatch_metric_alarm" "alive" {
      alarm_name          = "import-alive"
      namespace           = "AWS/Lambda"
      metric_name         = "Invocations"
      statistic           = "Sum"
      period              = 3600
      evaluation_periods  = 1
      comparison_operator = "LessThanThreshold"
      threshold           = 0
      treat_missing_data  = "breaching"
      dimensions = {
        FunctionName = "import"
      }
    }
  }

  unknown "threshold is given by the caller" {
    variable "threshold" { type = number }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      namespace           = "AWS/ApiGateway"
      metric_name         = "5XXError"
      statistic           = "Average"
      period              = 60
      evaluation_periods  = 3
      comparison_operator = "GreaterThanThreshold"
      threshold           = var.threshold
      dimensions = {
        ApiName = "shop"
      }
    }
  }
}
