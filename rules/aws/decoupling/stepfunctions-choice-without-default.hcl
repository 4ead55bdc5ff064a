rule "stepfunctions-choice-without-default" {
  summary     = "Choice of a workflow has no way for what it does not expect"
  principle   = "decoupling"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Input that fulfils none of the conditions ends the execution with `States.NoChoiceMatched`. A choice cannot catch that itself.
  MD
  fix         = "Add a `Default` that leads to a state which deals with unexpected input, if only a `Fail` with a clear cause."
  notice      = "`ExecutionsFailed` rises with the error `States.NoChoiceMatched`."
  prove       = "Start an execution with a value that no rule of the choice knows."
  references  = ["AWS Well-Architected REL05-BP01", "AWS Step Functions Developer Guide: Choice workflow state"]

  locals {
    # A condition and its opposite leave nothing over.
    choices = [
      for s in workflow_states(self) : s.name
      if s.Type == "Choice" && s.Default == null
      && !(
        length(distinct([for c in s.Choices : try(c.Variable, null)])) == 1
        && anytrue([for c in s.Choices : try(c.BooleanEquals, c.IsPresent, c.IsNull, null) == true])
        && anytrue([for c in s.Choices : try(c.BooleanEquals, c.IsPresent, c.IsNull, null) == false])
      )
    ]
  }

  for_each = resources("aws_sfn_state_machine")
  when     = length(local.choices) > 0
  at       = "definition"
  message  = "input that ${join(", ", sort(local.choices))} in `${self}` does not expect fails the execution"

  fails "no default" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Kind"
        States = {
          Kind = {
            Type = "Choice"
            Choices = [
              {
                Variable     = "$.kind"
                StringEquals = "order"
                Next         = "Done"
              }
            ]
          }
          Done = {
            Type = "Succeed"
          }
        }
      })
    }
  }

  passes "default" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Kind"
        States = {
          Kind = {
            Type = "Choice"
            Choices = [
              {
                Variable     = "$.kind"
                StringEquals = "order"
                Next         = "Done"
              }
            ]
            Default = "Odd"
          }
          Done = {
            Type = "Succeed"
          }
          Odd = {
            Type = "Fail"
          }
        }
      })
    }
  }

  passes "a condition and its opposite" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Paid"
        States = {
          Paid = {
            Type = "Choice"
            Choices = [
              {
                Variable      = "$.paid"
                BooleanEquals = true
                Next          = "Done"
              },
              {
                Variable      = "$.paid"
                BooleanEquals = false
                Next          = "Wait"
              }
            ]
          }
          Wait = {
            Type    = "Wait"
            Seconds = 60
            Next    = "Paid"
          }
          Done = {
            Type = "Succeed"
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
