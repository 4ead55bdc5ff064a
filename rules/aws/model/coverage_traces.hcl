# Which nodes write traces, for `buttress coverage`.

# Whether a policy lets a role write traces by name; `*` alone is not meant for traces.
define "is_granted_traces" {
  of = "aws_iam_role"
  is = anytrue(concat(
    [
      for a in attached_policies(self) :
      can(regex("/(AWSX[Rr]ay(DaemonWriteAccess|WriteOnlyAccess|FullAccess)|CloudWatchAgentServerPolicy|AWSElasticBeanstalk(Web|Worker)Tier)$", a))
    ],
    [
      for a in allowed_actions(self) :
      startswith(a, "xray:") && length(regexall("^${replace(replace(a, "*", ".*"), "?", ".")}$", "xray:puttracesegments")) > 0
    ],
  ))
}

# Policies of a role whose actions nobody can tell here: they are neither in this configuration nor AWS's own.
define "has_unread_policies" {
  of = "aws_iam_role"
  is = anytrue([
    for a in attached_policies(self) : length(refs(a, "aws_iam_policy")) == 0 && !can(regex("^arn:[^:]*:iam::aws:policy/", a))
  ])
}

# The roles that code of a node acts as.
define "acting_roles" {
  of = ["aws_instance", "aws_launch_template", "aws_launch_configuration"]
  is = flatten([
    for r in linked(self, "assumes") : is(r, "aws_iam_role") ? [r] : linked(r, "assumes", "aws_iam_role")
  ])
}

define "acting_roles" {
  of = "aws_ecs_task_definition"
  is = linked(self, "assumes", "aws_iam_role")
}

define "template_roles" {
  of = ["aws_instance", "aws_autoscaling_group"]
  is = flatten([for t in linked(self, "uses", "aws_launch_template", "aws_launch_configuration") : acting_roles(t)])
}

# Roles that speak for code which sends its traces by itself.
define "trace_roles" {
  of = "aws_instance"
  is = concat(acting_roles(self), template_roles(self))
}

define "trace_roles" {
  of = "aws_autoscaling_group"
  is = template_roles(self)
}

define "trace_roles" {
  of = "aws_ecs_task_definition"
  is = acting_roles(self)
}

define "trace_roles" {
  of = "aws_ecs_service"
  is = flatten([for t in linked(self, "runs", "aws_ecs_task_definition") : acting_roles(t)])
}

# Containers that collect traces beside the application: the daemon of X-Ray, a collector of OpenTelemetry, an agent. A proxy of App Mesh
# traces if it is told to. An image of the configuration's own repository is known by the name of the repository.
define "trace_agents" {
  of = "aws_ecs_task_definition"
  is = "(?i)xray|otel|opentelemetry|cloudwatch-agent|datadog|dynatrace|newrelic|splunk|elastic-agent|grafana/(agent|alloy)|jaeger"
}

define "trace_containers" {
  of = "aws_ecs_task_definition"
  is = [
    for c in containers(self) : c
    if(
      can(regex(trace_agents(self), default(c.name, "")))
      || (
        length(refs(c.image, "aws_ecr_repository")) > 0
        ? anytrue([for r in refs(c.image, "aws_ecr_repository") : can(regex(trace_agents(self), r.name))])
        : can(regex(trace_agents(self), default(c.image, "")))
      )
      || anytrue([for e in try(c.environment, []) : try(e.name, "") == "ENABLE_ENVOY_XRAY_TRACING" && try(e.value, "") == "1"])
    )
  ]
}

# An agent of OpenTelemetry or of another maker, as a layer of a function.
define "has_trace_layer" {
  of = "aws_lambda_function"
  is = (
    try(self.environment[0].variables.AWS_LAMBDA_EXEC_WRAPPER, null) != null
    || anytrue([
      for l in default(self.layers, []) : can(regex("(?i)opentelemetry|aws-otel|datadog-extension|newrelic|dynatrace", l))
    ])
  )
}

define "signal_traces" {
  of = "aws_lambda_function"
  is = (
    self.tracing_config[0].mode == "Active" || has_trace_layer(self) ? true :
    length(referrers(self, "refers", "aws_cloudfront_distribution")) > 0 ? { none = "a function at the edge cannot write traces" } :
    { missing = "`tracing_config.mode` is not `Active`" }
  )
}

define "signal_traces" {
  of = ["aws_lambda_alias", "aws_lambda_function_url"]
  is = { none = "the function behind it writes the traces" }
}

define "signal_traces" {
  of = "aws_api_gateway_stage"
  is = traces(self) ? true : { missing = "`xray_tracing_enabled` is not true" }
}

