rule "lb-public-in-private-subnet" {
  summary   = "Internet-facing load balancer stands in a private subnet"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    DNS hands out an address of each zone. The one in the private subnet takes no connection from outside, so a part of the
    clients waits for nothing, and the redundancy of that zone exists on paper only.
  MD
  fix       = "Use subnets whose default route leads to an internet gateway, or set `internal = true`."
  notice    = "`RequestCount` is 0, and clients time out."
  prove     = "Call the load balancer's name from outside."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor NLB - Internet-facing resource in private subnet",
  ]

  locals {
    private = [for s in linked(self, "in_subnet", "subnet") : s if is_private_subnet(s)]
  }

  for_each = resources("load_balancer", "aws_elb")
  unless   = self.internal == true || self.load_balancer_type == "gateway"
  when     = length(local.private) > 0
  at       = "subnets"
  message  = "`${self}` faces the internet, and `${local.private[0]}` has no way in from there"

  label "has no route to an internet gateway" {
    at = local.private
  }

  fails "in the subnets behind the NAT gateway" {
    resource "aws_subnet" "public" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.11.0/24", b = "10.0.12.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_nat_gateway" "main" {
      subnet_id = aws_subnet.public.id
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

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

    resource "aws_lb" "public" {
      load_balancer_type = "network"
      subnets            = [for s in aws_subnet.private : s.id]
    }
  }

  passes "in public subnets" {
    resource "aws_internet_gateway" "main" {
      vpc_id = "vpc-0a1b2c3d"
    }

    resource "aws_subnet" "public" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_route_table" "public" {
      vpc_id = "vpc-0a1b2c3d"
    }

    resource "aws_route" "out" {
      route_table_id         = aws_route_table.public.id
      destination_cidr_block = "0.0.0.0/0"
      gateway_id             = aws_internet_gateway.main.id
    }

    resource "aws_route_table_association" "public" {
      for_each       = aws_subnet.public
      subnet_id      = each.value.id
      route_table_id = aws_route_table.public.id
    }

    resource "aws_lb" "public" {
      subnets = [for s in aws_subnet.public : s.id]
    }
  }

  passes "internal" {
    resource "aws_nat_gateway" "main" {
      subnet_id = "subnet-0a1b2c3d"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.11.0/24", b = "10.0.12.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

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

    resource "aws_lb" "api" {
      internal = true
      subnets  = [for s in aws_subnet.private : s.id]
    }
  }

  unknown "whether it faces the internet is decided by a variable" {
    variable "internal" { type = bool }

    resource "aws_nat_gateway" "main" {
      subnet_id = "subnet-0a1b2c3d"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.11.0/24", b = "10.0.12.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_route_table" "private" {
      vpc_id = "vpc-0a1b2c3d"

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

    resource "aws_lb" "api" {
      internal = var.internal
      subnets  = [for s in aws_subnet.private : s.id]
    }
  }
}
