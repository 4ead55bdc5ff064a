rule "alarm-on-metric-not-published" {
  summary     = "Alarm watches a metric that nobody publishes"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    Some metrics exist only where they are asked for: those of an Auto Scaling group, of Container Insights, of requests to a bucket,
    and the finer ones of a distribution. Until then the alarm has no data, and silence looks like health.
  MD
  fix         = "Switch the metric on: `enabled_metrics` of the group, `containerInsights` of the cluster, an `aws_s3_bucket_metric`, an `aws_cloudfront_monitoring_subscription`."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config cloudwatch-alarm-resource-check",
    "AWS EC2 Auto Scaling API Reference: EnableMetricsCollection",
    "AWS CloudFront Developer Guide: Types of metrics",
    "AWS S3 User Guide: Metrics and dimensions",
  ]

  locals {
    names = metrics(self)

    groups = linked(self, "watches", "aws_autoscaling_group")
    group_metrics = [
      for m in local.names : m
      if can(regex("^(Group|WarmPool)", m)) && anytrue([for g in local.groups : !contains(default(g.enabled_metrics, []), m)])
    ]

    clusters = contains(namespaces(self), "ECS/ContainerInsights") ? refs(concat(
      [self.dimensions["ClusterName"]],
      flatten([for q in default(self.metric_query, []) : [for m in default(q.metric, []) : m.dimensions["ClusterName"]]]),
    ), "aws_ecs_cluster") : []
    blind = [for c in local.clusters : c if !has_container_insights(c)]

    buckets = [
      for b in linked(self, "watches", "aws_s3_bucket") : b
      if length(referrers(b, "configures", "aws_s3_bucket_metric")) == 0
    ]
    request_metrics = [
      for m in local.names : m
      if can(regex("^((All|Get|Put|Delete|Head|Post|List)Requests|Bytes(Down|Up)loaded|[45]xxErrors|FirstByteLatency|TotalRequestLatency)$", m))
    ]

    distributions = [
      for d in linked(self, "watches", "aws_cloudfront_distribution") : d
      if length(referrers(d, "configures", "aws_cloudfront_monitoring_subscription")) == 0
    ]
    finer_metrics = [for m in local.names : m if can(regex("^(OriginLatency|CacheHitRate|[45]0[1-4]ErrorRate)$", m))]
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "group" {
    when    = length(local.groups) > 0 && length(local.group_metrics) > 0
    at      = "metric_name"
    message = "`${self}` never has data: `${local.groups[0]}` does not publish `${local.group_metrics[0]}`"

    label "publishes what its `enabled_metrics` name" {
      at        = local.groups
      attribute = "enabled_metrics"
    }
  }

  defect "cluster" {
    when    = length(local.blind) > 0
    at      = "namespace"
    message = "`${self}` never has data: Container Insights of `${local.blind[0]}` is off"

    label "without Container Insights" {
      at = local.blind
    }
  }

  defect "bucket" {
    when    = length(local.buckets) > 0 && length(local.request_metrics) > 0
    at      = "metric_name"
    message = "`${self}` never has data: requests to `${local.buckets[0]}` are not measured"

    label "no `aws_s3_bucket_metric` is about it" {
      at = local.buckets
    }
  }

  defect "distribution" {
    when    = length(local.distributions) > 0 && length(local.finer_metrics) > 0
    at      = "metric_name"
    message = "`${self}` never has data: `${local.distributions[0]}` publishes no `${local.finer_metrics[0]}` without a monitoring subscription"

    label "no monitoring subscription is about it" {
      at = local.distributions
    }
  }

  fails "metric of a group" {
    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6
    }

    resource "aws_cloudwatch_metric_alarm" "capacity" {
      alarm_name  = "web-capacity"
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }

  fails "another metric of the group" {
    resource "aws_autoscaling_group" "web" {
      name            = "web"
      min_size        = 2
      max_size        = 6
      enabled_metrics = ["GroupMinSize", "GroupMaxSize"]
    }

    resource "aws_cloudwatch_metric_alarm" "capacity" {
      alarm_name  = "web-capacity"
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }

  fails "Container Insights" {
    resource "aws_ecs_cluster" "main" {
      name = "main"
    }

    resource "aws_cloudwatch_metric_alarm" "tasks" {
      alarm_name  = "api-tasks"
      namespace   = "ECS/ContainerInsights"
      metric_name = "RunningTaskCount"
      dimensions = {
        ClusterName = aws_ecs_cluster.main.name
        ServiceName = "api"
      }
    }
  }

  fails "requests to a bucket" {
    resource "aws_s3_bucket" "assets" {
      bucket = "shop-assets"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "assets-errors"
      namespace   = "AWS/S3"
      metric_name = "5xxErrors"
      dimensions = {
        BucketName = aws_s3_bucket.assets.id
        FilterId   = "all"
      }
    }
  }

  fails "origin of a distribution" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true
    }

    resource "aws_cloudwatch_metric_alarm" "origin" {
      alarm_name  = "site-origin"
      namespace   = "AWS/CloudFront"
      metric_name = "OriginLatency"
      dimensions = {
        DistributionId = aws_cloudfront_distribution.site.id
        Region         = "Global"
      }
    }
  }

  passes "group publishes it" {
    resource "aws_autoscaling_group" "web" {
      name            = "web"
      min_size        = 2
      max_size        = 6
      enabled_metrics = ["GroupDesiredCapacity", "GroupInServiceInstances"]
    }

    resource "aws_cloudwatch_metric_alarm" "capacity" {
      alarm_name  = "web-capacity"
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }

  passes "machines publish theirs" {
    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "web-cpu"
      namespace   = "AWS/EC2"
      metric_name = "CPUUtilization"
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }

  passes "Container Insights" {
    resource "aws_ecs_cluster" "main" {
      name = "main"

      setting {
        name  = "containerInsights"
        value = "enabled"
      }
    }

    resource "aws_cloudwatch_metric_alarm" "tasks" {
      alarm_name  = "api-tasks"
      namespace   = "ECS/ContainerInsights"
      metric_name = "RunningTaskCount"
      dimensions = {
        ClusterName = aws_ecs_cluster.main.name
        ServiceName = "api"
      }
    }
  }

  passes "CPU of a service, which is always there" {
    resource "aws_ecs_cluster" "main" {
      name = "main"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "api-cpu"
      namespace   = "AWS/ECS"
      metric_name = "CPUUtilization"
      dimensions = {
        ClusterName = aws_ecs_cluster.main.name
        ServiceName = "api"
      }
    }
  }

  passes "requests are measured" {
    resource "aws_s3_bucket" "assets" {
      bucket = "shop-assets"
    }

    resource "aws_s3_bucket_metric" "assets" {
      bucket = aws_s3_bucket.assets.id
      name   = "all"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "assets-errors"
      namespace   = "AWS/S3"
      metric_name = "5xxErrors"
      dimensions = {
        BucketName = aws_s3_bucket.assets.id
        FilterId   = "all"
      }
    }
  }

  passes "distribution with a subscription" {
    resource "aws_cloudfront_distribution" "site" {
      enabled = true
    }

    resource "aws_cloudfront_monitoring_subscription" "site" {
      distribution_id = aws_cloudfront_distribution.site.id

      monitoring_subscription {
        realtime_metrics_subscription_config {
          realtime_metrics_subscription_status = "Enabled"
        }
      }
    }

    resource "aws_cloudwatch_metric_alarm" "origin" {
      alarm_name  = "site-origin"
      namespace   = "AWS/CloudFront"
      metric_name = "OriginLatency"
      dimensions = {
        DistributionId = aws_cloudfront_distribution.site.id
        Region         = "Global"
      }
    }
  }

  unknown "what the group publishes is given by the caller" {
    variable "group_metrics" { type = list(string) }

    resource "aws_autoscaling_group" "web" {
      name            = "web"
      min_size        = 2
      max_size        = 6
      enabled_metrics = var.group_metrics
    }

    resource "aws_cloudwatch_metric_alarm" "capacity" {
      alarm_name  = "web-capacity"
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }
}
