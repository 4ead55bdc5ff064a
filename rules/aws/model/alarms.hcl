# What alarms look at, beyond the dimensions of observability.hcl: metrics as a list, and alarms that watch a whole namespace.

# Each metric that an alarm reads, whether it stands in the alarm or in a query of it.
define "watched_metrics" {
  of = "aws_cloudwatch_metric_alarm"
  is = concat(
    default(self.metric_name, "") == "" ? [] : [{
      namespace  = default(self.namespace, "")
      name       = self.metric_name
      dimensions = default(self.dimensions, {})
      period     = self.period
      statistic  = default(self.statistic, self.extended_statistic, "")
    }],
    flatten([
      for q in default(self.metric_query, []) : [
        for m in default(q.metric, []) : {
          namespace  = default(m.namespace, "")
          name       = default(m.metric_name, "")
          dimensions = default(m.dimensions, {})
          period     = m.period
          statistic  = default(m.stat, "")
        }
      ]
    ]),
  )
}

# Types whose id is an ARN or a URL.
set "addressed_by_id" {
  types = [
    "aws_acm_certificate",
    "aws_alb",
    "aws_alb_target_group",
    "aws_ecs_cluster",
    "aws_ecs_service",
    "aws_kinesis_firehose_delivery_stream",
    "aws_kinesis_stream",
    "aws_lb",
    "aws_lb_target_group",
    "aws_msk_cluster",
    "aws_opensearch_domain",
    "aws_sfn_state_machine",
    "aws_sns_topic",
    "aws_sqs_queue",
  ]
}

# Dimensions that want the last part of the ARN of a load balancer or of one of its target groups, and how it begins.
define "suffix_dimensions" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = { LoadBalancer = "^(app|net|gwy)/", TargetGroup = "^targetgroup/" }
}

# What else dimensions are given that is not the name in them: attributes of the types that have it, by dimension. Since version 5 of the provider the id of
# an RDS instance is its resource id (`db-…`); the members of a replication group have names of their own, as its metrics do. A REST API is told by its name.
define "other_names" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = {
    DBInstanceIdentifier = [
      { types = ["aws_db_instance"], attributes = is_before_provider_5(self) ? ["address", "endpoint", "resource_id"] : ["address", "endpoint", "id", "resource_id"] },
      { types = ["aws_rds_cluster_instance"], attributes = ["dbi_resource_id", "endpoint"] },
    ]
    DBClusterIdentifier = [{ types = ["aws_rds_cluster"], attributes = ["cluster_resource_id", "endpoint", "reader_endpoint"] }]
    ApiName             = [{ types = ["aws_api_gateway_rest_api"], attributes = ["id", "root_resource_id"] }]
    CacheClusterId = [
      {
        types      = ["aws_elasticache_replication_group"]
        attributes = ["configuration_endpoint_address", "id", "primary_endpoint_address", "reader_endpoint_address"]
      }
    ]
  }
}

# What a dimension names, and the types whose own names are given to it by mistake: what stands beside it in the configuration and is named alike.
define "named_by_dimension" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = {
    AutoScalingGroupName = { is = "an Auto Scaling group", types = ["aws_autoscaling_group"], others = ["aws_launch_template", "aws_ecs_cluster"] }
    CacheClusterId       = { is = "a node (`orders-001`)", types = ["aws_elasticache_cluster"], others = ["aws_elasticache_replication_group"] }
    ClusterName          = { is = "a cluster", types = ["aws_ecs_cluster"], others = ["aws_ecs_service", "aws_ecs_task_definition"] }
    DBClusterIdentifier  = { is = "a cluster", types = ["database_cluster"], others = ["cluster_member", "aws_db_instance"] }
    DBInstanceIdentifier = { is = "an instance", types = ["cluster_member", "aws_db_instance"], others = ["database_cluster"] }
    FunctionName         = { is = "a function", types = ["aws_lambda_function"], others = ["aws_lambda_alias", "aws_cloudwatch_log_group", "aws_iam_role"] }
    QueueName            = { is = "a queue", types = ["aws_sqs_queue"], others = ["aws_sns_topic"] }
    ServiceName          = { is = "a service", types = ["aws_ecs_service"], others = ["aws_ecs_cluster", "aws_ecs_task_definition"] }
    StreamName           = { is = "a stream", types = ["aws_kinesis_stream"], others = ["aws_kinesis_firehose_delivery_stream"] }
    TopicName            = { is = "a topic", types = ["aws_sns_topic"], others = ["aws_sqs_queue"] }
  }
}

