rule "lambda-runtime-retires-soon" {
  summary     = "Runtime of a Lambda function gets no patches in half a year"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A new major version of a language needs a release of its own, with new versions of what the function uses. After the date nobody mends holes in the old
    one, and some months later AWS refuses to update the function.
  MD
  fix         = "Plan the move to a newer runtime before the date."
  notice      = "AWS Health announces the end of the runtime, and Trusted Advisor lists the function."
  prove       = "Run the function's tests on the new runtime now, and note what breaks."
  references  = ["AWS Well-Architected OPS05-BP05", "AWS Lambda Developer Guide: Runtime deprecation policy"]

  param "as_of" {
    default = "2026-06-03"
    doc     = "The day that support is judged for, as year-month-day: if it is not given, the day of the run (`--today`, else the clock). The table of runtimes is of this day."
  }

  param "days" {
    default = 183
    doc     = "How many days before the end of support to say so."
  }

  locals {
    today = "${param.as_of}T00:00:00Z"
    ends  = "${runtimes_end(self)}T00:00:00Z"
  }

  for_each = resources("aws_lambda_function")
  when     = runtimes_end(self) != null && timecmp(local.ends, local.today) >= 0 && timecmp(local.ends, timeadd(local.today, "${param.days * 24}h")) < 0
  at       = "runtime"
  message  = "`${self}` runs on ${self.runtime}, which gets no patches from ${runtimes_end(self)} on"

  fails "in some months" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = "python3.10"
    }
  }

  passes "in some years" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = "nodejs24.x"
    }
  }

  passes "over already: lambda-runtime-retired" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = "nodejs18.x"
    }
  }

  passes "container image" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      package_type  = "Image"
    }
  }

  unknown "given by the caller" {
    variable "runtime" { type = string }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = var.runtime
    }
  }
}
