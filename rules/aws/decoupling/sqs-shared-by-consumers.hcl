rule "sqs-shared-by-consumers" {
  summary     = "Different consumers take messages from one queue"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Each message goes to one of them, by chance, and the others never see it. Filters do not help: a message that a consumer's filter refuses is deleted.
  MD
  fix         = "Give each consumer a queue of its own, and let a topic or an event bus send to all of them."
  notice      = "Each consumer handles only a part of the messages, so totals on both sides do not match `NumberOfMessagesSent`."
  prove       = "Send 100 numbered messages, and see which consumer got which."
  references  = ["AWS Well-Architected REL04-BP02", "AWS Lambda Developer Guide: Using Lambda with Amazon SQS"]

  locals {
    consumers = concat(queue_functions(self), [for p in resources("aws_pipes_pipe") : p if contains(linked(p, "consumes"), self)])
  }

  # Messages of a dead-letter queue may be looked at and sent back by several.
  for_each = resources("aws_sqs_queue")
  unless   = length(referrers(self, "redrives_to")) > 0
  when     = length(local.consumers) > 1
  message  = "each message of `${self}` goes to one of ${length(local.consumers)} consumers, and the others never see it"

  label "takes its messages" {
    at = local.consumers
  }

  fails "two functions" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_function" "stock" {
      function_name = "stock"
    }

    resource "aws_lambda_event_source_mapping" "bill" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_event_source_mapping" "stock" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.stock.arn
    }
  }

  fails "a function and a pipe" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_event_source_mapping" "bill" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.bill.arn
    }

    resource "aws_pipes_pipe" "stock" {
      name     = "stock"
      role_arn = "arn:aws:iam::111122223333:role/stock"
      source   = aws_sqs_queue.orders.arn
      target   = "arn:aws:states:eu-west-1:111122223333:stateMachine:stock"
    }
  }

  passes "a queue for each" {
    resource "aws_sqs_queue" "orders" {
      for_each = toset(["bill", "stock"])
      name     = "orders-${each.key}"
    }

    resource "aws_lambda_function" "worker" {
      for_each      = toset(["bill", "stock"])
      function_name = each.key
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      for_each         = toset(["bill", "stock"])
      event_source_arn = aws_sqs_queue.orders[each.key].arn
      function_name    = aws_lambda_function.worker[each.key].arn
    }
  }

  passes "two aliases of one function" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_alias" "bill" {
      for_each         = toset(["blue", "green"])
      name             = each.key
      function_name    = aws_lambda_function.bill.function_name
      function_version = "1"
    }

    resource "aws_lambda_event_source_mapping" "bill" {
      for_each         = aws_lambda_alias.bill
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = each.value.arn
    }
  }

  passes "the second one is switched off" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_function" "replay" {
      function_name = "replay"
    }

    resource "aws_lambda_event_source_mapping" "bill" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_event_source_mapping" "replay" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.replay.arn
      enabled          = false
    }
  }

  passes "dead-letter queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
      redrive_policy = jsonencode({
        deadLetterTargetArn = aws_sqs_queue.dead.arn
        maxReceiveCount     = 5
      })
    }

    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }

    resource "aws_lambda_function" "tool" {
      for_each      = toset(["report", "replay"])
      function_name = each.key
    }

    resource "aws_lambda_event_source_mapping" "tool" {
      for_each         = aws_lambda_function.tool
      event_source_arn = aws_sqs_queue.dead.arn
      function_name    = each.value.arn
    }
  }

  unknown "the second one is switched on by the caller" {
    variable "replay" { type = bool }

    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_function" "replay" {
      function_name = "replay"
    }

    resource "aws_lambda_event_source_mapping" "bill" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_event_source_mapping" "replay" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.replay.arn
      enabled          = var.replay
    }
  }
}
