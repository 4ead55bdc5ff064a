rule "tgw-appliance-mode-off" {
  summary   = "Inspection network is attached without appliance mode"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    A transit gateway keeps traffic in the zone it came from. A reply that comes from another zone reaches another firewall, which
    has not seen the request and drops it: connections between zones hang for no visible reason.
  MD
  fix       = "Set `appliance_mode_support = \"enable\"` on the attachment of the network with the firewalls."
  notice    = "Connections between zones hang: the firewall's `DroppedPackets` rises for flows that should pass."
  prove     = "Open connections between two zones through a test inspection network, and count those that hang."
  references = [
    "AWS Well-Architected REL02-BP02",
    "Amazon VPC Transit Gateways: appliance in a shared services VPC",
  ]

  locals {
    tables = flatten([for s in linked(self, "in_subnet") : linked(s, "routed_by")])
    # What comes from the transit gateway is sent here.
    firewalls = distinct(flatten([
      for t in local.tables : concat(
        linked(t, "routes_to", "aws_networkfirewall_firewall"),
        [for e in linked(t, "routes_to", "aws_vpc_endpoint") : e if e.vpc_endpoint_type == "GatewayLoadBalancer"],
      )
    ]))
    inspects = distinct(flatten([for f in local.firewalls : zones(f)]))
  }

  for_each = resources("aws_ec2_transit_gateway_vpc_attachment")
  unless   = default(self.appliance_mode_support, "disable") == "enable"
  when     = length(local.inspects) > 1
  at       = "appliance_mode_support"
  message  = "`${self}` may send the two directions of a connection to firewalls in different zones"

  edit "appliance_mode_support" {
    to = "enable"
  }

  label "inspects the traffic" {
    at = local.firewalls
  }

  fails "firewall in two zones" {
    resource "aws_vpc" "inspection" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_subnet" "firewall" {
      for_each          = { a = "10.1.1.0/28", b = "10.1.2.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "hub" {
      for_each          = { a = "10.1.3.0/28", b = "10.1.4.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
      vpc_id              = aws_vpc.inspection.id

      dynamic "subnet_mapping" {
        for_each = aws_subnet.firewall

        content {
          subnet_id = subnet_mapping.value.id
        }
      }
    }

    resource "aws_route_table" "hub" {
      for_each = aws_subnet.hub
      vpc_id   = aws_vpc.inspection.id
    }

    resource "aws_route" "inspect" {
      for_each               = aws_route_table.hub
      route_table_id         = each.value.id
      destination_cidr_block = "0.0.0.0/0"
      vpc_endpoint_id = [
        for s in aws_networkfirewall_firewall.egress.firewall_status[0].sync_states : s.attachment[0].endpoint_id
        if s.availability_zone == "eu-west-1${each.key}"
      ][0]
    }

    resource "aws_route_table_association" "hub" {
      for_each       = aws_subnet.hub
      subnet_id      = each.value.id
      route_table_id = aws_route_table.hub[each.key].id
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
      transit_gateway_id = "tgw-0a1b2c3d"
      vpc_id             = aws_vpc.inspection.id
      subnet_ids         = [for s in aws_subnet.hub : s.id]
    }
  }

  passes "appliance mode" {
    resource "aws_vpc" "inspection" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_subnet" "firewall" {
      for_each          = { a = "10.1.1.0/28", b = "10.1.2.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "hub" {
      for_each          = { a = "10.1.3.0/28", b = "10.1.4.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
      vpc_id              = aws_vpc.inspection.id

      dynamic "subnet_mapping" {
        for_each = aws_subnet.firewall

        content {
          subnet_id = subnet_mapping.value.id
        }
      }
    }

    resource "aws_route_table" "hub" {
      for_each = aws_subnet.hub
      vpc_id   = aws_vpc.inspection.id
    }

    resource "aws_route" "inspect" {
      for_each               = aws_route_table.hub
      route_table_id         = each.value.id
      destination_cidr_block = "0.0.0.0/0"
      vpc_endpoint_id = [
        for s in aws_networkfirewall_firewall.egress.firewall_status[0].sync_states : s.attachment[0].endpoint_id
        if s.availability_zone == "eu-west-1${each.key}"
      ][0]
    }

    resource "aws_route_table_association" "hub" {
      for_each       = aws_subnet.hub
      subnet_id      = each.value.id
      route_table_id = aws_route_table.hub[each.key].id
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
      transit_gateway_id     = "tgw-0a1b2c3d"
      vpc_id                 = aws_vpc.inspection.id
      subnet_ids             = [for s in aws_subnet.hub : s.id]
      appliance_mode_support = "enable"
    }
  }

  passes "firewall on another way, to the internet" {
    resource "aws_vpc" "inspection" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_subnet" "firewall" {
      for_each          = { a = "10.1.1.0/28", b = "10.1.2.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "hub" {
      for_each          = { a = "10.1.3.0/28", b = "10.1.4.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
      vpc_id              = aws_vpc.inspection.id

      dynamic "subnet_mapping" {
        for_each = aws_subnet.firewall

        content {
          subnet_id = subnet_mapping.value.id
        }
      }
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
      transit_gateway_id = "tgw-0a1b2c3d"
      vpc_id             = aws_vpc.inspection.id
      subnet_ids         = [for s in aws_subnet.hub : s.id]
    }
  }

  passes "nothing inspects" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "hub" {
      for_each          = { a = "10.0.3.0/28", b = "10.0.4.0/28" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
      transit_gateway_id = "tgw-0a1b2c3d"
      vpc_id             = aws_vpc.main.id
      subnet_ids         = [for s in aws_subnet.hub : s.id]
    }
  }

  unknown "appliance mode is given by the caller" {
    variable "appliance_mode" { type = string }

    resource "aws_vpc" "inspection" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_subnet" "firewall" {
      for_each          = { a = "10.1.1.0/28", b = "10.1.2.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "hub" {
      for_each          = { a = "10.1.3.0/28", b = "10.1.4.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
      vpc_id              = aws_vpc.inspection.id

      dynamic "subnet_mapping" {
        for_each = aws_subnet.firewall

        content {
          subnet_id = subnet_mapping.value.id
        }
      }
    }

    resource "aws_route_table" "hub" {
      for_each = aws_subnet.hub
      vpc_id   = aws_vpc.inspection.id
    }

    resource "aws_route" "inspect" {
      for_each               = aws_route_table.hub
      route_table_id         = each.value.id
      destination_cidr_block = "0.0.0.0/0"
      vpc_endpoint_id = [
        for s in aws_networkfirewall_firewall.egress.firewall_status[0].sync_states : s.attachment[0].endpoint_id
        if s.availability_zone == "eu-west-1${each.key}"
      ][0]
    }

    resource "aws_route_table_association" "hub" {
      for_each       = aws_subnet.hub
      subnet_id      = each.value.id
      route_table_id = aws_route_table.hub[each.key].id
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
      transit_gateway_id     = "tgw-0a1b2c3d"
      vpc_id                 = aws_vpc.inspection.id
      subnet_ids             = [for s in aws_subnet.hub : s.id]
      appliance_mode_support = var.appliance_mode
    }
  }
}
