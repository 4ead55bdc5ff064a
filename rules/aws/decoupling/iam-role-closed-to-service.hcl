rule "iam-role-closed-to-service" {
  summary     = "Role that the service it is given to may not assume"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    EventBridge, pipes, schedules, workflows, functions, tasks of ECS, deliveries, builds, flow logs and backups work with a role, and only a role whose
    trust policy names their service. With another one the resource is refused in the middle of an apply, or it is created and every call fails.
  MD
  fix         = "Let the service assume the role in its `assume_role_policy`, or give it a role of its own."
  notice      = "`FailedInvocations` of the rule equals `Invocations`, or CloudTrail shows `AssumeRole` refused."
  prove       = "Trigger it once in a test account: nothing is called."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: IAM roles for sending events to targets"]

  locals {
    given = flatten([
      for g in given_roles(self) : [for r in refs(g.role, "aws_iam_role") : { role = r, service = g.service }]
    ])
    # A policy that says nothing at all stands for one that is made elsewhere.
    refused = [
      for g in local.given : g
      if length(trust_statements(g.role)) > 0 && !anytrue([
        for s in trust_statements(g.role) :
        try(s.Effect, "Allow") == "Allow" && (
          !can(s.Principal)
          || try(s.Principal, null) == "*"
          || contains(flatten([try(s.Principal.AWS, [])]), "*")
          || anytrue([for p in flatten([try(s.Principal.Service, [])]) : can(regex("^(edge)?${g.service}[.](.+[.])?amazonaws[.]com", p))])
        )
      ])
    ]
    closed = local.refused[*].role
  }

  for_each = resources("given_roles")

  defect "function" {
    when    = is(self, "aws_lambda_function") && length(local.closed) > 0
    at      = "role"
    message = "`${self}` cannot use its role: `${local.closed[0]}` does not trust `${local.refused[0].service}.amazonaws.com`"
  }

  defect "schedule" {
    when    = is(self, "aws_scheduler_schedule") && length(local.closed) > 0
    at      = "target.role_arn"
    message = "`${self}` cannot use its role: `${local.closed[0]}` does not trust `${local.refused[0].service}.amazonaws.com`"
  }

  defect "caller" {
    when    = !is(self, "aws_lambda_function", "aws_scheduler_schedule") && length(local.closed) > 0
    at      = "role_arn"
    message = "`${self}` cannot use its role: `${local.closed[0]}` does not trust `${local.refused[0].service}.amazonaws.com`"
  }

  label "trusts others" {
    at        = local.closed
    attribute = "assume_role_policy"
  }

  fails "delivery with a role for streams" {
    resource "aws_iam_role" "clicks" {
      name = "clicks"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "kinesis.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_kinesis_firehose_delivery_stream" "clicks" {
      name        = "clicks"
      destination = "extended_s3"

      extended_s3_configuration {
        role_arn   = aws_iam_role.clicks.arn
        bucket_arn = "arn:aws:s3:::clicks"
      }
    }
  }

  fails "tasks with a role for the service of ECS" {
    resource "aws_iam_role" "api" {
      name = "api"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "ecs.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      task_role_arn         = aws_iam_role.api.arn
      container_definitions = jsonencode([{ name = "api", image = "api:1" }])
    }
  }

  passes "tasks, flow logs and monitoring with roles of their own" {
    resource "aws_iam_role" "own" {
      for_each = toset(["ecs-tasks", "vpc-flow-logs", "monitoring.rds"])
      name     = each.value
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "${each.value}.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_ecs_task_definition" "api" {
      family                = "api"
      execution_role_arn    = aws_iam_role.own["ecs-tasks"].arn
      task_role_arn         = aws_iam_role.own["ecs-tasks"].arn
      container_definitions = jsonencode([{ name = "api", image = "api:1" }])
    }

    resource "aws_flow_log" "vpc" {
      vpc_id       = "vpc-1"
      traffic_type = "ALL"
      iam_role_arn = aws_iam_role.own["vpc-flow-logs"].arn
    }

    resource "aws_db_instance" "orders" {
      identifier          = "orders"
      instance_class      = "db.m7g.large"
      monitoring_interval = 60
      monitoring_role_arn = aws_iam_role.own["monitoring.rds"].arn
    }
  }

  fails "target with the role of a function" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = aws_iam_role.caller.arn
    }
  }

  fails "pipe with the role of a rule" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = ["events.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = aws_iam_role.caller.arn
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
    }
  }

  fails "schedule with the role of a rule" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_scheduler_schedule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:report"
        role_arn = aws_iam_role.caller.arn
      }
    }
  }

  fails "workflow with the role of a function" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = aws_iam_role.caller.arn
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }
  }

  passes "the service is trusted" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = aws_iam_role.caller.arn
    }
  }

  passes "several services are trusted" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = ["lambda.amazonaws.com", "pipes.amazonaws.com"] }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = aws_iam_role.caller.arn
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
    }
  }

  passes "everybody is trusted" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = "*", Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_pipes_pipe" "orders" {
      name     = "orders"
      role_arn = aws_iam_role.caller.arn
      source   = "arn:aws:sqs:eu-west-1:111122223333:orders"
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
    }
  }

  passes "workflow, the service by its Region" {
    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "states.eu-west-1.amazonaws.com" }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = aws_iam_role.caller.arn
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }
  }

  passes "a role that is made elsewhere" {
    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
  }

  unknown "who is trusted is given by the caller" {
    variable "service" { type = string }

    resource "aws_iam_role" "caller" {
      name = "caller"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = var.service }, Action = "sts:AssumeRole" }]
      })
    }

    resource "aws_cloudwatch_event_target" "refund" {
      rule     = "order-cancelled"
      arn      = "arn:aws:states:eu-west-1:111122223333:stateMachine:refund"
      role_arn = aws_iam_role.caller.arn
    }
  }
}
