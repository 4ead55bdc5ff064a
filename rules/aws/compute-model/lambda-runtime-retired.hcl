rule "lambda-runtime-retired" {
  summary     = "Lambda function or layer needs a runtime that gets no patches"
  principle   = "compute-model"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS has ended support: no security patches, and after a while the function can no longer be created, then no
    longer updated, which is found out in the middle of a hotfix.
  MD
  fix         = "Move the function to a supported runtime."
  notice      = "AWS Health and Trusted Advisor list the function with its runtime; updates of it are refused later on."
  prove       = "Deploy the function to a test alias with the new runtime, and replay recorded events."
  references  = ["AWS Well-Architected OPS05-BP05", "AWS Lambda Developer Guide: Runtime deprecation policy", "Security Hub Lambda.2"]

  param "as_of" {
    default = "2026-06-03"
    doc     = "The day that support is judged for, as year-month-day: if it is not given, the day of the run (`--today`, else the clock). The table of runtimes is of this day."
  }

  locals {
    ended = runtimes_end(self) != null && timecmp("${runtimes_end(self)}T00:00:00Z", "${param.as_of}T00:00:00Z") < 0
  }

  for_each = resources("aws_lambda_function", "aws_lambda_layer_version")

  defect "function" {
    when    = local.ended && is(self, "aws_lambda_function")
    at      = "runtime"
    message = "`${self}` runs on ${self.runtime}, which gets no patches since ${runtimes_end(self)}"
  }

  defect "layer" {
    when    = local.ended && is(self, "aws_lambda_layer_version")
    at      = "compatible_runtimes"
    message = "`${self}` is only for ${join(", ", runtimes(self))}, without patches since ${runtimes_end(self)}"
  }

  fails "old Node.js" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = "nodejs16.x"
    }
  }

  fails "old Python, by a local" {
    locals {
      runtime = "python3.8"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = local.runtime
    }
  }

  fails "layer for old runtimes only" {
    resource "aws_lambda_layer_version" "pdf" {
      layer_name          = "pdf"
      filename            = "pdf.zip"
      compatible_runtimes = ["python3.8", "python3.9"]
    }
  }

  passes "layer for a supported one as well" {
    resource "aws_lambda_layer_version" "pdf" {
      layer_name          = "pdf"
      filename            = "pdf.zip"
      compatible_runtimes = ["python3.9", "python3.13"]
    }
  }

  passes "layer for any" {
    resource "aws_lambda_layer_version" "pdf" {
      layer_name = "pdf"
      filename   = "pdf.zip"
    }
  }

  passes "supported on the day that is judged" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = "python3.10"
    }
  }

  passes "supported" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = "nodejs22.x"
    }
  }

  passes "container image" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      package_type  = "Image"
    }
  }

  unknown "decided by a variable without default" {
    variable "runtime" { type = string }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      runtime       = var.runtime
    }
  }
}
