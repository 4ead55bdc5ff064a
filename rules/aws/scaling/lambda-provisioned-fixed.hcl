rule "lambda-provisioned-fixed" {
  summary    = "Provisioned concurrency stays the same day and night"
  principle  = "scaling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    What is provisioned is paid for around the clock, and what exceeds it starts cold: right for one hour of the day, too much or too
    little for the others.
  MD
  fix        = "Add an `aws_appautoscaling_target` for `lambda:function:ProvisionedConcurrency` that tracks its utilization."
  notice     = "`ProvisionedConcurrencySpilloverInvocations` rises by day, and `ProvisionedConcurrencyUtilization` is low by night."
  prove      = "Send the load of your busiest hour to a test alias, and count the cold starts."
  references = ["AWS Well-Architected REL07-BP01", "AWS Lambda: configuring provisioned concurrency"]

  locals {
    name = "function:${default(self.function_name, "")}:${default(self.qualifier, "")}"
    targets = [
      for t in resources("aws_appautoscaling_target") : t
      if t.service_namespace == "lambda" && (
        t.resource_id == local.name
        || anytrue([for f in refs(t.resource_id) : contains(concat(refs(self.function_name), refs(self.qualifier)), f)])
      )
    ]
  }

  # A few are a floor against cold starts, which needs no scaling.
  for_each = resources("aws_lambda_provisioned_concurrency_config")
  unless   = self.provisioned_concurrent_executions < 10
  when     = length(local.targets) == 0
  at       = "provisioned_concurrent_executions"
  message  = "`${self}` keeps ${self.provisioned_concurrent_executions} copies warm, whatever the load"

  fails "fifty, always" {
    resource "aws_lambda_provisioned_concurrency_config" "api" {
      function_name                     = "api"
      qualifier                         = "live"
      provisioned_concurrent_executions = 50
    }
  }

  passes "scaled" {
    resource "aws_lambda_alias" "live" {
      name             = "live"
      function_name    = "api"
      function_version = "7"
    }

    resource "aws_lambda_provisioned_concurrency_config" "api" {
      function_name                     = aws_lambda_alias.live.function_name
      qualifier                         = aws_lambda_alias.live.name
      provisioned_concurrent_executions = 50
    }

    resource "aws_appautoscaling_target" "api" {
      service_namespace  = "lambda"
      scalable_dimension = "lambda:function:ProvisionedConcurrency"
      resource_id        = "function:${aws_lambda_alias.live.function_name}:${aws_lambda_alias.live.name}"
      min_capacity       = 10
      max_capacity       = 100
    }
  }

  passes "a few against cold starts" {
    resource "aws_lambda_provisioned_concurrency_config" "api" {
      function_name                     = "api"
      qualifier                         = "live"
      provisioned_concurrent_executions = 2
    }
  }

  unknown "number is given by the caller" {
    variable "warm" { type = number }

    resource "aws_lambda_provisioned_concurrency_config" "api" {
      function_name                     = "api"
      qualifier                         = "live"
      provisioned_concurrent_executions = var.warm
    }
  }
}
