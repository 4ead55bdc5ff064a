rule "vpc-dns-off" {
  summary   = "Private names are not resolved in the network that has them"
  principle = "redundancy"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A private zone is asked only where the network has both DNS settings on, and `enable_dns_hostnames` is off unless it is set.
    Everything is created without complaint, and nothing finds anything by name.
  MD
  fix       = "Set `enable_dns_support = true` and `enable_dns_hostnames = true`."
  notice    = "Clients log that private names cannot be resolved."
  prove     = "Resolve a private name from a machine in the network."
  references = [
    "AWS Well-Architected REL02-BP01",
    "Amazon Route 53: considerations for private hosted zones",
    "Amazon VPC User Guide: DNS attributes for your VPC",
  ]

  locals {
    zones     = referrers(self, "refers", "aws_route53_zone", "aws_route53_zone_association")
    endpoints = [for e in referrers(self, "in_network", "aws_vpc_endpoint") : e if e.private_dns_enabled == true]
    needs     = concat(local.zones, local.endpoints)
  }

  for_each = resources("aws_vpc")
  when     = (self.enable_dns_hostnames != true || self.enable_dns_support == false) && length(local.needs) > 0
  at       = "enable_dns_hostnames"
  message  = "`${self}` does not resolve the private names of `${local.needs[0]}`"

  edit "enable_dns_hostnames" {
    to   = true
    when = self.enable_dns_hostnames != true
  }

  edit "enable_dns_support" {
    to   = true
    when = self.enable_dns_support == false
  }

  label "has names that nobody resolves" {
    at = local.needs
  }

  fails "host names left at their default" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_route53_zone" "internal" {
      name = "shop.internal"

      vpc {
        vpc_id = aws_vpc.main.id
      }
    }
  }

  passes "both on" {
    resource "aws_vpc" "main" {
      cidr_block           = "10.0.0.0/16"
      enable_dns_support   = true
      enable_dns_hostnames = true
    }

    resource "aws_route53_zone" "internal" {
      name = "shop.internal"

      vpc {
        vpc_id = aws_vpc.main.id
      }
    }
  }

  passes "no private names" {
    resource "aws_vpc" "main" {
      cidr_block = "10.0.0.0/16"
    }
  }

  unknown "decided by a variable without default" {
    variable "dns_hostnames" { type = bool }

    resource "aws_vpc" "main" {
      cidr_block           = "10.0.0.0/16"
      enable_dns_hostnames = var.dns_hostnames
    }

    resource "aws_route53_zone" "internal" {
      name = "shop.internal"

      vpc {
        vpc_id = aws_vpc.main.id
      }
    }
  }
}
