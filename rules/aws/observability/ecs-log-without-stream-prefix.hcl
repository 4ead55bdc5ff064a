rule "ecs-log-without-stream-prefix" {
  summary   = "Log streams of a container are named after Docker ids"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Without a prefix the driver on a machine calls each stream after the id that Docker gave the container. Which task and which
    container wrote it cannot be told once the machine is gone.
  MD
  fix       = "Set `awslogs-stream-prefix`; streams are then called prefix, container and task."
  notice    = "Log streams have names that no task or container can be told from."
  prove     = "Take the id of a task that failed, and look for its stream."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "AWS ECS API Reference: LogConfiguration",
  ]

  locals {
    nameless = [for c in cloudwatch_options(self) : c.name if default(try(c.options["awslogs-stream-prefix"], null), "") == ""]
  }

  for_each = resources("aws_ecs_task_definition")
  unless   = contains(default(self.requires_compatibilities, []), "FARGATE") # takes none without
  when     = length(local.nameless) > 0
  at       = "container_definitions"
  message  = "which task wrote a log stream of `${join("`, `", local.nameless)}` of `${self}` cannot be told from its name"

  fails "no prefix" {
    resource "aws_ecs_task_definition" "worker" {
      family = "worker"
      container_definitions = jsonencode([{
        name   = "worker"
        image  = "worker:3.1"
        memory = 512
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/worker", awslogs-region = "eu-west-1" }
        }
      }])
    }
  }

  passes "prefix" {
    resource "aws_ecs_task_definition" "worker" {
      family = "worker"
      container_definitions = jsonencode([{
        name   = "worker"
        image  = "worker:3.1"
        memory = 512
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/worker", awslogs-region = "eu-west-1", awslogs-stream-prefix = "worker" }
        }
      }])
    }
  }

  passes "another driver" {
    resource "aws_ecs_task_definition" "worker" {
      family = "worker"
      container_definitions = jsonencode([{
        name             = "worker"
        image            = "worker:3.1"
        memory           = 512
        logConfiguration = { logDriver = "awsfirelens" }
      }])
    }
  }

  passes "Fargate, which takes no definition without one" {
    resource "aws_ecs_task_definition" "worker" {
      family                   = "worker"
      requires_compatibilities = ["FARGATE"]
      cpu                      = 256
      memory                   = 512
      network_mode             = "awsvpc"
      container_definitions = jsonencode([{
        name  = "worker"
        image = "worker:3.1"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/worker", awslogs-region = "eu-west-1" }
        }
      }])
    }
  }

  unknown "options are given by the caller" {
    variable "log_options" { type = map(string) }

    resource "aws_ecs_task_definition" "worker" {
      family = "worker"
      container_definitions = jsonencode([{
        name             = "worker"
        image            = "worker:3.1"
        memory           = 512
        logConfiguration = { logDriver = "awslogs", options = var.log_options }
      }])
    }
  }
}
