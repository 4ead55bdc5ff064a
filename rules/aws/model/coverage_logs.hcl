# Which nodes write logs, and where to, for `buttress coverage`.

# Where the log of a node goes. The node itself is part of the list: that it logs is certain, also where nobody can tell yet which group
# takes it.
define "own_log" {
  is = concat(linked(self, "logs_to"), [self])
}

# Where traffic enters.
define "signal_logs" {
  of = "load_balancer"
  is = (
    self.load_balancer_type == "gateway" ? { none = "a gateway load balancer writes no access log" } :
    logs_requests(self) ? own_log(self) :
    self.load_balancer_type == "network" && !anytrue([for l in referrers(self, "listens_on") : l.protocol == "TLS"])
    ? { none = "a network load balancer logs TLS connections only, and it has no TLS listener" } :
    { missing = "`access_logs` is not enabled" }
  )
}

define "signal_logs" {
  of = "aws_elb"
  is = logs_requests(self) ? own_log(self) : { missing = "`access_logs` is not enabled" }
}

define "signal_logs" {
  of = ["aws_api_gateway_stage", "aws_apigatewayv2_stage"]
  is = logs_requests(self) ? own_log(self) : { missing = "`access_log_settings` is not set" }
}

define "stages" {
  of = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
  is = referrers(self, "configures", "aws_api_gateway_stage", "aws_apigatewayv2_stage")
}

define "signal_logs" {
  of = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
  is = (
    length([for s in stages(self) : s if logs_requests(s)]) > 0 ? [for s in stages(self) : s if logs_requests(s)] :
    length(stages(self)) == 0 ? { unknown = "no stage of it is in this configuration" } :
    { missing = "no stage of it has `access_log_settings`" }
  )
}

define "signal_logs" {
  of = "aws_cloudfront_distribution"
  is = logs_requests(self) ? own_log(self) : { missing = "`logging_config` is not set" }
}

define "signal_logs" {
  of = "aws_appsync_graphql_api"
  is = (
    length(default(self.log_config, [])) > 0 && self.log_config[0].field_log_level != "NONE"
    ? own_log(self)
    : { missing = "`log_config` is not set" }
  )
}

define "signal_logs" {
  of = "aws_appsync_api"
  is = (
    length(default(self.event_config[0].log_config, [])) > 0 && self.event_config[0].log_config[0].log_level != "NONE"
    ? own_log(self)
    : { missing = "`event_config.log_config` is not set" }
  )
}

define "signal_logs" {
  of = "aws_globalaccelerator_accelerator"
  is = (
    default(self.attributes[0].flow_logs_enabled, false) == true
    ? own_log(self)
    : { missing = "`attributes.flow_logs_enabled` is not true" }
  )
}

define "signal_logs" {
  of = "aws_transfer_server"
  is = logs_runs(self) ? own_log(self) : { missing = "neither `logging_role` nor `structured_log_destinations` is set" }
}

define "signal_logs" {
  of = "aws_ec2_client_vpn_endpoint"
  is = (
    default(self.connection_log_options[0].enabled, false) == true
    ? own_log(self)
    : { missing = "`connection_log_options.enabled` is not true" }
  )
}

define "access_loggers" {
  of = "aws_verifiedaccess_endpoint"
  is = flatten([
    for g in refs(self.verified_access_group_id, "aws_verifiedaccess_group") : [
      for i in refs(g.verifiedaccess_instance_id, "aws_verifiedaccess_instance") :
      referrers(i, "refers", "aws_verifiedaccess_instance_logging_configuration")
    ]
  ])
}

define "signal_logs" {
  of = "aws_verifiedaccess_endpoint"
  is = (
    length(access_loggers(self)) > 0
    ? access_loggers(self)
    : { missing = "no `aws_verifiedaccess_instance_logging_configuration` names its instance" }
  )
}

define "signal_logs" {
  of = "aws_vpclattice_service"
  is = (
    length(referrers(self, "refers", "aws_vpclattice_access_log_subscription")) > 0
    ? referrers(self, "refers", "aws_vpclattice_access_log_subscription")
    : { missing = "no `aws_vpclattice_access_log_subscription` names it" }
  )
}

define "signal_logs" {
  of = "aws_appmesh_virtual_node"
  is = (
    length(default(self.spec[0].logging[0].access_log, [])) > 0
    ? true
    : { missing = "`spec.logging.access_log` is not set" }
  )
}

define "signal_logs" {
  of = ["listener", "listener_rule", "target_group", "aws_vpclattice_listener", "aws_vpclattice_target_group"]
  is = { none = "the log is written by what requests enter by" }
}

define "signal_logs" {
  of = ["aws_globalaccelerator_listener", "aws_globalaccelerator_endpoint_group"]
  is = { none = "the accelerator writes the flow log" }
}

define "signal_logs" {
  of = ["aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name", "aws_appsync_domain_name"]
  is = { none = "it is a name; the API behind it writes the log" }
}

