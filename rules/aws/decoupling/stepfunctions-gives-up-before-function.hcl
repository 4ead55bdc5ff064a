rule "stepfunctions-gives-up-before-function" {
  summary     = "Workflow gives up on a function that is still at work"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The task, or the workflow as a whole, times out while the function runs on. Its work is done all the same, and a retry does it a second time.
  MD
  fix         = "Set `TimeoutSeconds` of the task above the timeout of the function, or lower the function's."
  notice      = "`ExecutionsTimedOut` or `States.Timeout` rises while the function has no `Errors`."
  prove       = "Add a delay beyond the state's timeout with `aws:lambda:invocation-add-delay`, and see the work go on after the workflow gave up."
  references  = ["AWS Well-Architected REL05-BP05", "AWS Step Functions Developer Guide: Task workflow state"]

  locals {
    hasty = [
      for c in workflow_calls(self) : c
      if c.TimeoutSeconds != null
      && length([for f in refs(c.callee, "aws_lambda_function") : f if c.TimeoutSeconds < default(f.timeout, 3)]) > 0
    ]
    # A task with a timeout of its own ends before.
    long = flatten([
      for c in workflow_calls(self) : [for f in refs(c.callee, "aws_lambda_function") : f if workflow(self).TimeoutSeconds < default(f.timeout, 3)]
      if workflow(self).TimeoutSeconds != null && c.TimeoutSeconds == null
    ])
  }

  for_each = resources("aws_sfn_state_machine")

  defect "task" {
    when    = length(local.hasty) > 0
    at      = "definition"
    message = "`${self}` gives up on ${join(", ", sort([for c in local.hasty : c.name]))} while its function may still run"

    label "may run this long" {
      at        = flatten([for c in local.hasty : refs(c.callee, "aws_lambda_function")])
      attribute = "timeout"
    }
  }

  defect "workflow" {
    when    = length(local.long) > 0
    at      = "definition"
    message = "`${self}` ends after ${workflow(self).TimeoutSeconds} s, and `${local.long[0]}` may run for ${default(local.long[0].timeout, 3)} s"

    label "may run this long" {
      at        = local.long
      attribute = "timeout"
    }
  }

  fails "shorter than the function" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      timeout       = 120
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:states:::lambda:invoke"
            Parameters = {
              FunctionName = aws_lambda_function.charge.arn
            }
            TimeoutSeconds = 30
            End            = true
          }
        }
      })
    }
  }

  fails "the workflow is shorter than the function" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      timeout       = 120
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        TimeoutSeconds = 60
        StartAt        = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = aws_lambda_function.charge.arn
            End      = true
          }
        }
      })
    }
  }

  passes "longer than the function" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      timeout       = 20
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type           = "Task"
            Resource       = aws_lambda_function.charge.arn
            TimeoutSeconds = 30
            End            = true
          }
        }
      })
    }
  }

  passes "no timeout of the task: the function's counts" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      timeout       = 120
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = aws_lambda_function.charge.arn
            End      = true
          }
        }
      })
    }
  }

  passes "the workflow is longer than the function" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      timeout       = 120
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        TimeoutSeconds = 600
        StartAt        = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = aws_lambda_function.charge.arn
            End      = true
          }
        }
      })
    }
  }

  unknown "timeout of the function is given by the caller" {
    variable "timeout" { type = number }

    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      timeout       = var.timeout
    }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type           = "Task"
            Resource       = aws_lambda_function.charge.arn
            TimeoutSeconds = 30
            End            = true
          }
        }
      })
    }
  }
}
