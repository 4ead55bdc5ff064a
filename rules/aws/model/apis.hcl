# Where requests come in besides edge.hcl: stages, domains and private links of APIs, GraphQL, name-based routing between services, sign-in.

resource "aws_api_gateway_stage" {
  role   = "entry"
  zones  = []
  copies = 2
}

resource "aws_apigatewayv2_stage" {
  role   = "entry"
  zones  = []
  copies = 2
}

# A domain name leads to the APIs that are mapped to it.
resource "aws_api_gateway_domain_name" {
  role   = "entry"
  zones  = []
  copies = 2
}

resource "aws_apigatewayv2_domain_name" {
  role   = "entry"
  zones  = []
  copies = 2
}

join "aws_api_gateway_base_path_mapping" {
  from  = "domain_name"
  to    = "api_id"
  means = "resolves_to"
}

join "aws_apigatewayv2_api_mapping" {
  from  = "domain_name"
  to    = "api_id"
  means = "resolves_to"
}

link "aws_api_gateway_base_path_mapping" "domain_name" {
  to    = "aws_api_gateway_domain_name"
  means = "refers"
  by    = "domain_name"
}

link "aws_apigatewayv2_api_mapping" "domain_name" {
  to    = "aws_apigatewayv2_domain_name"
  means = "refers"
  by    = "domain_name"
}

# Private integrations go through a link, and the link to a load balancer.
resource "aws_api_gateway_vpc_link" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_api_gateway_vpc_link" "target_arns" {
  to    = "load_balancer"
  means = "integrates"
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "connection_id"
  means = "integrates"
}

join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "connection_id"
  means = "integrates"
}

link "aws_api_gateway_rest_api" "body" {
  to    = "aws_api_gateway_vpc_link"
  means = "integrates"
}

link "aws_apigatewayv2_api" "body" {
  to    = "aws_apigatewayv2_vpc_link"
  means = "integrates"
}

# An API may call a service of AWS itself: which table, workflow, bus or stream stands in the request that it makes.
join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "request_parameters.StateMachineArn"
  means = "async_invokes"
  when  = self.integration_subtype != "StepFunctions-StartSyncExecution"
}

# It waits for an express workflow where it asks for that.
join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "request_parameters.StateMachineArn"
  means = "integrates"
  when  = self.integration_subtype == "StepFunctions-StartSyncExecution"
}

join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "request_parameters.EventBusName"
  means = "sends"
}

join "aws_apigatewayv2_integration" {
  from  = "api_id"
  to    = "request_parameters.StreamName"
  means = "sends"
}

link "aws_apigatewayv2_integration" "request_parameters.EventBusName" {
  to    = "aws_cloudwatch_event_bus"
  means = "refers"
  by    = "name"
}

link "aws_apigatewayv2_integration" "request_parameters.StreamName" {
  to    = "aws_kinesis_stream"
  means = "refers"
  by    = "name"
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "request_templates"
  means = "reads_writes"
  when  = can(regex(":dynamodb:action/", self.uri))
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "request_templates"
  means = "async_invokes"
  when  = can(regex(":states:action/StartExecution", self.uri))
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "request_templates"
  means = "integrates"
  when  = can(regex(":states:action/StartSyncExecution", self.uri))
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "request_templates"
  means = "sends"
  when  = can(regex(":(sns|sqs|kinesis|firehose|events):action/", self.uri))
}

link "aws_api_gateway_integration" "request_templates" {
  to    = "aws_dynamodb_table"
  means = "refers"
  by    = "name"
  part  = "\"TableName\"\\s*:\\s*\"([^\":$]+)"
}

# An authorizer is asked before the request goes on.
join "aws_api_gateway_authorizer" {
  from  = "rest_api_id"
  to    = "authorizer_uri"
  means = "invokes"
}

join "aws_apigatewayv2_authorizer" {
  from  = "api_id"
  to    = "authorizer_uri"
  means = "invokes"
}

# GraphQL.
resource "aws_appsync_graphql_api" {
  role   = "entry"
  entry  = self.visibility != "PRIVATE"
  zones  = []
  copies = 2
}

