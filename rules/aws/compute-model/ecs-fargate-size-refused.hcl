rule "ecs-fargate-size-refused" {
  summary     = "Fargate has no task of this size"
  principle   = "compute-model"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Fargate has fixed pairs of processor and memory. ECS refuses any other in the middle of an apply.
  MD
  fix         = "Choose memory that goes with the processor: two to eight times as many MiB as CPU units, in the steps of the table."
  notice      = "The service event says that the task's CPU and memory do not match; `RunningTaskCount` is 0."
  prove       = "Register the task definition in a test account and run it: Fargate refuses it before it starts."
  references  = ["AWS Well-Architected PERF02-BP04", "Amazon ECS API Reference: RegisterTaskDefinition, cpu and memory"]

  locals {
    cpu    = task_size(self).cpu
    memory = task_size(self).memory
    # Least and most memory, and the steps between, in MiB.
    sizes = {
      "256"   = [512, 2048, 512]
      "512"   = [1024, 4096, 1024]
      "1024"  = [2048, 8192, 1024]
      "2048"  = [4096, 16384, 1024]
      "4096"  = [8192, 30720, 1024]
      "8192"  = [16384, 61440, 4096]
      "16384" = [32768, 122880, 8192]
    }
    size = local.cpu == null ? null : lookup(local.sizes, tostring(local.cpu), null)
  }

  for_each = resources("aws_ecs_task_definition")
  unless   = !contains(default(self.requires_compatibilities, []), "FARGATE") || local.cpu == null || local.memory == null
  when = (
    local.cpu != null && local.memory != null && (
      local.size == null
      || local.memory < local.size[0] || local.memory > local.size[1] || local.memory % local.size[2] != 0
      || (local.cpu == 256 && local.memory == 1536)
    )
  )
  at      = "memory"
  message = "`${self}` asks for ${local.memory} MiB with ${local.cpu} CPU units, which Fargate does not have"

  fails "too little memory" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = "1024"
      memory                   = "1024"
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }

  fails "no such processor" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = "300"
      memory                   = "1024"
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }

  fails "written with units" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      network_mode             = "awsvpc"
      cpu                      = "1 vCPU"
      memory                   = "1GB"
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }

  passes "written with units that fit" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      network_mode             = "awsvpc"
      cpu                      = ".5 vcpu"
      memory                   = "1 GB"
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }

  passes "a pair of the table" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = 512
      memory                   = 3072
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }

  passes "machines of one's own" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["EC2"]
      cpu                      = "1024"
      memory                   = "1024"
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }

  unknown "given by the caller" {
    variable "memory" { type = number }

    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = "1024"
      memory                   = var.memory
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }
}
