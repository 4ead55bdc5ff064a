rule "lambda-switched-off" {
  summary    = "Lambda function is allowed no concurrency"
  principle  = "scaling"
  severity   = "warning"
  since      = "0.1.0"
  why        = <<-MD
    Zero is the emergency brake: every call is refused. What comes by queue or event is retried until it is dropped or lands in a
    dead-letter queue.
  MD
  fix        = "Remove `reserved_concurrent_executions`, or set what the function needs at its busiest."
  references = ["AWS Lambda: configuring reserved concurrency"]

  for_each = resources("aws_lambda_function")
  when     = self.reserved_concurrent_executions == 0
  at       = "reserved_concurrent_executions"
  message  = "every call of `${self}` is refused"

  label "sends it work all the same" {
    at = concat(linked(self, "consumes"), referrers(self, "async_invokes"), referrers(self, "integrates"))
  }

  fails "zero" {
    resource "aws_lambda_function" "export" {
      function_name                  = "export"
      role                           = "arn:aws:iam::111122223333:role/export"
      reserved_concurrent_executions = 0
    }
  }

  passes "no limit" {
    resource "aws_lambda_function" "export" {
      function_name                  = "export"
      role                           = "arn:aws:iam::111122223333:role/export"
      reserved_concurrent_executions = -1
    }
  }

  passes "some" {
    resource "aws_lambda_function" "export" {
      function_name                  = "export"
      role                           = "arn:aws:iam::111122223333:role/export"
      reserved_concurrent_executions = 5
    }
  }

  unknown "decided by a variable without default" {
    variable "concurrency" { type = number }

    resource "aws_lambda_function" "export" {
      function_name                  = "export"
      role                           = "arn:aws:iam::111122223333:role/export"
      reserved_concurrent_executions = var.concurrency
    }
  }
}
