rule "alarm-dimension-missing" {
  summary     = "Alarm leaves out a dimension of its metric"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A metric is found by its name and all of its dimensions. With one too few CloudWatch looks at a metric that has no data, and the
    alarm never leaves `INSUFFICIENT_DATA`.
  MD
  fix         = "Add the dimension: `LoadBalancer` beside `TargetGroup`, `ClusterName` beside `ServiceName`, `ClientId` beside `DomainName`."
  notice      = "The alarm stays in INSUFFICIENT_DATA although the metric has data."
  prove       = "Query the metric with exactly the alarm's dimensions: nothing is found."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Elastic Load Balancing: CloudWatch metrics for your Application Load Balancer",
    "AWS Config cloudwatch-alarm-resource-check",
  ]

  locals {
    short = flatten([
      for m in watched_metrics(self) : [
        for fact in lookup(metric_dimensions(self), m.namespace, []) : {
          name = m.name
          # One that is there in other letters is told by alarm-metric-misspelt.
          left = [for d in fact.needs : d if !contains([for k in keys(m.dimensions) : lookup(dimension_spellings(self), lower(k), k)], d)]
        } if can(regex(fact.metrics, m.name))
      ]
    ])
    without = [for s in local.short : s if length(s.left) > 0]
  }

  for_each = resources("aws_cloudwatch_metric_alarm")
  when     = length(local.without) > 0
  at       = "dimensions"
  message  = "`${self}` never has data: `${local.without[0].name}` needs the dimension ${join(", ", local.without[0].left)} as well"

  label "is watched in vain" {
    at = linked(self, "watches")
  }

  fails "unhealthy hosts of a load balancer" {
    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_cloudwatch_metric_alarm" "unhealthy" {
      alarm_name          = "web-unhealthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "UnHealthyHostCount"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 2
      period              = 60
      statistic           = "Maximum"
      threshold           = 0

      dimensions = {
        LoadBalancer = aws_lb.web.arn_suffix
      }
    }
  }

  fails "service without its cluster, in a query" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name          = "api-cpu"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 2
      threshold           = 80

      metric_query {
        id          = "cpu"
        return_data = true

        metric {
          namespace   = "AWS/ECS"
          metric_name = "CPUUtilization"
          period      = 60
          stat        = "Average"
          dimensions = {
            ServiceName = "api"
          }
        }
      }
    }
  }

  fails "queue not named at all" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "orders-age"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateAgeOfOldestMessage"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 5
      period              = 60
      statistic           = "Maximum"
      threshold           = 600
    }
  }

  fails "the name of what a shard sends, for the stream" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "clicks-age"
      namespace           = "AWS/Kinesis"
      metric_name         = "IteratorAgeMilliseconds"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 5
      period              = 60
      statistic           = "Maximum"
      threshold           = 60000
      dimensions          = { StreamName = "clicks" }
    }
  }

  passes "the stream as a whole" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "clicks-age"
      namespace           = "AWS/Kinesis"
      metric_name         = "GetRecords.IteratorAgeMilliseconds"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 5
      period              = 60
      statistic           = "Maximum"
      threshold           = 60000
      dimensions          = { StreamName = "clicks" }
    }
  }

  passes "target group and load balancer" {
    resource "aws_lb" "web" {
      name = "web"
    }

    resource "aws_lb_target_group" "web" {
      name = "web"
    }

    resource "aws_cloudwatch_metric_alarm" "unhealthy" {
      alarm_name          = "web-unhealthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "UnHealthyHostCount"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 2
      period              = 60
      statistic           = "Maximum"
      threshold           = 0

      dimensions = {
        LoadBalancer = aws_lb.web.arn_suffix
        TargetGroup  = aws_lb_target_group.web.arn_suffix
      }
    }
  }

  fails "a table without the operation" {
    resource "aws_cloudwatch_metric_alarm" "throttled" {
      alarm_name          = "orders-throttled"
      namespace           = "AWS/DynamoDB"
      metric_name         = "ThrottledRequests"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 2
      period              = 60
      statistic           = "Sum"
      threshold           = 0
      dimensions          = { TableName = "orders" }
    }
  }

  passes "a metric of the table alone" {
    resource "aws_cloudwatch_metric_alarm" "throttled" {
      alarm_name          = "orders-throttled"
      namespace           = "AWS/DynamoDB"
      metric_name         = "WriteThrottleEvents"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 2
      period              = 60
      statistic           = "Sum"
      threshold           = 0
      dimensions          = { TableName = "orders" }
    }
  }

  passes "all queues, by a query in SQL" {
    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "oldest-message"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 5
      threshold           = 600

      metric_query {
        id          = "oldest"
        expression  = "SELECT MAX(ApproximateAgeOfOldestMessage) FROM SCHEMA(\"AWS/SQS\", QueueName)"
        period      = 60
        return_data = true
      }
    }
  }

  passes "all functions of the account, which have such a metric" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "function-errors"
      namespace           = "AWS/Lambda"
      metric_name         = "Errors"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 1
      period              = 300
      statistic           = "Sum"
      threshold           = 10
    }
  }

  unknown "dimensions are given by the caller" {
    variable "dimensions" { type = map(string) }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name          = "age"
      namespace           = "AWS/SQS"
      metric_name         = "ApproximateAgeOfOldestMessage"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 5
      period              = 60
      statistic           = "Maximum"
      threshold           = 600
      dimensions          = var.dimensions
    }
  }
}
