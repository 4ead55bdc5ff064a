# What holds for every resource type.

# The provider makes these: no two instances of a type share one.
identity {
  attributes = ["id", "arn"]
}

# Every resource has these once it exists: they are texts, and neither null nor empty. What nobody names, the provider
# names.
present {
  attributes = ["id", "arn", "name"]
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
