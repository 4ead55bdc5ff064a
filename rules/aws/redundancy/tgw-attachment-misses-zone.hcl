rule "tgw-attachment-misses-zone" {
  summary   = "Subnets route to a transit gateway that has no attachment in their zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    A transit gateway takes traffic only from zones in which it has an attachment. The route is there, but what a subnet of another
    zone sends along it is dropped.
  MD
  fix       = "List a subnet of every zone of the network in `subnet_ids` of the attachment."
  notice    = "Packets from one zone go nowhere: `PacketDropCountNoRoute` or `BytesDropCountNoRoute` rises."
  prove     = "Connect through the gateway from a machine in that zone."
  references = [
    "AWS Well-Architected REL10-BP01",
    "Amazon VPC Transit Gateways: VPC attachments, limits",
  ]

  locals {
    gateways = linked(self, "member_of", "aws_ec2_transit_gateway")
    near     = zones(self)
    subnets = flatten([
      for v in linked(self, "in_network") : [
        for s in referrers(v, "in_network", "subnet") : s
        if anytrue([for t in linked(s, "routed_by") : length([for g in linked(t, "routes_to", "aws_ec2_transit_gateway") : g if contains(local.gateways, g)]) > 0])
      ]
    ])
    far = [for s in local.subnets : s if length(zones(s)) > 0 && !contains(local.near, zones(s)[0])]
  }

  for_each = resources("aws_ec2_transit_gateway_vpc_attachment")
  when     = length(local.far) > 0
  at       = "subnet_ids"
  message  = "`${self}` has no subnet in the zone of `${local.far[0]}`, whose traffic to the transit gateway is dropped"

  label "routes to the transit gateway from a zone without attachment" {
    at        = local.far
    attribute = "availability_zone"
  }

  fails "attached in one of two zones" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = aws_vpc.main.id
      subnet_ids         = [aws_subnet.private["a"].id]
    }

    resource "aws_route_table" "private" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_route" "hub" {
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "10.0.0.0/8"
      transit_gateway_id     = aws_ec2_transit_gateway.hub.id
    }

    resource "aws_route_table_association" "private" {
      for_each       = aws_subnet.private
      subnet_id      = each.value.id
      route_table_id = aws_route_table.private.id
    }
  }

  passes "attached in both zones" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = aws_vpc.main.id
      subnet_ids         = [for s in aws_subnet.private : s.id]
    }

    resource "aws_route_table" "private" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block         = "10.0.0.0/8"
        transit_gateway_id = aws_ec2_transit_gateway.hub.id
      }
    }

    resource "aws_route_table_association" "private" {
      for_each       = aws_subnet.private
      subnet_id      = each.value.id
      route_table_id = aws_route_table.private.id
    }
  }

  passes "the other zone does not route there" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_route_table" "isolated" {
      vpc_id = aws_vpc.main.id
    }

    resource "aws_route_table_association" "private" {
      for_each       = aws_subnet.private
      subnet_id      = each.value.id
      route_table_id = aws_route_table.isolated.id
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = aws_vpc.main.id
      subnet_ids         = [aws_subnet.private["a"].id]
    }
  }

  unknown "subnets of the attachment are given by the caller" {
    variable "attachment_subnet_ids" { type = list(string) }

    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_ec2_transit_gateway" "hub" {}

    resource "aws_subnet" "private" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_ec2_transit_gateway_vpc_attachment" "main" {
      transit_gateway_id = aws_ec2_transit_gateway.hub.id
      vpc_id             = aws_vpc.main.id
      subnet_ids         = var.attachment_subnet_ids
    }

    resource "aws_route_table" "private" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block         = "10.0.0.0/8"
        transit_gateway_id = aws_ec2_transit_gateway.hub.id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }
  }
}