define "signal_traces" {
  of = "aws_api_gateway_rest_api"
  is = (
    length([for s in referrers(self, "configures", "aws_api_gateway_stage") : s if traces(s)]) > 0
    ? [for s in referrers(self, "configures", "aws_api_gateway_stage") : s if traces(s)]
    : { missing = "`xray_tracing_enabled` is not true at any of its stages" }
  )
}

define "signal_traces" {
  of = ["aws_apigatewayv2_api", "aws_apigatewayv2_stage"]
  is = { none = "API Gateway writes traces of REST APIs only" }
}

define "signal_traces" {
  of = "aws_appsync_graphql_api"
  is = traces(self) ? true : { missing = "`xray_enabled` is not true" }
}

define "signal_traces" {
  of = "aws_appsync_api"
  is = self.xray_enabled == true ? true : { missing = "`xray_enabled` is not true" }
}

define "signal_traces" {
  of = "aws_sfn_state_machine"
  is = traces(self) ? true : { missing = "`tracing_configuration.enabled` is not true" }
}

define "signal_traces" {
  of = ["aws_sfn_alias", "aws_sfn_activity"]
  is = { none = "the state machine writes the traces" }
}

# Without active tracing a topic hands the header on and writes no part of the trace itself. What alarms publish is part of no trace.
define "signal_traces" {
  of = "aws_sns_topic"
  is = (
    self.tracing_config == "Active" ? true :
    length(referrers(self, "notifies")) > 0 && length(referrers(self, "sends")) == 0 ? { none = "what alarms publish is part of no trace" } :
    { missing = "`tracing_config` is not `Active`" }
  )
}

define "signal_traces" {
  of = "aws_ecs_task_definition"
  is = (
    length(trace_containers(self)) > 0 ? true :
    length([for r in trace_roles(self) : r if is_granted_traces(r)]) > 0 ? [for r in trace_roles(self) : r if is_granted_traces(r)] :
    length([for r in trace_roles(self) : r if has_unread_policies(r)]) > 0 ? { unknown = "policies of its role are not in this configuration" } :
    { missing = "no container of it collects traces, and no policy grants its role the writing of traces by name" }
  )
}

define "signal_traces" {
  of = "aws_ecs_service"
  is = (
    length([for t in linked(self, "runs", "aws_ecs_task_definition") : t if length(trace_containers(t)) > 0]) > 0
    ? [for t in linked(self, "runs", "aws_ecs_task_definition") : t if length(trace_containers(t)) > 0] :
    length([for r in trace_roles(self) : r if is_granted_traces(r)]) > 0 ? [for r in trace_roles(self) : r if is_granted_traces(r)] :
    length(linked(self, "runs", "aws_ecs_task_definition")) == 0 ? { unknown = "its task definition is not in this configuration" } :
    length([for r in trace_roles(self) : r if has_unread_policies(r)]) > 0 ? { unknown = "policies of its role are not in this configuration" } :
    { missing = "no container of its tasks collects traces, and no policy grants their role the writing of traces by name" }
  )
}

define "signal_traces" {
  of = ["aws_instance", "aws_autoscaling_group"]
  is = (
    length([for r in trace_roles(self) : r if is_granted_traces(r)]) > 0 ? [for r in trace_roles(self) : r if is_granted_traces(r)] :
    length([for r in trace_roles(self) : r if has_unread_policies(r)]) > 0 ? { unknown = "policies of its role are not in this configuration" } :
    length(trace_roles(self)) == 0 ? { missing = "it has no role with which its code could write traces" } :
    { missing = "no policy grants its role the writing of traces by name" }
  )
}

# Add-ons that collect logs and traces of pods.
define "agents" {
  of = "aws_eks_cluster"
  is = [
    for a in referrers(self, "refers", "aws_eks_addon") : a
    if contains(["adot", "amazon-cloudwatch-observability"], default(a.addon_name, ""))
  ]
}

define "agents" {
  of = ["aws_eks_node_group", "aws_eks_fargate_profile"]
  is = flatten([
    for c in refs(self.cluster_name, "aws_eks_cluster") : [
      for a in referrers(c, "refers", "aws_eks_addon") : a
      if contains(["adot", "amazon-cloudwatch-observability"], default(a.addon_name, ""))
    ]
  ])
}

# Charts that do. A release does not name its cluster; of several, nobody can tell which one is meant.
define "trace_charts" {
  of = ["aws_eks_cluster", "aws_eks_node_group", "aws_eks_fargate_profile"]
  is = length(resources("aws_eks_cluster")) > 1 ? [] : [
    for h in resources("helm_release") : h
    if can(regex("(?i)opentelemetry|otel|datadog|newrelic|dynatrace|splunk|cloudwatch|alloy|jaeger|tempo|elastic-agent", default(h.chart, "")))
  ]
}

