rule "vpc-without-gateway-endpoint" {
  summary   = "Private subnets reach S3 through NAT only"
  principle = "single-point-of-failure"
  severity  = "advice"
  since     = "0.1.0"
  why       = <<-MD
    Image layers, logs and backups lie in S3. Through NAT they stop with the gateway, and each byte costs. A gateway endpoint costs
    nothing and takes NAT out of the way.
  MD
  fix       = "Add an `aws_vpc_endpoint` for `com.amazonaws.<region>.s3` with the route tables of the private subnets."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Well-Architected COST08-BP02",
    "Amazon VPC: gateway endpoints",
  ]

  locals {
    subnets   = referrers(self, "in_network", "subnet")
    gateways  = distinct(flatten([for s in local.subnets : [for t in linked(s, "routed_by") : linked(t, "routes_to", "aws_nat_gateway")]]))
    endpoints = [for e in referrers(self, "in_network", "aws_vpc_endpoint") : e if length(regexall("[.]s3(express)?$", e.service_name)) > 0]
  }

  for_each = resources("vpc")
  when     = length(local.gateways) > 0 && length(local.endpoints) == 0
  message  = "everything that `${self}` reads from and writes to S3 passes `${local.gateways[0]}`"

  label "carries the traffic" {
    at = local.gateways
  }

  fails "NAT and no endpoint" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "public" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.0.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "private" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_nat_gateway" "main" {
      subnet_id = aws_subnet.public.id
    }

    resource "aws_route_table" "private" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }
  }

  passes "gateway endpoint" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "public" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.0.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_subnet" "private" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_nat_gateway" "main" {
      subnet_id = aws_subnet.public.id
    }

    resource "aws_route_table" "private" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }

    resource "aws_vpc_endpoint" "gateway" {
      for_each        = toset(["s3", "dynamodb"])
      vpc_id          = aws_vpc.main.id
      service_name    = "com.amazonaws.eu-west-1.${each.key}"
      route_table_ids = [aws_route_table.private.id]
    }
  }

  passes "no NAT" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }
  }

  unknown "services are given by the caller" {
    variable "services" { type = set(string) }

    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id            = aws_vpc.main.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_nat_gateway" "main" {
      subnet_id = "subnet-0a1b2c3d"
    }

    resource "aws_route_table" "private" {
      vpc_id = aws_vpc.main.id

      route {
        cidr_block     = "0.0.0.0/0"
        nat_gateway_id = aws_nat_gateway.main.id
      }
    }

    resource "aws_route_table_association" "private" {
      subnet_id      = aws_subnet.private.id
      route_table_id = aws_route_table.private.id
    }

    resource "aws_vpc_endpoint" "gateway" {
      for_each        = var.services
      vpc_id          = aws_vpc.main.id
      service_name    = "com.amazonaws.eu-west-1.${each.key}"
      route_table_ids = [aws_route_table.private.id]
    }
  }
}
