rule "vpc-subnet-smaller-than-capacity" {
  summary   = "Subnet has fewer addresses than what may run in it"
  principle = "scaling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Each machine, and each task with a network of its own, takes an address. Scaling stops at the last one, long before the maximum
    that was set, and a deployment or the loss of a zone needs some on top.
  MD
  fix       = "Use a larger range, spread over more subnets, or lower the maximum to what fits."
  notice    = "Launches fail with `InsufficientFreeAddressesInSubnet`."
  prove     = "Scale a test copy to its maximum, and count what starts."
  references = [
    "AWS Well-Architected REL02-BP03",
    "AWS Trusted Advisor Auto Scaling available IPs in Subnets",
  ]

  locals {
    users  = referrers(self, "in_subnet", "most")
    demand = ceil(sum(concat([0], [for u in local.users : default(most(u), 0) / length(linked(u, "in_subnet"))])))
  }

  for_each = resources("subnet")
  when     = local.demand > addresses(self)
  at       = "cidr_block"
  message  = "`${self}` has ${addresses(self)} addresses, and scaling may ask for ${local.demand}"

  label "takes its share of them" {
    at = local.users
  }

  fails "more machines than addresses" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/28", b = "10.0.1.16/28" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_subnet" "spare" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.2.0/24"
      availability_zone = "eu-west-1c"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 3
      max_size            = 40
      vpc_zone_identifier = [aws_subnet.private["a"].id, aws_subnet.spare.id]
    }
  }

  fails "tasks of two services together" {
    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/27"
      availability_zone = "eu-west-1a"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      network_configuration {
        subnets = [aws_subnet.private.id]
      }
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.api.name}"
      min_capacity       = 4
      max_capacity       = 20
    }

    resource "aws_ecs_service" "worker" {
      name          = "worker"
      desired_count = 10

      network_configuration {
        subnets = [aws_subnet.private.id]
      }
    }
  }

  passes "room for all" {
    resource "aws_subnet" "private" {
      for_each          = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = each.value
      availability_zone = "eu-west-1${each.key}"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 3
      max_size            = 40
      vpc_zone_identifier = [for s in aws_subnet.private : s.id]
    }
  }

  passes "tasks that share the address of their machine" {
    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/28"
      availability_zone = "eu-west-1a"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 40
    }
  }

  unknown "maximum is given by the caller" {
    variable "maximum" { type = number }

    resource "aws_subnet" "private" {
      vpc_id            = "vpc-0a1b2c3d"
      cidr_block        = "10.0.1.0/28"
      availability_zone = "eu-west-1a"
    }

    resource "aws_autoscaling_group" "web" {
      min_size            = 3
      max_size            = var.maximum
      vpc_zone_identifier = [aws_subnet.private.id]
    }
  }
}
