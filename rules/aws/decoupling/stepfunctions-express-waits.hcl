rule "stepfunctions-express-waits" {
  summary     = "Express workflow waits longer than it can run"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    An Express workflow ends after five minutes, and it can neither wait for a job (`.sync`) nor for a token. What it waits for is cut off or refused.
  MD
  fix         = "Make it a workflow of type `STANDARD`, or let it start the work without waiting."
  notice      = "`ExecutionsTimedOut` rises, five minutes after the start."
  prove       = "Start the workflow, and let it wait as written: it is cut off."
  references = [
    "AWS Well-Architected REL05-BP05",
    "AWS Step Functions Developer Guide: Discover service integration patterns",
  ]

  locals {
    waits = [
      for s in workflow_states(self) : s.name
      if can(regex("[.](sync(:2)?|waitForTaskToken)$", s.Resource)) || (s.Type == "Wait" && default(s.Seconds, 0) >= 300)
    ]
  }

  for_each = resources("aws_sfn_state_machine")
  unless   = default(self.type, "STANDARD") != "EXPRESS"
  when     = length(local.waits) > 0
  at       = "type"
  message  = "`${self}` is an Express workflow and cannot wait for ${join(", ", sort(local.waits))}"

  fails "waits for a job" {
    resource "aws_sfn_state_machine" "export" {
      name     = "export"
      type     = "EXPRESS"
      role_arn = "arn:aws:iam::111122223333:role/export"
      definition = jsonencode({
        StartAt = "Run"
        States = {
          Run = {
            Type     = "Task"
            Resource = "arn:aws:states:::ecs:runTask.sync"
            End      = true
          }
        }
      })
    }
  }

  fails "waits ten minutes" {
    resource "aws_sfn_state_machine" "remind" {
      name     = "remind"
      type     = "EXPRESS"
      role_arn = "arn:aws:iam::111122223333:role/remind"
      definition = jsonencode({
        StartAt = "Pause"
        States = {
          Pause = {
            Type    = "Wait"
            Seconds = 600
            Next    = "Done"
          }
          Done = {
            Type = "Succeed"
          }
        }
      })
    }
  }

  passes "standard workflow" {
    resource "aws_sfn_state_machine" "export" {
      name     = "export"
      role_arn = "arn:aws:iam::111122223333:role/export"
      definition = jsonencode({
        StartAt = "Run"
        States = {
          Run = {
            Type     = "Task"
            Resource = "arn:aws:states:::ecs:runTask.sync"
            End      = true
          }
        }
      })
    }
  }

  passes "starts without waiting" {
    resource "aws_sfn_state_machine" "export" {
      name     = "export"
      type     = "EXPRESS"
      role_arn = "arn:aws:iam::111122223333:role/export"
      definition = jsonencode({
        StartAt = "Run"
        States = {
          Run = {
            Type     = "Task"
            Resource = "arn:aws:states:::ecs:runTask"
            End      = true
          }
        }
      })
    }
  }

  unknown "type is given by the caller" {
    variable "type" { type = string }

    resource "aws_sfn_state_machine" "export" {
      name     = "export"
      type     = var.type
      role_arn = "arn:aws:iam::111122223333:role/export"
      definition = jsonencode({
        StartAt = "Run"
        States = {
          Run = {
            Type     = "Task"
            Resource = "arn:aws:states:::ecs:runTask.sync"
            End      = true
          }
        }
      })
    }
  }
}
