# What AWS keeps going by itself, and what stops all the same once somebody deletes it, switches it off or lets it run out: certificates,
# keys, zones of names, roles, secrets. `buttress simulate --lose node:ADDRESS` plays it.
#
# Some losses stop nothing that runs, and none is said of them: the record that validates a certificate counts when AWS renews it; an image, a
# secret and the role of an agent count when a container starts; of a version of a layer Lambda keeps a copy; a dead-letter queue and a log
# group count for evidence.

# A name is answered by its zone.
loss "needs" {
  kinds = ["member_of"]
  of    = "aws_route53_record"
}

# Without a certificate no connection is made.
set "shows_certificate" {
  types = [
    "aws_lb_listener",
    "aws_alb_listener",
    "aws_cloudfront_distribution",
    "aws_api_gateway_domain_name",
    "aws_apigatewayv2_domain_name",
    "aws_appsync_domain_name",
  ]
}

# Who waits for the validation of a certificate may name that in its place.
set "shown_certificate" {
  types = ["aws_acm_certificate", "aws_acm_certificate_validation"]
}

link "aws_api_gateway_domain_name" "certificate_arn" {
  to    = "shown_certificate"
  means = "uses"
}

link "aws_api_gateway_domain_name" "regional_certificate_arn" {
  to    = "shown_certificate"
  means = "uses"
}

link "aws_apigatewayv2_domain_name" "domain_name_configuration.certificate_arn" {
  to    = "shown_certificate"
  means = "uses"
}

link "aws_appsync_domain_name" "certificate_arn" {
  to    = "shown_certificate"
  means = "uses"
}

# Who waits for the validation uses the certificate.
link "aws_acm_certificate_validation" "certificate_arn" {
  to    = "aws_acm_certificate"
  means = "uses"
}

# A load balancer refuses requests that its firewall cannot look at, unless it is told to let them through.
edge "load_balancer" {
  to    = self.enable_waf_fail_open == true ? [] : referrers(self, "configures", "aws_wafv2_web_acl")
  means = "uses"
}

# What is encrypted with a key can be neither read nor written without it. A volume that is attached goes on: its machine keeps the key of
# the data.
set "sealed" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_redshift_cluster",
    "aws_dynamodb_table",
    "aws_s3_bucket",
    "aws_efs_file_system",
    "aws_fsx_windows_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system",
    "aws_opensearch_domain",
    "aws_elasticsearch_domain",
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_kinesis_stream",
    "aws_secretsmanager_secret",
    "aws_ssm_parameter",
    "aws_lambda_function",
  ]
}

set "sealed_by_id" {
  types = [
    "aws_db_instance",
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_redshift_cluster",
    "aws_efs_file_system",
    "aws_fsx_windows_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system",
    "aws_kinesis_stream",
    "aws_secretsmanager_secret",
  ]
}

set "encryption_key" {
  types = ["aws_kms_key", "aws_kms_alias"]
}

link "sealed_by_id" "kms_key_id" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_neptune_cluster" "kms_key_arn" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_lambda_function" "kms_key_arn" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_ssm_parameter" "key_id" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_sqs_queue" "kms_master_key_id" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_sns_topic" "kms_master_key_id" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_dynamodb_table" "server_side_encryption.kms_key_arn" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_opensearch_domain" "encrypt_at_rest.kms_key_id" {
  to    = "encryption_key"
  means = "uses"
}

link "aws_elasticsearch_domain" "encrypt_at_rest.kms_key_id" {
  to    = "encryption_key"
  means = "uses"
}

join "aws_s3_bucket_server_side_encryption_configuration" {
  from  = "bucket"
  to    = "rule.apply_server_side_encryption_by_default.kms_master_key_id"
  means = "uses"
}

link "aws_kms_alias" "target_key_id" {
  to    = "aws_kms_key"
  means = "uses"
}

loss "needs" {
  kinds = ["uses"]
  of    = ["shows_certificate", "aws_acm_certificate_validation", "load_balancer", "sealed", "aws_kms_alias"]
}

# A function is started all the time, and asks for what its environment names whenever it is.
link "aws_lambda_function" "environment.variables" {
  to    = ["aws_secretsmanager_secret", "aws_ssm_parameter"]
  means = "uses"
}

# AWS assumes the role of these whenever they run.
loss "needs" {
  kinds = ["assumes"]
  of    = ["aws_lambda_function", "aws_sfn_state_machine", "aws_pipes_pipe"]
}

# A profile is nothing without its role. Code in a container or on a machine goes on without its role; what it asks of AWS is refused.
loss "needs" {
  kinds = ["assumes"]
  of    = "aws_iam_instance_profile"
}

edge "aws_ecs_service" {
  to    = flatten([for t in linked(self, "runs", "aws_ecs_task_definition") : refs(t.task_role_arn, "aws_iam_role")])
  means = "assumes"
}

loss "may" {
  kinds = ["assumes"]
  of    = ["aws_ecs_service", "aws_instance", "aws_launch_template", "aws_launch_configuration"]
}

# An API answers at its stages, by its routes, and asks a function only if that lets it.
set "api" {
  types = ["aws_api_gateway_rest_api", "aws_apigatewayv2_api"]
}

link "aws_api_gateway_stage" "rest_api_id" {
  to      = "aws_api_gateway_rest_api"
  means   = "uses"
  reverse = true
}

link "aws_api_gateway_method" "rest_api_id" {
  to      = "aws_api_gateway_rest_api"
  means   = "uses"
  reverse = true
}

link "aws_apigatewayv2_stage" "api_id" {
  to      = "aws_apigatewayv2_api"
  means   = "uses"
  reverse = true
}

link "aws_apigatewayv2_route" "api_id" {
  to      = "aws_apigatewayv2_api"
  means   = "uses"
  reverse = true
}

link "aws_lambda_permission" "source_arn" {
  to      = "api"
  means   = "uses"
  reverse = true
}

loss "needs" {
  kinds = ["uses"]
  of    = "api"
}
