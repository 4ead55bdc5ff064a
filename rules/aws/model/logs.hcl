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

# Services that write to a log group as themselves, without a role: a resource policy has to let them in. These are the ones that are let in.
define "services_let_in" {
  of = "aws_cloudwatch_log_group"
  is = flatten([
    for p in resources("aws_cloudwatch_log_resource_policy") : [
      for s in flatten([jsondecode(p.policy_document).Statement]) : [try(s.Principal.Service, []), try(tostring(s.Principal), [])]
      if(
        try(s.Effect, "Allow") == "Allow"
        && anytrue([for a in flatten([try(s.Action, "*")]) : length(regexall("^${replace(lower(a), "*", ".*")}$", "logs:putlogevents")) > 0])
        && anytrue([
          for r in flatten([try(s.Resource, "*")]) : anytrue([
            # The Region and the account of an ARN need not be known.
            for t in [join("", [for f in fragments(r) : f == null ? "?" : f])] : (
              endswith(t, "*") && !strcontains(t, ":log-group:")
              || names(try(trimsuffix(r, ":*"), r), self)
              || anytrue([
                for group in flatten(regexall(":log-group:(.*)$", t)) :
                length(regexall("^${replace(trimsuffix(strcontains(group, "?") ? regex(":log-group:(.*)$", r)[0] : group, ":*"), "*", ".*")}$", self.name)) > 0
              ])
            )
          ])
        ])
      )
    ]
  ])
}

# The service that writes the log of something as itself.
define "log_service" {
  of = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  is = "es.amazonaws.com"
}

define "log_service" {
  of = "aws_route53_query_log"
  is = "route53.amazonaws.com"
}

set "log_writer" {
  types = ["aws_opensearch_domain", "aws_elasticsearch_domain", "aws_route53_query_log"]
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

# Stores and brokers: the log that says what went wrong, and the one that says what was slow. Only one of these names exists in each engine.
define "exports_errors" {
  of = ["aws_db_instance", "aws_rds_cluster"]
  is = anytrue([
    for e in default(self.enabled_cloudwatch_logs_exports, []) :
    contains(["postgresql", "error", "alert", "diag.log"], default(e, ""))
  ])
}

define "exports_errors" {
  of = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
  is = anytrue([
    for o in default(self.log_publishing_options, []) : o.log_type == "ES_APPLICATION_LOGS" && o.enabled != false
  ])
}

define "logs_slow_operations" {
  of = "aws_docdb_cluster"
  is = anytrue([for e in default(self.enabled_cloudwatch_logs_exports, []) : e == "profiler"])
}

define "logs_slow_operations" {
  of = "aws_neptune_cluster"
  is = anytrue([for e in default(self.enable_cloudwatch_logs_exports, []) : e == "slowquery"])
}

define "logs_slow_operations" {
  of = "aws_elasticache_replication_group"
  is = anytrue([for l in default(self.log_delivery_configuration, []) : l.log_type == "slow-log"]) || is_delivered(self)
}

define "logs_brokers" {
  of = "aws_mq_broker"
  is = default(self.logs[0].general, false) == true
}

define "logs_brokers" {
  of = "aws_msk_cluster"
  is = anytrue(flatten([
    for b in flatten([for l in default(self.logging_info, []) : default(l.broker_logs, [])]) : [
      default(b.cloudwatch_logs[0].enabled, false) == true,
      default(b.firehose[0].enabled, false) == true,
      default(b.s3[0].enabled, false) == true,
    ]
  ])) || is_delivered(self)
}

# Jobs, pipelines and connectors: whether what they say while they run is kept. A build project logs unless it is told not to.
set "job" {
  types = [
    "aws_mskconnect_connector",
    "aws_emr_cluster",
    "aws_dms_replication_task",
    "aws_datasync_task",
    "aws_codebuild_project",
    "aws_transfer_server",
    "aws_transfer_connector",
    "aws_connect_instance",
    "aws_kinesisanalyticsv2_application",
  ]
}

define "logs_runs" {
  of = "aws_mskconnect_connector"
  is = anytrue(flatten([
    for w in flatten([for d in default(self.log_delivery, []) : default(d.worker_log_delivery, [])]) : [
      default(w.cloudwatch_logs[0].enabled, false) == true,
      default(w.firehose[0].enabled, false) == true,
      default(w.s3[0].enabled, false) == true,
    ]
  ]))
}

define "logs_runs" {
  of = "aws_emr_cluster"
  is = length(refs(self.log_uri)) > 0 || default(self.log_uri, "") != ""
}

define "logs_runs" {
  of = "aws_dms_replication_task"
  is = try(jsondecode(self.replication_task_settings).Logging.EnableLogging, null) != false
}

define "logs_runs" {
  of = "aws_datasync_task"
  is = length(refs(self.cloudwatch_log_group_arn)) > 0 || default(self.cloudwatch_log_group_arn, "") != ""
}

define "logs_runs" {
  of = "aws_codebuild_project"
  is = (
    self.logs_config[0].cloudwatch_logs[0].status != "DISABLED"
    || self.logs_config[0].s3_logs[0].status == "ENABLED"
  )
}

define "logs_runs" {
  of = "aws_transfer_server"
  is = (
    length(refs(self.logging_role)) > 0
    || default(self.logging_role, "") != ""
    || length(default(self.structured_log_destinations, [])) > 0
  )
}

define "logs_runs" {
  of = "aws_transfer_connector"
  is = length(refs(self.logging_role)) > 0 || default(self.logging_role, "") != ""
}

define "logs_runs" {
  of = "aws_connect_instance"
  is = self.contact_flow_logs_enabled == true
}

define "logs_runs" {
  of = "aws_kinesisanalyticsv2_application"
  is = length(default(self.cloudwatch_logging_options, [])) > 0
}

# The options of containers that log to CloudWatch by themselves.
define "cloudwatch_options" {
  of = "aws_ecs_task_definition"
  is = [
    for c in containers(self) : {
      name    = try(c.name, "")
      options = try(c.logConfiguration.options, {})
    }
    if try(c.logConfiguration.logDriver, null) == "awslogs"
  ]
}

# Log groups that a service makes by itself where nobody declares them: they never expire.
link "aws_cloudwatch_log_group" "name" {
  to      = ["aws_db_instance", "aws_rds_cluster", "aws_eks_cluster", "aws_codebuild_project"]
  means   = "logs_to"
  reverse = true
}

link "aws_cloudwatch_log_group" "name" {
  to      = "aws_lambda_function"
  means   = "logs_to"
  by      = "function_name"
  part    = "^/aws/lambda/(.+)$"
  reverse = true
}

link "aws_cloudwatch_log_group" "name" {
  to      = "aws_db_instance"
  means   = "logs_to"
  by      = "identifier"
  part    = "^/aws/rds/instance/([^/]+)/"
  reverse = true
}

link "aws_cloudwatch_log_group" "name" {
  to      = "aws_rds_cluster"
  means   = "logs_to"
  by      = "cluster_identifier"
  part    = "^/aws/rds/cluster/([^/]+)/"
  reverse = true
}

link "aws_cloudwatch_log_group" "name" {
  to      = "aws_eks_cluster"
  means   = "logs_to"
  by      = "name"
  part    = "^/aws/eks/([^/]+)/cluster$"
  reverse = true
}

link "aws_cloudwatch_log_group" "name" {
  to      = "aws_codebuild_project"
  means   = "logs_to"
  by      = "name"
  part    = "^/aws/codebuild/(.+)$"
  reverse = true
}

link "aws_codebuild_project" "logs_config.cloudwatch_logs.group_name" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
  by    = "name"
}

