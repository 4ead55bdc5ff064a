rule "stepfunctions-state-unreachable" {
  summary     = "Workflow has a state that nothing leads to"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Such a state never runs. Often it is the handler of an error whose `Catch` was forgotten, and the failure that it was written for goes
    unhandled.
  MD
  fix         = "Lead to the state with `Next`, `Catch` or a choice, or remove it."
  notice      = "The state never shows in the history of any execution."
  prove       = "Run each branch once in a test account, and compare the states in the histories with the definition."
  references  = ["AWS Well-Architected REL05-BP01", "Amazon States Language: Transitions"]

  locals {
    lost = distinct(concat(
      flatten([for p in workflow_paths(self) : [for name in p.states : name if !contains(p.targets, name)]]),
      workflow_islands(self),
    ))
  }

  # A step whose name is misspelt leaves what comes after it out of reach.
  yields "what comes after it is out of reach" {
    to = ["stepfunctions-state-missing"]
    at = self
  }

  for_each = resources("aws_sfn_state_machine")
  when     = length(local.lost) > 0
  at       = "definition"
  message  = "nothing in `${self}` leads to ${join(", ", sort(local.lost))}"

  fails "a handler without its catch" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            End      = true
          }
          Refund = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:refund"
            End      = true
          }
        }
      })
    }
  }

  fails "states that lead to each other only" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = { Type = "Pass", End = true }
          Refund = { Type = "Pass", Next = "Notify" }
          Notify = { Type = "Pass", Next = "Refund" }
        }
      })
    }
  }

  passes "a long way with a loop" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "A"
        States = {
          A = { Type = "Pass", Next = "B" }
          B = { Type = "Pass", Next = "C" }
          C = { Type = "Pass", Next = "D" }
          D = { Type = "Choice", Choices = [{ Variable = "$.done", BooleanEquals = true, Next = "E" }], Default = "A" }
          E = { Type = "Pass", Next = "F" }
          F = { Type = "Pass", Next = "G" }
          G = { Type = "Pass", End = true }
        }
      })
    }
  }

  passes "caught" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge"
            Catch = [
              {
                ErrorEquals = ["States.ALL"]
                Next        = "Refund"
              }
            ]
            End = true
          }
          Refund = {
            Type     = "Task"
            Resource = "arn:aws:lambda:eu-west-1:111122223333:function:refund"
            End      = true
          }
        }
      })
    }
  }

  unknown "the next state is given by the caller" {
    variable "next" { type = string }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Reserve"
        States = {
          Reserve = {
            Type = "Pass"
            Next = var.next
          }
          Charge = {
            Type = "Succeed"
          }
        }
      })
    }
  }
}
