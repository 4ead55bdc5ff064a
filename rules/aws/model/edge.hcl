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
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_route53_record",
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
    "aws_lambda_function_url",
  ]
}

resource "aws_route53_zone" {
  role   = "dns"
  zones  = []
  copies = 2
}

# People come in by a public name that leads to something here. Records about mail, proofs and the names inside a network are no way in.
resource "aws_route53_record" {
  role = "dns"
  entry = (
    contains(["A", "AAAA", "CNAME", "HTTPS"], self.type)
    && length(linked(self, "resolves_to")) > 0
    && alltrue([for z in refs(self.zone_id, "aws_route53_zone") : length(default(z.vpc, [])) == 0])
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
}

link "aws_route53_record" "records" {
  to    = "record_target"
  means = "resolves_to"
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

link "aws_cloudfront_distribution" "origin.domain_name" {
  to    = "origin"
  means = "fetches_from"
}

resource "aws_api_gateway_rest_api" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

join "aws_api_gateway_integration" {
  from  = "rest_api_id"
  to    = "uri"
  means = "integrates"
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
