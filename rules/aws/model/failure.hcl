# What a loss does: along which edges it spreads, and what brings a thing back. Read by `buttress simulate`.

# The source works only as long as the target does.
loss "needs" {
  kinds  = ["fetches_from", "integrates", "invokes", "reads_writes", "proxies", "mounts", "attached_to", "calls_through"]
  except = "delivers_later"
}

# A task that runs goes on without its definition, and so does a machine without its template: what these tell about is needed.
set "described" {
  types = ["aws_ecs_service", "aws_autoscaling_group", "aws_instance", "aws_eks_node_group"]
}

loss "described_by" {
  kinds = ["runs", "uses"]
  of    = "described"
}

loss "needs" {
  kinds  = ["runs"]
  except = "described"
}

# A group starts machines from its template only; ECS starts tasks of a service also from a definition that was taken back.
loss "to_start" {
  kinds = ["uses"]
  of    = ["aws_autoscaling_group", "aws_eks_node_group"]
}

loss "to_start" {
  kinds = ["starts_with"]
}

# What takes records and delivers them later, tries again, and keeps what it cannot deliver. A rule for devices, a receipt of mail and a flow
# between applications take no notice of what becomes of their actions.
set "delivers_later" {
  types = [
    "aws_kinesis_firehose_delivery_stream",
    "aws_iot_topic_rule",
    "aws_appflow_flow",
    "aws_ses_receipt_rule",
    "aws_pipes_pipe",
    "aws_cloudwatch_event_rule",
    "aws_scheduler_schedule",
  ]
}

loss "defers" {
  kinds = ["integrates", "invokes", "reads_writes"]
  of    = "delivers_later"
}

# A route table needs what it leads to, and an attachment the table of its transit gateway.
loss "needs" {
  kinds = ["routes_to"]
  of    = ["aws_route_table", "aws_default_route_table", "vpc", "aws_ec2_transit_gateway_route_table"]
}

loss "needs" {
  kinds = ["routed_by"]
  of    = "tgw_attachment"
}

# What stands in a subnet may need the table that tells the way out.
loss "may" {
  kinds = ["routed_by"]
  of    = "subnet"
}

# Code that certainly goes out stands still in the zones of the gateways that are lost, and so does what comes through an attachment.
loss "per_copy" {
  kinds = ["routes_to"]
  of    = ["compute", "aws_ec2_transit_gateway_vpc_attachment"]
}

# A load balancer answers as long as its listeners do.
loss "needs" {
  kinds   = ["listens_on"]
  reverse = true
}

# Several targets stand in for each other, and so do several addresses of one name.
loss "any" {
  kinds = ["resolves_to", "forwards", "targets", "runs_on"]
}

# Another record answers once the health check of this one fails.
loss "stands_in" {
  kinds = ["falls_back_to"]
}

# Security groups let it call; whether it does, nobody says.
loss "may" {
  kinds = ["may_call"]
}

# Work waits: the sender goes on while nobody takes the message away. Everybody whom a message is for gets one of his own.
loss "defers" {
  kinds = ["sends", "async_invokes", "subscribes"]
}

# Where a message would wait is gone: code that sends it is refused, and an API that does tells its caller so. What AWS hands on it tries
# again by itself.
loss "hands_over" {
  kinds = ["sends"]
  of    = ["compute", "aws_ecs_task_definition", "aws_batch_job_definition", "api", "aws_appsync_graphql_api"]
}

# Whoever reads a stream reads all of it; those that read a queue share what is in it.
loss "defers" {
  kinds   = ["consumes"]
  of      = ["stream", "datastore"]
  reverse = true
}

loss "any_defers" {
  kinds   = ["consumes"]
  of      = "queue"
  reverse = true
}

# What a bus takes waits where its rules lead.
loss "defers" {
  kinds   = ["member_of"]
  of      = "aws_cloudwatch_event_bus"
  reverse = true
}

