rule "lb-subnet-too-small" {
  summary   = "Load balancer stands in a subnet without room to grow"
  principle = "scaling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A load balancer takes more addresses as traffic grows, and AWS asks for subnets of `/27` or larger with eight of them free. In a
    `/28` it runs out when it is needed most, or cannot be replaced.
  MD
  fix       = "Use subnets of `/27` or larger for load balancers."
  notice    = "The load balancer reports errors while it scales, and `describe-subnets` shows few free addresses."
  prove     = "Fill a test subnet up to eight free addresses, and raise the traffic."
  references = [
    "AWS Well-Architected REL02-BP03",
    "Elastic Load Balancing: subnets for your load balancer",
  ]

  locals {
    small = [for s in linked(self, "in_subnet", "subnet") : s if addresses(s) < 27]
  }

  for_each = resources("load_balancer", "aws_elb")
  unless   = self.load_balancer_type == "network" || self.load_balancer_type == "gateway"
  when     = length(local.small) > 0
  at       = "subnets"
  message  = "`${self}` stands in `${local.small[0]}`, which has ${addresses(local.small[0])} addresses in all"

  label "smaller than /27" {
    at        = local.small
    attribute = "cidr_block"
  }

  fails "a /28" {
    resource "aws_subnet" "public" {
      for_each          = { a = "10.0.0.0/28", b = "10.0.0.16/28" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "web" {
      subnets = [for s in aws_subnet.public : s.id]
    }
  }

  passes "a /27" {
    resource "aws_subnet" "public" {
      for_each          = { a = "10.0.0.0/27", b = "10.0.0.32/27" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_lb" "web" {
      subnets = [for s in aws_subnet.public : s.id]
    }
  }

  passes "network load balancer, which has one address in a zone" {
    resource "aws_subnet" "public" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.0.0/28"
      availability_zone = "eu-west-1a"
    }

    resource "aws_lb" "tcp" {
      load_balancer_type = "network"
      subnets            = [aws_subnet.public.id]
    }
  }

  unknown "range is given by the caller" {
    variable "cidr_block" { type = string }

    resource "aws_subnet" "public" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = var.cidr_block
      availability_zone = "eu-west-1a"
    }

    resource "aws_lb" "web" {
      subnets = [aws_subnet.public.id]
    }
  }
}
