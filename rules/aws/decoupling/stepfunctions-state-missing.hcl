rule "stepfunctions-state-missing" {
  summary     = "Workflow leads to a state that it does not have"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Step Functions refuses such a definition, in the middle of an apply and after other parts of the change have been made.
  MD
  fix         = "Name a state of the same group in `StartAt`, `Next`, `Default` and `Catch`."
  notice      = "The apply fails with `InvalidDefinition`."
  prove       = "Validate the definition with `aws stepfunctions validate-state-machine-definition`."
  references  = ["AWS Well-Architected OPS05-BP03", "Amazon States Language: Transitions"]

  locals {
    missing = distinct(flatten([
      for p in workflow_paths(self) : [for name in p.targets : name if !contains(p.states, name)]
    ]))
  }

  for_each = resources("aws_sfn_state_machine")
  when     = length(local.missing) > 0
  at       = "definition"
  message  = "`${self}` leads to ${join(", ", sort(local.missing))}, which it does not have"

  fails "a slip" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Reserve"
        States = {
          Reserve = {
            Type = "Pass"
            Next = "Chrage"
          }
          Charge = {
            Type = "Succeed"
          }
        }
      })
    }
  }

  fails "a branch leads out of its group" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Both"
        States = {
          Both = {
            Type = "Parallel"
            Branches = [
              {
                StartAt = "Reserve"
                States = {
                  Reserve = {
                    Type = "Pass"
                    Next = "Done"
                  }
                }
              }
            ]
            Next = "Done"
          }
          Done = {
            Type = "Succeed"
          }
        }
      })
    }
  }

  passes "every name is a state" {
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
                Next          = "Ship"
              }
            ]
            Default = "Refuse"
          }
          Ship = {
            Type = "Succeed"
          }
          Refuse = {
            Type = "Fail"
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
