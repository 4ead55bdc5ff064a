# What shows how a node fares, for `buttress coverage`: its alarms. Metrics, logs and traces are in coverage_metrics.hcl, coverage_logs.hcl,
# coverage_store_logs.hcl and coverage_traces.hcl. Sentences follow "missing:" and "none:", so they name no resource and end without a dot.
# Where something outside of this configuration may give the signal, `unknown` says what it is.

# Whether somebody hears of what is published to the topic. A topic of another configuration has its subscribers there.
define "is_heard" {
  of = "aws_sns_topic"
  is = !contains(resources("aws_sns_topic"), self) || length(referrers(self, "refers", "topic_reader")) > 0
}

# Whether an alarm takes an action that reaches somebody. Actions of EC2 and of Auto Scaling act, and tell nobody.
define "tells_by_itself" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  is = self.actions_enabled != false && anytrue([
    for x in default(self.alarm_actions, []) : (
      length(refs(x, "scaling_policy")) > 0 ? false :
      length(refs(x, "aws_sns_topic")) > 0 ? anytrue([for t in refs(x, "aws_sns_topic") : is_heard(t)]) :
      length(refs(x, "aws_lambda_function", "aws_lambda_alias", "aws_ssmincidents_response_plan")) > 0 ? true :
      startswith(x, "arn:aws:sns:") || !can(regex("^arn:[^:]*:(automate|autoscaling|swf):", x))
    )
  ])
}

# Whether what a rule matches goes on to somebody.
define "is_passed_on" {
  of = "aws_cloudwatch_event_rule"
  is = (
    self.state != "DISABLED"
    && self.is_enabled != false
    && length(referrers(self, "refers", "aws_cloudwatch_event_target")) > 0
  )
}

# Whether a rule passes on the changes of state of all alarms.
define "hears_all_alarms" {
  of = "aws_cloudwatch_event_rule"
  is = (
    contains(event_sources(self), "aws.cloudwatch")
    && try(jsondecode(self.event_pattern).resources, null) == null
    && try(jsondecode(self.event_pattern).detail.alarmName, null) == null
    && is_passed_on(self)
  )
}

# The composite alarms that speak for an alarm: directly, and up to two steps away.
define "composites" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  is = referrers(self, "watches", "aws_cloudwatch_composite_alarm")
}

define "speakers" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  is = distinct(concat(composites(self), flatten([for c in composites(self) : composites(c)])))
}

# Whether somebody hears when an alarm fires: from the alarm, from a composite alarm that speaks for it, or from a rule about its state.
# What only scales, rolls back or reboots on it tells nobody.
define "reaches_somebody" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"]
  is = (
    tells_by_itself(self)
    || anytrue([for c in speakers(self) : tells_by_itself(c) || anytrue([for d in speakers(c) : tells_by_itself(d)])])
    || anytrue([for r in referrers(self, "refers", "aws_cloudwatch_event_rule") : is_passed_on(r)])
    || anytrue([for r in resources("aws_cloudwatch_event_rule") : hears_all_alarms(r)])
  )
}

# What the dimensions of an alarm name, whatever the dimension is called.
define "measured" {
  of = "aws_cloudwatch_metric_alarm"
  is = refs([for m in watched_metrics(self) : m.dimensions])
}

# The alarms that look at a node itself.
define "watchers" {
  is = [for a in referrers(self, "watches", "aws_cloudwatch_metric_alarm") : a if !contains(watched_in_vain(a), self)]
}

