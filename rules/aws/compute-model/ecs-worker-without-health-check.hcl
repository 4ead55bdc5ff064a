rule "ecs-worker-without-health-check" {
  summary    = "Nothing asks whether a worker still works"
  principle  = "compute-model"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    No load balancer checks a worker, and ECS replaces only containers that end. One that hangs keeps its place and does nothing, while the queue grows.
  MD
  fix        = "Give the container a `healthCheck` that asks whether it has made progress."
  notice     = "`ApproximateAgeOfOldestMessage` climbs while `RunningTaskCount` is as it should be."
  prove      = "Suspend the worker's process inside a task with `aws:ecs:task-kill-process` and signal SIGSTOP, and see whether the task is replaced."
  references = ["AWS Well-Architected REL11-BP01", "Amazon ECS Developer Guide: Determine Amazon ECS task health using container health checks"]

  locals {
    tasks     = linked(self, "runs", "aws_ecs_task_definition")
    unchecked = [for t in local.tasks : t if length([for c in containers(t) : c if c.healthCheck != null]) == 0]
  }

  for_each = resources("aws_ecs_service")
  unless = (
    length(local.tasks) == 0
    || length(default(self.load_balancer, [])) > 0
    || length(default(self.vpc_lattice_configurations, [])) > 0
  )
  when    = length(local.unchecked) > 0
  at      = "task_definition"
  message = "`${self}` keeps tasks that hang: nothing checks `${local.unchecked[0]}`"

  label "has no health check" {
    at        = local.unchecked
    attribute = "container_definitions"
  }

  fails "neither load balancer nor health check" {
    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      container_definitions = jsonencode([{ name = "worker", image = "worker:1.4.2" }])
    }

    resource "aws_ecs_service" "worker" {
      name            = "worker"
      desired_count   = 2
      task_definition = aws_ecs_task_definition.worker.arn
    }
  }

  passes "health check of the container" {
    resource "aws_ecs_task_definition" "worker" {
      family = "worker"
      container_definitions = jsonencode([
        {
          name        = "worker"
          image       = "worker:1.4.2"
          healthCheck = { command = ["CMD-SHELL", "test $(find /tmp/alive -mmin -5)"] }
        }
      ])
    }

    resource "aws_ecs_service" "worker" {
      name            = "worker"
      desired_count   = 2
      task_definition = aws_ecs_task_definition.worker.arn
    }
  }

  passes "the load balancer asks" {
    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      container_definitions = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }

    resource "aws_ecs_service" "api" {
      name            = "api"
      desired_count   = 2
      task_definition = aws_ecs_task_definition.api.arn

      load_balancer {
        target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/api/0123456789abcdef"
        container_name   = "api"
        container_port   = 8080
      }
    }
  }

  unknown "containers are given by the caller" {
    variable "containers" { type = string }

    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      container_definitions = var.containers
    }

    resource "aws_ecs_service" "worker" {
      name            = "worker"
      desired_count   = 2
      task_definition = aws_ecs_task_definition.worker.arn
    }
  }
}
