rule "lambda-calls-lambda" {
  summary     = "Function knows another function by name, to call it"
  principle   = "decoupling"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    If it waits for the answer, both are paid for, their timeouts nest, and a failure or throttle of the one is a failure of the other. Whether it waits
    only its code says.
  MD
  fix         = "Put a queue or an event between them, or let a Step Functions workflow call both."
  notice      = "`Errors` of the caller follow those of the called function minute by minute."
  prove       = "Fail the called function with `aws:lambda:invocation-error`, and see what the caller's clients get."
  references  = ["AWS Well-Architected REL04-BP02", "AWS Lambda Developer Guide: Anti-patterns, Lambda functions calling Lambda functions", "Sonar S6246"]

  locals {
    callees = [for f in linked(self, "invokes", "aws_lambda_function") : f if f != self]
  }

  # A chain or a cycle of calls is a defect of its own: lambda-calls-in-chain, lambda-calls-in-cycle.
  for_each = resources("aws_lambda_function")
  unless   = anytrue([for f in local.callees : length(linked(f, "invokes", "aws_lambda_function")) > 0])
  when     = length(local.callees) > 0
  at       = "environment"
  message  = "`${self}` is told how to call `${local.callees[0]}`, and fails with it if it waits for the answer"

  path = concat([self], local.callees)

  label "is called" {
    at = local.callees
  }

  fails "name in the environment" {
    resource "aws_lambda_function" "price" {
      function_name = "price"
    }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.function_name
        }
      }
    }
  }

  passes "a queue between" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          ORDERS_QUEUE = aws_sqs_queue.orders.url
        }
      }
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_event_source_mapping" "bill" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.bill.arn
    }
  }

  passes "a workflow calls both" {
    resource "aws_lambda_function" "step" {
      for_each      = toset(["price", "order"])
      function_name = each.key
    }

    resource "aws_sfn_state_machine" "order" {
      name     = "order"
      role_arn = "arn:aws:iam::111122223333:role/order"
      definition = jsonencode({
        StartAt = "Price"
        States = {
          Price = {
            Type     = "Task"
            Resource = aws_lambda_function.step["price"].arn
            Next     = "Order"
          }
          Order = {
            Type     = "Task"
            Resource = aws_lambda_function.step["order"].arn
            End      = true
          }
        }
      })
    }
  }

  unknown "environment is given by the caller" {
    variable "environment" { type = map(string) }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = var.environment
      }
    }

    resource "aws_lambda_function" "price" {
      function_name = "price"
    }
  }
}