# Types whose dimension no link knows: an alarm watches them if its dimensions refer to them.
set "unlinked" {
  types = [
    "aws_amplify_app", "aws_api_gateway_stage", "aws_apigatewayv2_stage", "aws_appsync_api", "aws_appsync_graphql_api",
    "aws_ec2_client_vpn_endpoint", "aws_globalaccelerator_accelerator", "aws_globalaccelerator_endpoint_group",
    "aws_globalaccelerator_listener", "aws_lambda_alias", "aws_lambda_function_url", "aws_ses_receipt_rule", "aws_transfer_server",
    "aws_vpc_endpoint_service", "aws_vpclattice_service", "aws_vpclattice_target_group",
    "aws_apprunner_service", "aws_appstream_fleet", "aws_athena_workgroup", "aws_bedrockagent_agent", "aws_cloudfront_function",
    "aws_codebuild_project", "aws_datasync_task", "aws_dms_replication_config", "aws_dms_replication_instance", "aws_eks_cluster",
    "aws_eks_node_group", "aws_elastic_beanstalk_environment", "aws_emr_cluster", "aws_emrserverless_application",
    "aws_gamelift_fleet", "aws_kinesisanalyticsv2_application", "aws_m2_environment", "aws_mskconnect_connector",
    "aws_mwaa_environment", "aws_sagemaker_endpoint", "aws_sfn_activity", "aws_sfn_alias", "aws_spot_fleet_request",
    "aws_spot_instance_request", "aws_workspaces_workspace",
    "aws_cloudhsm_v2_cluster", "aws_cloudhsm_v2_hsm", "aws_cloudsearch_domain", "aws_docdbelastic_cluster", "aws_dsql_cluster",
    "aws_fsx_lustre_file_system", "aws_fsx_ontap_file_system", "aws_fsx_openzfs_file_system", "aws_fsx_windows_file_system",
    "aws_keyspaces_table", "aws_neptunegraph_graph", "aws_opensearchserverless_collection", "aws_qldb_ledger",
    "aws_redshiftserverless_namespace", "aws_redshiftserverless_workgroup", "aws_s3_directory_bucket", "aws_s3tables_table_bucket",
    "aws_storagegateway_gateway", "aws_timestreaminfluxdb_db_instance", "aws_timestreamwrite_table", "aws_dax_cluster",
    "aws_elasticache_global_replication_group", "aws_elasticache_serverless_cache", "aws_fsx_file_cache",
    "aws_batch_job_queue", "aws_cloudwatch_event_bus", "aws_cloudwatch_event_endpoint", "aws_iot_topic_rule",
    "aws_kinesis_stream_consumer", "aws_kinesis_video_stream", "aws_msk_replicator", "aws_msk_serverless_cluster", "aws_pipes_pipe",
    "aws_scheduler_schedule", "aws_sns_platform_application",
    "aws_ec2_transit_gateway", "aws_ec2_transit_gateway_vpc_attachment", "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_connect", "aws_dx_private_virtual_interface", "aws_dx_transit_virtual_interface",
    "aws_dx_public_virtual_interface", "aws_networkfirewall_firewall", "aws_vpc_endpoint", "aws_wafv2_web_acl",
  ]
}

# The alarms by the address of what their dimensions refer to.
define "alarms_by_address" {
  of = "unlinked"
  is = {
    for pair in flatten([
      for a in resources("aws_cloudwatch_metric_alarm") : [for n in measured(a) : { address = address(n), alarm = a }]
    ]) : pair.address => pair.alarm...
  }
}

define "watchers" {
  of = "unlinked"
  is = distinct(concat(
    referrers(self, "watches", "aws_cloudwatch_metric_alarm"),
    lookup(alarms_by_address(self), address(self), []),
  ))
}

# Nodes whose alarms also tell of this one: the cluster of a member, the target groups of a service, the dead-letter queue of a function.
define "watched_with" {
  of = ["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_global_cluster"]
  is = referrers(self, "member_of")
}

define "watched_with" {
  of = "cluster_member"
  is = linked(self, "member_of")
}

define "watched_with" {
  of = "aws_eks_node_group"
  is = refs(self.cluster_name, "aws_eks_cluster")
}

define "watched_with" {
  of = "aws_elasticache_cluster"
  is = refs(self.replication_group_id, "aws_elasticache_replication_group")
}

define "watched_with" {
  of = "load_balancer"
  is = flatten([
    for l in referrers(self, "listens_on") : concat(
      linked(l, "forwards"),
      flatten([for r in referrers(l, "listens_on", "listener_rule") : linked(r, "forwards")]),
    )
  ])
}

