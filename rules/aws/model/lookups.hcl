# Data sources that read a resource: which of their arguments say which one. Of the arguments that are set, all must hold: an argument is the
# attribute of the same name, `argument=attribute` another one; `tags` and `filter` ask for tags, and a filter with another name for the attribute
# that is spelled like it. `gives` are attributes that the provider decides, beside `id` and `arn`.

lookup "aws_ssm_parameter" {
  by     = ["name"]
  secret = ["value"]
}

lookup "aws_secretsmanager_secret" {
  by = ["name"]
}

lookup "aws_sqs_queue" {
  by    = ["name"]
  gives = ["url"]
}

lookup "aws_sns_topic" {
  by = ["name"]
}

lookup "aws_lb" {
  by    = ["name"]
  gives = ["arn_suffix", "dns_name", "zone_id"]
}

lookup "aws_lb_target_group" {
  by    = ["name"]
  gives = ["arn_suffix"]
}

lookup "aws_vpc" {
  by    = ["cidr_block"]
  gives = ["main_route_table_id"]
}

lookup "aws_subnet" {
  by = ["cidr_block", "availability_zone", "vpc_id"]
}

lookup "aws_security_group" {
  by = ["name", "vpc_id"]
}

lookup "aws_ecs_cluster" {
  by = ["cluster_name=name"]
}

lookup "aws_eks_cluster" {
  by    = ["name"]
  gives = ["endpoint", "certificate_authority"]
}

lookup "aws_kms_alias" {
  by    = ["name"]
  gives = ["target_key_arn"]
}

lookup "aws_route53_zone" {
  by    = ["name"]
  gives = ["zone_id", "name_servers"]
}

lookup "aws_db_instance" {
  by    = ["db_instance_identifier=identifier"]
  gives = ["address", "endpoint"]
}

lookup "aws_rds_cluster" {
  by    = ["cluster_identifier"]
  gives = ["endpoint", "reader_endpoint"]
}

lookup "aws_dynamodb_table" {
  by    = ["name"]
  gives = ["stream_arn"]
}

lookup "aws_lambda_function" {
  by    = ["function_name"]
  gives = ["invoke_arn", "qualified_arn"]
}

lookup "aws_s3_bucket" {
  by = ["bucket"]
}

lookup "aws_cloudwatch_log_group" {
  by = ["name"]
}

lookup "aws_autoscaling_group" {
  by = ["name"]
}

lookup "aws_iam_role" {
  by    = ["name"]
  gives = ["unique_id"]
}

lookup "aws_ecr_repository" {
  by    = ["name"]
  gives = ["repository_url"]
}
