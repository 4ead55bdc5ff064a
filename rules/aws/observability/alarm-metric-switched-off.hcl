rule "alarm-metric-switched-off" {
  summary     = "Alarm on a metric that its resource does not send"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Some metrics exist only where they are switched on: those of an Auto Scaling group, of Container Insights, of the requests of a
    bucket, of the origin of a distribution. The alarm is there, and the metric is not.
  MD
  fix         = "Switch the metric on: `enabled_metrics`, `containerInsights`, an `aws_s3_bucket_metric`, an `aws_cloudfront_monitoring_subscription`."
  notice      = "The alarm stays in INSUFFICIENT_DATA, for the resource does not publish the metric."
  prove       = "Query the metric for an hour with traffic: it has no data points."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Amazon EC2 Auto Scaling User Guide: Enable Auto Scaling group metrics",
    "Amazon S3 User Guide: CloudWatch metrics configurations",
    "Amazon CloudFront Developer Guide: Types of metrics for CloudFront",
  ]

  locals {
    metrics = watched_metrics(self)
    # Most alarms look at metrics that are always there.
    optional = anytrue([for m in local.metrics : contains(["AWS/AutoScaling", "ECS/ContainerInsights", "AWS/S3", "AWS/CloudFront"], m.namespace)])

    group_metrics = [for m in local.metrics : m.name if m.namespace == "AWS/AutoScaling" && can(regex("^(Group|WarmPool)", m.name))]
    groups = length(local.group_metrics) == 0 ? [] : [
      for g in linked(self, "watches", "aws_autoscaling_group") : g
      if anytrue([for n in local.group_metrics : !contains(default(g.enabled_metrics, []), n)])
    ]

    insights = [for m in local.metrics : m.name if m.namespace == "ECS/ContainerInsights"]
    clusters = length(local.insights) == 0 ? [] : [
      for c in flatten([for m in local.metrics : refs(lookup(m.dimensions, "ClusterName", null), "aws_ecs_cluster")]) : c
      if !has_container_insights(c)
    ]

    requests = [for m in local.metrics : m.name if m.namespace == "AWS/S3" && can(regex("^([45]xxErrors|(All|Get|Put|Head|Delete|Post|List)Requests|Bytes(Down|Up)loaded|(FirstByte|TotalRequest)Latency)$", m.name))]
    buckets = length(local.requests) == 0 ? [] : [
      for b in linked(self, "watches", "aws_s3_bucket") : b
      if length(referrers(b, "configures", "aws_s3_bucket_metric")) == 0
    ]

    extra = [for m in local.metrics : m.name if m.namespace == "AWS/CloudFront" && can(regex("^(OriginLatency|CacheHitRate|(40[134]|50[234])ErrorRate)$", m.name))]
    distributions = length(local.extra) == 0 ? [] : [
      for d in linked(self, "watches", "aws_cloudfront_distribution") : d
      if length(referrers(d, "configures", "aws_cloudfront_monitoring_subscription")) == 0
    ]
  }

  for_each = resources("aws_cloudwatch_metric_alarm")

  defect "group" {
    when    = local.optional && length(local.groups) > 0
    at      = "metric_name"
    message = "`${self}` never has data: `${local.groups[0]}` does not list ${local.group_metrics[0]} in `enabled_metrics`"

    label "sends no such metric" {
      at        = local.groups
      attribute = "enabled_metrics"
    }
  }

  defect "cluster" {
    when    = local.optional && length(local.clusters) > 0
    at      = "metric_name"
    message = "`${self}` never has data: `${local.clusters[0]}` has Container Insights off"

    label "sends no such metric" {
      at        = local.clusters
      attribute = "setting"
    }
  }

  defect "bucket" {
    when    = local.optional && length(local.buckets) > 0
    at      = "metric_name"
    message = "`${self}` never has data: `${local.buckets[0]}` has no `aws_s3_bucket_metric`, so S3 counts none of its requests"

    label "sends no such metric" {
      at = local.buckets
    }
  }

  defect "distribution" {
    when    = local.optional && length(local.distributions) > 0
    at      = "metric_name"
    message = "`${self}` never has data: `${local.distributions[0]}` has no `aws_cloudfront_monitoring_subscription`"

    label "sends no such metric" {
      at = local.distributions
    }
  }

  fails "group" {
    resource "aws_autoscaling_group" "web" {
      name     = "web"
      min_size = 2
      max_size = 6
    }

    resource "aws_cloudwatch_metric_alarm" "instances" {
      alarm_name  = "web-instances"
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

  fails "tasks of a cluster without insights" {
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

  fails "requests of a bucket" {
    resource "aws_s3_bucket" "assets" {
      bucket = "assets"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "assets-errors"
      namespace   = "AWS/S3"
      metric_name = "5xxErrors"
      dimensions = {
        BucketName = aws_s3_bucket.assets.id
        FilterId   = "EntireBucket"
      }
    }
  }

  fails "origin of a distribution" {
    resource "aws_cloudfront_distribution" "shop" {
      enabled = true
    }

    resource "aws_cloudwatch_metric_alarm" "latency" {
      alarm_name  = "shop-origin"
      namespace   = "AWS/CloudFront"
      metric_name = "OriginLatency"
      dimensions = {
        DistributionId = aws_cloudfront_distribution.shop.id
        Region         = "Global"
      }
    }
  }

  passes "group that sends it" {
    resource "aws_autoscaling_group" "web" {
      name            = "web"
      min_size        = 2
      max_size        = 6
      enabled_metrics = ["GroupInServiceInstances", "GroupDesiredCapacity"]
    }

    resource "aws_cloudwatch_metric_alarm" "instances" {
      alarm_name  = "web-instances"
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }

  passes "CPU of the group's machines, which is sent by EC2" {
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

  passes "cluster with insights" {
    resource "aws_ecs_cluster" "main" {
      name = "main"

      setting {
        name  = "containerInsights"
        value = "enhanced"
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

  passes "bucket whose requests are counted" {
    resource "aws_s3_bucket" "assets" {
      bucket = "assets"
    }

    resource "aws_s3_bucket_metric" "assets" {
      bucket = aws_s3_bucket.assets.id
      name   = "EntireBucket"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "assets-errors"
      namespace   = "AWS/S3"
      metric_name = "5xxErrors"
      dimensions = {
        BucketName = aws_s3_bucket.assets.id
        FilterId   = "EntireBucket"
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

  unknown "metrics of the group are given by the caller" {
    variable "metrics" { type = set(string) }

    resource "aws_autoscaling_group" "web" {
      name            = "web"
      min_size        = 2
      max_size        = 6
      enabled_metrics = var.metrics
    }

    resource "aws_cloudwatch_metric_alarm" "instances" {
      alarm_name  = "web-instances"
      namespace   = "AWS/AutoScaling"
      metric_name = "GroupInServiceInstances"
      dimensions = {
        AutoScalingGroupName = aws_autoscaling_group.web.name
      }
    }
  }
}