define "signal_logs" {
  of = ["aws_appmesh_virtual_router", "aws_appmesh_virtual_service"]
  is = { none = "the virtual nodes behind it write the log" }
}

define "signal_logs" {
  of = ["aws_vpc_endpoint_service", "aws_lightsail_lb", "aws_ses_receipt_rule", "aws_ec2_instance_connect_endpoint"]
  is = { none = "its service writes no log of what passes through" }
}

define "signal_logs" {
  of = "aws_amplify_app"
  is = true
}

# What runs code. A function logs by itself, unless its role keeps it from that.
define "silenced_by" {
  of = ["aws_lambda_function", "aws_ecs_task_definition"]
  is = [
    for r in log_roles(self) : r
    if length(attached_policies(r)) + length(policy_texts(r)) > 0 && !writes_logs(r)
  ]
}

define "signal_logs" {
  of = "aws_lambda_function"
  is = length(silenced_by(self)) > 0 ? { missing = "its role may not write logs" } : own_log(self)
}

define "signal_logs" {
  of = ["aws_lambda_alias", "aws_lambda_function_url"]
  is = { none = "the function behind it writes the log" }
}

# Containers whose output goes nowhere: without a log driver it stays on the machine, if there is one. The log router itself, and containers
# whose end does not matter, may stay silent.
define "silent_containers" {
  of = "aws_ecs_task_definition"
  is = [
    for c in containers(self) : try(c.name, "")
    if(
      default(try(c.essential, null), true) != false
      && try(c.firelensConfiguration, null) == null
      && default(try(c.logConfiguration.logDriver, null), "none") == "none"
    )
  ]
}

define "signal_logs" {
  of = "aws_ecs_task_definition"
  is = (
    length(silent_containers(self)) > 0
    ? { missing = "`logConfiguration` is not set for `${join("`, `", silent_containers(self))}`" } :
    length(containers(self)) == 0 ? { unknown = "its containers are not known" } :
    length(silenced_by(self)) > 0 ? { missing = "its execution role may not write logs" } :
    own_log(self)
  )
}

define "task_logs" {
  of = "aws_ecs_service"
  is = flatten([for t in linked(self, "runs", "aws_ecs_task_definition") : linked(t, "logs_to")])
}

define "signal_logs" {
  of = "aws_ecs_service"
  is = (
    anytrue([for t in linked(self, "runs", "aws_ecs_task_definition") : length(silent_containers(t)) > 0])
    ? { missing = "`logConfiguration` is not set for a container of its tasks" } :
    anytrue([for t in linked(self, "runs", "aws_ecs_task_definition") : length(containers(t)) == 0])
    || length(linked(self, "runs", "aws_ecs_task_definition")) == 0 ? { unknown = "the containers of its tasks are not known" } :
    anytrue([for t in linked(self, "runs", "aws_ecs_task_definition") : length(silenced_by(t)) > 0])
    ? { missing = "the execution role of its tasks may not write logs" } :
    distinct(concat(task_logs(self), linked(self, "runs", "aws_ecs_task_definition")))
  )
}

define "signal_logs" {
  of = "aws_eks_cluster"
  is = (
    length(default(self.enabled_cluster_log_types, [])) > 0
    ? own_log(self)
    : { missing = "`enabled_cluster_log_types` is not set" }
  )
}

define "log_charts" {
  of = ["aws_eks_node_group", "aws_eks_fargate_profile"]
  is = length(resources("aws_eks_cluster")) > 1 ? [] : [
    for h in resources("helm_release") : h
    if can(regex(
      "(?i)fluent|vector|promtail|loki|alloy|datadog|newrelic|dynatrace|splunk|cloudwatch|opentelemetry|filebeat|elastic-agent",
      default(h.chart, ""),
    ))
  ]
}

define "signal_logs" {
  of = ["aws_eks_node_group", "aws_eks_fargate_profile"]
  is = (
    length(concat(agents(self), log_charts(self))) > 0
    ? concat(agents(self), log_charts(self))
    : { unknown = "what collects the logs of pods may be installed inside the cluster" }
  )
}

# Machines: an agent sends the log, and needs a role for that.
define "signal_logs" {
  of = ["aws_instance", "aws_autoscaling_group"]
  is = (
    length([for r in trace_roles(self) : r if is_granted_logs(r)]) > 0 ? [for r in trace_roles(self) : r if is_granted_logs(r)] :
    length([for r in trace_roles(self) : r if has_unread_policies(r)]) > 0 ? { unknown = "policies of its role are not in this configuration" } :
    length(trace_roles(self)) == 0 ? { missing = "it has no role with which an agent could send logs" } :
    { missing = "no policy grants its role the writing of logs by name" }
  )
}

