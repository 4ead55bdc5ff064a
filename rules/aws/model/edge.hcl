# Where requests come in besides load balancers: DNS, distributions, APIs; and workflows that call on.

# What DNS records and distributions lead to.
set "alias_target" {
  types = [
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_cloudfront_distribution",
    "aws_api_gateway_domain_name",
    "aws_apigatewayv2_domain_name",
    "aws_s3_bucket",
    "aws_s3_bucket_website_configuration",
    "aws_vpc_endpoint",
    "aws_globalaccelerator_accelerator",
    "aws_elastic_beanstalk_environment",
    "aws_appsync_domain_name",
    "aws_apprunner_service",
    "aws_vpclattice_service",
    "aws_verifiedaccess_endpoint",
    "aws_route53_record",
  ]
}

set "record_target" {
  types = [
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_cloudfront_distribution",
    "aws_instance",
    "aws_eip",
    "aws_globalaccelerator_accelerator",
    "aws_api_gateway_domain_name",
    "aws_apigatewayv2_domain_name",
    "aws_apprunner_service",
    "aws_elastic_beanstalk_environment",
    "aws_appsync_domain_name",
    "aws_vpclattice_service",
    "aws_lightsail_instance",
    "aws_lightsail_lb",
    "aws_transfer_server",
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_route53_record",
    "aws_db_proxy",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_redshift_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticache_cluster",
    "aws_memorydb_cluster",
    "aws_opensearch_domain",
    "aws_mq_broker",
    "aws_efs_file_system",
  ]
}

# What answers inside of a network only: a name that leads to it is no entry.
set "private_store" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_db_proxy",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_redshift_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticache_cluster",
    "aws_memorydb_cluster",
    "aws_opensearch_domain",
    "aws_mq_broker",
    "aws_efs_file_system",
  ]
}

set "origin" {
  types = [
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_s3_bucket",
    "aws_api_gateway_rest_api",
    "aws_apigatewayv2_api",
    "aws_api_gateway_domain_name",
    "aws_apigatewayv2_domain_name",
    "aws_lambda_function_url",
    "aws_apprunner_service",
    "aws_elastic_beanstalk_environment",
    "aws_globalaccelerator_accelerator",
    "aws_instance",
    "aws_eip",
    "aws_lightsail_instance",
    "aws_lightsail_lb",
    "aws_route53_record",
  ]
}

resource "aws_route53_zone" {
  role   = "dns"
  zones  = []
  copies = 2
}

# A name is an entry where it leads to something here and everybody can look it up; one by which a certificate is validated leads nowhere. Several records of one name are one entry where each answers
# once another does not: traffic enters by the first of those that share its requests, and by the first record of a failover pair.
resource "aws_route53_record" {
  role = "dns"
  entry = (
    length(refs([self.name, self.records], "aws_acm_certificate")) == 0
    && contains(["A", "AAAA", "CNAME", "HTTPS"], default(self.type, "A"))
    && length([for t in linked(self, "resolves_to") : t if !is(t, "private_store")]) > 0
    && alltrue([for z in linked(self, "member_of", "aws_route53_zone") : length(default(z.vpc, [])) == 0])
    && default(self.failover_routing_policy[0].type, "PRIMARY") != "SECONDARY"
    && entered_by(self) == null
  )
  zones  = []
  copies = 2
}

link "aws_route53_record" "zone_id" {
  to    = "aws_route53_zone"
  means = "member_of"
}

link "aws_route53_record" "alias.name" {
  to    = "alias_target"
  means = "resolves_to"
  by    = "name"
  part  = "^(.*[^.])[.]?$"
}

link "aws_route53_record" "records" {
  to    = "record_target"
  means = "resolves_to"
  by    = "name"
  part  = "^(.*[^.])[.]?$"
}

# Another record by its name, also where that stands in the record without the name of its zone.
edge "aws_route53_record" {
  to = length(concat(default(self.records, []), default(self.alias, []))) == 0 || !contains(["A", "AAAA", "CNAME"], default(self.type, "A")) ? [] : flatten([
    for name in concat(tolist(default(self.records, [])), [for a in default(self.alias, []) : a.name]) : [
      for r in [lookup(records_by_name(self), trimsuffix(lower(name), "."), [null])[0]] : r if fragments(address(r))[0] != null && r != self
    ] if length(fragments(name)) == 1 && fragments(name)[0] != null
  ])
  means = "resolves_to"
}

