# Which stores, brokers and networks write logs, for `buttress coverage`.

# Databases. What a custom engine writes stays on a machine that its owner reaches.
define "signal_logs" {
  of = ["aws_db_instance", "aws_rds_cluster"]
  is = (
    startswith(default(self.engine, ""), "custom-") ? { unknown = "an agent on its machine may send logs" } :
    exports_errors(self) ? own_log(self) :
    length(default(self.enabled_cloudwatch_logs_exports, [])) == 0 ? { missing = "`enabled_cloudwatch_logs_exports` is not set" } :
    { missing = "`enabled_cloudwatch_logs_exports` names no error log" }
  )
}

define "signal_logs" {
  of = "aws_docdb_cluster"
  is = (
    length(default(self.enabled_cloudwatch_logs_exports, [])) > 0
    ? own_log(self)
    : { missing = "`enabled_cloudwatch_logs_exports` is not set" }
  )
}

define "signal_logs" {
  of = "aws_neptune_cluster"
  is = (
    length(default(self.enable_cloudwatch_logs_exports, [])) > 0
    ? own_log(self)
    : { missing = "`enable_cloudwatch_logs_exports` is not set" }
  )
}

define "signal_logs" {
  of = ["cluster_member", "aws_cloudhsm_v2_hsm"]
  is = { none = "its cluster writes the log" }
}

define "signal_logs" {
  of = ["aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster"]
  is = { none = "the clusters in it write the logs" }
}

define "signal_logs" {
  of = "search_domain"
  is = exports_errors(self) ? own_log(self) : { missing = "no `log_publishing_options` publish `ES_APPLICATION_LOGS`" }
}

define "redshift_loggers" {
  of = "aws_redshift_cluster"
  is = referrers(self, "refers", "aws_redshift_logging")
}

define "signal_logs" {
  of = "aws_redshift_cluster"
  is = (
    length(redshift_loggers(self)) > 0 ? redshift_loggers(self) :
    default(self.logging[0].enable, false) == true ? true :
    { missing = "no `aws_redshift_logging` names it" }
  )
}

define "signal_logs" {
  of = "aws_redshiftserverless_namespace"
  is = length(default(self.log_exports, [])) > 0 ? true : { missing = "`log_exports` is not set" }
}

define "signal_logs" {
  of = "aws_redshiftserverless_workgroup"
  is = { none = "its namespace exports the logs" }
}

define "signal_logs" {
  of = "aws_timestreaminfluxdb_db_instance"
  is = (
    default(self.log_delivery_configuration[0].s3_configuration[0].enabled, false) == true
    ? own_log(self)
    : { missing = "`log_delivery_configuration` is not enabled" }
  )
}

# The log of what was slow came with version 6 of Redis; Memcached has none.
define "signal_logs" {
  of = ["aws_elasticache_replication_group", "aws_elasticache_cluster"]
  is = (
    length(default(self.log_delivery_configuration, [])) > 0 ? own_log(self) :
    is(self, "aws_elasticache_replication_group") && default(is_delivered(self), false) ? true :
    is(self, "aws_elasticache_cluster") && length(default(watched_with(self), [])) > 0 ? { none = "its replication group writes the log" } :
    self.engine == "memcached" ? { none = "Memcached delivers no log" } :
    can(regex("^[2-5]\\.", default(self.engine_version, ""))) ? { none = "its engine version delivers no log" } :
    { missing = "`log_delivery_configuration` is not set" }
  )
}

define "signal_logs" {
  of = "aws_fsx_file_cache"
  is = (
    default(self.lustre_configuration[0].log_configuration[0].level, "WARN_ERROR") != "DISABLED"
    ? true
    : { missing = "`lustre_configuration.log_configuration` is disabled" }
  )
}

define "signal_logs" {
  of = "aws_fsx_lustre_file_system"
  is = (
    length(default(self.log_configuration, [])) > 0 && default(self.log_configuration[0].level, "WARN_ERROR") != "DISABLED"
    ? own_log(self)
    : { missing = "`log_configuration` is not set" }
  )
}

define "signal_logs" {
  of = "aws_fsx_windows_file_system"
  is = (
    length(default(self.audit_log_configuration, [])) > 0
    && (
      default(self.audit_log_configuration[0].file_access_audit_log_level, "DISABLED") != "DISABLED"
      || default(self.audit_log_configuration[0].file_share_access_audit_log_level, "DISABLED") != "DISABLED"
    )
    ? own_log(self)
    : { missing = "`audit_log_configuration` is not set" }
  )
}

define "signal_logs" {
  of = "aws_storagegateway_gateway"
  is = (
    length(refs(self.cloudwatch_log_group_arn)) > 0 || default(self.cloudwatch_log_group_arn, "") != ""
    ? own_log(self)
    : { missing = "`cloudwatch_log_group_arn` is not set" }
  )
}

