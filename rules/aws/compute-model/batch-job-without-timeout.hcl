rule "batch-job-without-timeout" {
  summary     = "Batch job may run for ever"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A job that hangs keeps its machine until somebody ends it. Jobs behind it wait, and the machine is paid for all that time.
  MD
  fix         = "Add a `timeout` with `attempt_duration_seconds` well above the longest run that is right."
  notice      = "A job stays RUNNING for much longer than its usual time, and the compute environment's vCPUs stay in use."
  prove       = "Submit a job that sleeps for ever to a test queue, and see whether anything ends it."
  references  = ["AWS Well-Architected REL05-BP05", "AWS Batch User Guide: Job timeouts"]

  for_each = resources("aws_batch_job_definition")
  when     = length(default(self.timeout, [])) == 0
  at       = "timeout"
  message  = "a run of `${self}` that hangs goes on until somebody ends it"

  fails "left out" {
    resource "aws_batch_job_definition" "export" {
      name                 = "export"
      type                 = "container"
      container_properties = jsonencode({ image = "export:1.4.2" })
    }
  }

  passes "an hour" {
    resource "aws_batch_job_definition" "export" {
      name                 = "export"
      type                 = "container"
      container_properties = jsonencode({ image = "export:1.4.2" })

      timeout {
        attempt_duration_seconds = 3600
      }
    }
  }

  passes "on Fargate, by a local" {
    locals {
      minutes = 30
    }

    resource "aws_batch_job_definition" "export" {
      name                  = "export"
      type                  = "container"
      platform_capabilities = ["FARGATE"]
      container_properties  = jsonencode({ image = "export:1.4.2" })

      timeout {
        attempt_duration_seconds = local.minutes * 60
      }
    }
  }

  unknown "decided by the caller" {
    variable "timeouts" { type = list(number) }

    resource "aws_batch_job_definition" "export" {
      name                 = "export"
      type                 = "container"
      container_properties = jsonencode({ image = "export:1.4.2" })

      dynamic "timeout" {
        for_each = var.timeouts
        content {
          attempt_duration_seconds = timeout.value
        }
      }
    }
  }
}
