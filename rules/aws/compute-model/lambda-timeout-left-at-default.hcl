rule "lambda-timeout-left-at-default" {
  summary     = "Function that calls others has three seconds"
  principle   = "compute-model"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Three seconds, the default, are soon over when a store or queue is slow to answer or the function has just started. The run is cut off in the middle of
    what it does.
  MD
  fix         = "Set `timeout` to a few times what a run usually takes, and above the timeouts of the clients that the function uses."
  notice      = "`Errors` rise and logs show `Task timed out after 3.00 seconds` when what it calls is slow."
  prove       = "Add a delay of 4 seconds with `aws:lambda:invocation-add-delay`, and see how callers take it."
  references  = ["AWS Well-Architected REL05-BP05", "AWS Lambda Developer Guide: Configure Lambda function timeout"]

  locals {
    called = concat(linked(self, "reads_writes"), linked(self, "sends"), linked(self, "invokes"))
  }

  for_each = resources("aws_lambda_function")
  unless   = length(local.called) == 0
  when     = default(self.timeout, 3) == 3
  at       = "timeout"
  message  = "`${self}` calls `${local.called[0]}` and has 3 s for all that it does"

  label "is called" {
    at = local.called
  }

  fails "left out" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      attribute {
        name = "id"
        type = "S"
      }
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"

      environment {
        variables = {
          TABLE = aws_dynamodb_table.orders.name
        }
      }
    }
  }

  passes "ten seconds" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      attribute {
        name = "id"
        type = "S"
      }
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 10

      environment {
        variables = {
          TABLE = aws_dynamodb_table.orders.name
        }
      }
    }
  }

  passes "calls nothing that is known" {
    resource "aws_lambda_function" "headers" {
      function_name = "headers"
    }
  }

  unknown "given by the caller" {
    variable "timeout" { type = number }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = var.timeout

      environment {
        variables = {
          QUEUE = aws_sqs_queue.orders.url
        }
      }
    }
  }
}
