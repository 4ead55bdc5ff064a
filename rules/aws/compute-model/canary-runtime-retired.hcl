rule "canary-runtime-retired" {
  summary     = "Canary uses a runtime that gets no patches"
  principle   = "compute-model"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The browser and the libraries of the canary are no longer mended, and AWS refuses to create a canary with such a runtime: the one that watches production
    cannot be made again in a second Region or account.
  MD
  fix         = "Move the canary to a supported `runtime_version`, and try its script on a copy first."
  notice      = "AWS Health lists the canary with its runtime; creating it anew is refused."
  prove       = "Start a copy of the canary with the new runtime against a test page, and compare its steps."
  references  = ["AWS Well-Architected OPS05-BP05", "Amazon CloudWatch User Guide: Synthetics runtime support policy"]

  param "as_of" {
    default = "2026-06-03"
    doc     = "The day that support is judged for, as year-month-day: if it is not given, the day of the run (`--today`, else the clock). The table of runtimes is of this day."
  }

  for_each = resources("aws_synthetics_canary")
  when     = runtimes_end(self) != null && timecmp("${runtimes_end(self)}T00:00:00Z", "${param.as_of}T00:00:00Z") < 0
  at       = "runtime_version"
  message  = "`${self}` runs on ${self.runtime_version}, which gets no patches since ${runtimes_end(self)}"

  fails "old browser" {
    resource "aws_synthetics_canary" "shop" {
      name                 = "shop"
      artifact_s3_location = "s3://canaries/shop/"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "shop.handler"
      runtime_version      = "syn-nodejs-puppeteer-3.0"

      schedule {
        expression = "rate(5 minutes)"
      }
    }
  }

  passes "supported" {
    resource "aws_synthetics_canary" "shop" {
      name                 = "shop"
      artifact_s3_location = "s3://canaries/shop/"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "shop.handler"
      runtime_version      = "syn-nodejs-puppeteer-13.1"

      schedule {
        expression = "rate(5 minutes)"
      }
    }
  }

  unknown "given by the caller" {
    variable "runtime" { type = string }

    resource "aws_synthetics_canary" "shop" {
      name                 = "shop"
      artifact_s3_location = "s3://canaries/shop/"
      execution_role_arn   = "arn:aws:iam::111122223333:role/canary"
      handler              = "shop.handler"
      runtime_version      = var.runtime

      schedule {
        expression = "rate(5 minutes)"
      }
    }
  }
}
