rule "vpn-route-to-own-network" {
  summary     = "Route of a VPN leads to the network that it starts from"
  principle   = "redundancy"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A static route of a VPN says what lies behind the other end of its tunnels. With the range of the VPC itself nothing is sent through them: within
    the VPC its own route always wins, and the network at the other end stays out of reach.
  MD
  fix         = "Write the range of the network at the other end in `destination_cidr_block`."
  notice      = "`TunnelDataOut` stays 0 although both tunnels are up."
  prove       = "Reach one address at the other end from a machine in the VPC."
  references  = ["AWS Well-Architected REL02-BP05", "AWS Site-to-Site VPN User Guide: Static and dynamic routing"]

  locals {
    gateways = flatten([for c in refs(self.vpn_connection_id, "aws_vpn_connection") : refs(c.vpn_gateway_id, "aws_vpn_gateway")])
    networks = flatten([
      for g in local.gateways : concat(
        refs(g.vpc_id, "aws_vpc"),
        [for a in resources("aws_vpn_gateway_attachment") : refs(a.vpc_id, "aws_vpc") if contains(refs(a.vpn_gateway_id), g)],
      )
    ])
    own = [for n in local.networks : n if self.destination_cidr_block == n.cidr_block]
  }

  for_each = resources("aws_vpn_connection_route")
  when     = length(local.own) > 0
  at       = "destination_cidr_block"
  message  = "`${self}` leads to `${local.own[0]}` itself, and not to the network behind the VPN"

  label "has this range" {
    at        = local.own
    attribute = "cidr_block"
  }

  fails "range of the VPC" {
    resource "aws_vpc" "main" {
      cidr_block = "10.20.0.0/16"
    }

    resource "aws_vpn_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_customer_gateway" "office" {
      bgp_asn    = 65010
      ip_address = "198.51.100.1"
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      vpn_gateway_id      = aws_vpn_gateway.main.id
      customer_gateway_id = aws_customer_gateway.office.id
      type                = "ipsec.1"
      static_routes_only  = true
    }

    resource "aws_vpn_connection_route" "office" {
      vpn_connection_id      = aws_vpn_connection.office.id
      destination_cidr_block = aws_vpc.main.cidr_block
    }
  }

  fails "gateway that is attached, and the range written out" {
    resource "aws_vpc" "main" {
      cidr_block = "10.20.0.0/16"
    }

    resource "aws_vpn_gateway" "main" {}

    resource "aws_vpn_gateway_attachment" "main" {
      vpc_id         = aws_vpc.main.id
      vpn_gateway_id = aws_vpn_gateway.main.id
    }

    resource "aws_customer_gateway" "office" {
      bgp_asn    = 65010
      ip_address = "198.51.100.1"
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      vpn_gateway_id      = aws_vpn_gateway.main.id
      customer_gateway_id = aws_customer_gateway.office.id
      type                = "ipsec.1"
      static_routes_only  = true
    }

    resource "aws_vpn_connection_route" "office" {
      vpn_connection_id      = aws_vpn_connection.office.id
      destination_cidr_block = "10.20.0.0/16"
    }
  }

  passes "range of the office" {
    resource "aws_vpc" "main" {
      cidr_block = "10.20.0.0/16"
    }

    resource "aws_vpn_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_customer_gateway" "office" {
      bgp_asn    = 65010
      ip_address = "198.51.100.1"
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      vpn_gateway_id      = aws_vpn_gateway.main.id
      customer_gateway_id = aws_customer_gateway.office.id
      type                = "ipsec.1"
      static_routes_only  = true
    }

    resource "aws_vpn_connection_route" "office" {
      vpn_connection_id      = aws_vpn_connection.office.id
      destination_cidr_block = "192.168.0.0/20"
    }
  }

  unknown "range is given by the caller" {
    variable "office" { type = string }

    resource "aws_vpc" "main" {
      cidr_block = "10.20.0.0/16"
    }

    resource "aws_vpn_gateway" "main" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_customer_gateway" "office" {
      bgp_asn    = 65010
      ip_address = "198.51.100.1"
      type       = "ipsec.1"
    }

    resource "aws_vpn_connection" "office" {
      vpn_gateway_id      = aws_vpn_gateway.main.id
      customer_gateway_id = aws_customer_gateway.office.id
      type                = "ipsec.1"
      static_routes_only  = true
    }

    resource "aws_vpn_connection_route" "office" {
      vpn_connection_id      = aws_vpn_connection.office.id
      destination_cidr_block = var.office
    }
  }
}