# Code that runs in a subnet is lost with it, and may leave it through its gateways; so does what a firewall or a transit gateway hands on.
# A database does not leave.
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
    "aws_eks_fargate_profile",
    "aws_mskconnect_connector",
  ]
  is = "relaunch"
}

# A machine, a volume and a file system of one zone wait for somebody who brings them back.
define "recovery" {
  of = [
    "aws_instance",
    "aws_ebs_volume",
    "aws_emr_cluster",
    "aws_fsx_lustre_file_system",
    "aws_customer_gateway",
    "aws_dx_connection",
    "aws_dx_lag",
  ]
  is = "none"
}

define "recovery" {
  of = "aws_db_instance"
  is = self.multi_az == true ? "failover" : "none"
}

# A cluster with a second member fails over to it. The first form of Aurora Serverless has no members: AWS starts it again in another zone.
define "recovery" {
  of = "aws_rds_cluster"
  is = self.engine_mode == "serverless" ? "relaunch" : copies(self) >= 2 ? "failover" : "none"
}

define "recovery" {
  of = [
    "aws_docdb_cluster",
    "aws_neptune_cluster",
    "aws_memorydb_cluster",
    "aws_dax_cluster",
    "aws_docdbelastic_cluster",
    "fsx_file_system",
    "aws_dms_replication_instance",
    "aws_timestreaminfluxdb_db_instance",
  ]
  is = copies(self) >= 2 ? "failover" : "none"
}

# A shard without a replica has nothing to fail over to, whatever is switched on. Replicas that are not switched on serve reads only, until
# somebody promotes one.
define "recovery" {
  of = "aws_elasticache_replication_group"
  is = (
    copies(self) < 2 ? "none" :
    self.automatic_failover_enabled == true || default(self.num_node_groups, 0) > 1 ? "failover" :
    "promotion"
  )
}

# Nodes of Memcached share the keys, and a node of Redis outside of a group has no other.
define "recovery" {
  of = "aws_elasticache_cluster"
  is = "none"
}

# A warehouse of two zones goes on in the other one; relocation starts it again there.
define "recovery" {
  of = "aws_redshift_cluster"
  is = self.multi_az == true ? "failover" : self.availability_zone_relocation_enabled == true ? "relaunch" : "none"
}

# A pair takes over; the brokers of a cluster and the nodes of a search domain work on while enough of them are left.
define "recovery" {
  of = "aws_mq_broker"
  is = self.deployment_mode == "ACTIVE_STANDBY_MULTI_AZ" ? "failover" : "none"
}

define "recovery" {
  of = ["aws_msk_cluster", "aws_opensearch_domain", "aws_elasticsearch_domain", "aws_cloudhsm_v2_cluster"]
  is = "none"
}

define "quorum" {
  of = "aws_mq_broker"
  is = self.deployment_mode == "CLUSTER_MULTI_AZ" ? 2 : 1
}