define "is_granted_logs" {
  of = "aws_iam_role"
  is = anytrue(concat(
    [
      for a in attached_policies(self) :
      can(regex("/(CloudWatchAgentServerPolicy|CloudWatchLogsFullAccess|AWSElasticBeanstalk(Web|Worker)Tier|AmazonEC2RoleforSSM)$", a))
    ],
    [
      for a in allowed_actions(self) :
      startswith(a, "logs:") && length(regexall("^${replace(replace(a, "*", ".*"), "?", ".")}$", "logs:putlogevents")) > 0
    ],
  ))
}

define "signal_logs" {
  of = [
    "aws_ec2_fleet", "aws_spot_fleet_request", "aws_spot_instance_request", "aws_lightsail_instance", "aws_appstream_fleet",
    "aws_workspaces_workspace",
  ]
  is = { unknown = "an agent on its machines may send logs" }
}

define "signal_logs" {
  of = "aws_elastic_beanstalk_environment"
  is = (
    anytrue([
      for s in default(self.setting, []) :
      s.namespace == "aws:elasticbeanstalk:cloudwatch:logs" && s.name == "StreamLogs" && s.value == "true"
    ])
    ? true
    : { missing = "no `setting` turns `StreamLogs` on" }
  )
}

# A standard workflow keeps the history of each execution for 90 days.
define "signal_logs" {
  of = "aws_sfn_state_machine"
  is = (
    length(default(self.logging_configuration, [])) > 0 && default(self.logging_configuration[0].level, "OFF") != "OFF" ? own_log(self) :
    default(self.type, "STANDARD") == "STANDARD" ? true :
    { missing = "`logging_configuration` is not set" }
  )
}

define "signal_logs" {
  of = ["aws_sfn_alias", "aws_sfn_activity"]
  is = { none = "the state machine keeps the history" }
}

define "signal_logs" {
  of = [
    "aws_mskconnect_connector", "aws_emr_cluster", "aws_dms_replication_task", "aws_datasync_task", "aws_codebuild_project",
    "aws_kinesisanalyticsv2_application",
  ]
  is = logs_runs(self) ? own_log(self) : { missing = logging_argument(self) }
}

define "logging_argument" {
  of = "aws_mskconnect_connector"
  is = "`log_delivery` is not enabled"
}

define "logging_argument" {
  of = "aws_emr_cluster"
  is = "`log_uri` is not set"
}

define "logging_argument" {
  of = "aws_dms_replication_task"
  is = "`Logging.EnableLogging` is false in `replication_task_settings`"
}

define "logging_argument" {
  of = "aws_datasync_task"
  is = "`cloudwatch_log_group_arn` is not set"
}

define "logging_argument" {
  of = "aws_codebuild_project"
  is = "`logs_config` turns its logs off"
}

define "logging_argument" {
  of = "aws_kinesisanalyticsv2_application"
  is = "`cloudwatch_logging_options` is not set"
}

define "signal_logs" {
  of = "aws_mwaa_environment"
  is = (
    anytrue(flatten([
      for l in default(self.logging_configuration, []) : [
        for kind in [l.dag_processing_logs, l.scheduler_logs, l.task_logs, l.webserver_logs, l.worker_logs] :
        default(kind[0].enabled, false) == true
      ]
    ]))
    ? own_log(self)
    : { missing = "`logging_configuration` enables no log" }
  )
}

define "signal_logs" {
  of = "aws_gamelift_fleet"
  is = length(default(self.log_paths, [])) > 0 ? true : { missing = "`log_paths` is not set" }
}

define "signal_logs" {
  of = "aws_bedrockagent_agent"
  is = (
    length(resources("aws_bedrock_model_invocation_logging_configuration")) > 0
    ? resources("aws_bedrock_model_invocation_logging_configuration")
    : { missing = "no `aws_bedrock_model_invocation_logging_configuration` is declared" }
  )
}

define "signal_logs" {
  of = "aws_dms_replication_config"
  is = (
    try(jsondecode(self.replication_settings).Logging.EnableLogging, null) == false
    ? { missing = "`Logging.EnableLogging` is false in `replication_settings`" }
    : true
  )
}

# These keep their logs without being told to.
define "signal_logs" {
  of = [
    "aws_apprunner_service", "aws_batch_job_definition", "aws_cloudfront_function", "aws_emrserverless_application",
    "aws_glue_crawler", "aws_glue_job", "aws_lightsail_container_service", "aws_m2_environment", "aws_sagemaker_endpoint",
    "aws_sagemaker_notebook_instance",
  ]
  is = own_log(self)
}

define "signal_logs" {
  of = ["aws_batch_compute_environment", "aws_batch_job_queue"]
  is = { none = "the jobs write the log" }
}

define "signal_logs" {
  of = "aws_dms_replication_instance"
  is = { none = "the tasks that run on it write the log" }
}

define "signal_logs" {
  of = "aws_athena_workgroup"
  is = { none = "a workgroup writes no log; its history of queries says what ran" }
}
