rule "vpc-endpoint-single-az" {
  summary   = "Endpoint stands in one zone of a network that has several"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Everything in the network that calls the service goes through the endpoint, whatever zone it stands in itself. When the zone of
    the endpoint fails, the calls of the healthy zones fail as well.
  MD
  fix       = "Put the endpoint into a subnet of each zone that calls it."
  notice    = "`ActiveConnections` of the endpoint falls to 0 with one zone."
  prove     = "Cut off the endpoint's subnet with `aws:network:disrupt-connectivity`, and call the service from another zone."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config netfw-multi-az-enabled",
    "Security Hub NetworkFirewall.1",
    "AWS Trusted Advisor VPC interface endpoint network interfaces in multiple AZs",
    "AWS Trusted Advisor Network Firewall Multi-AZ",
  ]

  locals {
    # An endpoint of a Gateway Load Balancer stands in one zone by design, and so may one of several that a block makes.
    zonal   = self.vpc_endpoint_type == "GatewayLoadBalancer" || length(distinct(flatten([for e in siblings(self) : zones(e)]))) > 1
    gateway = is(self, "aws_vpc_endpoint") && default(self.vpc_endpoint_type, "Gateway") == "Gateway"
    subnets = linked(self, "in_subnet")
    around  = distinct(flatten([for v in linked(self, "in_network") : subnet_zones(v)]))
  }

  for_each = resources("aws_vpc_endpoint", "aws_networkfirewall_firewall")
  unless   = local.gateway || local.zonal || stands_apart(self)
  when     = (length(local.subnets) == 1 || length(zones(self)) == 1) && length(local.around) > 1
  at       = "subnet_ids"
  message  = "`${self}` stands in one zone, and ${length(local.around)} zones of the network depend on it"

  label "its only zone" {
    at        = local.subnets
    attribute = "availability_zone"
  }

  fails "one subnet of two" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_vpc_endpoint" "queues" {
      vpc_id              = aws_vpc.main.id
      service_name        = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type   = "Interface"
      private_dns_enabled = true
      subnet_ids          = [aws_subnet.private["a"].id]
    }
  }

  fails "firewall in one zone" {
    resource "aws_vpc" "inspection" {
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_subnet" "firewall" {
      for_each          = { a = "10.1.1.0/28", b = "10.1.2.0/28" }
      vpc_id            = aws_vpc.inspection.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_networkfirewall_firewall" "egress" {
      name                = "egress"
      firewall_policy_arn = "arn:aws:network-firewall:eu-west-1:111122223333:firewall-policy/egress"
      vpc_id              = aws_vpc.inspection.id

      subnet_mapping {
        subnet_id = aws_subnet.firewall["a"].id
      }
    }
  }

  passes "a subnet in each zone" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_vpc_endpoint" "queues" {
      vpc_id              = aws_vpc.main.id
      service_name        = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type   = "Interface"
      private_dns_enabled = true
      subnet_ids          = [for s in aws_subnet.private : s.id]
    }
  }

  passes "gateway endpoint, which has no zone" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_endpoint" "objects" {
      vpc_id       = aws_vpc.main.id
      service_name = "com.amazonaws.eu-west-1.s3"
    }
  }

  passes "one endpoint of the load balancer in each zone" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "inspection" {
      for_each          = { a = "10.0.1.0/28", b = "10.0.2.0/28" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_vpc_endpoint" "inspection" {
      for_each          = aws_subnet.inspection
      vpc_id            = aws_vpc.main.id
      service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d"
      vpc_endpoint_type = "GatewayLoadBalancer"
      subnet_ids        = [each.value.id]
    }
  }

  passes "network of one zone" {
    resource "aws_vpc" "lab" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "lab" {
      vpc_id            = aws_vpc.lab.id
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_vpc_endpoint" "queues" {
      vpc_id            = aws_vpc.lab.id
      service_name      = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type = "Interface"
      subnet_ids        = [aws_subnet.lab.id]
    }
  }

  passes "two subnets of another configuration, of which AWS takes no two of one zone" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = aws_vpc.main.id
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_vpc_endpoint" "queues" {
      vpc_id            = aws_vpc.main.id
      service_name      = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type = "Interface"
      subnet_ids        = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
    }
  }

  unknown "network is given by the caller" {
    variable "vpc_id" { type = string }
    variable "subnet_id" { type = string }

    resource "aws_vpc_endpoint" "queues" {
      vpc_id            = var.vpc_id
      service_name      = "com.amazonaws.eu-west-1.sqs"
      vpc_endpoint_type = "Interface"
      subnet_ids        = [var.subnet_id]
    }
  }
}
