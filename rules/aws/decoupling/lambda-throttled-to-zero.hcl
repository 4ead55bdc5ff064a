rule "lambda-throttled-to-zero" {
  summary     = "Function can never run"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A reserve of zero throttles every call. It is the switch for an emergency, and in code it stays on: each apply turns the function off again.
  MD
  fix         = "Leave out `reserved_concurrent_executions`, or reserve what the function needs; switch off by hand, or disable its triggers."
  notice      = "`Throttles` equals the number of calls, and `Invocations` is 0."
  prove       = "Invoke it once: the answer is 429."
  references  = ["AWS Well-Architected REL05-BP02", "AWS Lambda Developer Guide: Configuring reserved concurrency for a function"]

  for_each = resources("aws_lambda_function")
  when     = self.reserved_concurrent_executions != null && self.reserved_concurrent_executions == 0
  at       = "reserved_concurrent_executions"
  message  = "`${self}` reserves no run and is throttled at every call"

  label "sends it work all the same" {
    at = concat(linked(self, "consumes"), referrers(self, "async_invokes"), referrers(self, "integrates"))
  }

  fails "zero" {
    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = 0
    }
  }

  passes "some" {
    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = 20
    }
  }

  passes "no reserve" {
    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = -1
    }
  }

  unknown "given by the caller" {
    variable "reserve" { type = number }

    resource "aws_lambda_function" "worker" {
      function_name                  = "worker"
      reserved_concurrent_executions = var.reserve
    }
  }
}