link "aws_appsync_graphql_api" "lambda_authorizer_config.authorizer_uri" {
  to    = "aws_lambda_function"
  means = "invokes"
}

resource "aws_appsync_api" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

resource "aws_appsync_datasource" {
  role   = "other"
  zones  = []
  copies = 2
}

join "aws_appsync_datasource" {
  from  = "api_id"
  to    = "lambda_config.function_arn"
  means = "integrates"
}

join "aws_appsync_datasource" {
  from  = "api_id"
  to    = "dynamodb_config.table_name"
  means = "reads_writes"
}

join "aws_appsync_datasource" {
  from  = "api_id"
  to    = "opensearchservice_config.endpoint"
  means = "reads_writes"
}

join "aws_appsync_datasource" {
  from  = "api_id"
  to    = "elasticsearch_config.endpoint"
  means = "reads_writes"
}

join "aws_appsync_datasource" {
  from  = "api_id"
  to    = "relational_database_config.http_endpoint_config.db_cluster_identifier"
  means = "reads_writes"
}

join "aws_appsync_datasource" {
  from  = "api_id"
  to    = "http_config.endpoint"
  means = "integrates"
}

join "aws_appsync_datasource" {
  from  = "api_id"
  to    = "event_bridge_config.event_bus_arn"
  means = "sends"
}

link "aws_appsync_datasource" "dynamodb_config.table_name" {
  to    = "aws_dynamodb_table"
  means = "refers"
  by    = "name"
}

resource "aws_appsync_domain_name" {
  role   = "entry"
  zones  = []
  copies = 2
}

join "aws_appsync_domain_name_api_association" {
  from  = "domain_name"
  to    = "api_id"
  means = "resolves_to"
}

# Distributions: origins inside of a network, and functions that each request waits for.
resource "aws_cloudfront_vpc_origin" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_cloudfront_vpc_origin" "vpc_origin_endpoint_config.arn" {
  to    = ["load_balancer", "aws_instance"]
  means = "fetches_from"
}

link "aws_cloudfront_distribution" "default_cache_behavior.lambda_function_association.lambda_arn" {
  to    = "aws_lambda_function"
  means = "runs"
}

link "aws_cloudfront_distribution" "ordered_cache_behavior.lambda_function_association.lambda_arn" {
  to    = "aws_lambda_function"
  means = "runs"
}

resource "aws_cloudfront_function" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_cloudfront_distribution" "default_cache_behavior.function_association.function_arn" {
  to    = "aws_cloudfront_function"
  means = "runs"
}

link "aws_cloudfront_distribution" "ordered_cache_behavior.function_association.function_arn" {
  to    = "aws_cloudfront_function"
  means = "runs"
}

# What drops requests on the way.
resource "aws_wafv2_web_acl" {
  role   = "network"
  zones  = []
  copies = 2
}

join "aws_wafv2_web_acl_association" {
  from  = "web_acl_arn"
  to    = "resource_arn"
  means = "configures"
}

# Names of services: a record of the namespace leads to the tasks that register themselves.
resource "aws_service_discovery_service" {
  role   = "dns"
  zones  = []
  copies = 2
}

resource "aws_service_discovery_private_dns_namespace" {
  role   = "dns"
  zones  = []
  copies = 2
}

resource "aws_service_discovery_http_namespace" {
  role   = "dns"
  zones  = []
  copies = 2
}

resource "aws_service_discovery_public_dns_namespace" {
  role   = "dns"
  zones  = []
  copies = 2
}

link "aws_service_discovery_service" "dns_config.namespace_id" {
  to    = ["aws_service_discovery_private_dns_namespace", "aws_service_discovery_public_dns_namespace"]
  means = "member_of"
}

link "aws_service_discovery_service" "namespace_id" {
  to    = "aws_service_discovery_http_namespace"
  means = "member_of"
}

link "aws_ecs_service" "service_registries.registry_arn" {
  to      = "aws_service_discovery_service"
  means   = "targets"
  reverse = true
}

join "aws_service_discovery_instance" {
  from  = "service_id"
  to    = "attributes.AWS_INSTANCE_IPV4"
  means = "targets"
}