define "watched_with" {
  of = "listener"
  is = concat(linked(self, "listens_on"), linked(self, "forwards"))
}

# A rule stands behind its listener, and that behind a load balancer.
define "watched_with" {
  of = "listener_rule"
  is = concat(
    linked(self, "forwards"),
    linked(self, "listens_on"),
    flatten([for l in linked(self, "listens_on") : linked(l, "listens_on")]),
  )
}

define "balancers" {
  of = "target_group"
  is = distinct(concat(
    referrers(self, "forwards", "load_balancer"),
    flatten([for l in referrers(self, "forwards", "listener") : linked(l, "listens_on")]),
    flatten([
      for r in referrers(self, "forwards", "listener_rule") : flatten([for l in linked(r, "listens_on") : linked(l, "listens_on")])
    ]),
  ))
}

define "watched_with" {
  of = "target_group"
  is = balancers(self)
}

define "watched_with" {
  of = ["aws_ecs_service", "aws_autoscaling_group", "aws_instance"]
  is = concat(
    referrers(self, "targets", "target_group", "aws_elb"),
    flatten([for t in referrers(self, "targets", "target_group") : balancers(t)]),
  )
}

define "watched_with" {
  of = ["aws_api_gateway_stage", "aws_apigatewayv2_stage"]
  is = linked(self, "configures")
}

# What a function cannot handle ends in a queue, or its callers report it.
define "watched_with" {
  of = "aws_lambda_function"
  is = concat(
    linked(self, "redrives_to"),
    flatten([for q in linked(self, "consumes", "aws_sqs_queue") : linked(q, "redrives_to")]),
    referrers(self, "integrates", "aws_api_gateway_rest_api", "aws_apigatewayv2_api"),
    referrers(self, "invokes", "aws_sfn_state_machine"),
  )
}

define "watched_with" {
  of = ["aws_lambda_function_url", "aws_lambda_alias"]
  is = concat(linked(self, "integrates", "aws_lambda_function"), linked(self, "configures", "aws_lambda_function"))
}

define "watched_with" {
  of = ["aws_sqs_queue", "aws_cloudwatch_event_rule", "aws_scheduler_schedule", "aws_pipes_pipe"]
  is = linked(self, "redrives_to")
}

define "watched_with" {
  of = "aws_sns_topic"
  is = flatten([for s in referrers(self, "refers", "aws_sns_topic_subscription") : linked(s, "redrives_to")])
}

# The function that reads a stream measures how far it is behind.
define "watched_with" {
  of = "aws_kinesis_stream"
  is = referrers(self, "consumes", "aws_lambda_function")
}

define "watched_with" {
  of = "aws_globalaccelerator_listener"
  is = refs(self.accelerator_arn, "aws_globalaccelerator_accelerator")
}

define "watched_with" {
  of = "aws_globalaccelerator_endpoint_group"
  is = flatten([
    for l in refs(self.listener_arn, "aws_globalaccelerator_listener") : refs(l.accelerator_arn, "aws_globalaccelerator_accelerator")
  ])
}

define "watched_with" {
  of = "aws_s3_bucket_website_configuration"
  is = refs(self.bucket, "aws_s3_bucket")
}

define "watched_with" {
  of = "aws_redshiftserverless_namespace"
  is = referrers(self, "refers", "aws_redshiftserverless_workgroup")
}

# Alarms on what is counted in a log, by a filter that makes a metric of it.
define "counted" {
  of = "aws_cloudwatch_log_group"
  is = distinct(flatten([
    for f in concat(referrers(self, "refers", "aws_cloudwatch_log_metric_filter"), referrers(self, "watches", "aws_cloudwatch_log_metric_filter")) : [
      for a in resources("aws_cloudwatch_metric_alarm") : a
      if anytrue([
        for m in watched_metrics(a) : m.name == f.metric_transformation[0].name && m.namespace == f.metric_transformation[0].namespace
      ])
    ]
  ]))
}

