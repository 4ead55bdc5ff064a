rule "lambda-calls-in-chain" {
  summary     = "Functions call each other in a chain"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Each function of the chain is paid for while it waits for the next, the first timeout must be longer than all that follow, and one slow link is felt by
    everybody before it.
  MD
  fix         = "Let a Step Functions workflow call the functions, or put queues or events between them."
  notice      = "`Duration` of the first function is the sum of all, and one `Throttles` breaks the whole chain."
  prove       = "Add two seconds to the last function with `aws:lambda:invocation-add-delay`, and measure the first one."
  references  = ["AWS Well-Architected REL04-BP02", "AWS Lambda Developer Guide: Anti-patterns, Lambda functions calling Lambda functions"]

  locals {
    callees = [for f in linked(self, "invokes", "aws_lambda_function") : f if f != self]
    further = [
      for f in flatten([for f in local.callees : linked(f, "invokes", "aws_lambda_function")]) : f
      if f != self && !contains(local.callees, f)
    ]
  }

  for_each = resources("aws_lambda_function")
  when     = length(local.further) > 0
  at       = "environment"
  message  = "`${self}` calls `${local.callees[0]}`, which calls `${local.further[0]}`"

  path = concat([self], local.callees, local.further)

  fails "three in a row" {
    resource "aws_lambda_function" "tax" {
      function_name = "tax"
    }

    resource "aws_lambda_function" "price" {
      function_name = "price"

      environment {
        variables = {
          TAX_FUNCTION = aws_lambda_function.tax.arn
        }
      }
    }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }
  }

  passes "one call alone" {
    resource "aws_lambda_function" "price" {
      function_name = "price"
    }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }
  }

  passes "a queue between them" {
    resource "aws_sqs_queue" "tax" {
      name = "tax"
    }

    resource "aws_lambda_function" "tax" {
      function_name = "tax"
    }

    resource "aws_lambda_event_source_mapping" "tax" {
      event_source_arn = aws_sqs_queue.tax.arn
      function_name    = aws_lambda_function.tax.arn
    }

    resource "aws_lambda_function" "price" {
      function_name = "price"

      environment {
        variables = {
          TAX_QUEUE = aws_sqs_queue.tax.url
        }
      }
    }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }
  }

  unknown "environment is given by the caller" {
    variable "environment" { type = map(string) }

    resource "aws_lambda_function" "price" {
      function_name = "price"

      environment {
        variables = var.environment
      }
    }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }
  }
}
