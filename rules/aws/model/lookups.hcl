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

# What a secret holds is told by its name: the version is that of the secret.
lookup "aws_secretsmanager_secret_version" {
  of    = "aws_secretsmanager_secret"
  by    = ["secret_id=name"]
  gives = ["secret_string"]
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

lookup "aws_elasticache_replication_group" {
  by    = ["replication_group_id"]
  gives = ["primary_endpoint_address", "reader_endpoint_address", "configuration_endpoint_address", "member_clusters"]
}

lookup "aws_elasticache_cluster" {
  by    = ["cluster_id"]
  gives = ["cache_nodes", "cluster_address", "configuration_endpoint"]
}

lookup "aws_memorydb_cluster" {
  by    = ["name"]
  gives = ["cluster_endpoint"]
}

lookup "aws_opensearch_domain" {
  by    = ["domain_name"]
  gives = ["endpoint", "domain_id"]
}

lookup "aws_redshift_cluster" {
  by    = ["cluster_identifier"]
  gives = ["endpoint"]
}

lookup "aws_mq_broker" {
  by    = ["broker_name"]
  gives = ["broker_id", "instances"]
}

lookup "aws_msk_cluster" {
  by = ["cluster_name"]
  gives = [
    "bootstrap_brokers", "bootstrap_brokers_tls", "bootstrap_brokers_sasl_iam", "bootstrap_brokers_sasl_scram", "bootstrap_brokers_public_tls",
    "bootstrap_brokers_public_sasl_iam", "bootstrap_brokers_public_sasl_scram", "zookeeper_connect_string", "zookeeper_connect_string_tls",
  ]
}

lookup "aws_instance" {
  tags  = "instance_tags"
  gives = ["private_ip", "private_dns", "public_ip", "public_dns"]
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
