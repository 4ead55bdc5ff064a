rule "lambda-reserved-beyond-account" {
  summary    = "Functions reserve nearly all concurrency of the account"
  principle  = "scaling"
  severity   = "advice"
  since      = "0.1.0"
  why        = <<-MD
    What is reserved is taken from all other functions of the account and Region, in use or not. AWS keeps 100 for them and refuses
    what goes beyond, so a deployment fails half-way.
  MD
  fix        = "Reserve less, or have the quota raised and say so in `account_limit`."
  references = ["AWS Well-Architected REL01-BP02", "AWS Lambda: quotas, concurrent executions"]

  param "account_limit" {
    default = 1000
    doc     = "How many functions may run at once in the account; 1000 unless the quota was raised."
  }

  locals {
    reserving = [for f in resources("aws_lambda_function") : f if default(f.reserved_concurrent_executions, -1) > 0]
    reserved  = sum(concat([0], [for f in local.reserving : f.reserved_concurrent_executions]))
    # Functions in several Regions or accounts have a limit for each.
    places = distinct([for f in resources("aws_lambda_function") : default(f.region, "")])
    raised = [for q in resources("aws_servicequotas_service_quota") : q if q.service_code == "lambda"]
  }

  for_each = modules()
  unless   = self.kind != "root" || length(local.raised) > 0 || length(local.places) > 1
  when     = local.reserved > param.account_limit - 100
  message  = "functions of `${self}` reserve ${local.reserved} of the ${param.account_limit} calls that the account may run at once"

  label "reserves a part" {
    at        = local.reserving
    attribute = "reserved_concurrent_executions"
  }

  fails "more than there is" {
    resource "aws_lambda_function" "api" {
      count                          = 4
      function_name                  = "api-${count.index}"
      role                           = "arn:aws:iam::111122223333:role/api"
      reserved_concurrent_executions = 250
    }
  }

  passes "a part" {
    resource "aws_lambda_function" "api" {
      count                          = 4
      function_name                  = "api-${count.index}"
      role                           = "arn:aws:iam::111122223333:role/api"
      reserved_concurrent_executions = 50
    }
  }

  passes "the quota is raised" {
    resource "aws_servicequotas_service_quota" "concurrency" {
      service_code = "lambda"
      quota_code   = "L-B99A9384"
      value        = 5000
    }

    resource "aws_lambda_function" "api" {
      count                          = 4
      function_name                  = "api-${count.index}"
      role                           = "arn:aws:iam::111122223333:role/api"
      reserved_concurrent_executions = 250
    }
  }

  unknown "concurrency is given by the caller" {
    variable "concurrency" { type = number }

    resource "aws_lambda_function" "api" {
      function_name                  = "api"
      role                           = "arn:aws:iam::111122223333:role/api"
      reserved_concurrent_executions = var.concurrency
    }
  }
}