set "database_cluster" {
  types = ["aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster"]
}

# The name by which the metrics of something tell it apart, where another one's are asked for.
define "name_in_metrics" {
  of = [
    "aws_autoscaling_group", "aws_launch_template", "aws_ecs_cluster", "aws_ecs_service", "aws_lambda_alias", "aws_cloudwatch_log_group",
    "aws_iam_role", "aws_sqs_queue", "aws_sns_topic", "aws_kinesis_firehose_delivery_stream",
  ]
  is = self.name
}

define "name_in_metrics" {
  of = "aws_ecs_task_definition"
  is = self.family
}

define "name_in_metrics" {
  of = "aws_elasticache_replication_group"
  is = self.replication_group_id
}

define "name_in_metrics" {
  of = "database_cluster"
  is = self.cluster_identifier
}

define "name_in_metrics" {
  of = ["cluster_member", "aws_db_instance"]
  is = self.identifier
}


# Whether the configuration asks for, or may have, a version of the provider before 5.
define "is_before_provider_5" {
  of = "aws_cloudwatch_metric_alarm"
  is = anytrue([
    for p in providers_required() : version_allows(p.version, "4.67.0") || can(regex("^[~= ]*v?[0-4][.]", p.version))
    if p.name == "aws" && default(p.version, "") != ""
  ])
}

# The values of dimensions of each metric that it is about.
define "valued_metrics" {
  of = "aws_cloudwatch_metric_alarm"
  is = [for m in watched_metrics(self) : { namespace = m.namespace, values = m.dimensions }]
}

define "valued_metrics" {
  of = "aws_cloudwatch_dashboard"
  is = shown_metrics(self)
}

# Dimensions that hold an ARN, a URL or another text in place of a name, of a load balancer and its target groups anything but the last part of the ARN, or
# a name where the ARN belongs. What a function makes of attributes is taken for what is meant.
define "misnamed_dimensions" {
  of = ["aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"]
  is = flatten([
    for m in valued_metrics(self) : [
      for d, v in m.values : {
        dimension = d
        value     = v
        wants = (
          contains(keys(suffix_dimensions(self)), d)
          ? "the last part of an ARN (`arn_suffix`)"
          : endswith(d, "Arn") ? "an ARN" : contains(keys(named_by_dimension(self)), d) ? "the name of ${named_by_dimension(self)[d].is}" : "a name"
        )
      }
      if(
        lookup(dimension_spellings(self), lower(d), "") == d
        && (
          endswith(d, "Arn")
          ? (
            default(attribute(v), "") != "" ? contains(["name", "function_name"], attribute(v)) && is_attribute(v) : v != "" && !startswith(v, "arn:")
          )
          : default(attribute(v), "") != ""
          ? (
            endswith(attribute(v), "arn")
            || attribute(v) == "url"
            || attribute(v) == "id" && length(refs(v, "addressed_by_id")) > 0
            || anytrue([for o in lookup(other_names(self), d, []) : contains(o.attributes, attribute(v)) && length(refs(v, o.types...)) > 0])
            || contains(keys(suffix_dimensions(self)), d) && contains(["dns_name", "name"], attribute(v)) && length(refs(v, "load_balancer", "target_group")) > 0
            || (
              contains(keys(named_by_dimension(self)), d)
              && contains(["name", "family", "identifier", "cluster_identifier", "replication_group_id"], attribute(v))
              && length(refs(v, try(named_by_dimension(self)[d].others, [])...)) > 0
              && length(linked(self, "watches", try(named_by_dimension(self)[d].types, [])...)) == 0
            )
            # Nothing that is made of a host name is a part of an ARN.
          ) && (contains(keys(suffix_dimensions(self)), d) && attribute(v) == "dns_name" || is_attribute(v))
          # What is made of attributes in another way may be a name with something behind it.
          : attribute(v) == "" && (!contains(keys(suffix_dimensions(self)), d) || alltrue([for a in made_of(v) : a == "arn_suffix"])) ? (
            # An id and a list of members tell another name: that of a node.
            contains(keys(named_by_dimension(self)), d)
            && alltrue([for a in made_of(v) : contains(["name", "family", "identifier", "cluster_identifier", "replication_group_id"], a)])
            && anytrue([for r in refs(v, try(named_by_dimension(self)[d].others, [])...) : default(name_in_metrics(r), "") == v])
            && length(linked(self, "watches", try(named_by_dimension(self)[d].types, [])...)) == 0
          ) : (
            startswith(v, "arn:")
            || startswith(v, "https://")
            || (
              contains(keys(named_by_dimension(self)), d)
              && anytrue([for r in refs(v, try(named_by_dimension(self)[d].others, [])...) : default(name_in_metrics(r), "") == v])
              && length(linked(self, "watches", try(named_by_dimension(self)[d].types, [])...)) == 0
            )
            || d == "FunctionName" && length(regexall(":", v)) > 0
            || contains(keys(suffix_dimensions(self)), d)
            && length(regexall(lookup(suffix_dimensions(self), d, "."), v)) == 0
            && (length(refs(v)) == 0 || anytrue([for r in refs(v, "load_balancer", "target_group") : default(r.name, "") == v]))
          )
        )
      )
    ] if can(regex(metric_spelt_namespaces(self), m.namespace))
  ])
}

