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

# Events of databases and groups that somebody is told of.
link "aws_db_event_subscription" "sns_topic" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_db_event_subscription" "source_ids" {
  to    = ["aws_db_instance", "aws_rds_cluster", "aws_db_proxy"]
  means = "watches"
}

link "aws_docdb_event_subscription" "sns_topic_arn" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_docdb_event_subscription" "source_ids" {
  to    = "aws_docdb_cluster"
  means = "watches"
}

link "aws_neptune_event_subscription" "sns_topic_arn" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_neptune_event_subscription" "source_ids" {
  to    = "aws_neptune_cluster"
  means = "watches"
}

link "aws_redshift_event_subscription" "sns_topic_arn" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_redshift_event_subscription" "source_ids" {
  to    = "aws_redshift_cluster"
  means = "watches"
}

link "aws_dms_event_subscription" "sns_topic_arn" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_dms_event_subscription" "source_ids" {
  to    = ["aws_dms_replication_instance", "aws_dms_replication_task"]
  means = "watches"
}

link "aws_autoscaling_notification" "topic_arn" {
  to    = "aws_sns_topic"
  means = "notifies"
}

link "aws_autoscaling_notification" "group_names" {
  to    = "aws_autoscaling_group"
  means = "watches"
  by    = "name"
}

# Logs of look-ups, warehouses, models and requests at the edge.
link "aws_route53_query_log" "cloudwatch_log_group_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

link "aws_route53_resolver_query_log_config" "destination_arn" {
  to    = ["aws_cloudwatch_log_group", "aws_s3_bucket", "aws_kinesis_firehose_delivery_stream"]
  means = "logs_to"
}

link "aws_redshift_logging" "bucket_name" {
  to    = "aws_s3_bucket"
  means = "logs_to"
  by    = "bucket"
}

link "aws_bedrock_model_invocation_logging_configuration" "logging_config.cloudwatch_config.log_group_name" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
  by    = "name"
}

link "aws_bedrock_model_invocation_logging_configuration" "logging_config.s3_config.bucket_name" {
  to    = "aws_s3_bucket"
  means = "logs_to"
  by    = "bucket"
}

link "aws_cloudfront_realtime_log_config" "endpoint.kinesis_stream_config.stream_arn" {
  to    = "aws_kinesis_stream"
  means = "logs_to"
}

link "aws_elasticache_replication_group" "log_delivery_configuration.destination" {
  to    = ["aws_cloudwatch_log_group", "aws_kinesis_firehose_delivery_stream"]
  means = "logs_to"
  by    = "name"
}

link "aws_elasticache_cluster" "log_delivery_configuration.destination" {
  to    = ["aws_cloudwatch_log_group", "aws_kinesis_firehose_delivery_stream"]
  means = "logs_to"
  by    = "name"
}

link "aws_opensearch_domain" "log_publishing_options.cloudwatch_log_group_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

link "aws_elasticsearch_domain" "log_publishing_options.cloudwatch_log_group_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

link "aws_vpclattice_access_log_subscription" "destination_arn" {
  to    = ["aws_cloudwatch_log_group", "aws_s3_bucket", "aws_kinesis_firehose_delivery_stream"]
  means = "logs_to"
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
