# Ways between networks, and into them, besides those of network.hcl and placement.hcl. AWS keeps each of them in every zone that it has a
# subnet in; the far side of a line is not AWS's to keep.

resource "aws_vpc_peering_connection" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_vpc_peering_connection" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

link "aws_route_table" "route.vpc_peering_connection_id" {
  to    = "aws_vpc_peering_connection"
  means = "routes_to"
}

link "aws_default_route_table" "route.vpc_peering_connection_id" {
  to    = "aws_vpc_peering_connection"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "vpc_peering_connection_id"
  means = "routes_to"
}

resource "aws_ec2_carrier_gateway" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_ec2_carrier_gateway" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

link "aws_route_table" "route.carrier_gateway_id" {
  to    = "aws_ec2_carrier_gateway"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "carrier_gateway_id"
  means = "routes_to"
}

link "aws_route_table" "route.egress_only_gateway_id" {
  to    = "aws_egress_only_internet_gateway"
  means = "routes_to"
}

link "aws_default_route_table" "route.egress_only_gateway_id" {
  to    = "aws_egress_only_internet_gateway"
  means = "routes_to"
}

# Transit gateways: attachments of other kinds, and their own tables.
set "tgw_attachment" {
  types = [
    "aws_ec2_transit_gateway_vpc_attachment",
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_connect",
    "aws_vpn_connection",
  ]
}

resource "aws_ec2_transit_gateway_peering_attachment" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_ec2_transit_gateway_peering_attachment" "transit_gateway_id" {
  to    = "aws_ec2_transit_gateway"
  means = "member_of"
}

resource "aws_ec2_transit_gateway_connect" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_ec2_transit_gateway_connect" "transit_gateway_id" {
  to    = "aws_ec2_transit_gateway"
  means = "member_of"
}

link "aws_ec2_transit_gateway_connect" "transport_attachment_id" {
  to    = "tgw_attachment"
  means = "runs_on"
}

resource "aws_ec2_transit_gateway_route_table" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_ec2_transit_gateway_route_table" "transit_gateway_id" {
  to    = "aws_ec2_transit_gateway"
  means = "member_of"
}

join "aws_ec2_transit_gateway_route_table_association" {
  from  = "transit_gateway_attachment_id"
  to    = "transit_gateway_route_table_id"
  means = "routed_by"
}

# Traffic to the internet may leave through another network: from a table to the attachment of its own network, by the default route of the
# transit gateway to the attachment of the other one, and on by the routes there.
define "leaves_by_transit" {
  of = ["aws_route_table", "aws_default_route_table"]
  is = concat(
    flatten([for r in default(self.route, []) : refs(r.transit_gateway_id, "aws_ec2_transit_gateway") if r.cidr_block == "0.0.0.0/0"]),
    flatten([
      for r in referrers(self, "configures", "aws_route") : refs(r.transit_gateway_id, "aws_ec2_transit_gateway")
      if r.destination_cidr_block == "0.0.0.0/0"
    ]),
  )
}

edge "aws_route_table" {
  to    = resources("aws_ec2_transit_gateway_vpc_attachment")
  means = "routes_to"
  when = (
    other.vpc_id == self.vpc_id
    && anytrue([for g in leaves_by_transit(self) : contains(linked(other, "member_of"), g)])
  )
}

join "aws_ec2_transit_gateway_route" {
  from  = "transit_gateway_route_table_id"
  to    = "transit_gateway_attachment_id"
  means = "routes_to"
  when = (
    self.destination_cidr_block == "0.0.0.0/0"
    && length(refs(self.transit_gateway_route_table_id, "aws_ec2_transit_gateway_route_table")) > 0
  )
}

# What is associated with no table of its own uses the one that the gateway was made with.
edge "aws_ec2_transit_gateway_vpc_attachment" {
  to    = resources("aws_ec2_transit_gateway_vpc_attachment")
  means = "routes_to"
  when = length(linked(self, "routed_by")) == 0 && anytrue([
    for r in resources("aws_ec2_transit_gateway_route") :
    contains(refs(r.transit_gateway_attachment_id), other)
    && anytrue([for g in refs(r.transit_gateway_route_table_id, "aws_ec2_transit_gateway") : contains(linked(self, "member_of"), g)])
    if r.destination_cidr_block == "0.0.0.0/0"
  ])
}

# The backbone of Cloud WAN, and what is attached to it.
resource "aws_networkmanager_core_network" {
  role   = "network"
  zones  = []
  copies = 2
}

resource "aws_networkmanager_vpc_attachment" {
  role   = "network"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

link "aws_networkmanager_vpc_attachment" "subnet_arns" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_networkmanager_vpc_attachment" "vpc_arn" {
  to    = "vpc"
  means = "in_network"
}

link "aws_networkmanager_vpc_attachment" "core_network_id" {
  to    = "aws_networkmanager_core_network"
  means = "member_of"
}

link "aws_route_table" "route.core_network_arn" {
  to    = "aws_networkmanager_core_network"
  means = "routes_to"
}

