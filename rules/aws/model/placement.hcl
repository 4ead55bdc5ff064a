# Where further types stand, and how many of each there are: stores and brokers by their subnets and switches, and what connects networks.

# Subnet groups: the subnets that a store may put its nodes into.
set "store_subnet_group" {
  types = [
    "aws_db_subnet_group",
    "aws_docdb_subnet_group",
    "aws_neptune_subnet_group",
    "aws_elasticache_subnet_group",
    "aws_memorydb_subnet_group",
    "aws_dax_subnet_group",
    "aws_redshift_subnet_group",
  ]
}

resource "aws_docdb_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

resource "aws_neptune_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

resource "aws_memorydb_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

resource "aws_redshift_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

resource "aws_dms_replication_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

resource "aws_dax_subnet_group" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_docdb_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_neptune_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_memorydb_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_redshift_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_dms_replication_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_dax_subnet_group" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_docdb_cluster" "db_subnet_group_name" {
  to    = ["aws_docdb_subnet_group", "aws_db_subnet_group"]
  means = "member_of"
  by    = "name"
}

link "aws_neptune_cluster" "neptune_subnet_group_name" {
  to    = ["aws_neptune_subnet_group", "aws_db_subnet_group"]
  means = "member_of"
  by    = "name"
}

link "aws_redshift_cluster" "cluster_subnet_group_name" {
  to    = "aws_redshift_subnet_group"
  means = "member_of"
  by    = "name"
}

# Each shard has a primary, and a replica unless it is told to have none.
resource "aws_memorydb_cluster" {
  role   = "datastore"
  zones  = flatten([for g in linked(self, "member_of", "aws_memorydb_subnet_group") : zones(g)])
  copies = 1 + default(self.num_replicas_per_shard, 1)
}

link "aws_memorydb_cluster" "subnet_group_name" {
  to    = "aws_memorydb_subnet_group"
  means = "member_of"
  by    = "name"
}

resource "aws_dax_cluster" {
  role = "cache"
  zones = (
    length(default(self.availability_zones, [])) > 0
    ? self.availability_zones
    : flatten([for g in linked(self, "member_of", "aws_dax_subnet_group") : zones(g)])
  )
  copies = self.replication_factor
}

link "aws_dax_cluster" "subnet_group_name" {
  to    = "aws_dax_subnet_group"
  means = "member_of"
  by    = "name"
}

resource "aws_elasticsearch_domain" {
  role = "datastore"
  zones = (
    length(default(self.vpc_options, [])) == 0 && self.cluster_config[0].zone_awareness_enabled != true
    ? [null]
    : flatten([for s in linked(self, "in_subnet") : zones(s)])
  )
  copies = default(self.cluster_config[0].instance_count, 1)
}

link "aws_elasticsearch_domain" "vpc_options.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# Brokers spread evenly over the subnets, one subnet to a zone.
resource "aws_msk_cluster" {
  role   = "stream"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.number_of_broker_nodes
}

link "aws_msk_cluster" "broker_node_group_info.client_subnets" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_msk_cluster" "configuration_info.arn" {
  to    = "aws_msk_configuration"
  means = "uses"
}

resource "aws_msk_serverless_cluster" {
  role   = "stream"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_msk_serverless_cluster" "vpc_config.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_mskconnect_connector" {
  role  = "compute"
  zones = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = (
    default(self.capacity[0].provisioned_capacity[0].worker_count, self.capacity[0].autoscaling[0].min_worker_count)
  )
}

link "aws_mskconnect_connector" "kafka_cluster.apache_kafka_cluster.vpc.subnets" {
  to    = "subnet"
  means = "in_subnet"
}

# A standby pair stands in two zones, a cluster in three; a single instance in the zone of its subnet.
resource "aws_mq_broker" {
  role = "queue"
  zones = (
    length(default(self.subnet_ids, [])) == 0 && default(self.deployment_mode, "SINGLE_INSTANCE") == "SINGLE_INSTANCE"
    ? [null]
    : flatten([for s in linked(self, "in_subnet") : zones(s)])
  )
  copies = (
    self.deployment_mode == "CLUSTER_MULTI_AZ" ? 3 :
    self.deployment_mode == "ACTIVE_STANDBY_MULTI_AZ" ? 2 :
    1
  )
}

link "aws_mq_broker" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# File systems: one zone, or a preferred one and a standby.
set "fsx_file_system" {
  types = [
    "aws_fsx_windows_file_system",
    "aws_fsx_ontap_file_system",
    "aws_fsx_openzfs_file_system",
  ]
}

