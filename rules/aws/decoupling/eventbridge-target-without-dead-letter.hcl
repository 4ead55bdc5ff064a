rule "eventbridge-target-without-dead-letter" {
  summary      = "EventBridge target drops events that it cannot deliver"
  principle    = "decoupling"
  severity     = "warning"
  environment  = "any"
  since        = "2027.1"
  renamed_from = ["event-target-without-dead-letter"]
  why          = <<-MD
    EventBridge retries a delivery for a day. A removed permission or a throttled target outlasts that, and then the
    event is dropped in silence.
  MD
  fix          = "Add a `dead_letter_config` with the ARN of an SQS queue, and an alarm on that queue."
  notice       = "`FailedInvocations` rises and nothing is kept."
  prove        = "Deny the target's permission in a test account, send an event, and look for it after a day."
  references   = ["AWS Well-Architected REL05-BP04", "Amazon EventBridge User Guide: Using dead-letter queues"]

  locals {
    once  = default(self.retry_policy[0].maximum_retry_attempts, 185) == 0
    rules = refs(self.rule, "aws_cloudwatch_event_rule")
    # The next run of a schedule makes up for the one that was missed.
    scheduled = anytrue([for r in local.rules : default(r.schedule_expression, "") != ""])
    # Queues and log groups take an event whenever they exist.
    durable = (
      length(refs(self.arn)) > 0
      ? length(refs(self.arn, "aws_sqs_queue", "aws_cloudwatch_log_group")) > 0
      : can(regex("^arn:[^:]*:(sqs|logs):", self.arn))
    )
  }

  for_each = resources("aws_cloudwatch_event_target")
  unless   = local.scheduled || local.durable
  when     = length(default(self.dead_letter_config, [])) == 0
  at       = "dead_letter_config"
  message  = "an event that `${self}` cannot deliver${local.once ? " at the first attempt" : ""} is dropped in silence"

  label "events of this rule" {
    at = local.rules
  }

  fails "left out" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = aws_lambda_function.bill.arn
    }
  }

  fails "a retry policy alone" {
    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      retry_policy {
        maximum_retry_attempts = 10
      }
    }
  }

  fails "no retries" {
    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      retry_policy {
        maximum_event_age_in_seconds = 60
        maximum_retry_attempts       = 0
      }
    }
  }

  fails "its rule has a pattern and no schedule" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name                = "order-placed"
      event_pattern       = jsonencode({ source = ["shop"] })
      schedule_expression = ""
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  passes "dead-letter queue" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn

      dead_letter_config {
        arn = aws_sqs_queue.undelivered.arn
      }
    }
  }

  passes "delivers to a queue" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule = "order-placed"
      arn  = aws_sqs_queue.orders.arn
    }
  }

  passes "a schedule that comes again" {
    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }

    resource "aws_lambda_function" "tidy" {
      function_name = "tidy"
    }

    resource "aws_cloudwatch_event_target" "tidy" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.tidy.arn
    }
  }

  unknown "decided by the caller" {
    variable "dead_letter_queues" { type = list(string) }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn

      dynamic "dead_letter_config" {
        for_each = var.dead_letter_queues
        content {
          arn = dead_letter_config.value
        }
      }
    }
  }
}