join "aws_service_discovery_instance" {
  from  = "service_id"
  to    = "attributes.AWS_ALIAS_DNS_NAME"
  means = "targets"
}

join "aws_service_discovery_instance" {
  from  = "service_id"
  to    = "attributes.AWS_EC2_INSTANCE_ID"
  means = "targets"
}

# Lattice: a service has listeners, which forward to groups of targets.
resource "aws_vpclattice_service" {
  role   = "ingress"
  zones  = []
  copies = 2
}

resource "aws_vpclattice_listener" {
  role   = "ingress"
  zones  = []
  copies = 2
}

resource "aws_vpclattice_target_group" {
  role   = "ingress"
  zones  = []
  copies = 2
}

resource "aws_vpclattice_service_network" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_vpclattice_listener" "service_identifier" {
  to    = "aws_vpclattice_service"
  means = "listens_on"
}

link "aws_vpclattice_listener" "default_action.forward.target_groups.target_group_identifier" {
  to    = "aws_vpclattice_target_group"
  means = "forwards"
}

join "aws_vpclattice_listener_rule" {
  from  = "listener_identifier"
  to    = "action.forward.target_groups.target_group_identifier"
  means = "forwards"
}

join "aws_vpclattice_target_group_attachment" {
  from  = "target_group_identifier"
  to    = "target.id"
  means = "targets"
}

join "aws_vpclattice_service_network_service_association" {
  from  = "service_identifier"
  to    = "service_network_identifier"
  means = "member_of"
}

# A mesh: what a virtual service names is provided by nodes, directly or through a router.
resource "aws_appmesh_virtual_service" {
  role   = "ingress"
  zones  = []
  copies = 2
}

resource "aws_appmesh_virtual_node" {
  role   = "ingress"
  zones  = []
  copies = 2
}

resource "aws_appmesh_virtual_router" {
  role   = "ingress"
  zones  = []
  copies = 2
}

link "aws_appmesh_virtual_service" "spec.provider.virtual_node.virtual_node_name" {
  to    = "aws_appmesh_virtual_node"
  means = "forwards"
  by    = "name"
}

link "aws_appmesh_virtual_service" "spec.provider.virtual_router.virtual_router_name" {
  to    = "aws_appmesh_virtual_router"
  means = "forwards"
  by    = "name"
}

join "aws_appmesh_route" {
  from  = "virtual_router_name"
  to    = "spec.http_route.action.weighted_target.virtual_node"
  means = "forwards"
}

link "aws_appmesh_route" "virtual_router_name" {
  to    = "aws_appmesh_virtual_router"
  means = "refers"
  by    = "name"
}

link "aws_appmesh_route" "spec.http_route.action.weighted_target.virtual_node" {
  to    = "aws_appmesh_virtual_node"
  means = "refers"
  by    = "name"
}

# Sign-in, which waits for its functions.
resource "aws_cognito_user_pool" {
  role   = "identity"
  zones  = []
  copies = 2
}

link "aws_cognito_user_pool" "lambda_config.create_auth_challenge" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.custom_message" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.define_auth_challenge" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.post_authentication" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.post_confirmation" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.pre_authentication" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.pre_sign_up" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.pre_token_generation" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.user_migration" {
  to    = "aws_lambda_function"
  means = "invokes"
}

link "aws_cognito_user_pool" "lambda_config.verify_auth_challenge_response" {
  to    = "aws_lambda_function"
  means = "invokes"
}

resource "aws_cognito_identity_pool" {
  role   = "identity"
  zones  = []
  copies = 2
}

# Another name of a function or of a workflow: whoever calls it needs what is behind it.
resource "aws_lambda_alias" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_lambda_alias" "function_name" {
  to    = "aws_lambda_function"
  means = "runs"
  by    = "function_name"
}

resource "aws_sfn_alias" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_sfn_alias" "routing_configuration.state_machine_version_arn" {
  to    = "aws_sfn_state_machine"
  means = "runs"
}

# Websites that AWS serves.
resource "aws_amplify_app" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

