rule "ecs-log-driver-blocks" {
  summary   = "Container stops when its log cannot be delivered"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    In blocking mode each write to the output waits for CloudWatch. When that is slow or out of reach, the application stands still,
    fails its health check and is replaced by one that stands still as well.
  MD
  fix       = "Set `mode = \"non-blocking\"` with a `max-buffer-size`; keep blocking where no line may be lost."
  notice    = "`TargetResponseTime` rises for all requests while writes to the log are slow."
  prove     = "Cut the tasks off from the log endpoint with `aws:ecs:task-network-blackhole-port` on port 443, and send requests."
  references = [
    "AWS Well-Architected REL05-BP01",
    "AWS Trusted Advisor Amazon ECS AWSLogs driver in blocking mode",
    "prowler ecs_task_definitions_logging_block_mode",
  ]

  locals {
    blocking = [for c in cloudwatch_options(self) : c.name if try(c.options.mode, null) == "blocking"]
  }

  for_each = resources("aws_ecs_task_definition")
  when     = length(local.blocking) > 0
  at       = "container_definitions"
  message  = "`${join("`, `", local.blocking)}` of `${self}` stands still while CloudWatch Logs cannot be reached"

  fails "blocking" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api", mode = "blocking" }
        }
      }])
    }
  }

  passes "non-blocking" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api", mode = "non-blocking", max-buffer-size = "25m" }
        }
      }])
    }
  }

  passes "left to the account, which does not block by default" {
    resource "aws_ecs_task_definition" "api" {
      family = "api"
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

  unknown "mode is given by the caller" {
    variable "log_mode" { type = string }

    resource "aws_ecs_task_definition" "api" {
      family = "api"
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api", mode = var.log_mode }
        }
      }])
    }
  }
}
