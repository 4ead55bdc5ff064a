rule "ecs-service-single-task" {
  summary    = "ECS service that takes requests keeps fewer than two tasks"
  principle  = "single-point-of-failure"
  severity   = "error"
  since      = "2027.1"
  why        = <<-MD
    When the only task crashes, is moved or loses its host, nothing answers until its successor is healthy. Where
    the service scales, the least that scaling can reach counts, and not `desired_count`.
  MD
  fix        = "Run at least two tasks: raise `desired_count`, or `min_capacity` of the scaling target."
  notice     = "`RunningTaskCount` is 1, and 0 for a moment at each failure."
  prove      = "Stop it with `aws:ecs:stop-task`, and count the failed requests."
  references = ["AWS Well-Architected REL10-BP01", "AWS Well-Architected REL11-BP02"]

  param "minimum_tasks" {
    default = 2
    doc     = "Fewest tasks that a service must keep."
  }

  locals {
    targets = referrers(self, "scales", "aws_appautoscaling_target")
    floor   = copies(self)
    # Nothing is asked to run: parked, counted elsewhere, or a worker that scales from nothing and so takes no requests.
    parked = local.floor == 0 && (length(local.targets) == 0 || length(default(self.load_balancer, [])) == 0)
  }

  for_each = resources("aws_ecs_service")
  unless   = self.scheduling_strategy == "DAEMON" || !serves(self) || local.parked
  when     = local.floor < param.minimum_tasks
  at       = "desired_count"
  message  = "`${self}` does not keep ${param.minimum_tasks} tasks: nothing answers while its only one is replaced"

  edit "desired_count" {
    to   = param.minimum_tasks
    when = length(local.targets) == 0
  }

  label "scaling may go down to this" {
    at        = local.targets
    attribute = "min_capacity"
  }

  fails "one task" {
    resource "aws_lb_target_group" "api" {
      target_type = "ip"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 1

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  fails "scaling down to one" {
    resource "aws_lb_target_group" "api" {
      target_type = "ip"
    }

    resource "aws_ecs_cluster" "main" {
      name = "main"
    }

    resource "aws_ecs_service" "api" {
      name    = "api"
      cluster = aws_ecs_cluster.main.id

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.api.name}"
      min_capacity       = 1
      max_capacity       = 6
    }
  }

  passes "two tasks" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 2

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "scaling keeps two" {
    resource "aws_ecs_cluster" "main" {
      name = "main"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      cluster       = aws_ecs_cluster.main.id
      desired_count = 1

      service_connect_configuration {
        enabled = true
      }
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.api.name}"
      min_capacity       = 2
      max_capacity       = 6
    }
  }

  passes "one daemon per host" {
    resource "aws_ecs_service" "proxy" {
      name                = "proxy"
      scheduling_strategy = "DAEMON"

      service_connect_configuration {
        enabled = true
      }
    }
  }

  unknown "count is given by the caller" {
    variable "tasks" { type = number }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = var.tasks

      service_connect_configuration {
        enabled = true
      }
    }
  }
}