# The queries that an alarm looks at: the one that it returns, and those that its expression is made of. Where none says that it is returned, all.
define "returned_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = [for q in default(self.metric_query, []) : q if q.return_data == true]
}

define "named_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = { for q in default(self.metric_query, []) : default(q.id, "") => regexall("[A-Za-z_][A-Za-z0-9_]*", replace(default(q.expression, ""), "/'[^']*'|\"[^\"]*\"/", ""))... }
}

define "first_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = flatten([for q in returned_queries(self) : concat([default(q.id, "")], lookup(named_queries(self), default(q.id, ""), []))])
}

define "second_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = flatten([for id in first_queries(self) : concat([id], lookup(named_queries(self), id, []))])
}

define "used_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = distinct(flatten([for id in second_queries(self) : concat([id], lookup(named_queries(self), id, []))]))
}

define "looks_at_all_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = length(returned_queries(self)) == 0 || contains(used_queries(self), "METRICS")
}

define "used_metric_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = [for q in default(self.metric_query, []) : q if looks_at_all_queries(self) || contains(used_queries(self), default(q.id, ""))]
}

# What stands in dimensions of metrics that the alarm looks at, and in those of others, which tell it nothing.
define "dimension_values" {
  of = "aws_cloudwatch_metric_alarm"
  is = concat(
    values(default(self.dimensions, {})),
    flatten([for q in used_metric_queries(self) : [for m in default(q.metric, []) : values(default(m.dimensions, {}))]]),
  )
}

define "idle_dimension_values" {
  of = "aws_cloudwatch_metric_alarm"
  is = looks_at_all_queries(self) ? [] : flatten([
    for q in default(self.metric_query, []) : [for m in default(q.metric, []) : values(default(m.dimensions, {}))] if !contains(used_queries(self), default(q.id, ""))
  ])
}

# What it is named in vain, as only a metric that the returned expression leaves out has it.
define "watched_in_vain" {
  of = "aws_cloudwatch_metric_alarm"
  is = length(idle_dimension_values(self)) == 0 ? [] : [
    for n in linked(self, "watches") : n
    if anytrue([
      for v in idle_dimension_values(self) : contains(refs(v), n) || contains([for own in own_names(n) : own if own != null], v)
      ]) && !anytrue([
      for v in dimension_values(self) : contains(refs(v), n) || contains([for own in own_names(n) : own if own != null], v)
    ]) && !contains(watched_as_whole(self), n)
  ]
}

define "own_names" {
  is = [
    self.name, self.function_name, self.identifier, self.cluster_identifier, self.cluster_id, self.replication_group_id, self.bucket, self.domain_name,
    self.stream_name, self.table_name, self.cluster_name, self.broker_name, self.arn_suffix,
  ]
}

# A query in SQL with a condition about names.
define "naming_condition" {
  of = "aws_cloudwatch_metric_alarm"
  is = "(?is)^\\s*SELECT\\b.*\\bWHERE\\b.*\\b(?:QueueName|FunctionName|DBInstanceIdentifier|DBClusterIdentifier|ApiName|ServiceName)\\b"
}

# A query in SQL with a condition about names watches what the condition leaves: which dimension names it, by the namespace.
define "conditional_queries" {
  of = "aws_cloudwatch_metric_alarm"
  is = [
    for q in used_metric_queries(self) : {
      namespace = try(regex("AWS/[A-Za-z0-9]+", q.expression), "")
      conditions = [
        for c in regexall("\"?([A-Za-z0-9_.]+)\"?\\s*(!?=)\\s*'([^']*)'", regex("(?is)\\bWHERE\\b(.*)$", q.expression)[0]) : { key = c[0], is = c[1] == "=", value = c[2] }
      ]
    } if can(regex(naming_condition(self), default(q.expression, "")))
  ]
}

