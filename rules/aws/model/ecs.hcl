# Containers: services, their tasks, and the capacity that they run on.

resource "aws_ecs_cluster" {
  role   = "other"
  zones  = []
  copies = 2
}

# Tasks with their own network stand in the subnets of the service; others where their machines stand. Where the service scales, the floor
# is the least that scaling can reach, also at a time; else it is what the service asks for.
resource "aws_ecs_service" {
  role = "compute"
  zones = (
    length(default(self.network_configuration, [])) > 0
    ? flatten([for s in linked(self, "in_subnet") : zones(s)])
    : flatten([for g in reachable(self, ["runs_on"], "aws_autoscaling_group") : zones(g)])
  )
  copies = length(referrers(self, "scales", "aws_appautoscaling_target")) == 0 ? default(self.desired_count, 0) : min(concat(
    [for t in referrers(self, "scales", "aws_appautoscaling_target") : t.min_capacity],
    flatten([
      for t in referrers(self, "scales", "aws_appautoscaling_target") : [
        for a in referrers(t, "configures", "aws_appautoscaling_scheduled_action") : a.scalable_target_action[0].min_capacity
        if a.scalable_target_action[0].min_capacity != null
      ]
    ]),
  )...)
}

link "aws_ecs_service" "network_configuration.subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_ecs_service" "cluster" {
  to    = "aws_ecs_cluster"
  means = "member_of"
  by    = "name"
}

# A definition may be written with its revision.
link "aws_ecs_service" "task_definition" {
  to    = "aws_ecs_task_definition"
  means = "runs"
  by    = "family"
  part  = "^([^/:]+)(?::[0-9]+)?$"
}

link "aws_ecs_service" "load_balancer.target_group_arn" {
  to      = "target_group"
  means   = "targets"
  reverse = true
}

link "aws_ecs_service" "load_balancer.elb_name" {
  to      = "aws_elb"
  means   = "targets"
  by      = "name"
  reverse = true
}

link "aws_ecs_service" "capacity_provider_strategy.capacity_provider" {
  to    = "aws_ecs_capacity_provider"
  means = "runs_on"
  by    = "name"
}

# Where a service says nothing of capacity, it runs on what its cluster has.
edge "aws_ecs_service" {
  to = (
    length(default(self.capacity_provider_strategy, [])) > 0 || contains(["FARGATE", "EXTERNAL"], default(self.launch_type, "EC2"))
    ? []
    : resources("aws_ecs_capacity_provider")
  )
  means = "runs_on"
  when  = anytrue([for c in refs(self.cluster, "aws_ecs_cluster") : contains(linked(c, "runs_on"), other)])
}

resource "aws_ecs_capacity_provider" {
  role   = "other"
  zones  = flatten([for g in linked(self, "runs_on") : zones(g)])
  copies = max(concat([1], [for g in linked(self, "runs_on") : copies(g)])...)
}

link "aws_ecs_capacity_provider" "auto_scaling_group_provider.auto_scaling_group_arn" {
  to    = "aws_autoscaling_group"
  means = "runs_on"
}

join "aws_ecs_cluster_capacity_providers" {
  from  = "cluster_name"
  to    = "capacity_providers"
  means = "runs_on"
}

resource "aws_ecs_task_definition" {
  role   = "compute"
  zones  = []
  copies = 2
}

link "aws_ecs_task_definition" "task_role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

# What the containers are told about: stores, queues and topics in their environment.
link "aws_ecs_task_definition" "container_definitions" {
  to     = "client_store"
  means  = "reads_writes"
  within = ["environment", "command", "entryPoint"]
}

link "aws_ecs_task_definition" "container_definitions" {
  to     = "message_sink"
  means  = "sends"
  within = ["environment", "command", "entryPoint"]
}

# Services call each other by the names of Service Connect, or by those that Cloud Map keeps in a private zone.
define "called_hosts" {
  of = "aws_ecs_task_definition"
  is = flatten([
    for c in containers(self) : [
      for e in try(c.environment, []) : flatten(regexall("[a-z]://([A-Za-z0-9._-]+)", e.value)) if length(refs(e.value)) == 0
    ]
  ])
}

define "connect_names" {
  of = "aws_ecs_service"
  is = flatten([
    for s in default(self.service_connect_configuration[0].service, []) : [
      for a in default(s.client_alias, []) : a.dns_name if a.dns_name != null
    ]
  ])
}

edge "aws_ecs_task_definition" {
  to = length(called_hosts(self)) == 0 ? [] : [
    for s in resources("aws_ecs_service") : s
    if anytrue([for n in connect_names(s) : contains(called_hosts(self), n)])
  ]
  means = "invokes"
}

link "aws_ecs_task_definition" "container_definitions" {
  to    = "aws_service_discovery_service"
  means = "invokes"
  by    = "name"
  part  = "[a-z]://([A-Za-z0-9_-]+)[.][A-Za-z0-9.-]*(?:local|internal|private)\\b"
}

# What may receive from a queue takes its messages away: a worker is told of its queue just like those who send to it.
define "received_queues" {
  of = "aws_iam_role"
  is = distinct(flatten([
    for t in policy_texts(self) : [
      for s in try(flatten([jsondecode(t).Statement]), []) : refs(try(s.Resource, []), "aws_sqs_queue")
      if try(s.Effect, "Allow") == "Allow" && anytrue([for a in try(flatten([s.Action]), []) : lower(a) == "sqs:receivemessage"])
    ]
  ]))
}

edge "aws_ecs_service" {
  to = distinct(flatten([
    for t in linked(self, "runs", "aws_ecs_task_definition") : [for r in linked(t, "assumes", "aws_iam_role") : received_queues(r)]
  ]))
  means = "consumes"
}

link "aws_ecs_task_definition" "container_definitions" {
  to     = "aws_cloudwatch_log_group"
  means  = "logs_to"
  within = ["logConfiguration", "environment", "firelensConfiguration"]
}

link "aws_ecs_task_definition" "container_definitions" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
  by    = "name"
  part  = "\"awslogs-group\"\\s*:\\s*\"([^\"]+)\""
}

link "aws_ecs_task_definition" "container_definitions" {
  to     = "callee"
  means  = "invokes"
  within = ["environment", "command", "entryPoint"]
}

link "aws_ecs_task_definition" "volume.efs_volume_configuration.file_system_id" {
  to    = "aws_efs_file_system"
  means = "mounts"
}

link "aws_ecs_task_definition" "volume.fsx_windows_file_server_volume_configuration.file_system_id" {
  to    = "aws_fsx_windows_file_system"
  means = "mounts"
}

# What a task needs to start: the role that fetches its image and its secrets.
link "aws_ecs_task_definition" "execution_role_arn" {
  to    = "aws_iam_role"
  means = "assumes"
}

link "aws_ecs_task_definition" "container_definitions" {
  to    = ["aws_secretsmanager_secret", "aws_ssm_parameter", "aws_ecr_repository"]
  means = "uses"
}

# Names, where they are written instead of referred to.
link "aws_ecs_cluster_capacity_providers" "cluster_name" {
  to    = "aws_ecs_cluster"
  means = "refers"
  by    = "name"
}

link "aws_ecs_cluster_capacity_providers" "capacity_providers" {
  to    = "aws_ecs_capacity_provider"
  means = "refers"
  by    = "name"
}

# A daemon has as many tasks as there are machines.
define "capacity" {
  of = "aws_ecs_service"
  is = { desired_count = self.scheduling_strategy == "DAEMON" ? null : copies(self) }
}
