rule "stepfunctions-wait-without-heartbeat" {
  summary     = "Workflow notices late that a worker has died"
  principle   = "decoupling"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A timeout has to be as long as the work takes at most. A worker that dies in the first minute is waited for until then, and only then another
    one starts. With heartbeats the workflow notices after the time between two of them.
  MD
  fix         = "Set `HeartbeatSeconds` on the task, and let the worker call `SendTaskHeartbeat` more often than that."
  notice      = "Executions fail by `States.Timeout` long after the log of their worker has ended."
  prove       = "Kill a worker in the middle of its task, and see how long the workflow waits."
  references = [
    "AWS Well-Architected REL05-BP05",
    "AWS Step Functions Developer Guide: Use timeouts to avoid stuck executions",
    "AWS Step Functions API Reference: SendTaskHeartbeat",
  ]

  param "longest_seconds" {
    default = 3600
    doc     = "Longest wait for a worker that may go without heartbeats."
  }

  locals {
    ends = workflow(self).TimeoutSeconds
    late = [
      for s in workflow_waits(self) : s
      if s.worker && s.HeartbeatSeconds == null && s.HeartbeatSecondsPath == null && default(s.TimeoutSeconds, local.ends, 0) > param.longest_seconds
    ]
  }

  for_each = resources("aws_sfn_state_machine")
  when     = length(local.late) > 0
  at       = "definition"
  message  = "`${self}` waits for a dead worker of ${local.late[0].name} for up to ${default(local.late[0].TimeoutSeconds, local.ends)} s"

  fails "a token that a consumer of a queue sends back" {
    resource "aws_sfn_state_machine" "render" {
      name     = "render"
      role_arn = "arn:aws:iam::111122223333:role/render"
      definition = jsonencode({
        StartAt = "Render"
        States = {
          Render = {
            Type           = "Task"
            Resource       = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            Parameters     = { QueueUrl = "https://sqs.eu-west-1.amazonaws.com/111122223333/render", "MessageBody.$" = "$$.Task.Token" }
            TimeoutSeconds = 43200
            End            = true
          }
        }
      })
    }
  }

  fails "an activity, and a timeout of the workflow" {
    resource "aws_sfn_activity" "render" {
      name = "render"
    }

    resource "aws_sfn_state_machine" "render" {
      name     = "render"
      role_arn = "arn:aws:iam::111122223333:role/render"
      definition = jsonencode({
        TimeoutSeconds = 86400
        StartAt        = "Render"
        States         = { Render = { Type = "Task", Resource = aws_sfn_activity.render.arn, End = true } }
      })
    }
  }

  passes "heartbeats" {
    resource "aws_sfn_state_machine" "render" {
      name     = "render"
      role_arn = "arn:aws:iam::111122223333:role/render"
      definition = jsonencode({
        StartAt = "Render"
        States = {
          Render = {
            Type             = "Task"
            Resource         = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
            TimeoutSeconds   = 43200
            HeartbeatSeconds = 300
            End              = true
          }
        }
      })
    }
  }

  passes "a short wait" {
    resource "aws_sfn_state_machine" "render" {
      name     = "render"
      role_arn = "arn:aws:iam::111122223333:role/render"
      definition = jsonencode({
        StartAt = "Render"
        States = {
          Render = { Type = "Task", Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken", TimeoutSeconds = 600, End = true }
        }
      })
    }
  }

  passes "somebody who approves" {
    resource "aws_sfn_state_machine" "approve" {
      name     = "approve"
      role_arn = "arn:aws:iam::111122223333:role/approve"
      definition = jsonencode({
        StartAt = "Ask"
        States = {
          Ask = { Type = "Task", Resource = "arn:aws:states:::sns:publish.waitForTaskToken", TimeoutSeconds = 604800, End = true }
        }
      })
    }
  }

  passes "a job of ECS, which cannot send heartbeats" {
    resource "aws_sfn_state_machine" "report" {
      name     = "report"
      role_arn = "arn:aws:iam::111122223333:role/report"
      definition = jsonencode({
        StartAt = "Run"
        States  = { Run = { Type = "Task", Resource = "arn:aws:states:::ecs:runTask.sync", TimeoutSeconds = 43200, End = true } }
      })
    }
  }

  unknown "the timeout is given by the caller" {
    variable "longest" { type = number }

    resource "aws_sfn_state_machine" "render" {
      name     = "render"
      role_arn = "arn:aws:iam::111122223333:role/render"
      definition = jsonencode({
        StartAt = "Render"
        States = {
          Render = { Type = "Task", Resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken", TimeoutSeconds = var.longest, End = true }
        }
      })
    }
  }
}
