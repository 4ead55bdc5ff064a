# What keeps evidence besides alarms and logs of single services: trails, recorders, filters on logs, streams of metrics, dashboards.

resource "aws_cloudtrail" {
  role   = "observer"
  zones  = []
  copies = 2
}

link "aws_cloudtrail" "s3_bucket_name" {
  to    = "aws_s3_bucket"
  means = "logs_to"
  by    = "bucket"
}

link "aws_cloudtrail" "cloud_watch_logs_group_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

link "aws_cloudtrail" "sns_topic_name" {
  to    = "aws_sns_topic"
  means = "notifies"
  by    = "name"
}

resource "aws_config_delivery_channel" {
  role   = "observer"
  zones  = []
  copies = 2
}

link "aws_config_delivery_channel" "s3_bucket_name" {
  to    = "aws_s3_bucket"
  means = "logs_to"
  by    = "bucket"
}

link "aws_config_delivery_channel" "sns_topic_arn" {
  to    = "aws_sns_topic"
  means = "notifies"
}

resource "aws_config_configuration_recorder" {
  role   = "observer"
  zones  = []
  copies = 2
}

# A filter makes a metric of a log; a subscription hands the log on as it comes.
resource "aws_cloudwatch_log_metric_filter" {
  role   = "observer"
  zones  = []
  copies = 2
}

link "aws_cloudwatch_log_metric_filter" "log_group_name" {
  to    = "aws_cloudwatch_log_group"
  means = "watches"
  by    = "name"
}

join "aws_cloudwatch_log_subscription_filter" {
  from  = "log_group_name"
  to    = "destination_arn"
  means = "async_invokes"
  when  = length(refs(self.destination_arn, "aws_lambda_function", "aws_lambda_alias")) > 0
}

join "aws_cloudwatch_log_subscription_filter" {
  from  = "log_group_name"
  to    = "destination_arn"
  means = "sends"
  when  = length(refs(self.destination_arn, "stream", "aws_cloudwatch_log_destination")) > 0
}

link "aws_cloudwatch_log_subscription_filter" "log_group_name" {
  to    = "aws_cloudwatch_log_group"
  means = "refers"
  by    = "name"
}

resource "aws_cloudwatch_log_destination" {
  role   = "observer"
  zones  = []
  copies = 2
}

link "aws_cloudwatch_log_destination" "target_arn" {
  to    = ["aws_kinesis_stream", "aws_kinesis_firehose_delivery_stream"]
  means = "sends"
}

resource "aws_cloudwatch_metric_stream" {
  role   = "observer"
  zones  = []
  copies = 2
}

link "aws_cloudwatch_metric_stream" "firehose_arn" {
  to    = "aws_kinesis_firehose_delivery_stream"
  means = "sends"
}

resource "aws_cloudwatch_dashboard" {
  role   = "observer"
  zones  = []
  copies = 2
}

resource "aws_flow_log" {
  role   = "observer"
  zones  = []
  copies = 2
}

link "aws_synthetics_canary" "artifact_s3_location" {
  to    = "aws_s3_bucket"
  means = "logs_to"
}

resource "aws_xray_group" {
  role   = "observer"
  zones  = []
  copies = 2
}

# Managed Prometheus and Grafana, and what scrapes a cluster for them.
resource "aws_prometheus_workspace" {
  role   = "observer"
  zones  = []
  copies = 2
}

resource "aws_prometheus_scraper" {
  role   = "observer"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_prometheus_scraper" "source.eks.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_prometheus_scraper" "source.eks.cluster_arn" {
  to    = "aws_eks_cluster"
  means = "watches"
}

link "aws_prometheus_scraper" "destination.amp.workspace_arn" {
  to    = "aws_prometheus_workspace"
  means = "logs_to"
}

resource "aws_grafana_workspace" {
  role   = "observer"
  zones  = []
  copies = 2
}

# What Application Auto Scaling moves.
resource "aws_appautoscaling_target" {
  role   = "other"
  zones  = []
  copies = 2
}

define "recovery" {
  of = [
    "aws_cloudtrail",
    "aws_config_delivery_channel",
    "aws_config_configuration_recorder",
    "aws_cloudwatch_log_metric_filter",
    "aws_cloudwatch_log_destination",
    "aws_cloudwatch_metric_stream",
    "aws_cloudwatch_dashboard",
    "aws_flow_log",
    "aws_xray_group",
    "aws_prometheus_workspace",
    "aws_prometheus_scraper",
    "aws_grafana_workspace",
    "aws_appautoscaling_target",
  ]
  is = "regional"
}