resource "aws_fsx_windows_file_system" {
  role   = "datastore"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = startswith(default(self.deployment_type, "SINGLE_AZ_1"), "MULTI_AZ") ? 2 : 1
}

resource "aws_fsx_ontap_file_system" {
  role   = "datastore"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = startswith(self.deployment_type, "MULTI_AZ") ? 2 : 1
}

resource "aws_fsx_openzfs_file_system" {
  role   = "datastore"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = startswith(self.deployment_type, "MULTI_AZ") ? 2 : 1
}

resource "aws_fsx_lustre_file_system" {
  role   = "datastore"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "fsx_file_system" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_fsx_lustre_file_system" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_fsx_data_repository_association" "file_system_id" {
  to    = "aws_fsx_lustre_file_system"
  means = "configures"
}

resource "aws_dms_replication_instance" {
  role   = "compute"
  zones  = self.multi_az == true ? flatten([for g in linked(self, "member_of", "aws_dms_replication_subnet_group") : zones(g)]) : [self.availability_zone]
  copies = self.multi_az == true ? 2 : 1
}

link "aws_dms_replication_instance" "replication_subnet_group_id" {
  to    = "aws_dms_replication_subnet_group"
  means = "member_of"
  by    = "replication_subnet_group_id"
}

link "aws_dms_replication_task" "replication_instance_arn" {
  to    = "aws_dms_replication_instance"
  means = "runs_on"
}

resource "aws_timestreaminfluxdb_db_instance" {
  role   = "datastore"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.deployment_type == "WITH_MULTIAZ_STANDBY" ? 2 : 1
}

link "aws_timestreaminfluxdb_db_instance" "vpc_subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_opensearchserverless_collection" {
  role   = "datastore"
  zones  = self.standby_replicas == "DISABLED" ? [null] : []
  copies = self.standby_replicas == "DISABLED" ? 1 : 2
}

# Services that AWS runs, which stand where their subnets stand.
resource "aws_elasticache_serverless_cache" {
  role   = "cache"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_elasticache_serverless_cache" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

# Each shard has two instances.
resource "aws_docdbelastic_cluster" {
  role   = "datastore"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_docdbelastic_cluster" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_apprunner_vpc_connector" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_apprunner_vpc_connector" "subnets" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_apigatewayv2_vpc_link" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_apigatewayv2_vpc_link" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_transfer_server" {
  role   = "entry"
  entry  = true
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_transfer_server" "endpoint_details.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_eks_fargate_profile" {
  role   = "compute"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 2
}

link "aws_eks_fargate_profile" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_eks_fargate_profile" "cluster_name" {
  to    = "aws_eks_cluster"
  means = "member_of"
  by    = "name"
}

resource "aws_cloudhsm_v2_cluster" {
  role   = "datastore"
  zones  = flatten([for h in referrers(self, "member_of", "aws_cloudhsm_v2_hsm") : zones(h)])
  copies = length(referrers(self, "member_of", "aws_cloudhsm_v2_hsm"))
}

resource "aws_cloudhsm_v2_hsm" {
  role   = "datastore"
  zones  = self.availability_zone != null ? [self.availability_zone] : flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_cloudhsm_v2_hsm" "cluster_id" {
  to    = "aws_cloudhsm_v2_cluster"
  means = "member_of"
}

link "aws_cloudhsm_v2_hsm" "subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

# Networks: firewalls, resolvers, and the ways to other places.
resource "aws_networkfirewall_firewall" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_networkfirewall_firewall" "subnet_mapping.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_networkfirewall_firewall" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

resource "aws_route53_resolver_endpoint" {
  role   = "dns"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(default(self.ip_address, []))
}

link "aws_route53_resolver_endpoint" "ip_address.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_ec2_transit_gateway_vpc_attachment" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

resource "aws_vpn_gateway" {
  role   = "network"
  zones  = []
  copies = 2
}

# AWS ends both tunnels of a connection on two machines of its own; the other side may be one device.
resource "aws_vpn_connection" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_customer_gateway" {
  role   = "network"
  zones  = []
  copies = 1
}

link "aws_vpn_connection" "vpn_gateway_id" {
  to    = "aws_vpn_gateway"
  means = "member_of"
}

link "aws_vpn_connection" "transit_gateway_id" {
  to    = "aws_ec2_transit_gateway"
  means = "member_of"
}

link "aws_vpn_connection" "customer_gateway_id" {
  to    = "aws_customer_gateway"
  means = "uses"
}

resource "aws_dx_gateway" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_dx_connection" {
  role   = "network"
  zones  = []
  copies = 1
}

