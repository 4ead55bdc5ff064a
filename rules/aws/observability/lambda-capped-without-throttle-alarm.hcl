rule "lambda-capped-without-throttle-alarm" {
  summary    = "Function with a cap on its concurrency that nobody hears of"
  principle  = "observability"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    A reserved concurrency is a limit as well. At the limit calls are refused before the function runs: its errors and its logs show
    nothing.
  MD
  fix        = "Alarm on `Throttles` or `ConcurrentExecutions` of the function."
  notice     = "`Throttles` rise unseen."
  prove      = "Send more events than the cap admits in a test, and wait for a message."
  references = ["AWS Well-Architected REL06-BP01", "AWS Well-Architected REL05-BP02", "Amazon CloudWatch User Guide: Recommended alarms"]

  for_each = resources("aws_lambda_function")
  unless   = is_watched_elsewhere(self)
  when     = default(self.reserved_concurrent_executions, -1) > 0 && length(default(told(self).throttle, [])) == 0
  at       = "reserved_concurrent_executions"
  message  = "`${self}` is refused beyond ${self.reserved_concurrent_executions} calls at a time, and no alarm looks at Throttles"

  label "calls it" {
    at = concat(referrers(self, "async_invokes"), referrers(self, "integrates"))
  }

  fails "no alarm on throttling" {
    resource "aws_lambda_function" "api" {
      function_name                  = "api"
      reserved_concurrent_executions = 50
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions = {
        FunctionName = aws_lambda_function.api.function_name
      }
    }
  }

  passes "throttling is watched" {
    resource "aws_lambda_function" "api" {
      function_name                  = "api"
      reserved_concurrent_executions = 50
    }

    resource "aws_cloudwatch_metric_alarm" "throttled" {
      alarm_name  = "api-throttled"
      namespace   = "AWS/Lambda"
      metric_name = "Throttles"
      dimensions = {
        FunctionName = aws_lambda_function.api.function_name
      }
    }
  }

  passes "no cap" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }
  }

  passes "switched off" {
    resource "aws_lambda_function" "api" {
      function_name                  = "api"
      reserved_concurrent_executions = 0
    }
  }

  unknown "cap is given by the caller" {
    variable "concurrency" { type = number }

    resource "aws_lambda_function" "api" {
      function_name                  = "api"
      reserved_concurrent_executions = var.concurrency
    }
  }
}