# Buckets: by access logs, or by a trail of what happens to objects. A bucket that takes logs would write about its own writing.
define "object_trails" {
  of = "aws_s3_bucket"
  is = [
    for t in resources("aws_cloudtrail") : t
    if anytrue(concat(
      flatten([
        for e in default(t.event_selector, []) : [
          for d in default(e.data_resource, []) :
          d.type == "AWS::S3::Object" && anytrue([for v in default(d.values, []) : v == "arn:aws:s3" || v == "arn:aws:s3:::" || names(v, self)])
        ]
      ]),
      [
        for e in default(t.advanced_event_selector, []) :
        anytrue([for f in default(e.field_selector, []) : f.field == "resources.type" && contains(default(f.equals, []), "AWS::S3::Object")])
        && alltrue([
          for f in default(e.field_selector, []) :
          f.field != "resources.ARN" || anytrue([for v in default(f.starts_with, []) : names(v, self)])
        ])
      ],
    ))
  ]
}

define "bucket_loggers" {
  of = "aws_s3_bucket"
  is = referrers(self, "configures", "aws_s3_bucket_logging")
}

define "signal_logs" {
  of = "aws_s3_bucket"
  is = (
    length(bucket_loggers(self)) > 0 ? own_log(self) :
    length(default(self.logging, [])) > 0 ? true :
    length(object_trails(self)) > 0 ? object_trails(self) :
    length(referrers(self, "logs_to")) > 0 ? { none = "it holds logs itself" } :
    { missing = "no `aws_s3_bucket_logging` names it, and no trail records its objects" }
  )
}

define "signal_logs" {
  of = "aws_s3_bucket_website_configuration"
  is = { none = "its bucket keeps the log" }
}

define "signal_logs" {
  of = "aws_cloudhsm_v2_cluster"
  is = true
}

define "signal_logs" {
  of = [
    "aws_dsql_cluster", "aws_dynamodb_global_table", "aws_dynamodb_table", "aws_dynamodb_table_replica", "aws_keyspaces_table",
    "aws_timestreamwrite_table", "aws_qldb_ledger", "aws_s3_directory_bucket", "aws_s3tables_table_bucket", "aws_neptunegraph_graph",
  ]
  is = { none = "it writes no log; a trail can record what is done to its data" }
}

define "signal_logs" {
  of = [
    "aws_cloudsearch_domain", "aws_dax_cluster", "aws_docdbelastic_cluster", "aws_ebs_volume", "aws_efs_file_system",
    "aws_elasticache_global_replication_group", "aws_elasticache_serverless_cache", "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system", "aws_lightsail_database", "aws_memorydb_cluster", "aws_memorydb_multi_region_cluster",
    "aws_opensearchserverless_collection",
  ]
  is = { none = "its service delivers no log of it; its metrics say how it fares" }
}

# Messages.
define "signal_logs" {
  of = "aws_mq_broker"
  is = logs_brokers(self) ? own_log(self) : { missing = "`logs.general` is not true" }
}

define "signal_logs" {
  of = "aws_msk_cluster"
  is = logs_brokers(self) ? own_log(self) : { missing = "`logging_info` enables no log of its brokers" }
}

define "signal_logs" {
  of = ["aws_msk_serverless_cluster", "aws_msk_replicator"]
  is = { none = "it delivers no log; its metrics say how it fares" }
}

define "error_logging" {
  of = "aws_kinesis_firehose_delivery_stream"
  is = [
    for d in concat(
      default(self.extended_s3_configuration, []),
      default(self.redshift_configuration, []),
      default(self.elasticsearch_configuration, []),
      default(self.opensearch_configuration, []),
      default(self.opensearchserverless_configuration, []),
      default(self.splunk_configuration, []),
      default(self.http_endpoint_configuration, []),
      default(self.snowflake_configuration, []),
      default(self.iceberg_configuration, []),
    ) : d if default(d.cloudwatch_logging_options[0].enabled, false) == true
  ]
}

define "signal_logs" {
  of = "aws_kinesis_firehose_delivery_stream"
  is = length(error_logging(self)) > 0 ? own_log(self) : { missing = "`cloudwatch_logging_options` is not enabled" }
}

define "signal_logs" {
  of = "aws_sns_topic"
  is = (
    anytrue([
      for r in [
        self.application_failure_feedback_role_arn, self.firehose_failure_feedback_role_arn, self.http_failure_feedback_role_arn,
        self.lambda_failure_feedback_role_arn, self.sqs_failure_feedback_role_arn,
      ] : length(refs(r)) > 0 || default(r, "") != ""
    ])
    ? true
    : { missing = "no `…_failure_feedback_role_arn` is set, so failed deliveries leave no line" }
  )
}

define "signal_logs" {
  of = "aws_sns_platform_application"
  is = (
    length(refs(self.failure_feedback_role_arn)) > 0 || default(self.failure_feedback_role_arn, "") != ""
    ? true
    : { missing = "`failure_feedback_role_arn` is not set" }
  )
}

define "signal_logs" {
  of = "aws_cloudwatch_event_bus"
  is = (
    default(self.log_config[0].level, "OFF") != "OFF" || is_delivered(self)
    ? own_log(self)
    : { missing = "`log_config` is not set" }
  )
}

