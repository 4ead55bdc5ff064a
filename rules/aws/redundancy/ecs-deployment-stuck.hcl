rule "ecs-deployment-stuck" {
  summary    = "ECS deployment can neither start nor stop a task"
  principle  = "redundancy"
  severity   = "error"
  since      = "2027.1"
  why        = <<-MD
    ECS rounds the lower limit up and the upper limit down. Where both come to the number of tasks that run, a deployment may not
    start a new task beside them, nor stop one first: it waits, also when it is to bring a repair.
  MD
  fix        = "Raise `deployment_maximum_percent` to 200, or lower `deployment_minimum_healthy_percent` until it leaves room for one task."
  notice     = "A deployment stays IN_PROGRESS with as many tasks as before; events say that none can be placed."
  prove      = "Force a new deployment of a test service, and watch its events."
  references = ["AWS Well-Architected REL08-BP04", "Amazon ECS: service deployment parameters"]

  locals {
    tasks = copies(self)
    # Twice as many is always more, however many there are.
    percent = default(self.deployment_maximum_percent, 200)
    most    = floor(local.tasks * local.percent / 100)
    least   = ceil(local.tasks * default(self.deployment_minimum_healthy_percent, 100) / 100)
  }

  for_each = resources("aws_ecs_service")
  unless   = self.scheduling_strategy == "DAEMON" || contains(["CODE_DEPLOY", "EXTERNAL"], default(self.deployment_controller[0].type, "ECS"))
  when     = local.percent < 200 && local.tasks > 0 && local.most <= local.tasks && local.least >= local.tasks
  at       = "deployment_maximum_percent"
  message  = "a deployment of `${self}` may run no more than ${local.most} tasks and no fewer than ${local.least}, so it cannot replace one of ${local.tasks}"

  edit "deployment_maximum_percent" {
    to = 200
  }

  label "scaling may go down to this" {
    at        = referrers(self, "scales", "aws_appautoscaling_target")
    attribute = "min_capacity"
  }

  fails "100 and 100 percent" {
    resource "aws_ecs_service" "api" {
      name                               = "api"
      desired_count                      = 4
      deployment_minimum_healthy_percent = 100
      deployment_maximum_percent         = 100
    }
  }

  fails "one task, which half a task more does not help" {
    resource "aws_ecs_service" "worker" {
      name                               = "worker"
      desired_count                      = 1
      deployment_minimum_healthy_percent = 50
      deployment_maximum_percent         = 150
    }
  }

  passes "50 and 150 percent of four" {
    resource "aws_ecs_service" "api" {
      name                               = "api"
      desired_count                      = 4
      deployment_minimum_healthy_percent = 50
      deployment_maximum_percent         = 150
    }
  }

  passes "defaults" {
    resource "aws_ecs_service" "api" {
      name          = "api"
      desired_count = 1
    }
  }

  passes "one at a time, stopped first" {
    resource "aws_ecs_service" "scheduler" {
      name                               = "scheduler"
      desired_count                      = 1
      deployment_minimum_healthy_percent = 0
      deployment_maximum_percent         = 100
    }
  }

  passes "daemon" {
    resource "aws_ecs_service" "agent" {
      name                               = "agent"
      scheduling_strategy                = "DAEMON"
      deployment_minimum_healthy_percent = 100
      deployment_maximum_percent         = 100
    }
  }

  passes "however many tasks there are" {
    variable "tasks" { type = number }

    resource "aws_ecs_service" "shop" {
      name            = "shop"
      task_definition = "shop:12"
      desired_count   = var.tasks
    }
  }

  unknown "number of tasks is given by the caller" {
    variable "tasks" { type = number }

    resource "aws_ecs_service" "api" {
      name                               = "api"
      desired_count                      = var.tasks
      deployment_minimum_healthy_percent = 50
      deployment_maximum_percent         = 150
    }
  }
}
