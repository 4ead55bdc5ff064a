rule "iam-role-closed-to-service" {
  summary     = "Role that the service it is given to may not assume"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    EventBridge, pipes, schedules, workflows and functions work with a role, and only a role whose trust policy names their service. With
    another one the resource is refused in the middle of an apply, or it is created and every call fails.
  MD
  fix         = "Let the service assume the role in its `assume_role_policy`, or give it a role of its own."
  notice      = "`FailedInvocations` of the rule equals `Invocations`, or CloudTrail shows `AssumeRole` refused."
  prove       = "Trigger it once in a test account: nothing is called."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: IAM roles for sending events to targets"]

  locals {
    service = (
      is(self, "aws_cloudwatch_event_target") ? "events" :
      is(self, "aws_pipes_pipe") ? "pipes" :
      is(self, "aws_scheduler_schedule") ? "scheduler" :
      is(self, "aws_sfn_state_machine") ? "states" : "lambda"
    )
    given = (
      is(self, "aws_lambda_function") ? [self.role] :
      is(self, "aws_scheduler_schedule") ? [for t in default(self.target, []) : t.role_arn] : [self.role_arn]
    )
    closed = [
      for r in flatten([for g in local.given : refs(g, "aws_iam_role")]) : r
      # A policy that says nothing at all stands for one that is made elsewhere.
      if length(trust_statements(r)) > 0 && !anytrue([
        for s in trust_statements(r) :
        try(s.Effect, "Allow") == "Allow" && (
          !can(s.Principal)
          || try(s.Principal, null) == "*"
          || contains(flatten([try(s.Principal.AWS, [])]), "*")
          || anytrue([for p in flatten([try(s.Principal.Service, [])]) : can(regex("^(edge)?${local.service}[.](.+[.])?amazonaws[.]com", p))])
        )
      ])
    ]
  }

  for_each = resources("aws_cloudwatch_event_target", "aws_pipes_pipe", "aws_scheduler_schedule", "aws_sfn_state_machine", "aws_lambda_function")

  defect "function" {
    when    = is(self, "aws_lambda_function") && length(local.closed) > 0
    at      = "role"
    message = "`${self}` cannot use its role: `${local.closed[0]}` does not trust `${local.service}.amazonaws.com`"
  }

  defect "schedule" {
    when    = is(self, "aws_scheduler_schedule") && length(local.closed) > 0
    at      = "target.role_arn"
    message = "`${self}` cannot use its role: `${local.closed[0]}` does not trust `${local.service}.amazonaws.com`"
  }

  defect "caller" {
    when    = !is(self, "aws_lambda_function", "aws_scheduler_schedule") && length(local.closed) > 0
    at      = "role_arn"
    message = "`${self}` cannot use its role: `${local.closed[0]}` does not trust `${local.service}.amazonaws.com`"
  }

  label "trusts others" {
    at        = local.closed
    attribute = "assume_role_policy"
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