# The records of one name, where several answer for it.
define "of_one_name" {
  of = "aws_route53_record"
  is = default(self.set_identifier, "") == "" ? [] : alike(self, "zone_id", "name", "type")
}

# Route 53 looks after its health, and leaves it out of answers once it fails.
define "is_checked" {
  of = "aws_route53_record"
  is = self.health_check_id != null || self.alias[0].evaluate_target_health == true
}

# It shares the requests for its name with others: where one fails, those that are left answer.
define "shares_requests" {
  of = "aws_route53_record"
  is = (
    default(self.set_identifier, "") != ""
    && (
      length(default(self.weighted_routing_policy, [])) > 0
      || length(default(self.latency_routing_policy, [])) > 0
      || length(default(self.geoproximity_routing_policy, [])) > 0
      || self.multivalue_answer_routing_policy == true
    )
    && is_checked(self)
  )
}

# Lists about a name are made once, for the first of its records.
define "first_of_name" {
  of = "aws_route53_record"
  is = try(of_one_name(self)[0], self)
}

define "sharing_the_name" {
  of = "aws_route53_record"
  is = [for r in of_one_name(self) : r if shares_requests(r)]
}

define "sharing_requests" {
  of = "aws_route53_record"
  is = sharing_the_name(first_of_name(self))
}

define "first_of_the_name" {
  of = "aws_route53_record"
  is = [for r in of_one_name(self) : r if r.failover_routing_policy[0].type == "PRIMARY"]
}

define "first_records" {
  of = "aws_route53_record"
  is = first_of_the_name(first_of_name(self))
}

# A pair has one second record.
define "second_of_the_name" {
  of = "aws_route53_record"
  is = try([[for r in of_one_name(self) : r if r.failover_routing_policy[0].type == "SECONDARY"][0]], [])
}

define "second_record" {
  of = "aws_route53_record"
  is = second_of_the_name(first_of_name(self))
}

# Who is nowhere else asks the record of all other places.
define "elsewhere_of_the_name" {
  of = "aws_route53_record"
  is = [
    for r in of_one_name(self) : r
    if default(r.geolocation_routing_policy[0].country, r.cidr_routing_policy[0].location_name, "") == "*"
  ]
}

define "records_of_elsewhere" {
  of = "aws_route53_record"
  is = elsewhere_of_the_name(first_of_name(self))
}

# The record by which traffic for its name enters; null where that is the record itself.
define "entered_by" {
  of = "aws_route53_record"
  is = (
    shares_requests(self) ? (sharing_requests(self)[0] == self ? null : sharing_requests(self)[0]) :
    self.failover_routing_policy[0].type == "SECONDARY" ? try(first_records(self)[0], null) :
    null
  )
}

# The first of the records that share requests stands for all of them: it leads where any record of the name does.
edge "aws_route53_record" {
  to = (
    shares_requests(self) && sharing_requests(self)[0] == self
    ? flatten([for r in of_one_name(self) : linked(r, "resolves_to")])
    : []
  )
  means = "resolves_to"
}

# Of a pair, the second record answers once the health check of the first one fails. Without a check Route 53 goes on to answer with the first.
edge "aws_route53_record" {
  to = (
    self.failover_routing_policy[0].type == "PRIMARY" && is_checked(self)
    ? flatten([for r in second_record(self) : linked(r, "resolves_to")])
    : []
  )
  means = "falls_back_to"
}

# Whose place has no healthy record gets the answer for a larger one, at last that for all other places.
edge "aws_route53_record" {
  to = (
    length(default(self.geolocation_routing_policy, self.cidr_routing_policy, [])) > 0 && is_checked(self)
    ? flatten([for r in records_of_elsewhere(self) : r == self ? [] : linked(r, "resolves_to")])
    : []
  )
  means = "falls_back_to"
}

link "aws_route53_record" "health_check_id" {
  to    = "aws_route53_health_check"
  means = "uses"
}

resource "aws_route53_health_check" {
  role   = "observer"
  zones  = []
  copies = 2
}

resource "aws_cloudfront_distribution" {
  role   = "entry"
  entry  = self.enabled != false
  zones  = []
  copies = 2
}

# The origins of a group stand in for each other, request by request, unless some requests go to one of them only.
define "grouped_origins" {
  of = "aws_cloudfront_distribution"
  is = length(default(self.origin_group, [])) != 1 ? [] : [
    for m in default(self.origin_group[0].member, []) : "${m.origin_id}"
    if !contains(
      [for b in concat(default(self.default_cache_behavior, []), default(self.ordered_cache_behavior, [])) : "${b.target_origin_id}"],
      "${m.origin_id}",
    )
  ]
}