# What a role may do, as patterns of actions in small letters: by its inline policies, by policies of this configuration and by those of
# AWS whose actions are known. Any other policy may grant everything.
define "attached_policies" {
  of = "aws_iam_role"
  is = [
    for a in flatten(concat(
      default(self.managed_policy_arns, []),
      [for p in referrers(self, "refers", "aws_iam_role_policy_attachment", "aws_iam_policy_attachment") : p.policy_arn],
      [for p in referrers(self, "refers", "aws_iam_role_policy_attachments_exclusive") : default(p.policy_arns, [])],
    )) : a
    if a != null
  ]
}

define "policy_texts" {
  of = "aws_iam_role"
  is = [
    for t in flatten(concat(
      [for p in default(self.inline_policy, []) : p.policy],
      [for p in referrers(self, "refers", "aws_iam_role_policy") : p.policy],
      [for a in attached_policies(self) : [for p in refs(a, "aws_iam_policy") : p.policy]],
    )) : t
    if t != null
  ]
}

# What the policy says by which a role trusts others.
define "trust_statements" {
  of = "aws_iam_role"
  is = try(flatten([jsondecode(self.assume_role_policy).Statement]), [])
}

define "allowed_actions" {
  of = "aws_iam_role"
  is = [
    for a in flatten(concat(
      [
        for t in policy_texts(self) : [
          for s in try(flatten([jsondecode(t).Statement]), [{}]) : try(s.NotAction, null) != null ? ["*"] : try(s.Action, "*")
          if try(s.Effect, "Allow") == "Allow"
        ]
      ],
      [
        for a in attached_policies(self) : lookup({
          AWSLambdaBasicExecutionRole      = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
          AmazonECSTaskExecutionRolePolicy = ["ecr:*", "logs:CreateLogStream", "logs:PutLogEvents"]
          AWSXRayDaemonWriteAccess         = ["xray:*"]
        }, element(reverse(split("/", a)), 0), ["*"])
        if length(refs(a, "aws_iam_policy")) == 0
      ],
    )) : lower(a)
  ]
}

