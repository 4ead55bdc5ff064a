rule "lb-without-alarm" {
  summary      = "Load balancer without an alarm on errors or unhealthy targets"
  principle    = "observability"
  severity     = "warning"
  since        = "2027.1"
  renamed_from = ["load-balancer-without-alarm"]
  why          = <<-MD
    The load balancer is the one place that sees what users see. If nobody watches it, they are the alarm.
  MD
  fix          = "Alarm on `HTTPCode_Target_5XX_Count` or `UnHealthyHostCount`, of the load balancer or of its target groups."
  notice       = "`HTTPCode_Target_5XX_Count` or `UnHealthyHostCount` rises unseen."
  prove        = "Stop a target with `aws:ec2:stop-instances` or `aws:ecs:stop-task`, and wait for a message."
  references   = ["AWS Well-Architected REL06-BP01", "AWS Config cloudwatch-alarm-resource-check"]

  locals {
    groups = groups_behind(self)
    alarms = [
      for a in concat(alarms(self), flatten([for g in local.groups : alarms(g)])) : a
      if anytrue([for m in metrics(a) : can(regex("5XX|HealthyHostCount|UnHealthyHostCount|Reset_Count|ErrorCount|ConnectionErrors|SpilloverCount", m))])
    ]
  }

  # An alarm that is there and never has data is told by these.
  yields "nothing else watches it" {
    to    = ["alarm-dimension-holds-address", "alarm-dimension-missing", "alarm-in-region-without-metric", "alarm-metric-misspelt", "alarm-metric-of-other-service"]
    about = referrers(self, "refers", "aws_cloudwatch_metric_alarm")
    at    = self
  }

  for_each = resources("load_balancer", "aws_elb")
  unless   = self.load_balancer_type == "gateway"
  when     = length(local.alarms) == 0
  message  = "nobody is told when `${self}` answers with errors or loses its targets"

  label "targets that may be lost unseen" {
    at = local.groups
  }

  fails "no alarm" {
    resource "aws_lb" "api" {
      name = "api"
    }
  }

  fails "Classic Load Balancer" {
    resource "aws_elb" "web" {
      name    = "web"
      subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }
  }

  passes "Classic Load Balancer whose machines are watched" {
    resource "aws_elb" "web" {
      name    = "web"
      subnets = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]

      listener {
        instance_port     = 80
        instance_protocol = "http"
        lb_port           = 80
        lb_protocol       = "http"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "unhealthy" {
      alarm_name  = "web-unhealthy"
      namespace   = "AWS/ELB"
      metric_name = "UnHealthyHostCount"
      dimensions = {
        LoadBalancerName = aws_elb.web.name
      }
    }
  }

  fails "an alarm on the number of requests" {
    resource "aws_lb" "api" {
      name = "api"
    }

    resource "aws_cloudwatch_metric_alarm" "requests" {
      alarm_name  = "api-requests"
      namespace   = "AWS/ApplicationELB"
      metric_name = "RequestCount"
      dimensions = {
        LoadBalancer = aws_lb.api.arn_suffix
      }
    }
  }

  passes "errors are watched" {
    resource "aws_lb" "api" {
      name = "api"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
      dimensions = {
        LoadBalancer = aws_lb.api.arn_suffix
      }
    }
  }

  passes "its target group is watched" {
    resource "aws_lb" "api" {
      name = "api"
    }

    resource "aws_lb_target_group" "api" {
      name = "api"
    }

    resource "aws_lb_listener" "https" {
      load_balancer_arn = aws_lb.api.arn

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.api.arn
      }
    }

    resource "aws_cloudwatch_metric_alarm" "unhealthy" {
      alarm_name = "api-unhealthy"

      metric_query {
        id          = "unhealthy"
        return_data = true

        metric {
          namespace   = "AWS/ApplicationELB"
          metric_name = "UnHealthyHostCount"
          period      = 60
          stat        = "Maximum"
          dimensions = {
            TargetGroup = aws_lb_target_group.api.arn_suffix
          }
        }
      }
    }
  }

  passes "the caller says who is told, and something else scales" {
    variable "topic_arn" { type = string }

    resource "aws_lb" "api" {
      name = "api"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name          = "api-errors"
      namespace           = "AWS/ApplicationELB"
      metric_name         = "HTTPCode_ELB_5XX_Count"
      statistic           = "Sum"
      period              = 60
      evaluation_periods  = 3
      threshold           = 10
      comparison_operator = "GreaterThanThreshold"
      dimensions          = { LoadBalancer = aws_lb.api.arn_suffix }
      alarm_actions       = [var.topic_arn]
    }

    resource "aws_appautoscaling_policy" "worker" {
      name               = "cpu"
      policy_type        = "TargetTrackingScaling"
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/shop/worker"
    }
  }

  unknown "metrics are given by the caller" {
    variable "metrics" { type = map(number) }

    resource "aws_lb" "api" {
      name = "api"
    }

    resource "aws_cloudwatch_metric_alarm" "api" {
      for_each    = var.metrics
      alarm_name  = "api-${each.key}"
      namespace   = "AWS/ApplicationELB"
      metric_name = each.key
      threshold   = each.value
      dimensions = {
        LoadBalancer = aws_lb.api.arn_suffix
      }
    }
  }
}