resource "aws_dx_lag" {
  role   = "network"
  zones  = []
  copies = 1
}

set "dx_virtual_interface" {
  types = [
    "aws_dx_private_virtual_interface",
    "aws_dx_transit_virtual_interface",
  ]
}

link "dx_virtual_interface" "dx_gateway_id" {
  to    = "aws_dx_gateway"
  means = "member_of"
}

link "dx_virtual_interface" "vpn_gateway_id" {
  to    = "aws_vpn_gateway"
  means = "member_of"
}

link "dx_virtual_interface" "connection_id" {
  to    = ["aws_dx_connection", "aws_dx_lag"]
  means = "runs_on"
}

# Anycast addresses, which lead to endpoints in several Regions.
resource "aws_globalaccelerator_accelerator" {
  role   = "entry"
  entry  = self.enabled != false
  zones  = []
  copies = 2
}

resource "aws_globalaccelerator_listener" {
  role   = "entry"
  zones  = []
  copies = 2
}

resource "aws_globalaccelerator_endpoint_group" {
  role   = "entry"
  zones  = []
  copies = 2
}

link "aws_globalaccelerator_listener" "accelerator_arn" {
  to    = "aws_globalaccelerator_accelerator"
  means = "listens_on"
}

link "aws_globalaccelerator_endpoint_group" "listener_arn" {
  to    = "aws_globalaccelerator_listener"
  means = "listens_on"
}

link "aws_globalaccelerator_endpoint_group" "endpoint_configuration.endpoint_id" {
  to    = ["load_balancer", "aws_instance", "aws_eip"]
  means = "forwards"
}

# What AWS makes of several machines, and what of one.
resource "aws_elastic_beanstalk_environment" {
  role   = "compute"
  entry  = self.tier != "Worker"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = (
    anytrue([for s in default(self.setting, []) : s.name == "EnvironmentType" && s.value == "SingleInstance"])
    ? 1
    : tonumber(default([for s in default(self.setting, []) : s.value if s.namespace == "aws:autoscaling:asg" && s.name == "MinSize"][0], 1))
  )
}

# All nodes of a cluster stand in one subnet: of several that an instance fleet may use, AWS picks one.
resource "aws_emr_cluster" {
  role = "compute"
  zones = (
    length(default(self.ec2_attributes[0].subnet_ids, [])) > 1 || length(default(self.ec2_attributes, [])) == 0
    ? [null]
    : flatten([for s in linked(self, "in_subnet") : zones(s)])
  )
  copies = default(self.master_instance_group[0].instance_count, 1)
}

link "aws_emr_cluster" "ec2_attributes.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_emr_cluster" "ec2_attributes.subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_sagemaker_endpoint" {
  role   = "compute"
  entry  = true
  zones  = []
  copies = (
    length(linked(self, "uses", "aws_sagemaker_endpoint_configuration")) == 0
    ? null
    : min(flatten([for c in linked(self, "uses", "aws_sagemaker_endpoint_configuration") : variant_machines(c)])...)
  )
}

link "aws_sagemaker_endpoint" "endpoint_config_name" {
  to    = "aws_sagemaker_endpoint_configuration"
  means = "uses"
  by    = "name"
}

# What may be told to run on one node.
set "single_node_store" {
  types = [
    "aws_memorydb_cluster",
    "aws_dax_cluster",
    "aws_opensearch_domain",
    "aws_elasticsearch_domain",
    "aws_mq_broker",
    "aws_timestreaminfluxdb_db_instance",
    "aws_docdb_cluster",
    "aws_neptune_cluster",
  ]
}

set "search_domain" {
  types = ["aws_opensearch_domain", "aws_elasticsearch_domain"]
}

# The zones that a network has subnets in.
define "subnet_zones" {
  of = "vpc"
  is = distinct(flatten([for s in referrers(self, "in_network", "subnet") : zones(s)]))
}

# A firewall in the way: routes name its endpoints, of which its status tells.
link "aws_route_table" "route.vpc_endpoint_id" {
  to    = ["aws_vpc_endpoint", "aws_networkfirewall_firewall"]
  means = "routes_to"
}
