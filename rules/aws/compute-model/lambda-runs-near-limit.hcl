rule "lambda-runs-near-limit" {
  summary     = "Function is meant to run for ten minutes and more"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Lambda ends a run after fifteen minutes, whatever it has done by then. Work that grows with the data comes to that limit one day, and begins from the
    start at each retry.
  MD
  fix         = "Run the job as a container on Fargate or Batch, or split it into steps of a Step Functions workflow."
  notice      = "`Duration` at its maximum comes near 900,000 milliseconds, and `Errors` rise with timeouts."
  prove       = "Give a test copy an input of twice the usual size, and see where the work is cut off."
  references  = ["AWS Well-Architected PERF02-BP01", "AWS Lambda Developer Guide: Configure Lambda function timeout"]

  param "longest_seconds" {
    default = 600
    doc     = "Longest timeout that leaves room for data that grows."
  }

  for_each = resources("aws_lambda_function")
  unless   = length(default(self.durable_config, [])) > 0
  when     = default(self.timeout, 3) > param.longest_seconds
  at       = "timeout"
  message  = "`${self}` may run for ${self.timeout} s of the 900 s that there are"

  fails "fifteen minutes" {
    resource "aws_lambda_function" "export" {
      function_name = "export"
      timeout       = 900
    }
  }

  passes "a minute" {
    resource "aws_lambda_function" "export" {
      function_name = "export"
      timeout       = 60
    }
  }

  passes "a durable function, which goes on where it stopped" {
    resource "aws_lambda_function" "export" {
      function_name = "export"
      timeout       = 900

      durable_config {
        execution_timeout = 86400
        retention_period  = 7
      }
    }
  }

  unknown "given by the caller" {
    variable "timeout" { type = number }

    resource "aws_lambda_function" "export" {
      function_name = "export"
      timeout       = var.timeout
    }
  }
}
