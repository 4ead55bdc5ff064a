rule "vpc-ranges-overlap" {
  summary   = "Networks that shall be connected use the same addresses"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    AWS refuses a peering between overlapping ranges, and a transit gateway does not propagate the routes of the second network with
    the same range. A range cannot be changed while anything stands in it.
  MD
  fix       = "Give each network a range of its own, from a plan for all of them (Amazon VPC IPAM)."
  notice    = "Routes are refused, or packets reach the wrong network."
  prove     = "Plan the peering or attachment of both networks in a test account, and add the routes."
  references = [
    "AWS Well-Architected REL02-BP05",
    "Amazon VPC Transit Gateways: VPC attachments, limits",
  ]

  locals {
    # Of a peering: both ends. Attachments with route tables of their own may be kept apart on purpose.
    ends = concat(refs(self.vpc_id, "vpc"), refs(self.peer_vpc_id, "vpc"))
    attached = flatten([
      for a in referrers(self, "member_of", "aws_ec2_transit_gateway_vpc_attachment") : linked(a, "in_network")
      if self.default_route_table_propagation != "disable" && a.transit_gateway_default_route_table_propagation != false
    ])
    networks = is(self, "aws_vpc_peering_connection") ? local.ends : local.attached
    # Two ranges overlap if they are one when cut to the shorter prefix.
    overlaps = flatten([
      for i, v in local.networks : [
        for j, w in local.networks : [
          for r in ranges(v) : [
            for s in ranges(w) : { networks = [v, w], ranges = [r, s] }
            if cidrhost("${split("/", r)[0]}/${min(tonumber(split("/", r)[1]), tonumber(split("/", s)[1]))}", 0) == cidrhost("${split("/", s)[0]}/${min(tonumber(split("/", r)[1]), tonumber(split("/", s)[1]))}", 0)
          ]
        ] if i < j && v != w
      ]
    ])
  }

  for_each = resources("aws_vpc_peering_connection", "aws_ec2_transit_gateway")

  defect "peering" {
    when    = is(self, "aws_vpc_peering_connection") && length(local.overlaps) > 0
    at      = "peer_vpc_id"
    message = "`${self}` connects networks whose ranges ${local.overlaps[0].ranges[0]} and ${local.overlaps[0].ranges[1]} overlap"

    label "one of the ranges" {
      at        = local.ends
      attribute = "cidr_block"
    }
  }

  defect "transit gateway" {
    when    = is(self, "aws_ec2_transit_gateway") && length(local.overlaps) > 0
    message = "the ranges ${local.overlaps[0].ranges[0]} and ${local.overlaps[0].ranges[1]} of two networks on `${self}` overlap, and a part of one cannot be reached"

    label "one of the ranges" {
      at        = local.overlaps[0].networks
      attribute = "cidr_block"
    }
  }

  fails "one range inside the other" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "reports" {
      cidr_block = "10.0.128.0/20"
    }

    resource "aws_vpc_peering_connection" "reports" {
      vpc_id      = aws_vpc.shop.id
      peer_vpc_id = aws_vpc.reports.id
      auto_accept = true
    }
  }

  fails "the same range twice on a transit gateway" {
    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_vpc" "spoke" {
      for_each   = toset(["shop", "reports"])
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "spoke" {
      for_each           = aws_vpc.spoke
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = each.value.id
      subnet_ids         = ["subnet-0a1b2c3d"]
    }
  }

  fails "one range inside the other on a transit gateway" {
    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_vpc" "shop" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc" "reports" {
      cidr_block = "10.1.4.0/22"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "shop" {
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = aws_vpc.shop.id
      subnet_ids         = ["subnet-0a1b2c3d"]
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "reports" {
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = aws_vpc.reports.id
      subnet_ids         = ["subnet-0a1b2c3e"]
    }
  }

  fails "a range that was added" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_ipv4_cidr_block_association" "more" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc" "reports" {
      cidr_block = "10.1.128.0/20"
    }

    resource "aws_vpc_peering_connection" "reports" {
      vpc_id      = aws_vpc.shop.id
      peer_vpc_id = aws_vpc.reports.id
      auto_accept = true
    }
  }

  passes "ranges beside each other" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "reports" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "reports" {
      vpc_id      = aws_vpc.shop.id
      peer_vpc_id = aws_vpc.reports.id
      auto_accept = true
    }
  }

  passes "a range for each network on the transit gateway" {
    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_vpc" "spoke" {
      for_each   = { shop = "10.0.0.0/16", reports = "10.1.0.0/16" }
      cidr_block = each.value
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "spoke" {
      for_each           = aws_vpc.spoke
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = each.value.id
      subnet_ids         = ["subnet-0a1b2c3d"]
    }
  }

  passes "networks that are kept apart" {
    resource "aws_ec2_transit_gateway" "hub" {
      default_route_table_propagation = "disable"
    }

    resource "aws_vpc" "spoke" {
      for_each   = toset(["live", "test"])
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "spoke" {
      for_each           = aws_vpc.spoke
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = each.value.id
      subnet_ids         = ["subnet-0a1b2c3d"]
    }
  }

  passes "the other network is somebody else's" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_peering_connection" "partner" {
      vpc_id        = aws_vpc.shop.id
      peer_vpc_id   = "vpc-0a1b2c3d"
      peer_owner_id = "444455556666"
    }
  }

  unknown "a range is given by the caller" {
    variable "cidr_block" { type = string }

    resource "aws_vpc" "shop" {
      cidr_block = var.cidr_block
    }

    resource "aws_vpc" "reports" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_vpc_peering_connection" "reports" {
      vpc_id      = aws_vpc.shop.id
      peer_vpc_id = aws_vpc.reports.id
      auto_accept = true
    }
  }
}
