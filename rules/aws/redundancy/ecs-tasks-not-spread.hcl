rule "ecs-tasks-not-spread" {
  summary    = "ECS packs tasks onto machines before it spreads them over zones"
  principle  = "redundancy"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    Strategies apply in their order. With `binpack` first all tasks may end up on one machine of one zone, although others stand by.
    Without any strategy ECS spreads over zones.
  MD
  fix        = "Begin with `type = \"spread\"`, `field = \"attribute:ecs.availability-zone\"`, and pack after that."
  notice     = "`CPUReservation` is high in one zone and low in the others."
  prove      = "Drain one zone's machines with `aws:ecs:drain-container-instances`, and count the tasks that are gone."
  references = ["AWS Well-Architected REL10-BP01", "AWS Trusted Advisor Amazon ECS Multi-AZ placement strategy"]

  locals {
    first = default(self.ordered_placement_strategy, [])[0]
  }

  for_each = resources("aws_ecs_service")
  unless   = self.launch_type == "FARGATE" || !serves(self) || length(default(self.ordered_placement_strategy, [])) == 0
  when     = !(local.first.type == "spread" && contains(["attribute:ecs.availability-zone", "instanceId", "host"], default(local.first.field, "")))
  at       = "ordered_placement_strategy"
  message  = "the tasks of `${self}` may all run on one machine"

  fails "packed" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      ordered_placement_strategy {
        type  = "binpack"
        field = "memory"
      }

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "over zones, then packed" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      ordered_placement_strategy {
        type  = "spread"
        field = "attribute:ecs.availability-zone"
      }

      ordered_placement_strategy {
        type  = "binpack"
        field = "memory"
      }

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "no strategy" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "workers, which may be packed" {
    resource "aws_ecs_service" "worker" {
      name          = "worker"
      desired_count = 4

      ordered_placement_strategy {
        type  = "binpack"
        field = "memory"
      }
    }
  }

  unknown "strategy is given by the caller" {
    variable "strategy" { type = string }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 4

      ordered_placement_strategy {
        type  = var.strategy
        field = "attribute:ecs.availability-zone"
      }

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }
}
