rule "stepfunctions-wait-without-timeout" {
  summary     = "Workflow waits for an answer that may never come"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A task that waits for a token, for an activity's worker or for the end of a job that may run for ever (ECS, EKS, EMR, Batch) has no timeout of its
    own. When the worker dies or hangs the execution stays open for up to a year, and nobody is told.
  MD
  fix         = "Set `TimeoutSeconds` on the task, and `HeartbeatSeconds` where its worker can send heartbeats."
  notice      = "Executions stay RUNNING for days: `ExecutionsStarted` less all that ended grows."
  prove       = "Start an execution, drop the answer on purpose, and see what ends it."
  references = [
    "AWS Well-Architected REL05-BP05",
    "AWS Step Functions Developer Guide: Use timeouts to avoid stuck executions",
  ]

  locals {
    waits = [
      for s in workflow_waits(self) : s.name
      if s.TimeoutSeconds == null && s.TimeoutSecondsPath == null && s.HeartbeatSeconds == null && s.HeartbeatSecondsPath == null
    ]
  }

  for_each = resources("aws_sfn_state_machine")
  unless   = workflow(self).TimeoutSeconds != null
  when     = length(local.waits) > 0
  at       = "definition"
  message  = "`${self}` may wait for ${join(", ", sort(local.waits))} for up to a year"

  fails "waits for a token" {
    resource "aws_sfn_state_machine" "approval" {
      name     = "approval"
      role_arn = "arn:aws:iam::111122223333:role/approval"
      definition = jsonencode({
        StartAt = "Ask"
        States = {
          Ask = {
            Type     = "Task"
            Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            End      = true
          }
        }
      })
    }
  }

  fails "an activity" {
    resource "aws_sfn_state_machine" "packing" {
      name     = "packing"
      role_arn = "arn:aws:iam::111122223333:role/packing"
      definition = jsonencode({
        StartAt = "Pack"
        States = {
          Pack = {
            Type     = "Task"
            Resource = "arn:aws:states:eu-west-1:111122223333:activity:pack"
            End      = true
          }
        }
      })
    }
  }

  fails "the end of an ECS task" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:states:::ecs:runTask.sync"
            End      = true
          }
        }
      })
    }
  }

  fails "a job of Batch that may run for ever" {
    resource "aws_batch_job_definition" "invoice" {
      name = "invoice"
      type = "container"
    }

    resource "aws_sfn_state_machine" "billing" {
      name     = "billing"
      role_arn = "arn:aws:iam::111122223333:role/billing"
      definition = jsonencode({
        StartAt = "Invoice"
        States = {
          Invoice = {
            Type     = "Task"
            Resource = "arn:aws:states:::batch:submitJob.sync"
            Parameters = {
              JobName       = "invoice"
              JobQueue      = "billing"
              JobDefinition = aws_batch_job_definition.invoice.arn
            }
            End = true
          }
        }
      })
    }
  }

  fails "a step of EMR in a map of a branch" {
    resource "aws_sfn_state_machine" "report" {
      name     = "report"
      role_arn = "arn:aws:iam::111122223333:role/report"
      definition = jsonencode({
        StartAt = "Both"
        States = {
          Both = {
            Type = "Parallel"
            Branches = [{
              StartAt = "Each"
              States = {
                Each = {
                  Type = "Map"
                  ItemProcessor = {
                    StartAt = "Step"
                    States = {
                      Step = { Type = "Task", Resource = "arn:aws:states:::elasticmapreduce:addStep.sync", Parameters = {}, End = true }
                    }
                  }
                  End = true
                }
              }
            }]
            End = true
          }
        }
      })
    }
  }

  passes "a job of Batch with a timeout of its own" {
    resource "aws_batch_job_definition" "invoice" {
      name = "invoice"
      type = "container"

      timeout {
        attempt_duration_seconds = 3600
      }
    }

    resource "aws_sfn_state_machine" "billing" {
      name     = "billing"
      role_arn = "arn:aws:iam::111122223333:role/billing"
      definition = jsonencode({
        StartAt = "Invoice"
        States = {
          Invoice = {
            Type       = "Task"
            Resource   = "arn:aws:states:::batch:submitJob.sync"
            Parameters = { JobName = "invoice", JobQueue = "billing", JobDefinition = aws_batch_job_definition.invoice.arn }
            End        = true
          }
        }
      })
    }
  }

  passes "timeout of the task" {
    resource "aws_sfn_state_machine" "approval" {
      name     = "approval"
      role_arn = "arn:aws:iam::111122223333:role/approval"
      definition = jsonencode({
        StartAt = "Ask"
        States = {
          Ask = {
            Type           = "Task"
            Resource       = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            TimeoutSeconds = 604800
            End            = true
          }
        }
      })
    }
  }

  passes "heartbeats" {
    resource "aws_sfn_state_machine" "packing" {
      name     = "packing"
      role_arn = "arn:aws:iam::111122223333:role/packing"
      definition = jsonencode({
        StartAt = "Pack"
        States = {
          Pack = {
            Type             = "Task"
            Resource         = "arn:aws:states:eu-west-1:111122223333:activity:pack"
            HeartbeatSeconds = 60
            End              = true
          }
        }
      })
    }
  }

  passes "timeout of the whole workflow" {
    resource "aws_sfn_state_machine" "approval" {
      name     = "approval"
      role_arn = "arn:aws:iam::111122223333:role/approval"
      definition = jsonencode({
        StartAt        = "Ask"
        TimeoutSeconds = 604800
        States = {
          Ask = {
            Type     = "Task"
            Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            End      = true
          }
        }
      })
    }
  }

  passes "an ECS task that it does not wait for" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:states:::ecs:runTask"
            End      = true
          }
        }
      })
    }
  }

  passes "a build, which has a timeout of its own" {
    resource "aws_sfn_state_machine" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/orders"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = {
            Type     = "Task"
            Resource = "arn:aws:states:::codebuild:startBuild.sync"
            End      = true
          }
        }
      })
    }
  }

  unknown "definition is given by the caller" {
    variable "definition" { type = string }

    resource "aws_sfn_state_machine" "approval" {
      name       = "approval"
      role_arn   = "arn:aws:iam::111122223333:role/approval"
      definition = var.definition
    }
  }
}
