rule "vpn-single-customer-gateway" {
  summary   = "Site-to-Site VPN ends on one device"
  principle = "single-point-of-failure"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A connection has two tunnels, which protects from a failure on the side of AWS. On the other side both end on the same device, and
    with it the connection is gone.
  MD
  fix       = "Add a second `aws_customer_gateway` for another device and a connection to it."
  notice    = "`TunnelState` of all tunnels is 0 when the device restarts."
  prove     = "Restart the device in a maintenance window, and see whether traffic finds another way."
  references = [
    "AWS Well-Architected REL02-BP02",
    "AWS Trusted Advisor VPN Tunnel Redundancy",
    "AWS Site-to-Site VPN: redundant connections",
  ]

  locals {
    connections = referrers(self, "member_of", "aws_vpn_connection")
    devices     = distinct([for c in local.connections : c.customer_gateway_id])
    # With a line of its own beside it, the VPN is the second way.
    line = (
      length(referrers(self, "member_of", "dx_virtual_interface")) > 0
      || length(referrers(self, "refers", "aws_dx_gateway_association", "aws_dx_gateway_association_proposal")) > 0
    )
  }

  for_each = resources("aws_vpn_gateway", "aws_ec2_transit_gateway")
  unless   = local.line
  when     = length(local.connections) > 0 && length(local.devices) == 1
  message  = "the other side reaches `${self}` through one device only"

  label "ends there" {
    at        = local.connections
    attribute = "customer_gateway_id"
  }

  fails "one connection" {
    resource "aws_vpn_gateway" "office" {
      vpc_id = "vpc-0a1b2c3d"
    }

    resource "aws_customer_gateway" "office" {
      bgp_asn    = 65000
      ip_address = "198.51.100.10"
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      vpn_gateway_id      = aws_vpn_gateway.office.id
      customer_gateway_id = aws_customer_gateway.office.id
      type                = "ipsec.1"
    }
  }

  passes "two devices" {
    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_customer_gateway" "office" {
      for_each   = toset(["198.51.100.10", "198.51.100.20"])
      bgp_asn    = 65000
      ip_address = each.key
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      for_each            = aws_customer_gateway.office
      transit_gateway_id  = aws_ec2_transit_gateway.hub.id
      customer_gateway_id = each.value.id
      type                = "ipsec.1"
    }
  }

  passes "second way beside Direct Connect" {
    resource "aws_vpn_gateway" "office" {
      vpc_id = "vpc-0a1b2c3d"
    }

    resource "aws_dx_gateway" "office" {
      name            = "office"
      amazon_side_asn = "64512"
    }

    resource "aws_dx_gateway_association" "office" {
      dx_gateway_id         = aws_dx_gateway.office.id
      associated_gateway_id = aws_vpn_gateway.office.id
    }

    resource "aws_customer_gateway" "office" {
      bgp_asn    = 65000
      ip_address = "198.51.100.10"
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      vpn_gateway_id      = aws_vpn_gateway.office.id
      customer_gateway_id = aws_customer_gateway.office.id
      type                = "ipsec.1"
    }
  }

  passes "no connection" {
    resource "aws_ec2_transit_gateway" "hub" {}
  }

  unknown "devices are given by the caller" {
    variable "devices" { type = set(string) }

    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_customer_gateway" "office" {
      for_each   = var.devices
      bgp_asn    = 65000
      ip_address = each.key
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      for_each            = aws_customer_gateway.office
      transit_gateway_id  = aws_ec2_transit_gateway.hub.id
      customer_gateway_id = each.value.id
      type                = "ipsec.1"
    }
  }
}
