rule "stepfunctions-call-without-retry" {
  summary     = "Workflow gives up at the first error of a function's service"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Lambda answers some calls with a service error or a throttle although nothing is wrong with the function. Without a retry each of
    these fails the whole execution, with all that it had done so far.
  MD
  fix         = "Add a `Retry` to the task for `Lambda.ServiceException`, `Lambda.AWSLambdaException`, `Lambda.SdkClientException` and `Lambda.TooManyRequestsException`."
  notice      = "`ExecutionsFailed` rises with `Lambda.ServiceException` or `Lambda.TooManyRequestsException` as the error."
  prove       = "Fail one call in ten with `aws:lambda:invocation-error`, and count the executions that end."
  references = [
    "AWS Well-Architected REL05-BP03",
    "AWS Step Functions Developer Guide: Handle transient Lambda service exceptions",
  ]

  locals {
    # Neither does a retry help that is tried no times, or for other errors than those of Lambda.
    errors = [
      "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.ServiceException", "Lambda.TooManyRequestsException", "Lambda.Unknown", "States.ALL",
      "States.TaskFailed",
    ]
    calls = [
      for c in workflow_calls(self) : c.name
      if c.Retry == null || alltrue([
        for r in c.Retry : try(r.MaxAttempts, 3) == 0 || !anytrue([for e in flatten([try(r.ErrorEquals, [])]) : contains(local.errors, e)])
      ])
    ]
  }

  # Whoever starts an Express workflow gets its error, and can start it again.
  for_each = resources("aws_sfn_state_machine")
  unless   = self.type == "EXPRESS"
  when     = length(local.calls) > 0
  at       = "definition"
  message  = "`${self}` fails as a whole when Lambda cannot take a call of ${join(", ", sort(local.calls))}"

  fails "a task without retry" {
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
              FunctionName = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            }
            End = true
          }
        }
      })
    }
  }

  fails "within a map" {
    resource "aws_lambda_function" "resize" {
      function_name = "resize"
    }

    resource "aws_sfn_state_machine" "images" {
      name     = "images"
      role_arn = "arn:aws:iam::111122223333:role/images"
      definition = jsonencode({
        StartAt = "All"
        States = {
          All = {
            Type = "Map"
            ItemProcessor = {
              StartAt = "Resize"
              States = {
                Resize = {
                  Type     = "Task"
                  Resource = aws_lambda_function.resize.arn
                  End      = true
                }
              }
            }
            End = true
          }
        }
      })
    }
  }

  fails "retries that are tried no times" {
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
              FunctionName = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            }
            Retry = [{ ErrorEquals = ["States.ALL"], MaxAttempts = 0 }]
            End   = true
          }
        }
      })
    }
  }

  fails "retries for an error of its own" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            Retry    = [{ ErrorEquals = ["CardDeclined"], MaxAttempts = 4 }]
            End      = true
          }
        }
      })
    }
  }

  fails "retries for a timeout only" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            Retry    = [{ ErrorEquals = ["States.Timeout"], MaxAttempts = 4 }]
            End      = true
          }
        }
      })
    }
  }

  passes "retries" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            Retry = [
              {
                ErrorEquals = ["Lambda.ServiceException", "Lambda.TooManyRequestsException"]
                MaxAttempts = 5
              }
            ]
            End = true
          }
        }
      })
    }
  }

  passes "retries for whatever fails the task" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            Retry    = [{ ErrorEquals = ["States.TaskFailed"], MaxAttempts = 4 }]
            End      = true
          }
        }
      })
    }
  }

  passes "calls no function" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Put"
        States = {
          Put = {
            Type     = "Task"
            Resource = "arn:aws:states:::dynamodb:putItem"
            End      = true
          }
        }
      })
    }
  }

  passes "an Express workflow, which its caller starts again" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      type     = "EXPRESS"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            End      = true
          }
        }
      })
    }
  }

  unknown "definition is given by the caller" {
    variable "definition" { type = string }

    resource "aws_sfn_state_machine" "orders" {
      name       = "orders"
      role_arn   = "arn:aws:iam::111122223333:role/orders"
      definition = var.definition
    }
  }
}
