rule "lambda-async-without-destination" {
  summary     = "Asynchronously invoked function drops events that fail"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Lambda answers an asynchronous caller before it runs the function. When the run and two retries fail, the event
    is thrown away unless the function has a failure destination or a dead-letter queue.
  MD
  fix         = "Set an `on_failure` destination in `aws_lambda_function_event_invoke_config`, or a `dead_letter_config`."
  notice      = "`AsyncEventsDropped` rises."
  prove       = "Make every run fail with `aws:lambda:invocation-error`, send an event, and look for it after the retries."
  references = [
    "AWS Well-Architected REL05-BP04",
    "AWS Config lambda-dlq-check",
    "AWS Trusted Advisor AWS Lambda functions without a dead-letter queue configured",
    "AWS Trusted Advisor AWS Lambda On Failure Event Destinations",
    "AWS Lambda Developer Guide: Asynchronous invocation error handling",
    "checkov CKV_AWS_116",
  ]

  locals {
    permitted = [
      for p in referrers(self, "configures", "aws_lambda_permission") : p
      if can(regex(
        "^(s3|sns|events|scheduler|ses|iot|iotevents|config|codecommit|logs)([.][a-z]+-[a-z-]+-[0-9]+)?[.]amazonaws[.]com([.]cn)?$",
        p.principal
      ))
    ]
    callers = referrers(self, "async_invokes")
    # Who configures asynchronous invocation has an asynchronous caller.
    configs = referrers(self, "configures", "aws_lambda_function_event_invoke_config")
    retries = default([for c in local.configs : c.maximum_retry_attempts][0], 2)
    invoke_configs = [
      for c in local.configs : c
      if length(default(c.destination_config[0].on_failure, [])) > 0
    ]
    kept = (
      length(default(self.dead_letter_config, [])) > 0
      || length(local.invoke_configs) > 0
      || length(linked(self, "redrives_to")) > 0
    )
  }

  # Without an asynchronous trigger in sight nothing is claimed: synchronous callers see the error themselves.
  for_each = resources("aws_lambda_function")
  unless   = length(local.callers) == 0 && length(local.permitted) == 0 && length(local.configs) == 0
  when     = !local.kept
  at       = "dead_letter_config"
  message  = "`${self}` is called without waiting, and an event that fails ${["once", "twice", "three times"][local.retries]} is gone"

  label "calls it without waiting" {
    at = local.callers
  }

  label "lets an asynchronous caller in" {
    at        = length(local.callers) == 0 ? local.permitted : []
    attribute = "principal"
  }

  fails "bucket notification" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_lambda_function" "thumbnails" {
      function_name = "thumbnails"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = aws_lambda_function.thumbnails.arn
        events              = ["s3:ObjectCreated:*"]
      }
    }
  }

  fails "only the permission is visible" {
    resource "aws_lambda_function" "thumbnails" {
      function_name = "thumbnails"
    }

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.thumbnails.function_name
      principal     = "events.amazonaws.com"
    }
  }

  fails "without retries" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_function_event_invoke_config" "bill" {
      function_name          = aws_lambda_function.bill.function_name
      maximum_retry_attempts = 0
    }
  }

  fails "a log group calls it" {
    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_cloudwatch_log_subscription_filter" "errors" {
      name            = "errors"
      log_group_name  = "/aws/lambda/orders"
      filter_pattern  = "ERROR"
      destination_arn = aws_lambda_function.worker.arn
    }
  }

  fails "the service for logs of one Region is let in" {
    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_permission" "logs" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.worker.function_name
      principal     = "logs.eu-west-1.amazonaws.com"
    }
  }

  fails "mail that arrives calls it" {
    resource "aws_lambda_function" "inbox" {
      function_name = "inbox"
    }

    resource "aws_ses_receipt_rule" "inbox" {
      name          = "inbox"
      rule_set_name = "default"

      lambda_action {
        function_arn = aws_lambda_function.inbox.arn
        position     = 1
      }
    }
  }

  fails "devices call it" {
    resource "aws_lambda_function" "positions" {
      function_name = "positions"
    }

    resource "aws_iot_topic_rule" "positions" {
      name        = "positions"
      enabled     = true
      sql         = "SELECT * FROM 'positions'"
      sql_version = "2016-03-23"

      lambda {
        function_arn = aws_lambda_function.positions.arn
      }
    }
  }

  passes "destination of a function that is named" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill-order"
    }

    resource "aws_sqs_queue" "failed" {
      name = "bill-order-failed"
    }

    resource "aws_lambda_function_event_invoke_config" "bill" {
      function_name = "bill-order"

      destination_config {
        on_failure {
          destination = aws_sqs_queue.failed.arn
        }
      }
    }
  }

  passes "mail that waits for the answer" {
    resource "aws_lambda_function" "filter" {
      function_name = "filter"
    }

    resource "aws_ses_receipt_rule" "inbox" {
      name          = "inbox"
      rule_set_name = "default"

      lambda_action {
        function_arn    = aws_lambda_function.filter.arn
        invocation_type = "RequestResponse"
        position        = 1
      }
    }
  }

  passes "a log group feeds a stream" {
    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_kinesis_stream" "logs" {
      name = "logs"
    }

    resource "aws_cloudwatch_log_subscription_filter" "errors" {
      name            = "errors"
      log_group_name  = "/aws/lambda/worker"
      filter_pattern  = ""
      destination_arn = aws_kinesis_stream.logs.arn
      role_arn        = "arn:aws:iam::111122223333:role/logs"
    }
  }

  passes "failure destination" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "failed" {
      name = "stock-failed"
    }

    resource "aws_lambda_function" "stock" {
      function_name = "stock"
    }

    resource "aws_sns_topic_subscription" "stock" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.stock.arn
    }

    resource "aws_lambda_function_event_invoke_config" "stock" {
      function_name = aws_lambda_function.stock.function_name

      destination_config {
        on_failure {
          destination = aws_sqs_queue.failed.arn
        }
      }
    }
  }

  passes "dead-letter queue" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name = "order-placed"
    }

    resource "aws_sqs_queue" "failed" {
      name = "bill-failed"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"

      dead_letter_config {
        target_arn = aws_sqs_queue.failed.arn
      }
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = aws_lambda_function.bill.arn
    }
  }

  passes "only a queue feeds it" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.worker.arn
    }
  }

  passes "called through an API, which waits" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_lambda_permission" "api" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.api.function_name
      principal     = "apigateway.amazonaws.com"
    }
  }

  unknown "whether failures are kept is given by the caller" {
    variable "keep_failures" { type = bool }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      principal     = "events.amazonaws.com"
    }

    resource "aws_lambda_function_event_invoke_config" "bill" {
      count         = var.keep_failures ? 1 : 0
      function_name = aws_lambda_function.bill.function_name

      destination_config {
        on_failure {
          destination = "arn:aws:sqs:eu-west-1:111122223333:bill-failed"
        }
      }
    }
  }
}
