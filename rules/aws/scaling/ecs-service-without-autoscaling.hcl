rule "ecs-service-without-autoscaling" {
  summary    = "ECS service behind a load balancer has a fixed number of tasks"
  principle  = "scaling"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    Load that the tasks cannot take is answered by errors until somebody raises the number by hand.
  MD
  fix        = "Add an `aws_appautoscaling_target` for the service and a target-tracking policy."
  notice     = "`CPUUtilization` of the service climbs while `RunningTaskCount` is flat."
  prove      = "Stress the tasks with `aws:ecs:task-cpu-stress`, and see that none is added."
  references = ["AWS Well-Architected REL07-BP01", "AWS Well-Architected REL07-BP03", "AWS Well-Architected PERF02-BP05"]

  locals {
    # A literal resource_id names the service without referring to it.
    named = [
      for t in resources("aws_appautoscaling_target") : t
      if length(refs(t.resource_id, "aws_ecs_service")) == 0 && self.name != null && endswith(t.resource_id, "/${self.name}")
    ]
  }

  for_each = resources("aws_ecs_service")
  unless   = self.scheduling_strategy == "DAEMON" || length(default(self.load_balancer, [])) == 0
  when     = length(referrers(self, "scales")) == 0 && length(local.named) == 0
  at       = "desired_count"
  message  = "the number of tasks of `${self}` does not follow the load"

  fails "fixed count" {
    resource "aws_lb_target_group" "api" {
      target_type = "ip"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 3

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  fails "scaling of another service" {
    resource "aws_lb_target_group" "api" {
      target_type = "ip"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 3

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }

    resource "aws_ecs_service" "worker" {
      name = "worker"
    }

    resource "aws_appautoscaling_target" "worker" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.worker.name}"
      min_capacity       = 2
      max_capacity       = 10
    }
  }

  passes "scales" {
    resource "aws_lb_target_group" "api" {
      target_type = "ip"
    }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 3

      load_balancer {
        target_group_arn = aws_lb_target_group.api.arn
        container_name   = "api"
        container_port   = 8080
      }
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.api.name}"
      min_capacity       = 3
      max_capacity       = 10
    }
  }

  passes "scales, named by a literal" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 3

      load_balancer {
        elb_name       = "api"
        container_name = "api"
        container_port = 8080
      }
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/api"
      min_capacity       = 3
      max_capacity       = 10
    }
  }

  passes "serves no load balancer" {
    resource "aws_ecs_service" "cron" {
      name          = "cron"
      desired_count = 1
    }
  }

  unknown "whether it scales is decided by a variable without default" {
    variable "scaling" { type = bool }

    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 3

      load_balancer {
        elb_name       = "api"
        container_name = "api"
        container_port = 8080
      }
    }

    resource "aws_appautoscaling_target" "api" {
      count              = var.scaling ? 1 : 0
      service_namespace  = "ecs"
      scalable_dimension = "ecs:service:DesiredCount"
      resource_id        = "service/main/${aws_ecs_service.api.name}"
      min_capacity       = 3
      max_capacity       = 10
    }
  }
}
