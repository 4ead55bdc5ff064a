rule "sqs-closed-to-dead-letters" {
  summary     = "Dead-letter queue whose policy does not let SNS or EventBridge in"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A subscription or a target puts what it cannot deliver into the queue as a service, and the queue must admit it by a policy.
    Without one the failed message is lost, and the queue stays empty as if nothing had failed.
  MD
  fix         = "Add an `aws_sqs_queue_policy` to the dead-letter queue that allows `sqs:SendMessage` to `sns.amazonaws.com` or `events.amazonaws.com`."
  notice      = "`NumberOfNotificationsFailedToRedriveToDlq` or `InvocationsFailedToBeSentToDlq` rises."
  prove       = "Make the subscriber fail in a test account, and look for the message in the dead-letter queue."
  references = [
    "AWS Well-Architected REL05-BP04",
    "Amazon SNS Developer Guide: Configuring a dead-letter queue for a subscription",
    "Amazon EventBridge User Guide: Using dead-letter queues",
  ]

  locals {
    admitted = admits(self)
    refused = [
      for s in dead_letter_senders(self) : s
      if default(acts_as(s), "") != "" && !contains(local.admitted, acts_as(s)) && !contains(local.admitted, "*")
    ]
  }

  for_each = resources("aws_sqs_queue")
  when     = length(local.refused) > 0
  at       = "policy"
  message  = "what `${local.refused[0]}` cannot deliver is lost: no policy of `${self}` lets `${acts_as(local.refused[0])}` in"

  label "counts on the queue" {
    at = local.refused
  }

  fails "subscription" {
    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_sns_topic_subscription" "partner" {
      topic_arn      = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol       = "https"
      endpoint       = "https://partner.example.com/orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered.arn })
    }
  }

  fails "target of a rule" {
    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      dead_letter_config {
        arn = aws_sqs_queue.undelivered.arn
      }
    }
  }

  passes "policy for the service" {
    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      dead_letter_config {
        arn = aws_sqs_queue.undelivered.arn
      }
    }

    resource "aws_sqs_queue_policy" "undelivered" {
      queue_url = aws_sqs_queue.undelivered.url
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "events.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = aws_sqs_queue.undelivered.arn
        }]
      })
    }
  }

  passes "dead-letter queue of another queue, which needs no policy" {
    resource "aws_sqs_queue" "dead" {
      name = "orders-dead"
    }

    resource "aws_sqs_queue" "orders" {
      name           = "orders"
      redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
    }
  }

  passes "dead-letter queue of a function, which writes as its role" {
    resource "aws_sqs_queue" "failed" {
      name = "failed"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"

      dead_letter_config {
        target_arn = aws_sqs_queue.failed.arn
      }
    }
  }

  unknown "principals are given by the caller" {
    variable "services" { type = list(string) }

    resource "aws_sqs_queue" "undelivered" {
      name = "undelivered"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"

      dead_letter_config {
        arn = aws_sqs_queue.undelivered.arn
      }
    }

    resource "aws_sqs_queue_policy" "undelivered" {
      queue_url = aws_sqs_queue.undelivered.url
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Principal = { Service = var.services }, Action = "sqs:SendMessage", Resource = "*" }]
      })
    }
  }
}