resource "aws_s3_bucket_website_configuration" {
  role   = "entry"
  zones  = []
  copies = 2
}

define "recovery" {
  of = [
    "aws_api_gateway_stage",
    "aws_apigatewayv2_stage",
    "aws_api_gateway_domain_name",
    "aws_apigatewayv2_domain_name",
    "aws_api_gateway_vpc_link",
    "aws_appsync_graphql_api",
    "aws_appsync_api",
    "aws_appsync_datasource",
    "aws_appsync_domain_name",
    "aws_cloudfront_vpc_origin",
    "aws_cloudfront_function",
    "aws_wafv2_web_acl",
    "aws_service_discovery_service",
    "aws_service_discovery_private_dns_namespace",
    "aws_service_discovery_http_namespace",
    "aws_service_discovery_public_dns_namespace",
    "aws_vpclattice_service",
    "aws_vpclattice_listener",
    "aws_vpclattice_target_group",
    "aws_vpclattice_service_network",
    "aws_appmesh_virtual_service",
    "aws_appmesh_virtual_node",
    "aws_appmesh_virtual_router",
    "aws_cognito_user_pool",
    "aws_cognito_identity_pool",
    "aws_lambda_alias",
    "aws_sfn_alias",
    "aws_amplify_app",
    "aws_s3_bucket_website_configuration",
  ]
  is = "regional"
}

# What an API asks to answer its requests, from the integration's own resource or from the OpenAPI document of the API: the address, the
# credentials (null: as the service), after how many milliseconds it gives up, and whether it waits for the whole answer.
define "openapi" {
  of = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
  is = default(self.body, "") == "" ? {} : try(yamldecode(self.body), jsondecode(self.body), {})
}

# After how many milliseconds an API gives up where nobody says it.
define "gives_up_after" {
  of = ["aws_api_gateway_rest_api", "aws_api_gateway_integration"]
  is = 29000
}

define "gives_up_after" {
  of = ["aws_apigatewayv2_api", "aws_apigatewayv2_integration"]
  is = 30000
}

define "openapi_integrations" {
  of = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
  is = [
    for i in flatten([
      for path in values(try(openapi(self).paths, {})) : [
        for operation in values(try(path, {})) : try([operation["x-amazon-apigateway-integration"]], [])
      ]
      ]) : {
      uri         = try(i.uri, null)
      credentials = try(i.credentials, null)
      gives_up    = tonumber(try(i.timeoutInMillis, gives_up_after(self)))
      waits       = !strcontains(jsonencode(try(i.requestParameters, {})), "Invocation-Type") && upper(try(i.responseTransferMode, "BUFFERED")) != "STREAM"
    }
  ]
}

define "integrations" {
  of = "aws_api_gateway_rest_api"
  is = openapi_integrations(self)
}

define "integrations" {
  of = "aws_apigatewayv2_api"
  is = concat(
    openapi_integrations(self),
    default(self.target, "") == "" ? [] : [{ uri = self.target, credentials = self.credentials_arn, gives_up = gives_up_after(self), waits = true }],
  )
}

define "integrations" {
  of = "aws_api_gateway_integration"
  is = [{
    uri         = self.uri
    credentials = self.credentials
    gives_up    = default(self.timeout_milliseconds, gives_up_after(self))
    waits       = !strcontains(jsonencode(default(self.request_parameters, {})), "Invocation-Type") && default(self.response_transfer_mode, "BUFFERED") != "STREAM"
  }]
}

define "integrations" {
  of = "aws_apigatewayv2_integration"
  is = [{
    uri         = self.integration_uri
    credentials = self.credentials_arn
    gives_up    = default(self.timeout_milliseconds, gives_up_after(self))
    waits       = !strcontains(jsonencode(default(self.request_parameters, {})), "Invocation-Type")
  }]
}

# A GraphQL API executes a request for 30 seconds at most.
define "integrations" {
  of = "aws_appsync_datasource"
  is = [for c in default(self.lambda_config, []) : { uri = c.function_arn, credentials = self.service_role_arn, gives_up = 30000, waits = true }]
}
