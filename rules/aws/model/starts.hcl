# What counts when a task starts, and for none that runs: its image, its secrets, the role that fetches them, and the way by which they come.

edge "aws_ecs_service" {
  to = flatten([
    for t in linked(self, "runs", "aws_ecs_task_definition") : concat(
      linked(t, "uses", "aws_ecr_repository", "aws_secretsmanager_secret", "aws_ssm_parameter"),
      refs(t.execution_role_arn, "aws_iam_role"),
    )
  ])
  means = "starts_with"
}

# The services of AWS from which a task fetches what it starts with, by the last part of the names of their endpoints. Layers of images lie in S3.
define "fetched_from" {
  of = "aws_ecs_task_definition"
  is = concat(
    anytrue([for c in containers(self) : (length(refs(c.image, "aws_ecr_repository")) > 0 || strcontains(c.image, ".dkr.ecr."))]) ? ["api", "dkr", "s3"] : [],
    length(linked(self, "uses", "aws_secretsmanager_secret")) > 0 ? ["secretsmanager"] : [],
    length(linked(self, "uses", "aws_ssm_parameter")) > 0 ? ["ssm"] : [],
    length(linked(self, "logs_to", "aws_cloudwatch_log_group")) > 0 ? ["logs"] : [],
  )
}

# Whether a task fetches something that no endpoint of its network leads to.
define "is_fetched_from_outside" {
  of = "aws_ecs_task_definition"
  is = anytrue([for c in containers(self) : length(refs(c.image, "aws_ecr_repository")) == 0 && !strcontains(c.image, ".dkr.ecr.")])
}

# Only with Fargate does a task fetch by the network in which it stands; else its machine does.
define "fetches_itself" {
  of = "aws_ecs_service"
  is = default(self.launch_type, "EC2") == "FARGATE" || anytrue([
    for s in default(self.capacity_provider_strategy, []) : startswith(s.capacity_provider, "FARGATE")
  ])
}

define "starts_by_gateway" {
  of = "aws_ecs_service"
  is = fetches_itself(self) && anytrue([
    for endpoints in [flatten([for s in linked(self, "in_subnet") : [for v in linked(s, "in_network") : endpoint_services(v)]])] :
    anytrue([
      for t in linked(self, "runs", "aws_ecs_task_definition") :
      is_fetched_from_outside(t) || anytrue([for s in fetched_from(t) : !contains(endpoints, s)])
    ])
  ])
}

# One gateway for all subnets. Of several, another one is left.
edge "aws_ecs_service" {
  to = (
    length(distinct(flatten([for s in linked(self, "in_subnet") : gateways(s)]))) == 1
    && alltrue([for s in linked(self, "in_subnet") : length(gateways(s)) > 0])
    ? distinct(flatten([for s in linked(self, "in_subnet") : gateways(s)]))
    : []
  )
  means = "starts_with"
  when  = starts_by_gateway(self)
}

# An endpoint takes over the name of its service in the whole network, and answers as long as one of its zones stands.
edge "aws_ecs_service" {
  to    = resources("aws_vpc_endpoint")
  means = "starts_with"
  when = fetches_itself(self) && anytrue([
    for t in linked(self, "runs", "aws_ecs_task_definition") : contains(fetched_from(t), endpoint_service(other))
  ]) && anytrue([
    for s in linked(self, "in_subnet") : (
      contains(only_way_of(other), s)
      || other.vpc_endpoint_type == "Interface"
      && anytrue([for v in linked(other, "in_network") : contains(linked(s, "in_network"), v)])
      && (other.private_dns_enabled == true || is_closed(s))
      && !is_beside_gateway(other)
    )
  ])
}
