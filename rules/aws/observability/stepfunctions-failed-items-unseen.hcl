rule "stepfunctions-failed-items-unseen" {
  summary     = "Map goes on without the items that fail"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A map that tolerates failures succeeds, and so does its execution: no alarm on failed executions fires, and nothing but the history of a map run
    says which items were left out. With a `ResultWriter` a list of them is kept, from which they can be tried again.
  MD
  fix         = "Add a `ResultWriter` that writes to a bucket, or a `Catch` within the map that sets aside the item that failed."
  notice      = "Map runs show failed items in executions that have succeeded."
  prove       = "Let one item fail on purpose, and try to learn from the outside which one it was."
  references = [
    "AWS Well-Architected REL05-BP04",
    "AWS Well-Architected REL06-BP01",
    "AWS Step Functions Developer Guide: Setting failure thresholds for Distributed Map states",
    "AWS Step Functions Developer Guide: ResultWriter (Map)",
  ]

  locals {
    tolerant = [
      for s in workflow_states(self) : s
      if(
        s.Type == "Map"
        && s.ResultWriter == null
        && (default(s.ToleratedFailureCount, 0) > 0 || default(s.ToleratedFailurePercentage, 0) > 0)
        # What is caught within does not count as failed.
        && anytrue([for t in values(try(s.ItemProcessor.States, s.Iterator.States, {})) : try(t.Type, null) == "Task" && length(try(t.Catch, [])) == 0])
      )
    ]
  }

  for_each = resources("aws_sfn_state_machine")
  when     = length(local.tolerant) > 0
  at       = "definition"
  message  = "`${self}` succeeds although items of ${local.tolerant[0].name} fail, and keeps no list of them"

  fails "a share of the items may fail" {
    resource "aws_sfn_state_machine" "import" {
      name     = "import"
      role_arn = "arn:aws:iam::111122223333:role/import"
      definition = jsonencode({
        StartAt = "Each"
        States = {
          Each = {
            Type                       = "Map"
            ToleratedFailurePercentage = 10
            ItemProcessor = {
              ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
              StartAt         = "Load"
              States          = { Load = { Type = "Task", Resource = "arn:aws:states:::dynamodb:putItem", End = true } }
            }
            End = true
          }
        }
      })
    }
  }

  fails "a number of items may fail" {
    resource "aws_sfn_state_machine" "import" {
      name       = "import"
      role_arn   = "arn:aws:iam::111122223333:role/import"
      definition = <<-JSON
        {
          "StartAt": "Each",
          "States": {
            "Each": {
              "Type": "Map",
              "ToleratedFailureCount": 5,
              "ItemProcessor": {
                "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" },
                "StartAt": "Load",
                "States": { "Load": { "Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "End": true } }
              },
              "End": true
            }
          }
        }
      JSON
    }
  }

  passes "a list of what failed" {
    resource "aws_sfn_state_machine" "import" {
      name     = "import"
      role_arn = "arn:aws:iam::111122223333:role/import"
      definition = jsonencode({
        StartAt = "Each"
        States = {
          Each = {
            Type                       = "Map"
            ToleratedFailurePercentage = 10
            ItemProcessor = {
              ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
              StartAt         = "Load"
              States          = { Load = { Type = "Task", Resource = "arn:aws:states:::dynamodb:putItem", End = true } }
            }
            ResultWriter = { Resource = "arn:aws:states:::s3:putObject", Parameters = { Bucket = "example-imports", Prefix = "results" } }
            End          = true
          }
        }
      })
    }
  }

  passes "what fails is set aside within" {
    resource "aws_sfn_state_machine" "import" {
      name     = "import"
      role_arn = "arn:aws:iam::111122223333:role/import"
      definition = jsonencode({
        StartAt = "Each"
        States = {
          Each = {
            Type                  = "Map"
            ToleratedFailureCount = 1
            ItemProcessor = {
              ProcessorConfig = { Mode = "DISTRIBUTED", ExecutionType = "STANDARD" }
              StartAt         = "Load"
              States = {
                Load = {
                  Type     = "Task"
                  Resource = "arn:aws:states:::dynamodb:putItem"
                  Catch    = [{ ErrorEquals = ["States.ALL"], Next = "Keep" }]
                  End      = true
                }
                Keep = { Type = "Pass", End = true }
              }
            }
            End = true
          }
        }
      })
    }
  }

  passes "none may fail" {
    resource "aws_sfn_state_machine" "import" {
      name     = "import"
      role_arn = "arn:aws:iam::111122223333:role/import"
      definition = jsonencode({
        StartAt = "Each"
        States = {
          Each = {
            Type                       = "Map"
            ToleratedFailurePercentage = 0
            ItemProcessor              = { StartAt = "Load", States = { Load = { Type = "Task", Resource = "arn:aws:states:::dynamodb:putItem", End = true } } }
            End                        = true
          }
        }
      })
    }
  }

  unknown "the caller says how many may fail" {
    variable "tolerated" { type = number }

    resource "aws_sfn_state_machine" "import" {
      name     = "import"
      role_arn = "arn:aws:iam::111122223333:role/import"
      definition = jsonencode({
        StartAt = "Each"
        States = {
          Each = {
            Type                  = "Map"
            ToleratedFailureCount = var.tolerated
            ItemProcessor         = { StartAt = "Load", States = { Load = { Type = "Task", Resource = "arn:aws:states:::dynamodb:putItem", End = true } } }
            End                   = true
          }
        }
      })
    }
  }
}
