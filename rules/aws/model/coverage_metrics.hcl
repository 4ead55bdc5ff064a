# Which nodes publish metrics, for `buttress coverage`, and which networks are asked for signals at all.

# Networks that carry traffic. Subnets, tables and groups say where traffic may go; they carry none.
set "traffic_carrier" {
  types = [
    "aws_nat_gateway",
    "aws_ec2_transit_gateway",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_connect",
    "aws_vpn_connection",
    "aws_dx_connection",
    "aws_dx_lag",
    "aws_dx_gateway",
    "aws_dx_private_virtual_interface",
    "aws_dx_transit_virtual_interface",
    "aws_dx_public_virtual_interface",
    "aws_vpc_endpoint",
    "aws_networkfirewall_firewall",
    "aws_wafv2_web_acl",
  ]
}

# What publishes metrics to CloudWatch by itself. The control plane of EKS does since version 1.28.
set "self_measuring" {
  types = [
    # Where traffic enters.
    "aws_lb", "aws_alb", "aws_elb", "aws_lb_target_group", "aws_alb_target_group",
    "aws_amplify_app", "aws_api_gateway_rest_api", "aws_api_gateway_stage", "aws_apigatewayv2_api", "aws_apigatewayv2_stage",
    "aws_appsync_api", "aws_appsync_graphql_api", "aws_cloudfront_distribution", "aws_ec2_client_vpn_endpoint",
    "aws_globalaccelerator_accelerator", "aws_globalaccelerator_endpoint_group", "aws_globalaccelerator_listener",
    "aws_lambda_function_url", "aws_lightsail_lb", "aws_s3_bucket_website_configuration", "aws_ses_receipt_rule", "aws_transfer_server",
    "aws_vpc_endpoint_service", "aws_vpclattice_service", "aws_vpclattice_target_group",
    # What runs code.
    "aws_apprunner_service", "aws_appstream_fleet", "aws_autoscaling_group", "aws_bedrockagent_agent", "aws_cloudfront_function",
    "aws_codebuild_project", "aws_datasync_task", "aws_dms_replication_config", "aws_dms_replication_instance",
    "aws_dms_replication_task", "aws_ecs_service", "aws_eks_node_group", "aws_elastic_beanstalk_environment",
    "aws_emr_cluster", "aws_emrserverless_application", "aws_gamelift_fleet", "aws_instance", "aws_kinesisanalyticsv2_application",
    "aws_lambda_alias", "aws_lambda_function", "aws_lightsail_container_service", "aws_lightsail_instance", "aws_m2_environment",
    "aws_mskconnect_connector", "aws_mwaa_environment", "aws_sagemaker_endpoint", "aws_sfn_activity", "aws_sfn_alias",
    "aws_sfn_state_machine", "aws_spot_fleet_request", "aws_spot_instance_request", "aws_workspaces_workspace",
    # What keeps data.
    "aws_cloudhsm_v2_cluster", "aws_cloudhsm_v2_hsm", "aws_cloudsearch_domain", "aws_db_instance", "aws_docdb_cluster",
    "aws_docdb_cluster_instance", "aws_docdbelastic_cluster", "aws_dsql_cluster", "aws_dynamodb_global_table", "aws_dynamodb_table",
    "aws_dynamodb_table_replica", "aws_ebs_volume", "aws_efs_file_system", "aws_elasticsearch_domain", "aws_fsx_lustre_file_system",
    "aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system", "aws_fsx_windows_file_system", "aws_keyspaces_table",
    "aws_lightsail_database", "aws_memorydb_cluster", "aws_neptune_cluster", "aws_neptune_cluster_instance", "aws_neptunegraph_graph",
    "aws_opensearch_domain", "aws_opensearchserverless_collection", "aws_qldb_ledger", "aws_rds_cluster", "aws_rds_cluster_instance",
    "aws_redshift_cluster", "aws_redshiftserverless_namespace", "aws_redshiftserverless_workgroup",
    "aws_s3_bucket", "aws_s3_directory_bucket", "aws_s3tables_table_bucket", "aws_storagegateway_gateway",
    "aws_timestreaminfluxdb_db_instance", "aws_timestreamwrite_table",
    "aws_dax_cluster", "aws_elasticache_cluster", "aws_elasticache_global_replication_group", "aws_elasticache_replication_group",
    "aws_elasticache_serverless_cache", "aws_fsx_file_cache",
    # What carries messages.
    "aws_batch_job_queue", "aws_cloudwatch_event_bus", "aws_cloudwatch_event_endpoint", "aws_cloudwatch_event_rule",
    "aws_iot_topic_rule", "aws_kinesis_firehose_delivery_stream", "aws_kinesis_stream",
    "aws_kinesis_stream_consumer", "aws_kinesis_video_stream",
    "aws_mq_broker", "aws_msk_cluster", "aws_msk_replicator", "aws_msk_serverless_cluster", "aws_pipes_pipe", "aws_scheduler_schedule",
    "aws_sns_platform_application", "aws_sns_topic", "aws_sqs_queue",
    # What carries traffic.
    "aws_nat_gateway", "aws_ec2_transit_gateway", "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ec2_transit_gateway_peering_attachment", "aws_ec2_transit_gateway_connect", "aws_vpn_connection", "aws_dx_connection",
    "aws_dx_private_virtual_interface", "aws_dx_transit_virtual_interface", "aws_dx_public_virtual_interface",
    "aws_networkfirewall_firewall",
  ]
}

