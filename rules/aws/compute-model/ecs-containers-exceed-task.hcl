rule "ecs-containers-exceed-task" {
  summary     = "Containers reserve more than their task has"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  needs       = "configuration" # a plan alone knows nothing of definitions with an unknown ARN in them
  since       = "2027.1"
  why         = <<-MD
    What the containers of a task reserve has to fit into what the task has. ECS refuses a definition where it does not, in the middle of an apply, and
    the release does not get out.
  MD
  fix         = "Raise `memory` or `cpu` of the task, or lower those of its containers."
  notice      = "`RegisterTaskDefinition` answers `ClientException: Invalid setting for container`."
  prove       = "Register the definition in a test account with `aws ecs register-task-definition`: it is refused."
  references  = ["AWS Well-Architected REL08-BP04", "Amazon ECS API Reference: ContainerDefinition, memory"]

  locals {
    # A reservation counts in place of the limit, which alone must fit, too.
    memory = max(
      sum(concat([0], [for c in containers(self) : tonumber(default(c.memoryReservation, c.memory, 0))])),
      [for c in containers(self) : tonumber(default(c.memory, 0))]...
    )
    cpu = sum(concat([0], [for c in containers(self) : tonumber(try(c.cpu, 0))]))
  }

  for_each = resources("aws_ecs_task_definition")

  defect "memory" {
    when    = local.memory > task_size(self).memory
    at      = "memory"
    message = "ECS refuses `${self}`: its containers take ${local.memory} MiB, and the task has ${task_size(self).memory}"
  }

  defect "processor" {
    when    = local.cpu > task_size(self).cpu
    at      = "cpu"
    message = "ECS refuses `${self}`: its containers take ${local.cpu} CPU units, and the task has ${task_size(self).cpu}"
  }

  fails "one container with more than all" {
    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      memory                = 512
      container_definitions = jsonencode([{ name = "app", image = "shop:1", memory = 1024 }])
    }
  }

  fails "two that do not fit together" {
    resource "aws_ecs_task_definition" "shop" {
      family                   = "shop"
      requires_compatibilities = ["FARGATE"]
      network_mode             = "awsvpc"
      cpu                      = "512"
      memory                   = "1024"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", memoryReservation = 768 },
        { name = "proxy", image = "envoy:1", memoryReservation = 512 },
      ])
    }
  }

  fails "processor" {
    resource "aws_ecs_task_definition" "shop" {
      family                   = "shop"
      requires_compatibilities = ["FARGATE"]
      network_mode             = "awsvpc"
      cpu                      = "256"
      memory                   = "1024"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", cpu = 256 },
        { name = "proxy", image = "envoy:1", cpu = 128 },
      ])
    }
  }

  fails "sizes in words" {
    resource "aws_ecs_task_definition" "shop" {
      family                   = "shop"
      requires_compatibilities = ["FARGATE"]
      network_mode             = "awsvpc"
      cpu                      = ".5 vCPU"
      memory                   = "1 GB"
      container_definitions    = jsonencode([{ name = "app", image = "shop:1", cpu = 1024 }])
    }
  }

  passes "they fit exactly" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      cpu    = "512"
      memory = "1024"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", cpu = 384, memory = 768 },
        { name = "proxy", image = "envoy:1", cpu = 128, memory = 256 },
      ])
    }
  }

  passes "a limit for each, and reservations that fit" {
    resource "aws_ecs_task_definition" "shop" {
      family = "shop"
      memory = "1024"
      container_definitions = jsonencode([
        { name = "app", image = "shop:1", memory = 1024, memoryReservation = 512 },
        { name = "proxy", image = "envoy:1", memory = 1024, memoryReservation = 128 },
      ])
    }
  }

  passes "a task without a limit" {
    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      container_definitions = jsonencode([{ name = "app", image = "shop:1", memory = 1024 }])
    }
  }

  unknown "memory is given by the caller" {
    variable "memory" { type = number }

    resource "aws_ecs_task_definition" "shop" {
      family                = "shop"
      memory                = var.memory
      container_definitions = jsonencode([{ name = "app", image = "shop:1", memory = 1024 }])
    }
  }
}
