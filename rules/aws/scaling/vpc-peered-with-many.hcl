rule "vpc-peered-with-many" {
  summary     = "Networks are connected by a mesh of peerings"
  principle   = "scaling"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A peering leads no further than to the other network, so each new network needs one with all the others, and routes on both sides. The mesh grows with
    the square of the networks, and a route that was forgotten shows only when somebody needs it.
  MD
  fix         = "Attach the networks to one transit gateway, or to a segment of Cloud WAN."
  notice      = "A new network cannot reach one of the others, although its peerings are active."
  prove       = "List who can reach whom with Reachability Analyzer, and count what is missing."
  references  = ["AWS Well-Architected REL02-BP04", "Amazon VPC Peering Guide: VPC peering limitations"]

  param "most" {
    default = 4
    doc     = "Most peerings that a network may have."
  }

  locals {
    peerings = referrers(self, "refers", "aws_vpc_peering_connection")
  }

  # Only networks with a peering that is known: a module that is not there may hold one of any network.
  for_each = distinct(flatten([for p in resources("aws_vpc_peering_connection") : concat(refs(p.vpc_id, "vpc"), refs(p.peer_vpc_id, "vpc"))]))
  when     = length(local.peerings) > param.most
  message  = "`${self}` has ${length(local.peerings)} peerings, each with routes of its own on both sides"

  label "one of them" {
    at = local.peerings
  }

  fails "five peerings" {
    resource "aws_vpc" "shared" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_peering_connection" "team" {
      for_each    = toset(["vpc-0a", "vpc-0b", "vpc-0c", "vpc-0d", "vpc-0e"])
      vpc_id      = aws_vpc.shared.id
      peer_vpc_id = each.key
    }
  }

  passes "a few" {
    resource "aws_vpc" "shared" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_peering_connection" "team" {
      for_each    = toset(["vpc-0a", "vpc-0b"])
      vpc_id      = aws_vpc.shared.id
      peer_vpc_id = each.key
    }
  }

  passes "a hub" {
    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_vpc" "team" {
      for_each   = toset(["0", "1", "2", "3", "4", "5"])
      cidr_block = "10.${each.key}.0.0/16"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "team" {
      for_each           = aws_vpc.team
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = each.value.id
      subnet_ids         = ["subnet-0a1b2c3d"]
    }
  }

  unknown "the caller says with how many" {
    variable "peers" { type = set(string) }

    resource "aws_vpc" "shared" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_peering_connection" "team" {
      for_each    = var.peers
      vpc_id      = aws_vpc.shared.id
      peer_vpc_id = each.key
    }
  }
}
