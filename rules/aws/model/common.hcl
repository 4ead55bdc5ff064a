# What holds for every resource type.

# The provider makes these: no two instances of a type share one. `foreign`: arguments of that name, which say another resource.
identity {
  attributes = ["id", "arn"]
  foreign    = ["aws_cloudwatch_event_target.arn", "aws_sns_topic_data_protection_policy.arn", "aws_sns_topic_policy.arn"]
}

# Every resource has these once it exists: they are texts, and neither null nor empty. What nobody names, the provider
# names.
present {
  attributes = ["id", "arn", "name"]
}

# How these begin, of any type or of one. The ids of some types are their ARNs, that of a queue is its URL.
begins "arn:" {
  attributes = [
    "arn",
    "aws_acm_certificate.id",
    "aws_alb.id",
    "aws_alb_listener.id",
    "aws_alb_target_group.id",
    "aws_ecs_cluster.id",
    "aws_ecs_service.id",
    "aws_iam_policy.id",
    "aws_kinesis_firehose_delivery_stream.id",
    "aws_kinesis_stream.id",
    "aws_lambda_function.invoke_arn",
    "aws_lambda_function.qualified_arn",
    "aws_lb.id",
    "aws_lb_listener.id",
    "aws_lb_target_group.id",
    "aws_msk_cluster.id",
    "aws_opensearch_domain.id",
    "aws_secretsmanager_secret.id",
    "aws_sfn_state_machine.id",
    "aws_sns_topic.id",
  ]
}

begins "https://" {
  attributes = ["aws_sqs_queue.id", "aws_sqs_queue.url"]
}

# Lists and sets that the provider fills in where nobody writes them. Where a plan says that any other list is known after
# apply and shows nobody who writes it, a dynamic block writes it.
filled {
  attributes = [
    "aggregates",
    "architectures",
    "availability_zones",
    "binary_media_types",
    "capacity_providers",
    "cluster_members",
    "cluster_security_groups",
    "clusters",
    "egress",
    "ends_with",
    "equals",
    "guardrail_policy_arns",
    "headers",
    "iam_roles",
    "ingress",
    "instance_types",
    "instances",
    "ipv4_prefixes",
    "ipv6_address_list",
    "ipv6_addresses",
    "ipv6_prefixes",
    "load_balancers",
    "locations",
    "managed_policy_arns",
    "not_ends_with",
    "not_equals",
    "not_resources",
    "not_starts_with",
    "private_ip_list",
    "private_ips",
    "propagating_vgws",
    "public_access_cidrs",
    "query_string_cache_keys",
    "replica_availability_zones",
    "replica_outpost_arns",
    "route",
    "route_table_ids",
    "secondary_allocation_ids",
    "secondary_private_ip_addresses",
    "secondary_private_ips",
    "security_group_ids",
    "security_group_names",
    "security_groups",
    "sns_topic_arns",
    "starts_with",
    "subnet_ids",
    "subnets",
    "target_group_arns",
    "trusted_key_groups",
    "trusted_signers",
    "vpc_endpoint_ids",
    "vpc_security_group_ids",
    "vpc_zone_identifier",
    "whitelisted_names",
  ]
}

# Providers whose types are named here and whose schema is not at hand.
unchecked {
  providers = ["awscc"]
}