# What publishes none: its metrics are another's, or its service has none.
set "unmeasured" {
  types = [
    "aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name", "aws_appsync_domain_name",
    "aws_appmesh_virtual_node", "aws_appmesh_virtual_router", "aws_appmesh_virtual_service",
    "aws_batch_compute_environment", "aws_batch_job_definition", "aws_ecs_task_definition", "aws_eks_fargate_profile",
    "aws_docdb_global_cluster", "aws_memorydb_multi_region_cluster", "aws_neptune_global_cluster", "aws_rds_global_cluster",
    "aws_dx_gateway", "aws_dx_lag", "aws_ec2_fleet", "aws_ec2_instance_connect_endpoint", "aws_verifiedaccess_endpoint",
    "aws_glue_crawler", "aws_glue_trigger", "aws_sagemaker_notebook_instance",
    "aws_lb_listener", "aws_alb_listener", "aws_lb_listener_rule", "aws_alb_listener_rule", "aws_vpclattice_listener",
  ]
}

define "signal_metrics" {
  of = ["self_measuring", "aws_eks_cluster"]
  is = true
}

define "signal_metrics" {
  of = "aws_vpc_endpoint"
  is = (
    default(self.vpc_endpoint_type, "Gateway") == "Gateway"
    ? { none = "a gateway endpoint is a route and publishes no metric" }
    : true
  )
}

define "signal_metrics" {
  of = "aws_wafv2_web_acl"
  is = (
    self.visibility_config[0].cloudwatch_metrics_enabled == false
    ? { missing = "`visibility_config.cloudwatch_metrics_enabled` is false" }
    : true
  )
}

define "signal_metrics" {
  of = "aws_athena_workgroup"
  is = (
    self.configuration[0].publish_cloudwatch_metrics_enabled == false
    ? { missing = "`configuration.publish_cloudwatch_metrics_enabled` is false" }
    : true
  )
}

define "signal_metrics" {
  of = "aws_glue_job"
  is = (
    contains(keys(default(self.default_arguments, {})), "--enable-metrics")
    || contains(keys(default(self.default_arguments, {})), "--enable-observability-metrics")
    ? true
    : { missing = "`--enable-metrics` is not in `default_arguments`" }
  )
}

define "signal_metrics" {
  of = ["aws_ecs_task_definition", "aws_batch_job_definition"]
  is = { none = "what runs from it publishes metrics, not the definition" }
}

define "signal_metrics" {
  of = "aws_batch_compute_environment"
  is = { none = "the queues before it publish the metrics of jobs" }
}

define "signal_metrics" {
  of = "aws_eks_fargate_profile"
  is = { none = "it says which pods run on Fargate; an agent beside the pods publishes their metrics" }
}

define "signal_metrics" {
  of = ["aws_dx_lag", "aws_ec2_fleet"]
  is = { none = "what it consists of publishes metrics one by one" }
}

define "signal_metrics" {
  of = ["listener", "listener_rule", "aws_vpclattice_listener"]
  is = { none = "its requests are counted by what it belongs to and by its targets" }
}

define "signal_metrics" {
  of = ["aws_appmesh_virtual_node", "aws_appmesh_virtual_router", "aws_appmesh_virtual_service"]
  is = { none = "the proxies beside the tasks count the requests" }
}

define "signal_metrics" {
  of = ["aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name", "aws_appsync_domain_name"]
  is = { none = "it is a name; the API behind it publishes metrics" }
}

define "signal_metrics" {
  of = ["aws_rds_global_cluster", "aws_docdb_global_cluster", "aws_neptune_global_cluster", "aws_memorydb_multi_region_cluster"]
  is = { none = "each of its clusters publishes metrics by itself" }
}

define "signal_metrics" {
  of = [
    "aws_dx_gateway", "aws_ec2_instance_connect_endpoint", "aws_glue_crawler", "aws_glue_trigger", "aws_sagemaker_notebook_instance",
    "aws_verifiedaccess_endpoint",
  ]
  is = { none = "its service publishes no metric about it" }
}
