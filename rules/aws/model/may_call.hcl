# Who may call whom, as far as security groups let it. That is weak evidence: a call is possible, and nothing says that it is made. So a loss
# leaves it open whether the caller fails, and no verdict rests on it alone.

# The groups that code carries.
define "carried_groups" {
  of = "aws_instance"
  is = refs([self.vpc_security_group_ids, self.security_groups], "aws_security_group", "aws_default_security_group")
}

define "carried_groups" {
  of = "aws_lambda_function"
  is = refs(self.vpc_config[0].security_group_ids, "aws_security_group", "aws_default_security_group")
}

define "carried_groups" {
  of = "aws_ecs_service"
  is = refs(self.network_configuration[0].security_groups, "aws_security_group", "aws_default_security_group")
}

# The groups of the machines that a template makes.
define "template_groups" {
  of = "aws_launch_template"
  is = refs(
    [self.vpc_security_group_ids, [for i in default(self.network_interfaces, []) : i.security_groups]],
    "aws_security_group", "aws_default_security_group",
  )
}

define "template_groups" {
  of = "aws_launch_configuration"
  is = refs(self.security_groups, "aws_security_group", "aws_default_security_group")
}

define "carried_groups" {
  of = "aws_autoscaling_group"
  is = flatten([for t in linked(self, "uses", "aws_launch_template", "aws_launch_configuration") : template_groups(t)])
}

# Machines of a cluster carry the group that AWS makes for it, unless a template names others.
define "carried_groups" {
  of = "aws_eks_node_group"
  is = (
    length(linked(self, "uses", "aws_launch_template")) > 0
    ? flatten([for t in linked(self, "uses", "aws_launch_template") : template_groups(t)])
    : linked(self, "member_of", "aws_eks_cluster")
  )
}

# What stands behind a group and answers calls.
set "answers_calls" {
  types = [
    "aws_db_instance",
    "aws_db_proxy",
    "aws_docdb_cluster",
    "aws_ecs_service",
    "aws_elasticache_cluster",
    "aws_elasticache_replication_group",
    "aws_elasticache_serverless_cache",
    "aws_elb",
    "aws_instance",
    "aws_lb",
    "aws_memorydb_cluster",
    "aws_mq_broker",
    "aws_msk_cluster",
    "aws_neptune_cluster",
    "aws_opensearch_domain",
    "aws_rds_cluster",
    "aws_redshift_cluster",
  ]
}

# The groups of a store and of a balancer; those of code that answers are the ones that it carries.
define "answering_groups" {
  of = "aws_db_proxy"
  is = refs(self.vpc_security_group_ids, "aws_security_group", "aws_default_security_group")
}

define "answering_groups" {
  of = ["aws_mq_broker", "load_balancer", "aws_elb"]
  is = refs(self.security_groups, "aws_security_group", "aws_default_security_group")
}

# What a group lets others call.
define "called_through" {
  of = ["aws_security_group", "aws_default_security_group"]
  is = [
    for n in referrers(self, "refers", "answers_calls") : n
    if anytrue([
      for groups in [answering_groups(n), carried_groups(n), guards(n)] : contains(default(groups, []), self)
    ])
  ]
}

# A group may let in what carries it, too.
define "admits_itself" {
  of = ["aws_security_group", "aws_default_security_group"]
  is = (
    anytrue([for i in default(self.ingress, []) : i.self == true])
    || anytrue([for r in referrers(self, "configures", "aws_security_group_rule") : r.self == true if r.type == "ingress"])
  )
}

# What carries one of these groups.
set "carries_groups" {
  types = ["aws_instance", "aws_lambda_function", "aws_ecs_service", "aws_autoscaling_group", "aws_eks_node_group"]
}

# What it certainly calls, itself or by what it runs.
define "certain_calls" {
  of = "carries_groups"
  is = flatten([
    for n in concat([self], linked(self, "runs"), linked(self, "uses")) : concat(
      linked(n, "reads_writes"), linked(n, "invokes"), linked(n, "mounts"), linked(n, "consumes"), linked(n, "sends"),
      linked(n, "runs_on"), flatten([for r in default(told_records(n), []) : linked(r, "resolves_to")]), default(called_addresses(n), []),
    )
  ])
}

# What its groups are let in by. Within one group the members of one service stand, which do not call each other. A group that lets it in for a
# call that is certain, lets it in for that: the replica beside the database that it reads is no evidence.
define "callable" {
  of = "carries_groups"
  is = distinct(flatten([
    for g in carried_groups(self) : [
      for behind in concat(
        [for a in referrers(g, "allows") : [for n in default(called_through(a), []) : n if n != self]],
        admits_itself(g) == true ? [[for n in called_through(g) : n if !is(n, "carries_groups")]] : [],
      ) : behind if !anytrue([for n in behind : contains(certain_calls(self), n)])
    ]
  ]))
}

edge "carries_groups" {
  to    = callable(self)
  means = "may_call"
}
