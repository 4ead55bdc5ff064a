rule "vpc-nat-gateway-shared-by-zones" {
  summary      = "NAT gateway of one zone carries the traffic of several"
  principle    = "single-point-of-failure"
  severity     = "error"
  since        = "2027.1"
  renamed_from = ["nat-gateway-shared-by-zones"]
  why          = <<-MD
    A zonal NAT gateway fails with its zone. Subnets of healthy zones that route through it lose the internet with
    it: image pulls, calls to partners and to AWS APIs stop, and what looked redundant is not. Traffic across zones
    costs extra besides.
  MD
  fix          = "Make one NAT gateway per zone and a route table per zone, or use a regional gateway (`availability_mode = \"regional\"`)."
  notice       = "`ErrorPortAllocation` or `PacketsDropCount` of one gateway shows in the traffic of all zones."
  prove        = "Cut off the gateway's zone with `aws:network:disrupt-connectivity`, and connect outwards from the others."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor NAT Gateway AZ Independence",
    "Amazon VPC User Guide: NAT gateway basics",
  ]

  locals {
    tables  = referrers(self, "routes_to", "aws_route_table", "aws_default_route_table", "vpc")
    subnets = flatten([for t in local.tables : referrers(t, "routed_by", "subnet")])
    served  = distinct(flatten([for s in local.subnets : zones(s)]))
    far     = [for s in local.subnets : s if !contains(zones(self), zones(s)[0])]
  }

  for_each = resources("aws_nat_gateway")
  unless   = self.availability_mode == "regional"
  when     = length(local.served) > 1
  at       = "subnet_id"
  message  = "`${self}` stands in one zone and carries the outbound traffic of ${length(local.served)} zones"

  path = [local.far[0], linked(local.far[0], "routed_by")[0], self]

  label "subnet of another zone that loses the internet with it" {
    at        = local.far
    attribute = "availability_zone"
  }

  label "this route table leads there" {
    at = flatten([for s in local.far : linked(s, "routed_by")])
  }

  fails "one gateway for two zones" {
    resource "aws_subnet" "public" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_nat_gateway" "main" {
      subnet_id = aws_subnet.public.id
    }

    resource "aws_route_table" "private" {}

    resource "aws_route" "out" {
      route_table_id         = aws_route_table.private.id
      destination_cidr_block = "0.0.0.0/0"
      nat_gateway_id         = aws_nat_gateway.main.id
    }

    resource "aws_route_table_association" "private" {
      for_each       = aws_subnet.private
      subnet_id      = each.value.id
      route_table_id = aws_route_table.private.id
    }
  }

  fails "a route table per zone, all to the first gateway" {
    data "aws_availability_zones" "available" {}

    resource "aws_subnet" "public" {
      count             = 3
      availability_zone = data.aws_availability_zones.available.names[count.index]
    }

    resource "aws_subnet" "private" {
      count             = 3
      availability_zone = data.aws_availability_zones.available.names[count.index]
    }

    resource "aws_nat_gateway" "zone" {
      count     = 1
      subnet_id = aws_subnet.public[count.index].id
    }

    resource "aws_route_table" "private" {
      count = 3

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = element(aws_nat_gateway.zone[*].id, count.index)
      }
    }

    resource "aws_route_table_association" "private" {
      count          = 3
      subnet_id      = aws_subnet.private[count.index].id
      route_table_id = aws_route_table.private[count.index].id
    }
  }

  passes "a gateway in each zone" {
    locals {
      zones = toset(["eu-west-1a", "eu-west-1b"])
    }

    resource "aws_subnet" "public" {
      for_each          = local.zones
      availability_zone = each.key
    }

    resource "aws_subnet" "private" {
      for_each          = local.zones
      availability_zone = each.key
    }

    resource "aws_nat_gateway" "zone" {
      for_each  = aws_subnet.public
      subnet_id = each.value.id
    }

    resource "aws_route_table" "private" {
      for_each = local.zones
    }

    resource "aws_route" "out" {
      for_each               = aws_route_table.private
      route_table_id         = each.value.id
      destination_cidr_block = "0.0.0.0/0"
      nat_gateway_id         = aws_nat_gateway.zone[each.key].id
    }

    resource "aws_route_table_association" "private" {
      for_each       = aws_subnet.private
      subnet_id      = each.value.id
      route_table_id = aws_route_table.private[each.key].id
    }
  }

  passes "regional gateway" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_nat_gateway" "main" {
      vpc_id            = aws_vpc.main.id
      availability_mode = "regional"
    }

    resource "aws_route_table" "private" {
      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }

    resource "aws_route_table_association" "private" {
      for_each       = aws_subnet.private
      subnet_id      = each.value.id
      route_table_id = aws_route_table.private.id
    }
  }

  unknown "zones of the subnets are given by the caller" {
    variable "first_zone" { type = string }
    variable "second_zone" { type = string }

    resource "aws_subnet" "private" {
      for_each = {
        first  = var.first_zone
        second = var.second_zone
      }
      availability_zone = each.value
    }

    resource "aws_nat_gateway" "main" {
      subnet_id = aws_subnet.private["first"].id
    }

    resource "aws_route_table" "private" {
      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }

    resource "aws_route_table_association" "private" {
      for_each       = aws_subnet.private
      subnet_id      = each.value.id
      route_table_id = aws_route_table.private.id
    }
  }
}
