rule "vpc-subnet-outside-network" {
  summary     = "Subnet has addresses that its network does not have"
  principle   = "redundancy"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS refuses the subnet in the middle of an apply, and what was to stand in it, often the second zone, is missing.
  MD
  fix         = "Cut the range from that of the network with `cidrsubnet`, or add the range to the network with `aws_vpc_ipv4_cidr_block_association`."
  notice      = "`CreateSubnet` says that the range is invalid."
  prove       = "Apply the network and the subnet to an empty test account: the second is refused."
  references  = ["AWS Well-Architected REL02-BP03", "Amazon VPC User Guide: Subnet CIDR blocks"]

  locals {
    networks = refs(self.vpc_id, "aws_vpc")
    given    = flatten([for v in local.networks : ranges(v)])
    # Within another range is what is that range when cut to its prefix.
    within = [
      for r in local.given : r
      if(
        tonumber(split("/", r)[1]) <= tonumber(range_parts(self)[1])
        && cidrhost("${range_parts(self)[0]}/${split("/", r)[1]}", 0) == cidrhost(r, 0)
      )
    ]
  }

  # A pool gives a range that only AWS knows.
  for_each = resources("aws_subnet")
  unless   = anytrue([for v in local.networks : v.ipv4_ipam_pool_id != null]) || anytrue(flatten([for v in local.networks : [for a in referrers(v, "refers", "aws_vpc_ipv4_cidr_block_association") : a.ipv4_ipam_pool_id != null]]))
  when     = length(range_parts(self)) > 0 && length(local.networks) > 0 && length(local.given) > 0 && length(local.within) == 0
  at       = "cidr_block"
  message  = "AWS refuses `${self}`: its range ${self.cidr_block} is not within ${join(" or ", local.given)} of `${local.networks[0]}`"

  label "has these addresses" {
    at        = local.networks
    attribute = "cidr_block"
  }

  fails "of another network" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.1.0.0/24"
    }
  }

  fails "larger than its network" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.0.0/15"
    }
  }

  passes "within its network" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.4.0/24"
    }
  }

  passes "the whole network" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.0.0/16"
    }
  }

  passes "within a range that is added" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc_ipv4_cidr_block_association" "more" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.1.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.1.0.0/24"
    }
  }

  passes "the network gets its range from a pool" {
    resource "aws_vpc" "shop" {
      ipv4_ipam_pool_id   = "ipam-pool-0a1b2c3d"
      ipv4_netmask_length = 16
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.1.0.0/24"
    }
  }

  passes "the network stands elsewhere" {
    resource "aws_subnet" "private" {
      vpc_id     = "vpc-0a1b2c3d"
      cidr_block = "10.1.0.0/24"
    }
  }

  unknown "range is given by the caller" {
    variable "range" { type = string }

    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = var.range
    }
  }
}
