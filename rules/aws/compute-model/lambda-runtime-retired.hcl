rule "lambda-runtime-retired" {
  summary     = "Lambda function uses a runtime that gets no patches"
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

  param "retired" {
    default = [
      "nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x",
      "nodejs18.x", "nodejs20.x",
      "python2.7", "python3.6", "python3.7", "python3.8", "python3.9",
      "ruby2.5", "ruby2.7", "ruby3.2",
      "java8", "go1.x", "provided",
      "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "dotnet5.0", "dotnet6", "dotnet7",
    ]
    doc = "Runtimes whose support has ended."
  }

  for_each = resources("aws_lambda_function")
  unless   = self.package_type == "Image"
  when     = self.runtime != null && contains(param.retired, self.runtime)
  at       = "runtime"
  message  = "`${self}` runs on ${self.runtime}, which gets no more patches"

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