define "signal_logs" {
  of = "aws_cloudwatch_event_rule"
  is = { none = "its bus writes the log" }
}

define "signal_logs" {
  of = "aws_pipes_pipe"
  is = (
    length(default(self.log_configuration, [])) > 0 && self.log_configuration[0].level != "OFF"
    ? own_log(self)
    : { missing = "`log_configuration` is not set" }
  )
}

define "signal_logs" {
  of = "aws_iot_topic_rule"
  is = (
    length(resources("aws_iot_logging_options")) > 0
    ? resources("aws_iot_logging_options")
    : { missing = "no `aws_iot_logging_options` is declared" }
  )
}

define "signal_logs" {
  of = "aws_sqs_queue"
  is = { none = "a queue writes no log; its metrics say what waits" }
}

define "signal_logs" {
  of = ["aws_kinesis_stream", "aws_kinesis_stream_consumer", "aws_kinesis_video_stream"]
  is = { none = "a stream writes no log; its metrics say who falls behind" }
}

define "signal_logs" {
  of = ["aws_scheduler_schedule", "aws_glue_trigger", "aws_cloudwatch_event_endpoint"]
  is = { none = "it writes no log; what it starts does" }
}

# Networks: flow logs of the interface, of its subnet or of the whole network.
define "flow_logs" {
  of = "aws_nat_gateway"
  is = concat(
    referrers(self, "refers", "aws_flow_log"),
    flatten([
      for s in linked(self, "in_subnet", "subnet") : concat(
        referrers(s, "configures", "aws_flow_log"),
        flatten([for n in linked(s, "in_network") : referrers(n, "configures", "aws_flow_log")]),
      )
    ]),
  )
}

define "flow_logs" {
  of = "aws_vpc_endpoint"
  is = concat(
    flatten([for s in linked(self, "in_subnet", "subnet") : referrers(s, "configures", "aws_flow_log")]),
    flatten([for n in refs(self.vpc_id, "vpc") : referrers(n, "configures", "aws_flow_log")]),
  )
}

define "flow_logs" {
  of = "aws_ec2_transit_gateway"
  is = referrers(self, "refers", "aws_flow_log")
}

define "flow_logs" {
  of = [
    "aws_ec2_transit_gateway_vpc_attachment", "aws_ec2_transit_gateway_peering_attachment", "aws_ec2_transit_gateway_connect",
  ]
  is = concat(
    referrers(self, "refers", "aws_flow_log"),
    flatten([for g in refs(self.transit_gateway_id, "aws_ec2_transit_gateway") : referrers(g, "refers", "aws_flow_log")]),
  )
}

define "signal_logs" {
  of = [
    "aws_nat_gateway", "aws_ec2_transit_gateway", "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ec2_transit_gateway_peering_attachment", "aws_ec2_transit_gateway_connect",
  ]
  is = length(flow_logs(self)) > 0 ? distinct(flow_logs(self)) : { missing = "no flow log records its traffic" }
}

define "signal_logs" {
  of = "aws_vpc_endpoint"
  is = (
    default(self.vpc_endpoint_type, "Gateway") == "Gateway" ? { none = "a gateway endpoint is a route; only flow logs of the senders see it" } :
    length(flow_logs(self)) > 0 ? distinct(flow_logs(self)) :
    { missing = "no flow log records its traffic" }
  )
}

define "signal_logs" {
  of = "aws_vpn_connection"
  is = (
    is_delivered(self) ? true :
    default(self.tunnel1_log_options[0].cloudwatch_log_options[0].log_enabled, false) != true ? { missing = "`tunnel1_log_options` is not enabled" } :
    default(self.tunnel2_log_options[0].cloudwatch_log_options[0].log_enabled, false) != true ? { missing = "`tunnel2_log_options` is not enabled" } :
    own_log(self)
  )
}

define "signal_logs" {
  of = [
    "aws_dx_connection", "aws_dx_lag", "aws_dx_gateway", "aws_dx_private_virtual_interface", "aws_dx_transit_virtual_interface",
    "aws_dx_public_virtual_interface",
  ]
  is = { none = "Direct Connect writes no log; its metrics say whether it is up" }
}

define "packet_loggers" {
  of = ["aws_networkfirewall_firewall", "aws_wafv2_web_acl"]
  is = referrers(self, "configures", "aws_networkfirewall_logging_configuration", "aws_wafv2_web_acl_logging_configuration")
}

define "signal_logs" {
  of = ["aws_networkfirewall_firewall", "aws_wafv2_web_acl"]
  is = (
    length(packet_loggers(self)) > 0 ? packet_loggers(self) :
    is_delivered(self) ? true :
    is(self, "aws_wafv2_web_acl") ? { missing = "no `aws_wafv2_web_acl_logging_configuration` names it" } :
    { missing = "no `aws_networkfirewall_logging_configuration` names it" }
  )
}
