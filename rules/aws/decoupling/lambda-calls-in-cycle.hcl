rule "lambda-calls-in-cycle" {
  summary     = "Functions call each other in a cycle"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Each waits for the other. Neither can be released or tested alone, and one mistake in the condition that ends the calls goes round until the concurrency
    of the account is used up.
  MD
  fix         = "Let a Step Functions workflow call the functions, or answer by a queue or an event."
  notice      = "`RecursiveInvocationsDropped` rises, or `Invocations` grows without traffic."
  prove       = "Send one event in a test account with a small concurrency limit, and count the runs."
  references  = ["AWS Well-Architected REL04-BP02", "AWS Lambda Developer Guide: Lambda recursive loop detection"]

  locals {
    cycle = [
      for f in reachable(self, ["invokes"], "aws_lambda_function") : f
      if contains(linked(f, "invokes"), self)
    ]
  }

  # One finding for each cycle, at the function whose address comes first.
  for_each = resources("aws_lambda_function")
  unless   = length([for f in local.cycle : f if sort([address(f), address(self)])[0] != address(self)]) > 0
  when     = length(local.cycle) > 0
  at       = "environment"
  message  = "`${self}` calls functions that call it, the last of them `${local.cycle[0]}`"

  path = concat([self], local.cycle)

  fails "there and back" {
    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }

    resource "aws_lambda_function" "price" {
      function_name = "price"

      environment {
        variables = {
          ORDER_FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:order"
        }
      }
    }
  }

  passes "there alone" {
    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }

    resource "aws_lambda_function" "price" {
      function_name = "price"
    }
  }

  passes "back by way of a queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }

    resource "aws_lambda_event_source_mapping" "order" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.order.arn
    }

    resource "aws_lambda_function" "price" {
      function_name = "price"

      environment {
        variables = {
          ORDER_QUEUE = aws_sqs_queue.orders.url
        }
      }
    }
  }

  unknown "environment is given by the caller" {
    variable "environment" { type = map(string) }

    resource "aws_lambda_function" "order" {
      function_name = "order"

      environment {
        variables = {
          PRICE_FUNCTION = aws_lambda_function.price.arn
        }
      }
    }

    resource "aws_lambda_function" "price" {
      function_name = "price"

      environment {
        variables = var.environment
      }
    }
  }
}
