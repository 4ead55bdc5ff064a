rule "canary-never-runs" {
  summary     = "Canary that is created and never started"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Creating a canary does not start it. It stands in the list with its schedule and has never asked anything.
  MD
  fix         = "Set `start_canary = true`."
  notice      = "`SuccessPercent` of the canary has no data."
  prove       = "Break the page that it should watch in a test environment, and wait for the canary to notice."
  references = [
    "AWS Well-Architected REL06-BP07",
    "AWS Well-Architected OPS04-BP03",
    "Amazon CloudWatch Synthetics API Reference: StartCanary",
  ]

  # A canary that runs once on demand has a rate of 0.
  for_each = resources("aws_synthetics_canary")
  unless   = can(regex("^rate\\(0 ", self.schedule[0].expression))
  when     = self.start_canary != true
  at       = "start_canary"
  message  = "`${self}` has a schedule and is never started"

  edit "start_canary" {
    to = true
  }

  fails "left out" {
    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"

      schedule {
        expression = "rate(5 minutes)"
      }
    }
  }

  passes "started" {
    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"
      start_canary         = true

      schedule {
        expression = "rate(5 minutes)"
      }
    }
  }

  passes "on demand" {
    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"

      schedule {
        expression = "rate(0 minute)"
      }
    }
  }

  unknown "decided by the caller" {
    variable "start" { type = bool }

    resource "aws_synthetics_canary" "checkout" {
      name                 = "checkout"
      artifact_s3_location = "s3://canaries/checkout"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "checkout.handler"
      runtime_version      = "syn-nodejs-puppeteer-9.1"
      start_canary         = var.start

      schedule {
        expression = "rate(5 minutes)"
      }
    }
  }
}