# Whether one of the patterns admits an action. A role without any policy here is finished elsewhere.
define "writes_logs" {
  of = "aws_iam_role"
  is = anytrue([
    for a in allowed_actions(self) : length(regexall("^${replace(replace(a, "*", ".*"), "?", ".")}$", "logs:putlogevents")) > 0
  ])
}

define "makes_log_groups" {
  of = "aws_iam_role"
  is = anytrue([
    for a in allowed_actions(self) : length(regexall("^${replace(replace(a, "*", ".*"), "?", ".")}$", "logs:createloggroup")) > 0
  ])
}

define "reads_queues" {
  of = "aws_iam_role"
  is = length(refused_by_queues(self)) == 0
}

# What a mapping does with a queue, as far as the policies of the role do not allow it.
define "refused_by_queues" {
  of = "aws_iam_role"
  is = [
    for action in ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"] : action
    if !anytrue([for a in allowed_actions(self) : length(regexall("^${replace(replace(a, "*", ".*"), "?", ".")}$", "sqs:${lower(action)}")) > 0])
  ]
}

define "writes_traces" {
  of = "aws_iam_role"
  is = anytrue([
    for a in allowed_actions(self) : length(regexall("^${replace(replace(a, "*", ".*"), "?", ".")}$", "xray:puttracesegments")) > 0
  ])
}

# The role that something writes its log with.
define "log_roles" {
  of = "aws_lambda_function"
  is = refs(self.role, "aws_iam_role")
}

define "log_roles" {
  of = "aws_flow_log"
  is = refs(self.iam_role_arn, "aws_iam_role")
}

define "log_roles" {
  of = "aws_ecs_task_definition"
  is = length(cloudwatch_options(self)) > 0 ? refs(self.execution_role_arn, "aws_iam_role") : []
}

define "log_roles" {
  of = "aws_appsync_graphql_api"
  is = refs(self.log_config[0].cloudwatch_logs_role_arn, "aws_iam_role")
}

define "log_roles" {
  of = "aws_transfer_server"
  is = refs(self.logging_role, "aws_iam_role")
}

define "log_roles" {
  of = "aws_kinesisanalyticsv2_application"
  is = length(default(self.cloudwatch_logging_options, [])) > 0 ? refs(self.service_execution_role, "aws_iam_role") : []
}

# Metrics that are published only where somebody asks for them.
link "aws_cloudfront_monitoring_subscription" "distribution_id" {
  to    = "aws_cloudfront_distribution"
  means = "configures"
}

link "aws_s3_bucket_metric" "bucket" {
  to    = "aws_s3_bucket"
  means = "configures"
  by    = "bucket"
}

# By the setting of the cluster, else by that of the account.
define "has_container_insights" {
  of = "aws_ecs_cluster"
  is = anytrue(
    length([for s in default(self.setting, []) : s if s.name == "containerInsights"]) > 0
    ? [
      for s in default(self.setting, []) :
      s.name == "containerInsights" && contains(["enabled", "enhanced"], default(s.value, ""))
    ]
    : [
      for s in resources("aws_ecs_account_setting_default") :
      s.name == "containerInsights" && contains(["enabled", "enhanced"], default(s.value, ""))
    ]
  )
}

# Functions that something calls and that begin a trace by themselves.
define "called_functions" {
  of = "aws_api_gateway_stage"
  is = flatten([for a in linked(self, "configures", "aws_api_gateway_rest_api") : linked(a, "integrates", "aws_lambda_function")])
}

define "called_functions" {
  of = "aws_appsync_graphql_api"
  is = flatten([
    for d in referrers(self, "refers", "aws_appsync_datasource") : refs(d.lambda_config[0].function_arn, "aws_lambda_function")
  ])
}

define "called_functions" {
  of = "aws_sfn_state_machine"
  # The ARN of a function has the word in it, and so has the integration that calls functions.
  is = (
    anytrue([for f in fragments(self.definition) : f == null || strcontains(f, "lambda")])
    ? linked(self, "invokes", "aws_lambda_function")
    : []
  )
}

define "traces" {
  of = "aws_api_gateway_stage"
  is = default(self.xray_tracing_enabled, false) == true
}

define "traces" {
  of = "aws_appsync_graphql_api"
  is = default(self.xray_enabled, false) == true
}

define "traces" {
  of = "aws_sfn_state_machine"
  is = default(self.tracing_configuration[0].enabled, false) == true
}
