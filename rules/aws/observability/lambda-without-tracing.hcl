rule "lambda-without-tracing" {
  summary     = "Lambda function does not trace its calls"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    In its default mode a function records only what an upstream service has already chosen to sample. The path of a
    slow request ends where the function begins.
  MD
  fix         = "Add `tracing_config { mode = \"Active\" }`, or attach an OpenTelemetry layer."
  notice      = "`Duration` rises, and nothing says which of its calls is slow."
  prove       = "Add a delay to what it calls with `aws:lambda:invocation-add-delay`, and find the slow call in the traces."
  references = [
    "AWS Well-Architected OPS04-BP05",
    "AWS Well-Architected REL06-BP07",
    "AWS Config lambda-function-xray-enabled",
    "Security Hub Lambda.7",
    "checkov CKV_AWS_50",
    "trivy AWS-0066, aws-lambda-enable-tracing",
  ]

  locals {
    telemetry = anytrue([
      for l in self.layers : can(regex("(?i)opentelemetry|aws-otel|datadog-extension|newrelic|dynatrace", l))
    ])
    wrapped = try(self.environment[0].variables.AWS_LAMBDA_EXEC_WRAPPER, null) != null
    at_edge = length(referrers(self, "refers", "aws_cloudfront_distribution")) > 0
  }

  for_each = resources("aws_lambda_function")
  unless   = local.at_edge || local.wrapped || local.telemetry
  when     = self.tracing_config[0].mode != "Active"
  at       = "tracing_config"
  message  = "`${self}` leaves no trace of its calls"

  edit "tracing_config.mode" {
    to = "Active"
  }

  fails "left out" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }
  }

  fails "passes through what upstream samples" {
    resource "aws_lambda_function" "api" {
      function_name = "api"

      tracing_config {
        mode = "PassThrough"
      }
    }
  }

  passes "active" {
    resource "aws_lambda_function" "api" {
      function_name = "api"

      tracing_config {
        mode = "Active"
      }
    }
  }

  passes "OpenTelemetry layer" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      layers        = ["arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1"]
    }
  }

  passes "instrumented by a wrapper" {
    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          AWS_LAMBDA_EXEC_WRAPPER = "/opt/otel-handler"
        }
      }
    }
  }

  unknown "mode is given by the caller" {
    variable "tracing" { type = string }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      tracing_config {
        mode = var.tracing
      }
    }
  }
}
