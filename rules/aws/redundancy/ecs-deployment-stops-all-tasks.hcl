rule "ecs-deployment-stops-all-tasks" {
  summary    = "ECS deployment may stop every task before the new ones run"
  principle  = "redundancy"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    With a minimum of zero percent ECS may stop all tasks to make room. Each release is an outage then, and one that fails to start is
    a long one.
  MD
  fix        = "Set `deployment_minimum_healthy_percent` to 100, or to 50 where there is no room for more tasks."
  notice     = "`RunningTaskCount` is 0 for a while in each deployment, and `HTTPCode_ELB_5XX_Count` rises."
  prove      = "Deploy the same release again while a client sends a request each second."
  references = ["AWS Well-Architected REL08-BP04", "Amazon ECS: service deployment parameters"]

  for_each = resources("aws_ecs_service")
  unless   = self.scheduling_strategy == "DAEMON" || !serves(self) || contains(["CODE_DEPLOY", "EXTERNAL"], default(self.deployment_controller[0].type, "ECS"))
  when     = self.deployment_minimum_healthy_percent == 0
  at       = "deployment_minimum_healthy_percent"
  message  = "a deployment of `${self}` may leave no task to answer requests"

  edit "deployment_minimum_healthy_percent" {
    to = 100
  }

  fails "zero percent" {
    resource "aws_ecs_service" "api" {
      name                               = "api"
      desired_count                      = 3
      deployment_minimum_healthy_percent = 0
      deployment_maximum_percent         = 100

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "100 percent, the default" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 3

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  passes "worker that must not run twice" {
    resource "aws_ecs_service" "scheduler" {
      name                               = "scheduler"
      desired_count                      = 1
      deployment_minimum_healthy_percent = 0
      deployment_maximum_percent         = 100
    }
  }

  unknown "share is given by the caller" {
    variable "healthy" { type = number }

    resource "aws_ecs_service" "api" {
      name                               = "api"
      desired_count                      = 3
      deployment_minimum_healthy_percent = var.healthy

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }
}