define "counted_of" {
  is = length(resources("aws_cloudwatch_log_metric_filter")) == 0 ? [] : flatten([
    for g in concat(linked(self, "logs_to", "aws_cloudwatch_log_group"), default(task_logs(self), [])) : default(counted(g), [])
  ])
}

# All alarms that tell of a node. Of the functions behind a stream only those count that say how far they are behind, and of a cluster
# those on its nodes.
define "alarms_on" {
  is = distinct(concat(
    watchers(self),
    counted_of(self),
    flatten([
      for n in default(watched_with(self), []) : [
        for a in watchers(n) : a
        if(
          is(self, "aws_kinesis_stream") ? anytrue([for m in metrics(a) : contains(["IteratorAge", "OffsetLag"], m)]) :
          is(self, "aws_eks_node_group") ? anytrue([for m in metrics(a) : can(regex("node", m))]) :
          true
        )
      ]
    ]),
  ))
}

# Where no alarm can look.
define "unalarmed" {
  of = ["aws_ecs_task_definition", "aws_batch_job_definition"]
  is = "what runs from it is watched, not the definition"
}

define "unalarmed" {
  of = "aws_eks_fargate_profile"
  is = "it says which pods run on Fargate; the pods are watched"
}

define "unalarmed" {
  of = ["aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name", "aws_appsync_domain_name"]
  is = "it is a name; the API behind it is watched"
}

define "unalarmed" {
  of = ["aws_dx_gateway", "aws_ec2_instance_connect_endpoint", "aws_glue_trigger", "aws_docdb_global_cluster", "aws_neptune_global_cluster"]
  is = "it has no metric that an alarm could read"
}

define "unalarmed" {
  of = ["aws_appmesh_virtual_service", "aws_appmesh_virtual_router", "aws_vpclattice_listener"]
  is = "it is a part of the routing; what it leads to is watched"
}

define "unalarmed" {
  of = ["aws_dynamodb_global_table", "aws_dynamodb_table_replica", "aws_memorydb_multi_region_cluster"]
  is = "each of its copies is watched by itself"
}

define "unalarmed" {
  of = ["aws_dx_lag", "aws_ec2_fleet"]
  is = "what it consists of is watched one by one"
}

define "unalarmed" {
  of = ["aws_lightsail_container_service", "aws_lightsail_database", "aws_lightsail_instance", "aws_lightsail_lb"]
  is = "Lightsail keeps its metrics to itself, where no CloudWatch alarm reads them"
}

define "unalarmed" {
  of = "aws_vpc_endpoint"
  is = default(self.vpc_endpoint_type, "Gateway") == "Gateway" ? "a gateway endpoint has no metric that an alarm could read" : null
}

define "signal_alarms" {
  of = ["self_measuring", "unmeasured", "aws_eks_cluster", "aws_vpc_endpoint", "aws_wafv2_web_acl", "aws_athena_workgroup", "aws_glue_job"]
  is = (
    unalarmed(self) != null ? { none = unalarmed(self) } :
    length([for a in alarms_on(self) : a if reaches_somebody(a)]) > 0 ? [for a in alarms_on(self) : a if reaches_somebody(a)] :
    length([for r in referrers(self, "watches", "aws_cloudwatch_event_rule") : r if is_passed_on(r)]) > 0
    ? [for r in referrers(self, "watches", "aws_cloudwatch_event_rule") : r if is_passed_on(r)] :
    length(referrers(self, "refers", "foreign_monitor")) > 0 ? referrers(self, "refers", "foreign_monitor") :
    is_watched_elsewhere(self) ? { unknown = "a monitor of another maker may watch it" } :
    length(alarms_on(self)) == 0 ? { missing = "no alarm watches it" } :
    length(alarms_on(self)) == 1 ? { missing = "one alarm watches it, and it tells nobody" } :
    { missing = "${length(alarms_on(self))} alarms watch it, and none of them tells anybody" }
  )
}
