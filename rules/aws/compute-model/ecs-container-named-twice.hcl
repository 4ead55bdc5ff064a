rule "ecs-container-named-twice" {
  summary     = "Task definition has two containers of one name"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  needs       = "configuration" # a plan alone knows nothing of definitions with an unknown ARN in them
  since       = "2027.1"
  why         = <<-MD
    ECS finds a container by its name: load balancers, dependencies and the console do. It refuses two of one name in the middle of an apply, and the release
    does not get out.
  MD
  fix         = "Give each container a name of its own."
  notice      = "`RegisterTaskDefinition` answers `ClientException`: container names must be unique within a task definition."
  prove       = "Register the task definition in a test account."
  references  = ["AWS Well-Architected REL08-BP04", "Amazon ECS API Reference: ContainerDefinition"]

  locals {
    names = [for c in containers(self) : c.name]
    twice = distinct([for i, n in local.names : n if n != null && contains(slice(local.names, 0, i), n)])
  }

  for_each = resources("aws_ecs_task_definition")
  when     = length(local.twice) > 0
  at       = "container_definitions"
  message  = "ECS refuses `${self}`: two of its containers are called `${local.twice[0]}`"

  fails "the second is a copy" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2" }, { name = "app", image = "proxy:2.1" }])
    }
  }

  passes "names of their own" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2" }, { name = "proxy", image = "proxy:2.1" }])
    }
  }

  passes "a single container" {
    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2" }])
    }
  }

  unknown "a name is given by the caller" {
    variable "name" { type = string }

    resource "aws_ecs_task_definition" "web" {
      family                = "web"
      container_definitions = jsonencode([{ name = "app", image = "app:1.4.2" }, { name = var.name, image = "proxy:2.1" }])
    }
  }
}
