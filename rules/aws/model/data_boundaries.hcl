# Who reaches a store: the services that its clients belong to, and what the network lets in.

# The service that somebody says it belongs to. Names and modules tell too little: functions of one service are often a module each.
define "tagged_service" {
  of = [
    "aws_lambda_function", "aws_ecs_task_definition", "aws_ecs_service", "aws_instance", "aws_sfn_state_machine",
  ]
  is = default(
    try(all_tags(self).service, null),
    try(all_tags(self).Service, null),
    try(all_tags(self).component, null),
    try(all_tags(self).Component, null),
    try(all_tags(self).app, null),
    try(all_tags(self).App, null),
    try(all_tags(self).application, null),
    try(all_tags(self).Application, null),
    "",
  )
}

# A task that nothing here starts is run once, by hand: it makes or mends a store for the service that owns it.
define "is_client" {
  of = "aws_ecs_task_definition"
  is = (
    length(referrers(self, "runs")) > 0
    || length(referrers(
      self, "refers",
      "aws_cloudwatch_event_target", "aws_scheduler_schedule", "aws_pipes_pipe", "aws_sfn_state_machine", "aws_ecs_task_set",
    )) > 0
  )
}

define "is_client" {
  of = "aws_lambda_function"
  is = true
}

# What runs with a role, by service.
define "services_of_role" {
  of = "aws_iam_role"
  is = distinct([
    for c in referrers(self, "assumes", "aws_lambda_function", "aws_ecs_task_definition", "aws_sfn_state_machine") :
    tagged_service(c) if tagged_service(c) != ""
  ])
}

# The policies that let somebody write it.
define "writing_policies" {
  of = ["aws_dynamodb_table", "aws_s3_bucket"]
  is = [
    for p in concat(
      referrers(self, "refers", "aws_iam_role_policy", "aws_iam_policy"),
      flatten([
        for d in referrers(self, "refers", "aws_iam_policy_document") : referrers(d, "refers", "aws_iam_role_policy", "aws_iam_policy")
      ]),
    ) : p
    if anytrue([
      for s in try(flatten([jsondecode(p.policy).Statement]), []) :
      try(s.Effect, "Allow") == "Allow"
      && length([for n in refs(try(s.Resource, [])) : n if n == self]) > 0
      && anytrue([
        for a in try(flatten([s.Action]), []) :
        can(regex("(?i)^(\\*$|(dynamodb|s3):(\\*$|put(item|object$)|update|delete(item|object$)|batchwrite|partiqlinsert|partiqlupdate))", a))
      ])
    ])
  ]
}

# What may write it.
define "writers" {
  of = ["aws_dynamodb_table", "aws_s3_bucket"]
  is = distinct(flatten([
    for p in writing_policies(self) : [
      for r in concat(
        is(p, "aws_iam_role_policy") ? refs(p.role, "aws_iam_role") : [],
        referrers(p, "grants", "aws_iam_role"),
      ) : referrers(r, "assumes", "aws_lambda_function", "aws_ecs_task_definition", "aws_sfn_state_machine")
    ]
  ]))
}

# The services that may write it.
define "writing_services" {
  of = ["aws_dynamodb_table", "aws_s3_bucket"]
  is = distinct(flatten([
    for p in writing_policies(self) : [
      for r in concat(
        is(p, "aws_iam_role_policy") ? refs(p.role, "aws_iam_role") : [],
        referrers(p, "grants", "aws_iam_role"),
      ) : services_of_role(r)
    ]
  ]))
}

# The ranges of addresses that a security group lets in, with their ports.
define "admitted_ranges" {
  of = ["aws_security_group", "aws_default_security_group"]
  is = [
    for r in flatten([
      [
        for i in default(self.ingress, []) : [
          for c in concat(tolist(default(i.cidr_blocks, [])), tolist(default(i.ipv6_cidr_blocks, []))) : { range = c, from = i.from_port, to = i.to_port }
        ]
      ],
      [
        for r in referrers(self, "configures", "aws_security_group_rule") : [
          for c in concat(tolist(default(r.cidr_blocks, [])), tolist(default(r.ipv6_cidr_blocks, []))) : { range = c, from = r.from_port, to = r.to_port }
        ] if r.type == "ingress"
      ],
      [
        for r in referrers(self, "configures", "aws_vpc_security_group_ingress_rule") : [
          for c in [r.cidr_ipv4, r.cidr_ipv6] : { range = c, from = r.from_port, to = r.to_port }
        ]
      ],
    ]) : r if r.range != null
  ]
}

# Whether it lets every address in, also as two halves.
define "lets_everybody_in" {
  of = ["aws_security_group", "aws_default_security_group"]
  is = anytrue([
    for r in admitted_ranges(self) : contains(["0.0.0.0/0", "::/0"], r.range) || r.range == "0.0.0.0/1" && anytrue([
      for s in admitted_ranges(self) : s.range == "128.0.0.0/1" && s.from == r.from && s.to == r.to
    ])
  ])
}

# The security groups that guard it.
define "guards" {
  of = [
    "aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_docdbelastic_cluster", "aws_neptune_cluster", "aws_redshift_cluster",
  ]
  is = refs(self.vpc_security_group_ids, "aws_security_group", "aws_default_security_group")
}

define "guards" {
  of = [
    "aws_elasticache_replication_group", "aws_elasticache_cluster", "aws_elasticache_serverless_cache", "aws_memorydb_cluster",
    "fsx_file_system", "aws_fsx_lustre_file_system",
  ]
  is = refs(self.security_group_ids, "aws_security_group", "aws_default_security_group")
}

define "guards" {
  of = "aws_efs_mount_target"
  is = refs(self.security_groups, "aws_security_group", "aws_default_security_group")
}

define "guards" {
  of = "aws_opensearch_domain"
  is = refs(self.vpc_options[0].security_group_ids, "aws_security_group", "aws_default_security_group")
}

define "guards" {
  of = "aws_msk_cluster"
  is = refs(self.broker_node_group_info[0].security_groups, "aws_security_group", "aws_default_security_group")
}

# Whether packets from the internet find the way into it.
define "is_public_subnet" {
  of = "aws_subnet"
  is = anytrue([
    for t in linked(self, "routed_by") : length(linked(t, "routes_to", "aws_internet_gateway")) > 0
  ])
}

# Whether it has a way out, and packets from the internet find none into it.
define "is_private_subnet" {
  of = "subnet"
  is = (
    anytrue([for t in linked(self, "routed_by") : length(linked(t, "routes_to", "aws_nat_gateway", "aws_ec2_transit_gateway")) > 0])
    && alltrue([for t in linked(self, "routed_by") : length(linked(t, "routes_to", "aws_internet_gateway")) == 0])
  )
}
