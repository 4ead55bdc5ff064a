rule "ecs-container-without-logs" {
  summary     = "Fargate container has no log configuration"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    On Fargate there is no host that keeps what a container prints. Without a log driver its output is gone as it is written, also the
    line that says why it crashed.
  MD
  fix         = "Give the container a `logConfiguration` with `awslogs` or `awsfirelens`."
  notice      = "A task ends with an exit code, and no log group has a line of it."
  prove       = "Stop a container with `aws:ecs:task-kill-process`, and look for its last words."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config ecs-task-definition-log-configuration",
    "Security Hub ECS.9",
    "AWS Trusted Advisor Amazon ECS task logging not enabled",
  ]

  locals {
    # The log router itself, and containers whose end does not matter, may stay silent.
    silent = [
      for c in containers(self) : try(c.name, "")
      if(
        default(try(c.essential, null), true) != false
        && try(c.logConfiguration, null) == null
        && try(c.firelensConfiguration, null) == null
      )
    ]
  }

  for_each = resources("aws_ecs_task_definition")
  unless   = !contains(default(self.requires_compatibilities, []), "FARGATE")
  when     = length(local.silent) > 0
  at       = "container_definitions"
  message  = "what `${join("`, `", local.silent)}` of `${self}` prints is lost"

  fails "no log configuration" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = 256
      memory                   = 512
      network_mode             = "awsvpc"
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2" }])
    }
  }

  fails "only the proxy beside it logs" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = 256
      memory                   = 512
      network_mode             = "awsvpc"
      container_definitions = jsonencode([
        { name = "api", image = "api:1.4.2", essential = true },
        {
          name  = "proxy"
          image = "proxy:2.0"
          logConfiguration = {
            logDriver = "awslogs"
            options   = { awslogs-group = "/app/api", awslogs-region = "eu-west-1", awslogs-stream-prefix = "proxy" }
          }
        },
      ])
    }
  }

  passes "CloudWatch" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = 256
      memory                   = 512
      network_mode             = "awsvpc"
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api" }
        }
      }])
    }
  }

  passes "log router, and a helper that may end" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = 256
      memory                   = 512
      network_mode             = "awsvpc"
      container_definitions = jsonencode([
        { name = "api", image = "api:1.4.2", logConfiguration = { logDriver = "awsfirelens" } },
        { name = "router", image = "fluent-bit:2", firelensConfiguration = { type = "fluentbit" } },
        { name = "migrate", image = "api:1.4.2", essential = false },
      ])
    }
  }

  passes "on machines, whose daemon has a driver of its own" {
    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["EC2"]
      container_definitions    = jsonencode([{ name = "api", image = "api:1.4.2", memory = 512 }])
    }
  }

  unknown "containers are given by the caller" {
    variable "containers" { type = string }

    resource "aws_ecs_task_definition" "api" {
      family                   = "api"
      requires_compatibilities = ["FARGATE"]
      cpu                      = 256
      memory                   = 512
      network_mode             = "awsvpc"
      container_definitions    = var.containers
    }
  }
}
