rule "stepfunctions-heartbeat-without-effect" {
  summary     = "Heartbeat of a task is not shorter than its timeout"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A heartbeat finds a dead worker before the task times out. Where it is as long as the timeout it finds nothing earlier, and Step Functions
    refuses the definition.
  MD
  fix         = "Set `HeartbeatSeconds` to a part of `TimeoutSeconds`, a few times as long as the worker takes between two heartbeats."
  notice      = "`CreateStateMachine` answers `InvalidDefinition`."
  prove       = "Validate it: `aws stepfunctions validate-state-machine-definition`."
  references  = ["AWS Well-Architected REL05-BP05", "AWS Step Functions Developer Guide: Task workflow state", "Amazon States Language: Task State"]

  locals {
    late = [for s in workflow_states(self) : s if s.Type == "Task" && s.HeartbeatSeconds != null && s.TimeoutSeconds != null && s.HeartbeatSeconds >= s.TimeoutSeconds]
  }

  for_each = resources("aws_sfn_state_machine")
  when     = length(local.late) > 0
  at       = "definition"
  message  = "${local.late[0].name} of `${self}` waits ${local.late[0].HeartbeatSeconds} s for a heartbeat, and times out after ${local.late[0].TimeoutSeconds} s"

  fails "as long as the timeout" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type             = "Task"
            Resource         = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            TimeoutSeconds   = 60
            HeartbeatSeconds = 60
            End              = true
          }
        }
      })
    }
  }

  fails "an activity" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type             = "Task"
            Resource         = "arn:aws:states:eu-west-1:111122223333:activity:charge"
            TimeoutSeconds   = 60
            HeartbeatSeconds = 600
            End              = true
          }
        }
      })
    }
  }

  passes "shorter than the timeout" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type             = "Task"
            Resource         = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            TimeoutSeconds   = 600
            HeartbeatSeconds = 60
            End              = true
          }
        }
      })
    }
  }

  passes "no timeout" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type             = "Task"
            Resource         = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            HeartbeatSeconds = 60
            End              = true
          }
        }
      })
    }
  }

  unknown "timeout is given by the caller" {
    variable "timeout" { type = number }

    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type             = "Task"
            Resource         = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            TimeoutSeconds   = var.timeout
            HeartbeatSeconds = 60
            End              = true
          }
        }
      })
    }
  }
}