# What each origin leads to: by a reference, where the stage of an API stands for it, or by the name of a record.
define "origin_targets" {
  of = "aws_cloudfront_distribution"
  is = [
    for o in default(self.origin, []) : {
      id = "${o.origin_id}"
      targets = concat(
        refs([o.domain_name, o.vpc_origin_config[0].vpc_origin_id]),
        flatten([for s in refs(o.domain_name, "aws_api_gateway_stage", "aws_apigatewayv2_stage") : linked(s, "configures")]),
        [
          for r in [lookup(records_by_name(self), lower(default(o.domain_name, "")), [null])[0]] : r
          if length(fragments(o.domain_name)) == 1 && fragments(o.domain_name)[0] != null && fragments(address(r))[0] != null
        ],
      )
    }
  ]
}

define "direct_origins" {
  of = "aws_cloudfront_distribution"
  is = flatten([for o in origin_targets(self) : o.targets if !contains(grouped_origins(self), o.id)])
}

define "spare_origins" {
  of = "aws_cloudfront_distribution"
  is = flatten([for o in origin_targets(self) : o.targets if contains(grouped_origins(self), o.id)])
}

edge "aws_cloudfront_distribution" {
  to    = resources("origin", "aws_cloudfront_vpc_origin")
  means = "fetches_from"
  when  = contains(direct_origins(self), other)
}

edge "aws_cloudfront_distribution" {
  to    = length(default(self.origin_group, [])) == 0 ? [] : resources("origin", "aws_cloudfront_vpc_origin")
  means = "forwards"
  when  = contains(spare_origins(self), other)
}

# A private API is called from networks of AWS only.
resource "aws_api_gateway_rest_api" {
  role   = "entry"
  entry  = !contains(tolist(default(self.endpoint_configuration[0].types, [])), "PRIVATE")
  zones  = []
  copies = 2
}

# A function is called without waiting where the integration says so in a header.
define "calls_as_event" {
  of = "aws_api_gateway_integration"
  is = anytrue([
    for k, v in default(self.request_parameters, {}) : lower(k) == "integration.request.header.x-amz-invocation-type" && lower(v) == "'event'"
  ])
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "uri"
  means = "integrates"
  when  = !calls_as_event(self)
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "uri"
  means = "async_invokes"
  when  = calls_as_event(self)
}

link "aws_api_gateway_rest_api" "body" {
  to    = ["aws_lambda_function", "aws_lambda_alias", "aws_sqs_queue", "aws_sfn_state_machine"]
  means = "integrates"
}

link "aws_api_gateway_stage" "rest_api_id" {
  to    = "aws_api_gateway_rest_api"
  means = "configures"
}

link "aws_api_gateway_stage" "access_log_settings.destination_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

resource "aws_apigatewayv2_api" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

link "aws_apigatewayv2_api" "target" {
  to    = ["aws_lambda_function", "aws_lambda_alias"]
  means = "integrates"
}

link "aws_apigatewayv2_api" "body" {
  to    = ["aws_lambda_function", "aws_lambda_alias", "aws_sqs_queue", "aws_sfn_state_machine"]
  means = "integrates"
}

join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "integration_uri"
  means = "integrates"
}

join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "request_parameters.QueueUrl"
  means = "integrates"
}

join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "request_parameters.StreamName"
  means = "integrates"
}

link "aws_apigatewayv2_stage" "api_id" {
  to    = "aws_apigatewayv2_api"
  means = "configures"
}

link "aws_apigatewayv2_stage" "access_log_settings.destination_arn" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}

resource "aws_sfn_state_machine" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_sfn_state_machine" "definition" {
  to    = ["aws_lambda_function", "aws_lambda_alias"]
  means = "invokes"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_lambda_function"
  means = "invokes"
  by    = "function_name"
  part  = "\"FunctionName\"\\s*:\\s*\"([^\":$]+)"
}

link "aws_sfn_state_machine" "definition" {
  to    = ["aws_sqs_queue", "aws_sns_topic", "aws_cloudwatch_event_bus"]
  means = "sends"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_dynamodb_table"
  means = "reads_writes"
}

link "aws_sfn_state_machine" "definition" {
  to    = "aws_dynamodb_table"
  means = "reads_writes"
  by    = "name"
  part  = "\"TableName\"\\s*:\\s*\"([^\":$]+)"
}

link "aws_sfn_state_machine" "role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

link "aws_sfn_state_machine" "logging_configuration.log_destination" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
}
