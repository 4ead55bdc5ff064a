# Networks: what stands in which zone, and which way traffic leaves a subnet.

data "aws_availability_zones" {
  distinct = ["names", "zone_ids"]
  at_least = 2 # every Region offers an account two zones or more

  narrowed_by = ["filter", "exclude_names", "exclude_zone_ids", "all_availability_zones", "state"]
  keeps_all   = ["state=available"]
}

data "aws_subnets" {
  distinct = ["ids"]
}

# A list that is assumed to stand in several zones is one of subnets.
placed "aws_subnet" {
  element = "id"
  zone    = "availability_zone"
  zones   = "aws_availability_zones.names"
}

set "vpc" {
  types = [
    "aws_vpc",
    "aws_default_vpc",
  ]
}

# The ranges of a network: the first one, and those that were added.
define "ranges" {
  of = "vpc"
  is = [
    for r in concat([self.cidr_block], [for a in referrers(self, "refers", "aws_vpc_ipv4_cidr_block_association") : a.cidr_block]) : r if r != null
  ]
}

set "subnet" {
  types = [
    "aws_subnet",
    "aws_default_subnet",
  ]
}

resource "aws_vpc" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_default_vpc" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_subnet" {
  role   = "network"
  zones  = [tostring(self.availability_zone_id != null && self.availability_zone == null ? self.availability_zone_id : self.availability_zone)]
  copies = 1
}

resource "aws_default_subnet" {
  role   = "network"
  zones  = [tostring(self.availability_zone)]
  copies = 1
}

link "subnet" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

# The subnets that refer to a network, listed once for all of them.
define "subnets_within" {
  of = "vpc"
  is = [for s in resources("aws_subnet") : s if contains(refs(s.vpc_id, "vpc"), self)]
}

# The subnets of networks that stand elsewhere, by the id that is written; those whose id a variable or a data source gives have no text.
define "subnets_elsewhere" {
  is = {
    for s in resources("aws_subnet") : default(fragments("${default(s.vpc_id, "")}")[0], "") => s...
    if fragments("${attribute(s.vpc_id) == null || length(refs(s.vpc_id, "vpc")) == 0}")[0] == "true"
  }
}

# The address and the length of the prefix of a range; empty where it is not written as one.
define "range_parts" {
  of = "aws_subnet"
  is = can(regex("/[0-9]+$", self.cidr_block)) ? split("/", self.cidr_block) : []
}

resource "aws_route_table" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_default_route_table" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_internet_gateway" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_egress_only_internet_gateway" {
  role   = "network"
  zones  = []
  copies = 2
}

# A zonal gateway stands in the zone of its subnet; a regional one (availability_mode) spreads by itself.
resource "aws_nat_gateway" {
  role   = "network"
  zones  = self.availability_mode == "regional" ? [] : flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = self.availability_mode == "regional" ? 2 : 1
}

link "aws_nat_gateway" "subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_nat_gateway" "allocation_id" {
  to      = "aws_eip"
  means   = "attached_to"
  reverse = true
}

resource "aws_eip" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_eip" "network_interface" {
  to    = ["aws_network_interface", "aws_instance"] # an instance tells its `primary_network_interface_id`
  means = "attached_to"
}

join "aws_eip_association" {
  from  = "allocation_id"
  to    = "network_interface_id"
  means = "attached_to"
}

link "aws_eip" "instance" {
  to    = "aws_instance"
  means = "attached_to"
}

join "aws_eip_association" {
  from  = "allocation_id"
  to    = "instance_id"
  means = "attached_to"
}

# Routes, as resources of their own and inside a route table.
join "aws_route_table_association" {
  from  = "subnet_id"
  to    = "route_table_id"
  means = "routed_by"
}

# A subnet without an association of its own uses the main table of its network: the one that the network was given, else the one that
# it was made with, which may be managed as a resource or stand in routes as an attribute of the network.
edge "subnet" {
  means = "routed_by"
  to    = length(linked(self, "routed_by")) > 0 ? [] : main_tables(self)
}

define "main_tables" {
  of = "subnet"
  is = flatten([
    for v in refs(self.vpc_id) :
    length(referrers(v, "refers", "aws_main_route_table_association")) > 0
    ? flatten([for m in referrers(v, "refers", "aws_main_route_table_association") : refs(m.route_table_id, "aws_route_table")])
    : concat([v], referrers(v, "refers", "aws_default_route_table"))
  ])
}

join "aws_route" {
  from  = "route_table_id"
  to    = "nat_gateway_id"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "gateway_id"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "egress_only_gateway_id"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "transit_gateway_id"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "vpc_endpoint_id"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "network_interface_id"
  means = "routes_to"
}

link "aws_route_table" "route.nat_gateway_id" {
  to    = "aws_nat_gateway"
  means = "routes_to"
}

# AWS takes the id of a NAT gateway here as well.
link "aws_route_table" "route.gateway_id" {
  to    = ["aws_internet_gateway", "aws_nat_gateway", "aws_vpn_gateway"]
  means = "routes_to"
}

link "aws_route_table" "route.transit_gateway_id" {
  to    = "aws_ec2_transit_gateway"
  means = "routes_to"
}