# The namespaces that an alarm watches as a whole: by a metric without dimensions, by SEARCH or by a query in SQL.
define "watched_namespaces" {
  of = "aws_cloudwatch_metric_alarm"
  is = concat(
    default(self.metric_name, "") != "" && length(default(self.dimensions, {})) == 0 ? [default(self.namespace, "")] : [],
    flatten([
      for q in used_metric_queries(self) : concat(
        can(regex(naming_condition(self), default(q.expression, ""))) ? [] : regexall("AWS/[A-Za-z0-9]+", default(q.expression, "")),
        [for m in default(q.metric, []) : default(m.namespace, "") if length(default(m.dimensions, {})) == 0],
      )
    ]),
  )
}

define "watched_by_condition" {
  of = "aws_cloudwatch_metric_alarm"
  is = flatten([
    for q in conditional_queries(self) : [
      for kind in [
        { namespace = "AWS/SQS", key = "QueueName", names = [for n in resources("aws_sqs_queue") : { node = n, name = n.name }] },
        { namespace = "AWS/Lambda", key = "FunctionName", names = [for n in resources("aws_lambda_function") : { node = n, name = n.function_name }] },
        {
          namespace = "AWS/RDS"
          key       = "DBInstanceIdentifier"
          names     = [for n in resources("aws_db_instance", "aws_rds_cluster_instance") : { node = n, name = n.identifier }]
        },
        { namespace = "AWS/RDS", key = "DBClusterIdentifier", names = [for n in resources("aws_rds_cluster") : { node = n, name = n.cluster_identifier }] },
        { namespace = "AWS/ApiGateway", key = "ApiName", names = [for n in resources("aws_api_gateway_rest_api") : { node = n, name = n.name }] },
        { namespace = "AWS/ECS", key = "ServiceName", names = [for n in resources("aws_ecs_service") : { node = n, name = n.name }] },
        ] : [
        for n in kind.names : n.node
        if alltrue([for c in q.conditions : c.is == (c.value == n.name) if c.key == kind.key])
      ] if kind.namespace == q.namespace && length([for c in q.conditions : c if c.key == kind.key]) > 0
    ]
  ])
}

define "watched_as_whole" {
  of = "aws_cloudwatch_metric_alarm"
  is = concat(
    watched_by_condition(self),
    contains(watched_namespaces(self), "AWS/Lambda") ? resources("aws_lambda_function") : [],
    contains(watched_namespaces(self), "AWS/SQS") ? resources("aws_sqs_queue") : [],
    contains(watched_namespaces(self), "AWS/RDS") ? resources("aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance") : [],
    contains(watched_namespaces(self), "AWS/States") ? resources("aws_sfn_state_machine") : [],
    contains(watched_namespaces(self), "AWS/ApiGateway") ? resources("aws_api_gateway_rest_api", "aws_apigatewayv2_api") : [],
    contains(watched_namespaces(self), "AWS/ECS") ? resources("aws_ecs_service") : [],
    contains(watched_namespaces(self), "AWS/VPN") ? resources("aws_vpn_connection") : [],
  )
}

edge "aws_cloudwatch_metric_alarm" {
  means = "watches"
  to    = watched_as_whole(self)
}

# Alarms of other makers. Where they are declared, nobody can say that nothing watches a resource: they do not name it by a reference.
unchecked {
  providers = ["datadog", "dynatrace", "grafana", "honeycombio", "newrelic", "signalfx"]
}

set "foreign_monitor" {
  types = [
    "datadog_monitor",
    "dynatrace_metric_events",
    "grafana_rule_group",
    "honeycombio_trigger",
    "newrelic_alert_condition",
    "newrelic_nrql_alert_condition",
    "signalfx_detector",
  ]
}

define "is_watched_elsewhere" {
  is = length(resources("foreign_monitor")) > 0
}

# An alarm that only moves capacity tells nobody. Where no policy is declared there is none that its action could be. What a variable of the root module gives
# is no policy that is declared beside it.
define "only_scales" {
  of = "aws_cloudwatch_metric_alarm"
  is = length(resources("scaling_policy")) > 0 && length(default(self.alarm_actions, [])) > 0 && alltrue([
    for x in default(self.alarm_actions, []) :
    length(refs(x, "scaling_policy")) > 0
    && !(fragments(x)[0] == null && attribute(x) == null && length(made_of(x)) == 0)
  ])
}

