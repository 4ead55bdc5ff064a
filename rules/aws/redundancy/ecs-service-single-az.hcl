rule "ecs-service-single-az" {
  summary    = "ECS service runs in one Availability Zone"
  principle  = "redundancy"
  severity   = "error"
  since      = "2027.1"
  why        = <<-MD
    More tasks do not help when all of them stand in the zone that fails.
  MD
  fix        = "Give the service, or the machines that it runs on, subnets in at least two zones."
  notice     = "`RunningTaskCount` falls to 0 with one zone."
  prove      = "Cut off the subnets of its zone with `aws:network:disrupt-connectivity`, and call the service."
  references = ["AWS Well-Architected REL10-BP01", "AWS Trusted Advisor Amazon ECS service using a single AZ"]

  for_each = resources("aws_ecs_service")
  when     = length(default(self.network_configuration[0].subnets, [])) == 1 || length(zones(self)) == 1
  at       = "network_configuration.subnets"
  message  = "`${self}` starts all of its tasks in one zone"

  label "its only zone" {
    at        = linked(self, "in_subnet")
    attribute = "availability_zone"
  }

  label "the machines that it runs on" {
    at = reachable(self, ["runs_on"], "aws_autoscaling_group")
  }

  fails "Fargate tasks in one subnet" {
    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_ecs_service" "api" {
      launch_type   = "FARGATE"
      desired_count = 3

      network_configuration {
        subnets = [aws_subnet.a.id]
      }
    }
  }

  fails "subnets that share a zone" {
    resource "aws_subnet" "private" {
      count             = 2
      availability_zone = "eu-west-1a"
    }

    resource "aws_ecs_service" "api" {
      desired_count = 3

      network_configuration {
        subnets = aws_subnet.private[*].id
      }
    }
  }

  fails "machines in one zone" {
    resource "aws_autoscaling_group" "hosts" {
      min_size           = 2
      max_size           = 4
      availability_zones = ["eu-west-1a"]
    }

    resource "aws_ecs_capacity_provider" "hosts" {
      name = "hosts"

      auto_scaling_group_provider {
        auto_scaling_group_arn = aws_autoscaling_group.hosts.arn
      }
    }

    resource "aws_ecs_service" "api" {
      desired_count = 3

      capacity_provider_strategy {
        capacity_provider = aws_ecs_capacity_provider.hosts.name
        weight            = 1
      }
    }
  }

  passes "subnets in two zones" {
    resource "aws_subnet" "private" {
      for_each          = toset(["eu-west-1a", "eu-west-1b"])
      availability_zone = each.key
    }

    resource "aws_ecs_service" "api" {
      launch_type   = "FARGATE"
      desired_count = 3

      network_configuration {
        subnets = values(aws_subnet.private)[*].id
      }
    }
  }

  passes "no service" {
    resource "aws_subnet" "a" {
      availability_zone = "eu-west-1a"
    }

    resource "aws_ecs_service" "api" {
      for_each = toset([])

      network_configuration {
        subnets = [aws_subnet.a.id]
      }
    }
  }

  unknown "subnets are given by the caller" {
    variable "subnet_ids" { type = list(string) }

    resource "aws_ecs_service" "api" {
      launch_type = "FARGATE"

      network_configuration {
        subnets = var.subnet_ids
      }
    }
  }
}
