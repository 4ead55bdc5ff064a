# What a loss does: along which edges it spreads, and what brings a thing back. Read by `buttress simulate`.

# The source works only as long as the target does.
loss "needs" {
  kinds = ["resolves_to", "fetches_from", "integrates", "invokes", "reads_writes", "proxies", "runs", "mounts", "attached_to"]
}

# A subnet needs its route table, and a route table the gateways that it leads to.
loss "needs" {
  kinds = ["routed_by", "routes_to"]
}

# A machine needs what its template tells it about.
loss "needs" {
  kinds = ["uses"]
  of    = ["aws_autoscaling_group", "aws_instance", "aws_eks_node_group"]
}

# A load balancer answers as long as its listeners do.
loss "needs" {
  kinds   = ["listens_on"]
  reverse = true
}

# Several targets stand in for each other.
loss "any" {
  kinds = ["forwards", "targets", "runs_on"]
}

# Work waits: the sender goes on while nobody takes the message away.
loss "defers" {
  kinds = ["sends", "async_invokes", "subscribes"]
}

loss "defers" {
  kinds   = ["consumes"]
  reverse = true
}

# What a bus takes waits where its rules lead.
loss "defers" {
  kinds   = ["member_of"]
  of      = "aws_cloudwatch_event_bus"
  reverse = true
}

# Code that runs in a subnet leaves it through the gateways of that subnet, and so does what a firewall or a transit gateway hands on. A
# database does not.
loss "per_copy" {
  kinds = ["in_subnet"]
  of    = ["compute", "aws_networkfirewall_firewall", "aws_ec2_transit_gateway_vpc_attachment"]
}

# What a controller starts again.
define "recovery" {
  of = [
    "aws_autoscaling_group",
    "aws_ecs_service",
    "aws_eks_node_group",
  ]
  is = "relaunch"
}

define "recovery" {
  of = ["aws_db_instance", "aws_redshift_cluster"]
  is = self.multi_az == true ? "failover" : "none"
}

# A cluster with a second member fails over to it.
define "recovery" {
  of = [
    "aws_rds_cluster",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
  ]
  is = copies(self) >= 2 ? "failover" : "none"
}

define "recovery" {
  of = "aws_elasticache_replication_group"
  is = self.automatic_failover_enabled == true || default(self.num_node_groups, 0) > 1 ? "failover" : "none"
}

# Data nodes lead the domain by a majority, unless dedicated masters do. Of three masters one may go, and of three zones the same one; of two
# masters none may.
define "quorum" {
  of = "search_domain"
  is = (
    self.cluster_config[0].dedicated_master_enabled != true ? floor(copies(self) / 2) + 1 :
    default(self.cluster_config[0].dedicated_master_count, 3) < 3 ? copies(self) :
    length(distinct(zones(self))) > 2 ? floor(copies(self) / 2) + 1 :
    1
  )
}

# The provider keeps these going as long as one of their zones is left.
define "recovery" {
  of = [
    "load_balancer",
    "aws_elb",
    "aws_lambda_function",
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_dynamodb_table",
    "aws_s3_bucket",
    "aws_ecs_cluster",
    "aws_eks_cluster",
    "aws_ecs_capacity_provider",
    "aws_ecs_task_definition",
    "aws_db_proxy",
  ]
  is = "regional"
}

# Part of the network: lost with its zone, and never alone.
define "recovery" {
  of = [
    "subnet",
    "store_subnet_group",
    "aws_redshift_subnet_group",
    "aws_dms_replication_subnet_group",
    "aws_ec2_transit_gateway_vpc_attachment",
  ]
  is = "regional"
}

# Members are lost as copies of their cluster.
define "recovery" {
  of = [
    "aws_rds_cluster_instance",
    "aws_docdb_cluster_instance",
    "aws_neptune_cluster_instance",
  ]
  is = "failover"
}

# What pictures show: `buttress graph --view NAME`.
view "request" {
  kinds = ["resolves_to", "fetches_from", "integrates", "forwards", "targets", "runs", "invokes", "reads_writes", "proxies", "attached_to", "listens_on"]
}

view "event" {
  kinds = ["sends", "async_invokes", "consumes", "subscribes", "redrives_to"]
}

view "data" {
  kinds = ["replica_of", "covers", "mounts"]
}

view "support" {
  kinds = ["in_subnet", "routed_by", "routes_to", "member_of", "runs_on"]
}