link "aws_route_table" "route.network_interface_id" {
  to    = ["aws_network_interface", "aws_instance"]
  means = "routes_to"
}

link "aws_default_route_table" "route.nat_gateway_id" {
  to    = "aws_nat_gateway"
  means = "routes_to"
}

link "aws_default_route_table" "route.gateway_id" {
  to    = ["aws_internet_gateway", "aws_nat_gateway", "aws_vpn_gateway"]
  means = "routes_to"
}

link "aws_default_route_table" "route.transit_gateway_id" {
  to    = "aws_ec2_transit_gateway"
  means = "routes_to"
}

link "aws_default_route_table" "route.network_interface_id" {
  to    = ["aws_network_interface", "aws_instance"]
  means = "routes_to"
}

resource "aws_network_interface" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_network_interface" "subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_ec2_transit_gateway" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_ec2_transit_gateway_vpc_attachment" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_ec2_transit_gateway_vpc_attachment" "subnet_ids" {
  to    = "aws_subnet"
  means = "in_subnet"
}

link "aws_ec2_transit_gateway_vpc_attachment" "transit_gateway_id" {
  to    = "aws_ec2_transit_gateway"
  means = "member_of"
}

# Endpoints. A gateway endpoint belongs to the route tables and has no zone.
resource "aws_vpc_endpoint" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_vpc_endpoint" "subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_vpc_endpoint" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

link "aws_vpc_endpoint" "route_table_ids" {
  to      = "aws_route_table"
  means   = "routes_to"
  reverse = true
}

join "aws_vpc_endpoint_subnet_association" {
  from  = "vpc_endpoint_id"
  to    = "subnet_id"
  means = "in_subnet"
}

join "aws_vpc_endpoint_route_table_association" {
  from  = "route_table_id"
  to    = "vpc_endpoint_id"
  means = "routes_to"
}

# Who may talk to whom: the group that admits points at the group that is admitted.
resource "aws_security_group" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_security_group" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

link "aws_security_group" "ingress.security_groups" {
  to    = ["aws_security_group", "aws_default_security_group", "aws_eks_cluster"]
  means = "allows"
}

link "aws_default_security_group" "ingress.security_groups" {
  to    = ["aws_security_group", "aws_default_security_group", "aws_eks_cluster"]
  means = "allows"
}

join "aws_vpc_security_group_ingress_rule" {
  from  = "security_group_id"
  to    = "referenced_security_group_id"
  means = "allows"
}

join "aws_security_group_rule" {
  from  = "security_group_id"
  to    = "source_security_group_id"
  means = "allows"
  when  = self.type == "ingress"
}

link "aws_flow_log" "vpc_id" {
  to    = "aws_vpc"
  means = "configures"
}

link "aws_flow_log" "log_destination" {
  to    = ["aws_cloudwatch_log_group", "aws_s3_bucket"]
  means = "logs_to"
}

# What stands in the zones of its subnets, or in those that a switch gives it.
set "zonal" {
  types = [
    "aws_db_instance",
    "aws_db_subnet_group",
    "aws_elasticache_replication_group",
    "aws_elasticache_subnet_group",
    "aws_opensearch_domain",
    "aws_lb",
    "aws_alb",
    "aws_elb",
    "aws_autoscaling_group",
    "aws_ecs_service",
    "aws_eks_node_group",
    "aws_lambda_function",
    "aws_db_proxy",
    "aws_vpc_endpoint",
    "aws_ec2_transit_gateway_vpc_attachment",
  ]
}

# Each of its subnets stands in a zone of its own: AWS takes no two of one zone.
set "one_subnet_per_zone" {
  types = [
    "aws_lb", "aws_alb", "aws_elb", "aws_vpc_endpoint", "aws_networkfirewall_firewall", "aws_ec2_transit_gateway_vpc_attachment",
  ]
}

# It has different subnets of which some are not of this configuration: then their zones are not known, and yet they are several.
define "stands_apart" {
  of = "load_balancer"
  is = anytrue([
    for all in [concat(tolist(default(self.subnets, [])), [for m in default(self.subnet_mapping, []) : m.subnet_id])] :
    anytrue([for s in all : length(refs(s, "subnet")) == 0]) && length(distinct(all)) > 1
  ])
}

define "stands_apart" {
  of = "aws_elb"
  is = anytrue([for s in default(self.subnets, []) : length(refs(s, "subnet")) == 0]) && length(distinct(tolist(default(self.subnets, [])))) > 1
}

define "stands_apart" {
  of = ["aws_vpc_endpoint", "aws_ec2_transit_gateway_vpc_attachment"]
  is = anytrue([for s in default(self.subnet_ids, []) : length(refs(s, "subnet")) == 0]) && length(distinct(tolist(default(self.subnet_ids, [])))) > 1
}

define "stands_apart" {
  of = "aws_networkfirewall_firewall"
  is = anytrue([
    for all in [[for m in default(self.subnet_mapping, []) : m.subnet_id]] :
    anytrue([for s in all : length(refs(s, "subnet")) == 0]) && length(distinct(all)) > 1
  ])
}