define "signal_traces" {
  of = ["aws_eks_cluster", "aws_eks_node_group", "aws_eks_fargate_profile"]
  is = (
    length(concat(agents(self), trace_charts(self))) > 0
    ? concat(agents(self), trace_charts(self))
    : { unknown = "what collects the traces of pods may be installed inside the cluster" }
  )
}

define "signal_traces" {
  of = "aws_elastic_beanstalk_environment"
  is = (
    anytrue([
      for s in default(self.setting, []) : s.namespace == "aws:elasticbeanstalk:xray" && s.name == "XRayEnabled" && s.value == "true"
    ])
    ? true
    : { missing = "no `setting` turns `XRayEnabled` on" }
  )
}

define "signal_traces" {
  of = "aws_apprunner_service"
  is = (
    default(self.observability_configuration[0].observability_enabled, false) == true
    ? true
    : { missing = "`observability_configuration.observability_enabled` is not true" }
  )
}

define "signal_traces" {
  of = ["aws_appmesh_virtual_node", "aws_appmesh_virtual_router", "aws_appmesh_virtual_service"]
  is = { none = "the proxies beside the tasks write the traces" }
}

define "signal_traces" {
  of = ["load_balancer", "listener", "listener_rule", "target_group", "aws_elb", "aws_lightsail_lb"]
  is = { none = "a load balancer hands the trace header on and writes no traces" }
}

define "signal_traces" {
  of = [
    "aws_amplify_app", "aws_cloudfront_distribution", "aws_cloudfront_function", "aws_globalaccelerator_accelerator",
    "aws_globalaccelerator_endpoint_group", "aws_globalaccelerator_listener", "aws_vpc_endpoint_service", "aws_vpclattice_listener",
    "aws_vpclattice_service", "aws_vpclattice_target_group", "aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name",
    "aws_appsync_domain_name", "aws_verifiedaccess_endpoint",
  ]
  is = { none = "it hands requests on and writes no traces; they begin behind it" }
}

define "signal_traces" {
  of = [
    "aws_ec2_client_vpn_endpoint", "aws_ec2_instance_connect_endpoint", "aws_transfer_server", "aws_ses_receipt_rule",
    "aws_s3_bucket_website_configuration",
  ]
  is = { none = "its service takes part in no trace" }
}

define "signal_traces" {
  of = ["aws_sqs_queue", "aws_cloudwatch_event_bus", "aws_cloudwatch_event_rule", "aws_cloudwatch_event_endpoint"]
  is = { none = "traces pass through it; who sends and who receives writes them" }
}

define "signal_traces" {
  of = [
    "aws_batch_job_queue", "aws_mq_broker", "aws_kinesis_firehose_delivery_stream", "aws_kinesis_stream", "aws_kinesis_stream_consumer",
    "aws_kinesis_video_stream", "aws_msk_cluster", "aws_msk_replicator", "aws_msk_serverless_cluster", "aws_sns_platform_application",
    "aws_glue_trigger", "aws_iot_topic_rule", "aws_pipes_pipe", "aws_scheduler_schedule",
  ]
  is = { none = "it writes no traces; who sends and who receives may" }
}

define "signal_traces" {
  of = ["datastore", "cache"]
  is = { none = "calls to it are in the traces of its clients" }
}

define "signal_traces" {
  of = [
    "aws_appstream_fleet", "aws_athena_workgroup", "aws_bedrockagent_agent", "aws_codebuild_project", "aws_datasync_task",
    "aws_dms_replication_config", "aws_dms_replication_instance", "aws_dms_replication_task", "aws_emr_cluster",
    "aws_emrserverless_application", "aws_gamelift_fleet", "aws_glue_crawler", "aws_glue_job", "aws_kinesisanalyticsv2_application",
    "aws_lightsail_container_service", "aws_lightsail_instance", "aws_m2_environment", "aws_mskconnect_connector",
    "aws_mwaa_environment", "aws_sagemaker_endpoint", "aws_sagemaker_notebook_instance", "aws_workspaces_workspace",
  ]
  is = { none = "its service writes no traces" }
}

define "signal_traces" {
  of = [
    "aws_batch_compute_environment", "aws_batch_job_definition", "aws_ec2_fleet", "aws_spot_fleet_request",
    "aws_spot_instance_request",
  ]
  is = { unknown = "its code may write traces by itself" }
}

define "signal_traces" {
  of = "traffic_carrier"
  is = { none = "it carries packets; traces are of requests" }
}
