rule "stepfunctions-express-without-logs" {
  summary     = "Express workflow keeps no record of its executions"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Step Functions keeps the history of standard workflows only. Of an express workflow nothing is left once it ends, unless it
    writes a log: not that it ran, not with what, not where it failed.
  MD
  fix         = "Add `logging_configuration` with a `level` of at least `ERROR` and a `log_destination`."
  notice      = "`ExecutionsFailed` rises, and no history shows the failing state."
  prove       = "Let one state fail in a test account, and find out which it was."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config step-functions-state-machine-logging-enabled",
    "Security Hub StepFunctions.1",
    "checkov CKV_AWS_285",
  ]

  for_each = resources("aws_sfn_state_machine")
  unless   = self.type != "EXPRESS"
  when     = length(default(self.logging_configuration, [])) == 0 || default(self.logging_configuration[0].level, "OFF") == "OFF"
  at       = "logging_configuration"
  message  = "nothing is left of an execution of `${self}` once it has ended"

  fails "left out" {
    resource "aws_sfn_state_machine" "enrich" {
      name       = "enrich"
      type       = "EXPRESS"
      role_arn   = "arn:aws:iam::111122223333:role/enrich"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }
  }

  fails "level is off" {
    resource "aws_sfn_state_machine" "enrich" {
      name       = "enrich"
      type       = "EXPRESS"
      role_arn   = "arn:aws:iam::111122223333:role/enrich"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })

      logging_configuration {
        level = "OFF"
      }
    }
  }

  passes "errors are logged" {
    resource "aws_sfn_state_machine" "enrich" {
      name       = "enrich"
      type       = "EXPRESS"
      role_arn   = "arn:aws:iam::111122223333:role/enrich"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })

      logging_configuration {
        level           = "ERROR"
        log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:/workflows/enrich:*"
      }
    }
  }

  passes "standard workflow, which has its history" {
    resource "aws_sfn_state_machine" "refund" {
      name       = "refund"
      role_arn   = "arn:aws:iam::111122223333:role/refund"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })
    }
  }

  unknown "level is given by the caller" {
    variable "log_level" { type = string }

    resource "aws_sfn_state_machine" "enrich" {
      name       = "enrich"
      type       = "EXPRESS"
      role_arn   = "arn:aws:iam::111122223333:role/enrich"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Succeed" } } })

      logging_configuration {
        level           = var.log_level
        log_destination = "arn:aws:logs:eu-west-1:111122223333:log-group:/workflows/enrich:*"
      }
    }
  }
}