join "aws_route" {
  from  = "route_table_id"
  to    = "core_network_arn"
  means = "routes_to"
}

# Lines into a network.
resource "aws_dx_private_virtual_interface" {
  role   = "network"
  zones  = []
  copies = 1
}

resource "aws_dx_transit_virtual_interface" {
  role   = "network"
  zones  = []
  copies = 1
}

resource "aws_dx_public_virtual_interface" {
  role   = "network"
  zones  = []
  copies = 1
}

link "aws_dx_public_virtual_interface" "connection_id" {
  to    = ["aws_dx_connection", "aws_dx_lag"]
  means = "runs_on"
}

join "aws_dx_connection_association" {
  from  = "lag_id"
  to    = "connection_id"
  means = "runs_on"
}

join "aws_dx_gateway_association" {
  from  = "associated_gateway_id"
  to    = "dx_gateway_id"
  means = "member_of"
}

join "aws_vpn_gateway_attachment" {
  from  = "vpn_gateway_id"
  to    = "vpc_id"
  means = "in_network"
}

link "aws_vpn_gateway" "vpc_id" {
  to    = "vpc"
  means = "in_network"
}

# People come in through these: an endpoint stands in the zones that it is associated with.
resource "aws_ec2_client_vpn_endpoint" {
  role   = "entry"
  entry  = true
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = length(zones(self))
}

join "aws_ec2_client_vpn_network_association" {
  from  = "client_vpn_endpoint_id"
  to    = "subnet_id"
  means = "in_subnet"
}

link "aws_ec2_client_vpn_endpoint" "connection_log_options.cloudwatch_log_group" {
  to    = "aws_cloudwatch_log_group"
  means = "logs_to"
  by    = "name"
}

link "aws_ec2_client_vpn_endpoint" "client_connect_options.lambda_function_arn" {
  to    = "aws_lambda_function"
  means = "invokes"
}

resource "aws_ec2_instance_connect_endpoint" {
  role   = "entry"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = 1
}

link "aws_ec2_instance_connect_endpoint" "subnet_id" {
  to    = "subnet"
  means = "in_subnet"
}

resource "aws_verifiedaccess_endpoint" {
  role   = "entry"
  entry  = true
  zones  = []
  copies = 2
}

link "aws_verifiedaccess_endpoint" "load_balancer_options.load_balancer_arn" {
  to    = "load_balancer"
  means = "integrates"
}

link "aws_verifiedaccess_endpoint" "network_interface_options.network_interface_id" {
  to    = "aws_network_interface"
  means = "integrates"
}

# What others reach through endpoints of their own, and inspection on the way.
resource "aws_vpc_endpoint_service" {
  role   = "ingress"
  zones  = []
  copies = 2
}

link "aws_vpc_endpoint_service" "network_load_balancer_arns" {
  to    = "load_balancer"
  means = "forwards"
}

link "aws_vpc_endpoint_service" "gateway_load_balancer_arns" {
  to    = "load_balancer"
  means = "forwards"
}

# A service that somebody offers; those of AWS have names of their own.
edge "aws_vpc_endpoint" {
  to    = resources("aws_vpc_endpoint_service")
  means = "integrates"
  when  = self.service_name == other.service_name
}

resource "aws_networkfirewall_firewall_policy" {
  role   = "network"
  zones  = []
  copies = 2
}

link "aws_networkfirewall_firewall" "firewall_policy_arn" {
  to    = "aws_networkfirewall_firewall_policy"
  means = "uses"
}

# Names that a network looks up elsewhere.
resource "aws_route53_resolver_rule" {
  role   = "dns"
  zones  = []
  copies = 2
}

link "aws_route53_resolver_rule" "resolver_endpoint_id" {
  to    = "aws_route53_resolver_endpoint"
  means = "runs_on"
}

# Directories: two controllers or more, one to a zone.
resource "aws_directory_service_directory" {
  role   = "identity"
  zones  = flatten([for s in linked(self, "in_subnet") : zones(s)])
  copies = default(self.desired_number_of_domain_controllers, 2)
}

link "aws_directory_service_directory" "vpc_settings.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

link "aws_directory_service_directory" "connect_settings.subnet_ids" {
  to    = "subnet"
  means = "in_subnet"
}

define "recovery" {
  of = [
    "aws_vpc_peering_connection",
    "aws_ec2_carrier_gateway",
    "aws_ec2_transit_gateway_peering_attachment",
    "aws_ec2_transit_gateway_connect",
    "aws_ec2_transit_gateway_route_table",
    "aws_networkmanager_core_network",
    "aws_networkmanager_vpc_attachment",
    "dx_virtual_interface",
    "aws_dx_public_virtual_interface",
    "aws_ec2_client_vpn_endpoint",
    "aws_ec2_instance_connect_endpoint",
    "aws_verifiedaccess_endpoint",
    "aws_vpc_endpoint_service",
    "aws_networkfirewall_firewall_policy",
    "aws_route53_resolver_rule",
    "aws_directory_service_directory",
  ]
  is = "regional"
}
