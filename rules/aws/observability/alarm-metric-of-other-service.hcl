rule "alarm-metric-of-other-service" {
  summary     = "Alarm looks for a metric where it is not"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    EC2 does not see the memory of a machine, ECS does not count tasks, and the load balancers have different names for the same thing.
    An alarm on such a metric is created, and never has data.
  MD
  fix         = "Take the metric from where it is sent to: the CloudWatch agent's `CWAgent`, `ECS/ContainerInsights`, or the name that this service has for it."
  notice      = "The alarm stays in INSUFFICIENT_DATA, for its namespace has no such metric."
  prove       = "Look the metric up with `aws cloudwatch list-metrics` in the alarm's namespace."
  references  = ["AWS Well-Architected REL06-BP01", "Amazon CloudWatch User Guide: AWS services that publish CloudWatch metrics"]

  locals {
    # The two kinds of APIs share a namespace, and have other names and other dimensions.
    apis = [for m in watched_metrics(self) : m if m.namespace == "AWS/ApiGateway"]
    strays = concat(
      [
        for m in watched_metrics(self) : merge(m, { home = metric_homes(self)[m.namespace][m.name] })
        if contains(keys(lookup(metric_homes(self), m.namespace, {})), m.name)
      ],
      [
        for m in local.apis : merge(m, { home = "HTTP APIs, whose dimension is `ApiId`: REST APIs have `${upper(m.name)}Error`" })
        if contains(["4xx", "5xx"], m.name) && contains(keys(m.dimensions), "ApiName")
      ],
      [
        for m in local.apis : merge(m, { home = "REST APIs, whose dimension is `ApiName`: HTTP APIs have `${lower(trimsuffix(m.name, "Error"))}`" })
        if contains(["4XXError", "5XXError"], m.name) && contains(keys(m.dimensions), "ApiId")
      ],
      flatten([
        for m in watched_metrics(self) : [
          for b in refs(try(m.dimensions.LoadBalancer, null), "load_balancer") : merge(m, {
            home = default(b.load_balancer_type, "application") == "network" ? "Network Load Balancers in `AWS/NetworkELB`" : "Application Load Balancers in `AWS/ApplicationELB`"
          })
          if(
            m.namespace == "AWS/ApplicationELB" && b.load_balancer_type == "network"
            || m.namespace == "AWS/NetworkELB" && default(b.load_balancer_type, "application") == "application"
          )
        ]
      ]),
    )
  }

  for_each = resources("aws_cloudwatch_metric_alarm")
  when     = length(local.strays) > 0
  at       = "namespace"
  message  = "`${self}` never has data: `${local.strays[0].name}` is not sent like this to `${local.strays[0].namespace}`, but by ${local.strays[0].home}"

  label "is watched in vain" {
    at = linked(self, "watches")
  }

  fails "a Network Load Balancer in the namespace of the others" {
    resource "aws_lb" "mqtt" {
      name               = "mqtt"
      load_balancer_type = "network"
    }

    resource "aws_lb_target_group" "mqtt" {
      name = "mqtt"
    }

    resource "aws_cloudwatch_metric_alarm" "unhealthy" {
      alarm_name          = "mqtt-unhealthy"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "UnHealthyHostCount"
      comparison_operator = "GreaterThanThreshold"
      evaluation_periods  = 2
      period              = 60
      statistic           = "Maximum"
      threshold           = 0
      dimensions          = { LoadBalancer = aws_lb.mqtt.arn_suffix, TargetGroup = aws_lb_target_group.mqtt.arn_suffix }
    }
  }

  fails "memory of a machine" {
    resource "aws_cloudwatch_metric_alarm" "memory" {
      alarm_name  = "web-memory"
      namespace   = "AWS/EC2"
      metric_name = "MemoryUtilization"
      dimensions = {
        InstanceId = "i-0123456789abcdef0"
      }
    }
  }

  fails "tasks of a service" {
    resource "aws_cloudwatch_metric_alarm" "tasks" {
      alarm_name  = "api-tasks"
      namespace   = "AWS/ECS"
      metric_name = "RunningTaskCount"
      dimensions = {
        ClusterName = "main"
        ServiceName = "api"
      }
    }
  }

  fails "metric of HTTP APIs for a REST API" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "shop-errors"
      namespace   = "AWS/ApiGateway"
      metric_name = "5xx"
      dimensions = {
        ApiName = "shop"
      }
    }
  }

  fails "metric of REST APIs for an HTTP API" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "shop-errors"
      namespace   = "AWS/ApiGateway"
      metric_name = "5XXError"
      dimensions = {
        ApiId = "shop"
      }
    }
  }

  fails "metric of EventBridge for a function" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "shop-errors"
      namespace   = "AWS/Lambda"
      metric_name = "FailedInvocations"
      dimensions = {
        FunctionName = "shop"
      }
    }
  }

  fails "answers of a Network Load Balancer" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "orders-errors"
      namespace   = "AWS/NetworkELB"
      metric_name = "HTTPCode_ELB_5XX_Count"
      dimensions = {
        LoadBalancer = "net/web/0123456789abcdef"
      }
    }
  }

  passes "metric of HTTP APIs" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "shop-errors"
      namespace   = "AWS/ApiGateway"
      metric_name = "5xx"
      dimensions = {
        ApiId = "shop"
      }
    }
  }

  passes "by the agent" {
    resource "aws_cloudwatch_metric_alarm" "memory" {
      alarm_name  = "web-memory"
      namespace   = "CWAgent"
      metric_name = "mem_used_percent"
      dimensions = {
        InstanceId = "i-0123456789abcdef0"
      }
    }
  }

  passes "memory of an ECS service" {
    resource "aws_cloudwatch_metric_alarm" "memory" {
      alarm_name  = "api-memory"
      namespace   = "AWS/ECS"
      metric_name = "MemoryUtilization"
      dimensions = {
        ClusterName = "main"
        ServiceName = "api"
      }
    }
  }

  unknown "namespace is given by the caller" {
    variable "namespace" { type = string }

    resource "aws_cloudwatch_metric_alarm" "memory" {
      alarm_name  = "memory"
      namespace   = var.namespace
      metric_name = "MemoryUtilization"
      dimensions = {
        InstanceId = "i-0123456789abcdef0"
      }
    }
  }
}
