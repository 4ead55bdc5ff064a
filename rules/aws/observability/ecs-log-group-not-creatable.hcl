rule "ecs-log-group-not-creatable" {
  summary     = "Task is to make its log group with a role that may not"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    `awslogs-create-group` needs `logs:CreateLogGroup`, which the managed policy of execution roles does not contain. Where the group does
    not exist yet, tasks stop before their first line.
  MD
  fix         = "Declare the `aws_cloudwatch_log_group` and leave out `awslogs-create-group`, or allow the execution role `logs:CreateLogGroup`."
  notice      = "Tasks stop with `ResourceInitializationError` before they start; `RunningTaskCount` stays at 0."
  prove       = "Run the task once in a fresh account where the log group is not there."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Batch User Guide: AmazonECSTaskExecutionRolePolicy",
    "terraform-aws-modules/terraform-aws-ecs pull request 313",
  ]

  locals {
    creating = [
      for c in cloudwatch_options(self) : c.options["awslogs-group"]
      if default(try(c.options["awslogs-create-group"], null), "") == "true" && default(try(c.options["awslogs-group"], null), "") != ""
    ]
    roles = length(local.creating) > 0 ? refs(self.execution_role_arn, "aws_iam_role") : []
    closed = [
      for r in local.roles : r
      if length(attached_policies(r)) + length(policy_texts(r)) > 0 && !makes_log_groups(r)
    ]
    missing = [
      for g in local.creating : g
      if length(refs(g, "aws_cloudwatch_log_group")) == 0 && !anytrue([for l in resources("aws_cloudwatch_log_group") : l.name == g])
    ]
  }

  for_each = resources("aws_ecs_task_definition")
  when     = length(local.closed) > 0 && length(local.missing) > 0
  at       = "container_definitions"
  message  = "`${self}` does not start before somebody makes its log group: its role `${local.closed[0]}` may not"

  label "may not make log groups" {
    at = local.closed
  }

  fails "managed policy only" {
    resource "aws_iam_role" "execution" {
      name               = "api-execution"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "execution" {
      role       = aws_iam_role.execution.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    }

    resource "aws_ecs_task_definition" "api" {
      family             = "api"
      execution_role_arn = aws_iam_role.execution.arn
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-create-group = "true", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api" }
        }
      }])
    }
  }

  passes "may make it" {
    resource "aws_iam_role" "execution" {
      name               = "api-execution"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "execution" {
      role       = aws_iam_role.execution.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    }

    resource "aws_iam_role_policy" "log_groups" {
      role = aws_iam_role.execution.id
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "logs:CreateLogGroup", Resource = "*" }]
      })
    }

    resource "aws_ecs_task_definition" "api" {
      family             = "api"
      execution_role_arn = aws_iam_role.execution.arn
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-create-group = "true", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api" }
        }
      }])
    }
  }

  passes "log group is declared" {
    resource "aws_iam_role" "execution" {
      name               = "api-execution"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "execution" {
      role       = aws_iam_role.execution.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    }

    resource "aws_cloudwatch_log_group" "api" {
      name              = "/app/api"
      retention_in_days = 90
    }

    resource "aws_ecs_task_definition" "api" {
      family             = "api"
      execution_role_arn = aws_iam_role.execution.arn
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = aws_cloudwatch_log_group.api.name, awslogs-create-group = "true", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api" }
        }
      }])
    }
  }

  passes "makes none" {
    resource "aws_iam_role" "execution" {
      name               = "api-execution"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy_attachment" "execution" {
      role       = aws_iam_role.execution.name
      policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    }

    resource "aws_ecs_task_definition" "api" {
      family             = "api"
      execution_role_arn = aws_iam_role.execution.arn
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

  unknown "policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_iam_role" "execution" {
      name               = "api-execution"
      assume_role_policy = "{}"
    }

    resource "aws_iam_role_policy" "execution" {
      role   = aws_iam_role.execution.id
      policy = var.policy
    }

    resource "aws_ecs_task_definition" "api" {
      family             = "api"
      execution_role_arn = aws_iam_role.execution.arn
      container_definitions = jsonencode([{
        name  = "api"
        image = "api:1.4.2"
        logConfiguration = {
          logDriver = "awslogs"
          options   = { awslogs-group = "/app/api", awslogs-create-group = "true", awslogs-region = "eu-west-1", awslogs-stream-prefix = "api" }
        }
      }])
    }
  }
}
