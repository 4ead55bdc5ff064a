rule "job-failures-unannounced" {
  summary    = "Job whose failure nobody hears of"
  principle  = "observability"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A job that fails at night leaves yesterday's data in place. Everything works on, with numbers that grow older.
  MD
  fix        = "Add an `aws_cloudwatch_event_rule` for failed runs (`aws.glue`, `aws.batch`, `aws.datasync`, `aws.dms`) with a topic as its target."
  notice     = "The job's runs are FAILED in its history, and no message was sent."
  prove      = "Let a test run fail on purpose, and wait for somebody to ask about it."
  references = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL06-BP03", "AWS Batch User Guide: AWS Batch events"]

  locals {
    # A workflow or a trigger that waits for the job sees it fail.
    callers = concat(referrers(self, "refers", "aws_sfn_state_machine"), referrers(self, "refers", "aws_mwaa_environment"))
  }

  for_each = resources("aws_glue_job", "aws_batch_job_queue", "aws_datasync_task", "aws_dms_replication_task")
  unless   = is_watched_elsewhere(self) || length(local.callers) > 0
  when     = length(referrers(self, "watches")) == 0 && length(referrers(self, "refers", "aws_cloudwatch_event_rule")) == 0
  message  = "nobody is told when `${self}` fails: neither a rule about its events nor an alarm"

  fails "Glue job" {
    resource "aws_glue_job" "sales" {
      name     = "sales"
      role_arn = "arn:aws:iam::111122223333:role/glue"

      command {
        script_location = "s3://jobs/sales.py"
      }
    }
  }

  fails "a rule about another service" {
    resource "aws_batch_job_queue" "reports" {
      name     = "reports"
      state    = "ENABLED"
      priority = 1
    }

    resource "aws_cloudwatch_event_rule" "glue" {
      name          = "glue-failed"
      event_pattern = jsonencode({ source = ["aws.glue"], detail = { state = ["FAILED"] } })
    }
  }

  passes "a rule about all jobs" {
    resource "aws_glue_job" "sales" {
      name     = "sales"
      role_arn = "arn:aws:iam::111122223333:role/glue"

      command {
        script_location = "s3://jobs/sales.py"
      }
    }

    resource "aws_cloudwatch_event_rule" "glue" {
      name          = "glue-failed"
      event_pattern = jsonencode({ source = ["aws.glue"], detail-type = ["Glue Job State Change"], detail = { state = ["FAILED", "TIMEOUT"] } })
    }
  }

  passes "a workflow waits for it" {
    resource "aws_glue_job" "sales" {
      name     = "sales"
      role_arn = "arn:aws:iam::111122223333:role/glue"

      command {
        script_location = "s3://jobs/sales.py"
      }
    }

    resource "aws_sfn_state_machine" "nightly" {
      name     = "nightly"
      role_arn = "arn:aws:iam::111122223333:role/nightly"
      definition = jsonencode({
        StartAt = "Sales"
        States = {
          Sales = {
            Type       = "Task"
            Resource   = "arn:aws:states:::glue:startJobRun.sync"
            Parameters = { JobName = aws_glue_job.sales.id }
            End        = true
          }
        }
      })
    }
  }

  unknown "pattern is given by the caller" {
    variable "pattern" { type = string }

    resource "aws_batch_job_queue" "reports" {
      name     = "reports"
      state    = "ENABLED"
      priority = 1
    }

    resource "aws_cloudwatch_event_rule" "failed" {
      name          = "failed"
      event_pattern = var.pattern
    }
  }
}
