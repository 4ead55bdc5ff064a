rule "vpc-subnets-overlap" {
  summary     = "Two subnets of one network use the same addresses"
  principle   = "redundancy"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS refuses the second subnet in the middle of an apply, and what was to stand in it, often the second zone, is missing.
  MD
  fix         = "Cut the ranges from that of the network with `cidrsubnets`, each once."
  notice      = "`CreateSubnet` answers `InvalidSubnet.Conflict`."
  prove       = "Apply to an empty test account."
  references  = ["AWS Well-Architected REL02-BP03", "Amazon VPC User Guide: Subnet CIDR blocks"]

  locals {
    # Two ranges overlap if they are one when cut to the shorter prefix. Only subnets that refer to the same network, or name it by the same
    # value, are compared, and those of one block count through one range.
    block = siblings(self)
    given = attribute(self.vpc_id) == null || length(refs(self.vpc_id, "vpc")) == 0
    # An id that is not known may be any of them.
    id = default(fragments("${default(self.vpc_id, "")}")[0], "")
    elsewhere = (
      local.id == "" ? flatten(values(subnets_elsewhere(self))) :
      concat(lookup(subnets_elsewhere(self), local.id, []), lookup(subnets_elsewhere(self), "", []))
    )
    overlapping = [
      for s in local.given ? local.elsewhere : distinct(flatten([for v in refs(self.vpc_id, "vpc") : subnets_within(v)])) : s
      if(
        s != self
        && (!local.given || s.vpc_id == self.vpc_id)
        && !contains(local.block, s)
        && length(range_parts(s)) > 0
        && cidrhost("${range_parts(s)[0]}/${min(tonumber(range_parts(s)[1]), tonumber(range_parts(self)[1]))}", 0)
        == cidrhost("${range_parts(self)[0]}/${min(tonumber(range_parts(s)[1]), tonumber(range_parts(self)[1]))}", 0)
      )
    ]
  }

  # Each pair is reported once, at the one that comes later.
  for_each = resources("aws_subnet")
  when     = length(range_parts(self)) > 0 && anytrue([for s in local.overlapping : sort([address(s), address(self)])[0] != address(self)])
  at       = "cidr_block"
  message  = "AWS refuses `${self}`: its range ${self.cidr_block} overlaps with ${local.overlapping[0].cidr_block} of `${local.overlapping[0]}`"

  label "has the same addresses" {
    at        = local.overlapping
    attribute = "cidr_block"
  }

  fails "one within the other" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.0.0/20"
    }

    resource "aws_subnet" "public" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = cidrsubnet(aws_vpc.shop.cidr_block, 8, 3)
    }
  }

  fails "the same twice" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.0.0/20"
    }

    resource "aws_subnet" "public" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.0.0/20"
    }
  }

  fails "in a network that the caller gives" {
    variable "vpc_id" { type = string }

    resource "aws_subnet" "private" {
      vpc_id     = var.vpc_id
      cidr_block = "10.0.0.0/24"
    }

    resource "aws_subnet" "public" {
      vpc_id     = var.vpc_id
      cidr_block = "10.0.0.128/25"
    }
  }

  unknown "in networks that the caller gives, and may be one" {
    variable "vpc_id" { type = string }
    variable "other_vpc_id" { type = string }

    resource "aws_subnet" "private" {
      vpc_id     = var.vpc_id
      cidr_block = "10.0.0.0/24"
    }

    resource "aws_subnet" "public" {
      vpc_id     = var.other_vpc_id
      cidr_block = "10.0.0.0/24"
    }
  }

  passes "side by side in a network that the caller gives" {
    variable "vpc_id" { type = string }

    resource "aws_subnet" "private" {
      vpc_id     = var.vpc_id
      cidr_block = "10.0.0.0/25"
    }

    resource "aws_subnet" "public" {
      vpc_id     = var.vpc_id
      cidr_block = "10.0.0.128/25"
    }
  }

  fails "in a network that is written out" {
    resource "aws_subnet" "private" {
      vpc_id     = "vpc-0a1b2c3d"
      cidr_block = "10.2.0.0/24"
    }

    resource "aws_subnet" "public" {
      vpc_id     = "vpc-0a1b2c3d"
      cidr_block = "10.2.0.0/24"
    }
  }

  fails "in a network that is looked up" {
    data "aws_vpc" "shop" {
      tags = { Name = "shop" }
    }

    resource "aws_subnet" "private" {
      vpc_id     = data.aws_vpc.shop.id
      cidr_block = "10.2.0.0/24"
    }

    resource "aws_subnet" "public" {
      vpc_id     = data.aws_vpc.shop.id
      cidr_block = "10.2.0.0/24"
    }
  }

  passes "in networks that are written out, and differ" {
    resource "aws_subnet" "private" {
      vpc_id     = "vpc-0a1b2c3d"
      cidr_block = "10.2.0.0/24"
    }

    resource "aws_subnet" "public" {
      vpc_id     = "vpc-4e5f6a7b"
      cidr_block = "10.2.0.0/24"
    }
  }

  passes "side by side" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      count      = 3
      vpc_id     = aws_vpc.shop.id
      cidr_block = cidrsubnet(aws_vpc.shop.cidr_block, 4, count.index)
    }
  }

  passes "in two networks" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_vpc" "office" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "shop" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.0.0/20"
    }

    resource "aws_subnet" "office" {
      vpc_id     = aws_vpc.office.id
      cidr_block = "10.0.0.0/20"
    }
  }

  passes "addresses of version 6 only" {
    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      count           = 2
      vpc_id          = aws_vpc.shop.id
      ipv6_native     = true
      ipv6_cidr_block = cidrsubnet("fd00::/56", 8, count.index)
    }
  }

  unknown "range is given by the caller" {
    variable "range" { type = string }

    resource "aws_vpc" "shop" {
      cidr_block = "10.0.0.0/16"
    }

    resource "aws_subnet" "private" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = "10.0.0.0/20"
    }

    resource "aws_subnet" "public" {
      vpc_id     = aws_vpc.shop.id
      cidr_block = var.range
    }
  }
}
