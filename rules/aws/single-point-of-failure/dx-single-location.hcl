rule "dx-single-location" {
  summary   = "Direct Connect has one connection or one location"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A connection is one line on one router in one building. Work on any of these cuts off everything behind it, and a new line takes
    weeks.
  MD
  fix       = "Order a second connection at another location, or add a VPN as the second way."
  notice    = "`ConnectionState` is 0, and `ConnectionBpsEgress` with it."
  prove     = "Shut the BGP session down at your router, and see whether traffic finds another way."
  references = [
    "AWS Well-Architected REL02-BP02",
    "AWS Trusted Advisor Direct Connect Location Resiliency",
  ]

  locals {
    interfaces = referrers(self, "member_of", "dx_virtual_interface")
    lines      = distinct([for i in local.interfaces : i.connection_id])
    # Interfaces of lines that somebody else owns are accepted, not made.
    accepted = referrers(
      self, "refers", "aws_dx_hosted_private_virtual_interface_accepter", "aws_dx_hosted_transit_virtual_interface_accepter",
    )
    found     = distinct(flatten([for i in local.interfaces : refs(i.connection_id, "aws_dx_connection", "aws_dx_lag")]))
    locations = distinct([for l in local.found : l.location])
    vpn       = length(resources("aws_vpn_connection")) > 0
  }

  for_each = resources("aws_dx_gateway")
  unless   = local.vpn || length(local.accepted) > 0

  defect "one connection" {
    when    = length(local.interfaces) > 0 && length(local.lines) == 1
    message = "`${self}` hangs on one connection"

    label "the only line" {
      at        = local.interfaces
      attribute = "connection_id"
    }
  }

  defect "one location" {
    when    = length(local.lines) > 1 && length(local.found) == length(local.lines) && length(local.locations) == 1
    message = "all ${length(local.lines)} connections of `${self}` end in one building"

    label "its location" {
      at        = local.found
      attribute = "location"
    }
  }

  fails "one connection" {
    resource "aws_dx_connection" "office" {
      name      = "office"
      bandwidth = "1Gbps"
      location  = "EqDC2"
    }

    resource "aws_dx_gateway" "office" {
      name            = "office"
      amazon_side_asn = "64512"
    }

    resource "aws_dx_private_virtual_interface" "office" {
      name           = "office"
      connection_id  = aws_dx_connection.office.id
      dx_gateway_id  = aws_dx_gateway.office.id
      vlan           = 101
      address_family = "ipv4"
      bgp_asn        = 65000
    }
  }

  fails "two connections at one location" {
    resource "aws_dx_connection" "office" {
      count     = 2
      name      = "office-${count.index}"
      bandwidth = "1Gbps"
      location  = "EqDC2"
    }

    resource "aws_dx_gateway" "office" {
      name            = "office"
      amazon_side_asn = "64512"
    }

    resource "aws_dx_transit_virtual_interface" "office" {
      count          = 2
      name           = "office-${count.index}"
      connection_id  = aws_dx_connection.office[count.index].id
      dx_gateway_id  = aws_dx_gateway.office.id
      vlan           = 101
      address_family = "ipv4"
      bgp_asn        = 65000
    }
  }

  passes "two locations" {
    resource "aws_dx_connection" "office" {
      for_each  = toset(["EqDC2", "CSVA1"])
      name      = "office-${each.key}"
      bandwidth = "1Gbps"
      location  = each.key
    }

    resource "aws_dx_gateway" "office" {
      name            = "office"
      amazon_side_asn = "64512"
    }

    resource "aws_dx_transit_virtual_interface" "office" {
      for_each       = aws_dx_connection.office
      name           = each.key
      connection_id  = each.value.id
      dx_gateway_id  = aws_dx_gateway.office.id
      vlan           = 101
      address_family = "ipv4"
      bgp_asn        = 65000
    }
  }

  passes "a VPN as the second way" {
    resource "aws_dx_gateway" "office" {
      name            = "office"
      amazon_side_asn = "64512"
    }

    resource "aws_dx_private_virtual_interface" "office" {
      name           = "office"
      connection_id  = "dxcon-0a1b2c3d"
      dx_gateway_id  = aws_dx_gateway.office.id
      vlan           = 101
      address_family = "ipv4"
      bgp_asn        = 65000
    }

    resource "aws_vpn_connection" "office" {
      transit_gateway_id  = "tgw-0a1b2c3d"
      customer_gateway_id = "cgw-0a1b2c3d"
      type                = "ipsec.1"
    }
  }

  passes "two lines that were ordered elsewhere" {
    resource "aws_dx_gateway" "office" {
      name            = "office"
      amazon_side_asn = "64512"
    }

    resource "aws_dx_private_virtual_interface" "office" {
      for_each       = toset(["dxcon-0a1b2c3d", "dxcon-1a2b3c4d"])
      name           = each.key
      connection_id  = each.key
      dx_gateway_id  = aws_dx_gateway.office.id
      vlan           = 101
      address_family = "ipv4"
      bgp_asn        = 65000
    }
  }

  unknown "lines are given by the caller" {
    variable "connection_ids" { type = set(string) }

    resource "aws_dx_gateway" "office" {
      name            = "office"
      amazon_side_asn = "64512"
    }

    resource "aws_dx_private_virtual_interface" "office" {
      for_each       = var.connection_ids
      name           = each.key
      connection_id  = each.key
      dx_gateway_id  = aws_dx_gateway.office.id
      vlan           = 101
      address_family = "ipv4"
      bgp_asn        = 65000
    }
  }
}
