# Who writes logs, where they go, and who lets them in.

# Delivery by CloudWatch Logs: a source names what writes, a destination where to, and a delivery connects the two.
set "log_source" {
  types = [
    "aws_cloudfront_distribution",
    "aws_lb",
    "aws_alb",
    "aws_wafv2_web_acl",
    "aws_msk_cluster",
    "aws_elasticache_replication_group",
    "aws_cloudwatch_event_bus",
    "aws_vpn_connection",
    "aws_networkfirewall_firewall",
  ]
}

link "aws_cloudwatch_log_delivery_source" "resource_arn" {
  to    = "log_source"
  means = "configures"
}

link "aws_cloudwatch_log_delivery" "delivery_source_name" {
  to    = "aws_cloudwatch_log_delivery_source"
  means = "configures"
  by    = "name"
}

link "aws_cloudwatch_log_delivery" "delivery_destination_arn" {
  to    = "aws_cloudwatch_log_delivery_destination"
  means = "uses"
}

link "aws_cloudwatch_log_delivery_destination" "delivery_destination_configuration.destination_resource_arn" {
  to    = ["aws_cloudwatch_log_group", "aws_s3_bucket", "aws_kinesis_firehose_delivery_stream"]
  means = "logs_to"
}

define "is_delivered" {
  of = "log_source"
  is = length(referrers(self, "configures", "aws_cloudwatch_log_delivery_source")) > 0
}

# Networks.
link "aws_flow_log" "subnet_id" {
  to    = "subnet"
  means = "configures"
}

link "aws_flow_log" "iam_role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

link "aws_flow_log" "log_group_name" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
  by    = "name"
}

link "aws_networkfirewall_logging_configuration" "firewall_arn" {
  to    = "aws_networkfirewall_firewall"
  means = "configures"
}

link "aws_wafv2_web_acl_logging_configuration" "resource_arn" {
  to    = "aws_wafv2_web_acl"
  means = "configures"
}

link "aws_wafv2_web_acl_logging_configuration" "log_destination_configs" {
  to    = ["aws_cloudwatch_log_group", "aws_s3_bucket", "aws_kinesis_firehose_delivery_stream"]
  means = "logs_to"
}

# Where requests come in: whether each of them leaves a line.
set "request_logger" {
  types = [
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_api_gateway_stage",
    "aws_apigatewayv2_stage",
    "aws_cloudfront_distribution",
  ]
}

define "logs_requests" {
  of = "load_balancer"
  is = self.access_logs[0].enabled == true || is_delivered(self)
}

define "logs_requests" {
  of = "aws_elb"
  is = length(default(self.access_logs, [])) > 0 && self.access_logs[0].enabled != false
}

define "logs_requests" {
  of = ["aws_api_gateway_stage", "aws_apigatewayv2_stage"]
  is = length(default(self.access_log_settings, [])) > 0
}

# By standard logging, by CloudWatch's delivery, or by real-time logs.
define "logs_requests" {
  of = "aws_cloudfront_distribution"
  is = (
    length(refs(self.logging_config[0].bucket)) > 0
    || default(self.logging_config[0].bucket, "") != ""
    || is_delivered(self)
    || anytrue([
      for b in concat(default(self.default_cache_behavior, []), default(self.ordered_cache_behavior, [])) :
      length(refs(b.realtime_log_config_arn)) > 0 || default(b.realtime_log_config_arn, "") != ""
    ])
  )
}

link "aws_elb" "access_logs.bucket" {
  to    = "aws_s3_bucket"
  means = "logs_to"
  by    = "bucket"
}

link "aws_cloudfront_distribution" "logging_config.bucket" {
  to    = "aws_s3_bucket"
  means = "logs_to"
}
