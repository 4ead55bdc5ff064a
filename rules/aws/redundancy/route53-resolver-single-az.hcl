rule "route53-resolver-single-az" {
  summary   = "Resolver endpoint has all of its addresses in one zone"
  principle = "redundancy"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    Names of the other network are not resolved when the zone fails, in no zone: whatever calls by name across the connection
    stops.
  MD
  fix       = "Give the endpoint an `ip_address` in a subnet of a second zone."
  notice    = "Names of the other network fail to resolve with one zone: `InboundQueryVolume` or `OutboundQueryVolume` falls to 0."
  prove     = "Cut off the endpoint's subnet with `aws:network:disrupt-connectivity`, and resolve a name."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Trusted Advisor Amazon Route 53 Resolver Endpoint Availability Zone Redundancy",
  ]

  for_each = resources("aws_route53_resolver_endpoint")
  when     = length(zones(self)) == 1
  at       = "ip_address"
  message  = "all addresses of `${self}` stand in one zone"

  label "its only zone" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  fails "two addresses in one subnet" {
    resource "aws_subnet" "a" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/24"
      availability_zone = "eu-west-1a"
    }

    resource "aws_route53_resolver_endpoint" "out" {
      direction          = "OUTBOUND"
      security_group_ids = ["sg-0a1b2c3d"]

      ip_address {
        subnet_id = aws_subnet.a.id
      }

      ip_address {
        subnet_id = aws_subnet.a.id
      }
    }
  }

  fails "two subnets of one zone" {
    resource "aws_subnet" "private" {
      for_each          = toset(["10.0.1.0/24", "10.0.2.0/24"])
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.key
      availability_zone = "eu-west-1a"
    }

    resource "aws_route53_resolver_endpoint" "in" {
      direction          = "INBOUND"
      security_group_ids = ["sg-0a1b2c3d"]

      dynamic "ip_address" {
        for_each = aws_subnet.private

        content {
          subnet_id = ip_address.value.id
        }
      }
    }
  }

  passes "an address in each of two zones" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_route53_resolver_endpoint" "out" {
      direction          = "OUTBOUND"
      security_group_ids = ["sg-0a1b2c3d"]

      dynamic "ip_address" {
        for_each = aws_subnet.private

        content {
          subnet_id = ip_address.value.id
        }
      }
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_route53_resolver_endpoint" "out" {
      direction          = "OUTBOUND"
      security_group_ids = ["sg-0a1b2c3d"]

      dynamic "ip_address" {
        for_each = var.subnet_ids

        content {
          subnet_id = ip_address.value
        }
      }
    }
  }
}