set "scaling_policy" {
  types = ["aws_autoscaling_policy", "aws_appautoscaling_policy"]
}

# The alarms on a resource that somebody hears of: neither those that only move capacity nor those with an ARN for a name, which never have data.
# A plan alone does not tell what a dimension holds: that is said once, by alarm-dimension-holds-address.
define "alarms" {
  is = [
    for a in referrers(self, "watches", "aws_cloudwatch_metric_alarm") : a
    if !only_scales(a) && (!has_configuration() || length(misnamed_dimensions(a)) == 0) && !contains(watched_in_vain(a), self)
  ]
}

# Dimensions that name more types.
link "aws_cloudwatch_metric_alarm" "dimensions.VpnId" {
  to    = "aws_vpn_connection"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.TunnelIpAddress" {
  to    = "aws_vpn_connection"
  means = "watches"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ConnectionId" {
  to    = "aws_dx_connection"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "dimensions.CertificateArn" {
  to    = "aws_acm_certificate"
  means = "watches"
}

link "aws_cloudwatch_metric_alarm" "dimensions.Cluster Name" {
  to    = ["aws_msk_cluster"]
  means = "watches"
  by    = "cluster_name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.Broker" {
  to    = "aws_mq_broker"
  means = "watches"
  by    = "broker_name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ClusterIdentifier" {
  to    = "aws_redshift_cluster"
  means = "watches"
  by    = "cluster_identifier"
}

link "aws_cloudwatch_metric_alarm" "dimensions.DomainName" {
  to    = "aws_elasticsearch_domain"
  means = "watches"
  by    = "domain_name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ClusterName" {
  to    = "aws_memorydb_cluster"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.SourceBucket" {
  to    = "aws_s3_bucket"
  means = "watches"
  by    = "bucket"
}

link "aws_cloudwatch_metric_alarm" "dimensions.CanaryName" {
  to    = "aws_synthetics_canary"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.JobName" {
  to    = "aws_glue_job"
  means = "watches"
  by    = "name"
}

link "aws_cloudwatch_metric_alarm" "dimensions.ReplicationTaskIdentifier" {
  to    = "aws_dms_replication_task"
  means = "watches"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.VpnId" {
  to    = "aws_vpn_connection"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.TunnelIpAddress" {
  to    = "aws_vpn_connection"
  means = "watches"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ConnectionId" {
  to    = "aws_dx_connection"
  means = "watches"
  by    = "id"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.CertificateArn" {
  to    = "aws_acm_certificate"
  means = "watches"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.Cluster Name" {
  to    = ["aws_msk_cluster"]
  means = "watches"
  by    = "cluster_name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.Broker" {
  to    = "aws_mq_broker"
  means = "watches"
  by    = "broker_name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.ClusterIdentifier" {
  to    = "aws_redshift_cluster"
  means = "watches"
  by    = "cluster_identifier"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.DomainName" {
  to    = "aws_elasticsearch_domain"
  means = "watches"
  by    = "domain_name"
}

link "aws_cloudwatch_metric_alarm" "metric_query.metric.dimensions.SourceBucket" {
  to    = "aws_s3_bucket"
  means = "watches"
  by    = "bucket"
}

# Rules about events that tell of failures, and what they tell of.
define "event_sources" {
  of = "aws_cloudwatch_event_rule"
  is = default(self.event_pattern, "") == "" ? [] : flatten([try(jsondecode(self.event_pattern).source, [])])
}

edge "aws_cloudwatch_event_rule" {
  means = "watches"
  to = concat(
    contains(event_sources(self), "aws.states") ? resources("aws_sfn_state_machine") : [],
    contains(event_sources(self), "aws.glue") ? resources("aws_glue_job") : [],
    contains(event_sources(self), "aws.batch") ? resources("aws_batch_job_queue") : [],
    contains(event_sources(self), "aws.datasync") ? resources("aws_datasync_task") : [],
    contains(event_sources(self), "aws.dms") ? resources("aws_dms_replication_task") : [],
    contains(event_sources(self), "aws.backup") ? resources("aws_backup_vault") : [],
    contains(event_sources(self), "aws.acm") ? resources("aws_acm_certificate") : [],
  )
}

link "aws_backup_vault_notifications" "backup_vault_name" {
  to    = "aws_backup_vault"
  means = "watches"
  by    = "name"
}
