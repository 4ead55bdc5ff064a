rule "ecs-container-without-memory-limit" {
  summary     = "Container may take all memory of its machine"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A reservation is no limit. One leak takes the memory of the machine, and the kernel ends whatever it likes there, also containers of other services.
  MD
  fix         = "Set `memory` for each container, above its `memoryReservation`, or `memory` of the task."
  notice      = "`MemoryUtilization` of the cluster climbs, and tasks beside the greedy one stop with `OutOfMemory`."
  prove       = "Let one container take memory without end on a test machine, and see which of its neighbours die."
  references = [
    "AWS Well-Architected REL05-BP02",
    "AWS Config ecs-task-definition-memory-hard-limit",
    "AWS Trusted Advisor Amazon ECS Memory Hard Limit",
    "Amazon ECS Developer Guide: Task definition parameters, memory",
  ]

  locals {
    unlimited = [for c in containers(self) : c.name if c.memory == null]
  }

  # On Fargate the task has a size, and nobody else is there.
  for_each = resources("aws_ecs_task_definition")
  unless   = contains(default(self.requires_compatibilities, []), "FARGATE") || self.memory != null
  when     = length(local.unlimited) > 0
  at       = "container_definitions"
  message  = "${join(", ", sort([for name in local.unlimited : default(name, "a container")]))} of `${self}` may take all memory of the machine"

  fails "a reservation alone" {
    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["EC2"]
      container_definitions = jsonencode([
        {
          name              = "worker"
          image             = "worker:1.4.2"
          memoryReservation = 256
        }
      ])
    }
  }

  passes "limit of the container" {
    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["EC2"]
      container_definitions = jsonencode([
        {
          name              = "worker"
          image             = "worker:1.4.2"
          memory            = 512
          memoryReservation = 256
        }
      ])
    }
  }

  passes "limit of the task" {
    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      memory                = "1024"
      container_definitions = jsonencode([{ name = "worker", image = "worker:1.4.2" }])
    }
  }

  passes "Fargate" {
    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["FARGATE"]
      cpu                      = "256"
      memory                   = "512"
      container_definitions    = jsonencode([{ name = "worker", image = "worker:1.4.2" }])
    }
  }

  unknown "containers are given by the caller" {
    variable "containers" { type = string }

    resource "aws_ecs_task_definition" "worker" {
      family                = "worker"
      container_definitions = var.containers
    }
  }
}
