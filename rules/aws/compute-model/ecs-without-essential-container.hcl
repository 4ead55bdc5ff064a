rule "ecs-without-essential-container" {
  summary     = "No container of a task is essential"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A task ends, and is replaced, when an essential container ends. ECS refuses a task without one, in the middle of an apply.
  MD
  fix         = "Leave out `essential = false` for the container that does the work."
  notice      = "Registering the task definition fails, so no release gets out."
  prove       = "Register it in a test account: ECS answers with `ClientException`."
  references  = ["AWS Well-Architected REL11-BP01", "Amazon ECS API Reference: ContainerDefinition, essential"]

  locals {
    containers = containers(self)
    idle       = [for c in local.containers : c if c.essential == false]
  }

  for_each = resources("aws_ecs_task_definition")
  when     = length(local.containers) > 0 && length(local.idle) == length(local.containers)
  at       = "container_definitions"
  message  = "`${self}` has no essential container, and ECS refuses it"

  fails "none" {
    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      container_definitions = jsonencode([{ name = "worker", image = "worker:1.4.2", essential = false }])
    }
  }

  passes "default" {
    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      container_definitions = jsonencode([{ name = "worker", image = "worker:1.4.2" }])
    }
  }

  passes "one of two" {
    resource "aws_ecs_task_definition" "worker" {
      family = "worker"
      container_definitions = jsonencode([
        { name = "worker", image = "worker:1.4.2", essential = true },
        { name = "metrics", image = "metrics:2.1.0", essential = false },
      ])
    }
  }

  unknown "given by the caller" {
    variable "essential" { type = bool }

    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      container_definitions = jsonencode([{ name = "worker", image = "worker:1.4.2", essential = var.essential }])
    }
  }
}