# Where three zones hold three replicas, AWS tells a topic to write two.
define "quorum" {
  of = "aws_msk_cluster"
  is = copies(self) >= 3 && length(zones(self)) >= 3 ? 2 : 1
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

# Of three primary nodes, two go on.
define "quorum" {
  of = "aws_emr_cluster"
  is = floor(copies(self) / 2) + 1
}

# A file system of all zones stays as long as one of its mount targets does, one of a single zone does not.
define "recovery" {
  of = "aws_efs_file_system"
  is = default(self.availability_zone_name, "") != "" ? "none" : "regional"
}

# A collection without standbys stands in one zone.
define "recovery" {
  of = "aws_opensearchserverless_collection"
  is = self.standby_replicas == "DISABLED" ? "none" : "regional"
}

# A firewall is an endpoint in each of its zones, which AWS keeps as long as the zone stands.
define "recovery" {
  of = "aws_networkfirewall_firewall"
  is = "none"
}

define "falls_alone" {
  of = "aws_networkfirewall_firewall"
  is = false
}

# A gateway of one zone does not come back in another.
define "recovery" {
  of = "aws_nat_gateway"
  is = self.availability_mode == "regional" ? "regional" : "none"
}

# The provider keeps these going as long as one of their zones is left.
define "recovery" {
  of = [
    "load_balancer",
    "aws_elb",
    "aws_lambda_function",
    "aws_lambda_function_url",
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_cloudwatch_event_bus",
    "aws_cloudwatch_event_rule",
    "aws_scheduler_schedule",
    "aws_pipes_pipe",
    "aws_kinesis_stream",
    "aws_kinesis_firehose_delivery_stream",
    "aws_msk_serverless_cluster",
    "aws_dynamodb_table",
    "aws_s3_bucket",
    "aws_elasticache_serverless_cache",
    "aws_rds_global_cluster",
    "aws_ecs_cluster",
    "aws_eks_cluster",
    "aws_ecs_capacity_provider",
    "aws_ecs_task_definition",
    "aws_db_proxy",
    "aws_sfn_state_machine",
    "aws_api_gateway_rest_api",
    "aws_apigatewayv2_api",
    "aws_apigatewayv2_vpc_link",
    "aws_apprunner_vpc_connector",
    "aws_cloudfront_distribution",
    "aws_globalaccelerator_accelerator",
    "aws_globalaccelerator_listener",
    "aws_globalaccelerator_endpoint_group",
    "aws_route53_zone",
    "aws_route53_record",
    "aws_route53_health_check",
    "aws_route53_resolver_endpoint",
    "aws_transfer_server",
    "aws_iam_role",
    "aws_iam_policy",
    "aws_iam_instance_profile",
    "listener",
    "target_group",
    "aws_eip",
    "aws_launch_template",
    "aws_launch_configuration",
    "aws_backup_plan",
    "aws_cloudwatch_log_group",
    "aws_cloudwatch_metric_alarm",
    "aws_cloudwatch_composite_alarm",
  ]
  is = "regional"
}

# Part of the network: what has a zone is lost with it, and never alone.
define "recovery" {
  of = [
    "vpc",
    "subnet",
    "store_subnet_group",
    "aws_dms_replication_subnet_group",
    "aws_route_table",
    "aws_default_route_table",
    "aws_internet_gateway",
    "aws_egress_only_internet_gateway",
    "aws_network_interface",
    "aws_vpc_endpoint",
    "aws_security_group",
    "aws_ec2_transit_gateway",
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_vpn_gateway",
    "aws_vpn_connection",
    "aws_dx_gateway",
  ]
  is = "regional"
}

# Members are lost as copies of their cluster: the cluster stands for them among what can be lost.
define "recovery" {
  of = ["cluster_member", "aws_cloudhsm_v2_hsm"]
  is = "failover"
}

define "falls_alone" {
  of = ["cluster_member", "aws_cloudhsm_v2_hsm"]
  is = false
}

define "copy_of" {
  of = ["cluster_member", "aws_cloudhsm_v2_hsm"]
  is = linked(self, "member_of")
}

define "falls_alone" {
  of = "aws_elasticache_cluster"
  is = length(linked(self, "member_of", "aws_elasticache_replication_group")) == 0
}

define "copy_of" {
  of = "aws_elasticache_cluster"
  is = linked(self, "member_of", "aws_elasticache_replication_group")
}

# A machine that is its own entry is judged by rules about machines: many of them are there for people, not for requests.
define "is_machine" {
  of = ["aws_instance", "aws_lightsail_instance"]
  is = true
}

# What a finding about the same loss may be about: what it stands in or belongs to, what stands behind it in a group, and the machine that
# uses a volume.
define "lost_with_it" {
  is = concat(
    referrers(self, "targets"), referrers(self, "mounts"), linked(self, "member_of"), linked(self, "in_subnet"),
    linked(self, "mounts"), linked(self, "runs_on"),
  )
}

# What pictures show: `buttress graph --view NAME`.
view "request" {
  kinds = ["resolves_to", "falls_back_to", "fetches_from", "integrates", "forwards", "targets", "runs", "invokes", "reads_writes", "proxies", "attached_to", "listens_on"]
}

view "possible" {
  kinds = ["may_call"]
}

view "event" {
  kinds = ["sends", "async_invokes", "consumes", "subscribes", "redrives_to"]
}

view "data" {
  kinds = ["replica_of", "covers", "mounts"]
}

view "support" {
  kinds = ["in_subnet", "routed_by", "routes_to", "calls_through", "member_of", "runs_on"]
}

view "evidence" {
  kinds = ["logs_to", "watches", "notifies", "redrives_to", "covers"]
}

# A Region is lost with everything in it. Resources of release 6 of the provider and later may name one themselves.
define "region" {
  is = default(self.region, provider.region)
}

# Whose account a resource is in, as far as its provider says: two with the same words are in one account.
define "account" {
  is = default(provider.assume_role[0].role_arn, provider.profile, "")
}

# These are served from all over the world.
define "region" {
  of = [
    "aws_cloudfront_distribution",
    "aws_globalaccelerator_accelerator",
    "aws_globalaccelerator_listener",
    "aws_globalaccelerator_endpoint_group",
    "aws_route53_zone",
    "aws_route53_record",
    "aws_route53_health_check",
  ]
  is = null
}

# What makes a single point of failure none: a standby, or a second copy. AWS takes some values only together with others.
edit "aws_ecs_service" "desired_count" {
  to   = 2
  when = default(self.desired_count, 0) < 2
}

edit "aws_appautoscaling_target" "min_capacity" {
  to   = 2
  when = self.min_capacity < 2

  also "max_capacity" {
    to   = 2
    when = self.max_capacity < 2
  }
}

edit "aws_autoscaling_group" "min_size" {
  to   = 2
  when = self.min_size < 2

  also "max_size" {
    to   = 2
    when = self.max_size < 2
  }

  also "desired_capacity" {
    to   = 2
    when = self.desired_capacity < 2
  }
}

edit "aws_eks_node_group" "scaling_config.min_size" {
  to   = 2
  when = self.scaling_config[0].min_size < 2

  also "scaling_config.max_size" {
    to   = 2
    when = self.scaling_config[0].max_size < 2
  }

  also "scaling_config.desired_size" {
    to   = 2
    when = self.scaling_config[0].desired_size < 2
  }
}

# In two zones, a domain has as many nodes in the one as in the other.
edit "search_domain" "cluster_config.instance_count" {
  to = (
    self.cluster_config[0].zone_awareness_enabled == true
    && default(self.cluster_config[0].zone_awareness_config[0].availability_zone_count, 2) == 2
    ? 4 : 3
  )
  when = default(self.cluster_config[0].instance_count, 1) < 3
}

# One argument gives them a standby in another zone.
set "multi_az_by_argument" {
  types = ["aws_db_instance", "aws_redshift_cluster", "aws_dms_replication_instance"]
}

# What stands in two zones must not name one.
edit "multi_az_by_argument" "multi_az" {
  to = true

  also "availability_zone" {
    to = null
  }
}

# Failover takes a second node, and a group of shards counts its replicas.
edit "aws_elasticache_replication_group" "automatic_failover_enabled" {
  to   = true
  when = copies(self) >= 2
}

edit "aws_elasticache_replication_group" "num_cache_clusters" {
  to   = 2
  when = copies(self) < 2 && default(self.num_node_groups, self.replicas_per_node_group) == null

  also "automatic_failover_enabled" {
    to = true
  }
}

edit "aws_elasticache_replication_group" "replicas_per_node_group" {
  to   = 1
  when = copies(self) < 2 && default(self.num_node_groups, self.replicas_per_node_group) != null

  also "automatic_failover_enabled" {
    to = true
  }
}

edit "aws_memorydb_cluster" "num_replicas_per_shard" {
  to = 1
}

edit "aws_dax_cluster" "replication_factor" {
  to = 3
}

edit "aws_mq_broker" "deployment_mode" {
  to = lower(default(self.engine_type, "")) == "rabbitmq" ? "CLUSTER_MULTI_AZ" : "ACTIVE_STANDBY_MULTI_AZ"
}

edit "aws_fsx_windows_file_system" "deployment_type" {
  to   = "MULTI_AZ_1"
  when = self.deployment_type != "MULTI_AZ_1"
}

edit "aws_opensearchserverless_collection" "standby_replicas" {
  to = "ENABLED"
}

# The zones of a gateway, and of the subnets that leave by it.
define "zones_served" {
  of = ["aws_nat_gateway", "aws_instance"]
  is = distinct(concat(zones(self), flatten([for t in tables_to(self) : [for s in referrers(t, "routed_by") : zones(s)]])))
}

# The tables that lead to it, or to an interface of a machine.
define "tables_to" {
  of = "aws_nat_gateway"
  is = referrers(self, "routes_to", "aws_route_table", "aws_default_route_table", "vpc")
}

define "tables_to" {
  of = "aws_instance"
  is = flatten([
    for way in concat([self], referrers(self, "attached_to", "aws_network_interface")) :
    referrers(way, "routes_to", "aws_route_table", "aws_default_route_table", "vpc")
  ])
}

# Where one of a thing is not enough, another one beside it.
addition "aws_nat_gateway" "a NAT gateway in each zone, with a route table for its subnets" {
  zones       = zones_served(self)
  other_zones = length(zones_served(self)) > 1 ? 0 : 1
  copies      = max(2, length(zones_served(self)))
  when        = self.availability_mode != "regional"
}

addition "aws_rds_cluster" "a second aws_rds_cluster_instance" {
  zones  = zones(self)
  copies = 2
  when   = copies(self) == 1
}

addition "aws_docdb_cluster" "a second aws_docdb_cluster_instance" {
  zones  = zones(self)
  copies = 2
  when   = copies(self) == 1
}

addition "aws_neptune_cluster" "a second aws_neptune_cluster_instance" {
  zones  = zones(self)
  copies = 2
  when   = copies(self) == 1
}

addition "aws_instance" "a second machine in another zone behind the same target group" {
  zones       = zones(self)
  other_zones = 1
  copies      = 2
  when        = length(referrers(self, "targets", "target_group")) > 0
}

addition "aws_instance" "a second machine in another zone behind the same load balancer" {
  zones       = zones(self)
  other_zones = 1
  copies      = 2
  when        = length(referrers(self, "targets")) > length(referrers(self, "targets", "target_group"))
}

addition "aws_instance" "machines in two zones behind a load balancer in its place" {
  zones       = zones(self)
  other_zones = 1
  copies      = 2
  when        = length(referrers(self, "targets")) == 0 && length(tables_to(self)) == 0
}

# A machine by which others leave their network.
addition "aws_instance" "a NAT gateway in each zone, with a route table for its subnets, in its place" {
  zones       = zones_served(self)
  other_zones = length(zones_served(self)) > 1 ? 0 : 1
  copies      = max(2, length(zones_served(self)))
  when        = length(referrers(self, "targets")) == 0 && length(tables_to(self)) > 0
}

# They stand where their subnets do, in as many copies as they are told.
set "placed_by_subnets" {
  types = ["aws_autoscaling_group", "aws_ecs_service", "aws_eks_node_group", "aws_lambda_function"]
}

addition "placed_by_subnets" "a subnet in another zone" {
  zones       = zones(self)
  other_zones = 1
  copies      = copies(self)
  when        = length(zones(self)) == 1
}

addition "aws_vpc_endpoint" "a subnet in another zone" {
  zones       = zones(self)
  other_zones = 1
  copies      = 2
  when        = length(zones(self)) == 1
}

addition "load_balancer" "a subnet in another zone" {
  zones       = zones(self)
  other_zones = 1
  copies      = 2
  when        = length(zones(self)) == 1
}
