# Data sources that read a resource: which of their arguments say which one. Of the arguments that are set, all must hold: an argument is the
# attribute of the same name, `argument=attribute` another one; `tags` and `filter` ask for tags, and a filter with another name for the attribute
# that is spelled like it. `gives` are attributes that the provider decides, beside `id` and `arn`.
#
# A data source with `lists` reads all resources that have what it asks for: each of its lists has an attribute of these. `filters` are further
# attributes that filters ask for, `tags` is the argument for tags where it has another name, `made_by` are resources that make more of them,
# and with `has_own` the provider makes some itself, which have no tags.

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

lookup "aws_subnets" {
  of      = "aws_subnet"
  filters = ["vpc_id", "availability_zone"]
  lists   = ["ids=id"]
}

lookup "aws_vpcs" {
  of      = "aws_vpc"
  lists   = ["ids=id"]
  has_own = true
}

lookup "aws_security_groups" {
  of      = "aws_security_group"
  filters = ["vpc_id"]
  lists   = ["ids=id", "arns=arn"]
  has_own = true
}

lookup "aws_route_tables" {
  of      = "aws_route_table"
  by      = ["vpc_id"]
  lists   = ["ids=id"]
  has_own = true
}

lookup "aws_nat_gateways" {
  of      = "aws_nat_gateway"
  filters = ["subnet_id"]
  lists   = ["ids=id"]
}

lookup "aws_instances" {
  of      = "aws_instance"
  tags    = "instance_tags"
  filters = ["subnet_id"]
  lists   = ["ids=id", "private_ips=private_ip", "public_ips=public_ip"]
  made_by = ["aws_autoscaling_group", "aws_ec2_fleet", "aws_eks_node_group", "aws_spot_fleet_request"]
}

lookup "aws_ebs_volumes" {
  of      = "aws_ebs_volume"
  filters = ["availability_zone"]
  lists   = ["ids=id"]
  made_by = ["aws_instance", "aws_autoscaling_group", "aws_launch_template"]
}

lookup "aws_eips" {
  of    = "aws_eip"
  lists = ["allocation_ids=allocation_id", "public_ips=public_ip"]
}

lookup "aws_lbs" {
  of    = "aws_lb"
  lists = ["arns=arn"]
}

lookup "aws_db_instances" {
  of    = "aws_db_instance"
  lists = ["instance_identifiers=identifier", "instance_arns=arn"]
}
