rule "sqs-closed-to-sender" {
  summary     = "Queue whose policy does not let its topic, rule or bucket in"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    SNS, EventBridge and S3 send as services, and a queue admits a service only by its own policy, in the same account too.
    Terraform creates the subscription without complaint, and every message is dropped.
  MD
  fix         = "Add an `aws_sqs_queue_policy` that allows `sqs:SendMessage` to the service, with `aws:SourceArn` of the sender as a condition."
  notice      = "The sender's failures rise while `NumberOfMessagesSent` of the queue is 0."
  prove       = "Let the topic, rule or bucket send one message in a test account, and receive it."
  references = [
    "AWS Well-Architected REL04-BP02",
    "Amazon SNS Developer Guide: Subscribing an Amazon SQS queue to a topic",
    "Amazon EventBridge User Guide: Using resource-based policies",
  ]

  locals {
    admitted = admits(self)
    refused = [
      for s in senders(self) : s
      if default(acts_as(s), "") != "" && !contains(local.admitted, acts_as(s)) && !contains(local.admitted, "*")
    ]
  }

  for_each = resources("aws_sqs_queue")
  when     = length(local.refused) > 0
  at       = "policy"
  message  = "`${local.refused[0]}` sends to `${self}`, and no policy of the queue lets `${acts_as(local.refused[0])}` in"

  label "is dropped" {
    at = local.refused
  }

  fails "topic without a policy of the queue" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  fails "the policy lets another service in" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_cloudwatch_event_target" "billing" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = aws_sqs_queue.billing.arn
    }

    data "aws_iam_policy_document" "billing" {
      statement {
        actions   = ["sqs:SendMessage"]
        resources = [aws_sqs_queue.billing.arn]

        principals {
          type        = "Service"
          identifiers = ["sns.amazonaws.com"]
        }
      }
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = data.aws_iam_policy_document.billing.json
    }
  }

  fails "only the account is let in" {
    data "aws_caller_identity" "me" {}

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "sqs:*", Resource = "*" }] })
    }
  }

  fails "only a role is let in" {
    resource "aws_iam_role" "worker" {
      name               = "worker"
      assume_role_policy = "{}"
    }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = aws_iam_role.worker.arn }, Action = "sqs:SendMessage", Resource = "*" }] })
    }
  }

  fails "the service may only receive" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:ReceiveMessage", Resource = "*" }] })
    }
  }

  fails "the statement is about another queue" {
    resource "aws_sqs_queue" "returns" {
      name = "returns"
    }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = aws_sqs_queue.returns.arn }] })
    }
  }

  fails "another statement refuses everybody" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" }, { Effect = "Deny", Principal = "*", Action = "sqs:Send*", Resource = "*" }] })
    }
  }

  fails "let in as a member of the organisation, which a service is not" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*", Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } } },
        ]
      })
    }
  }

  fails "everybody outside of the organisation is refused, and services with them" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" },
          { Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = "*", Condition = { StringNotEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } } },
        ]
      })
    }
  }

  passes "everybody outside of the organisation is refused, except services" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" },
          { Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = "*", Condition = { StringNotEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" }, BoolIfExists = { "aws:PrincipalIsAWSService" = "false" } } },
        ]
      })
    }
  }

  passes "let in where the organisation is right or not told" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*", Condition = { StringEqualsIfExists = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } } },
        ]
      })
    }
  }

  passes "people of the organisation, and the service beside them" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*" },
          { Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*", Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } } },
        ]
      })
    }
  }

  passes "the account and the service are let in" {
    data "aws_caller_identity" "me" {}

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "sqs:*", Resource = "*" }, { Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:Send*", Resource = aws_sqs_queue.billing.arn }] })
    }
  }

  passes "what comes without encryption is refused" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "SQS:SendMessage", Resource = "arn:aws:sqs:*:*:billing" }, { Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
    }
  }

  passes "target with a role" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_cloudwatch_event_target" "billing" {
      rule     = aws_cloudwatch_event_rule.order_placed.name
      arn      = aws_sqs_queue.billing.arn
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
  }

  passes "policy as a resource of its own" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }

    data "aws_iam_policy_document" "billing" {
      statement {
        actions   = ["sqs:SendMessage"]
        resources = [aws_sqs_queue.billing.arn]

        principals {
          type        = "Service"
          identifiers = ["sns.amazonaws.com"]
        }

        condition {
          test     = "ArnEquals"
          variable = "aws:SourceArn"
          values   = [aws_sns_topic.orders.arn]
        }
      }
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.id
      policy    = data.aws_iam_policy_document.billing.json
    }
  }

  passes "policy inside of the queue, for everybody who comes from the topic" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = "*"
          Action    = "sqs:SendMessage"
          Resource  = "*"
          Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.orders.arn } }
        }]
      })
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  passes "bucket, and a policy in a document with two services" {
    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_sqs_queue" "uploads" {
      name = "uploads"
    }

    resource "aws_sqs_queue_policy" "uploads" {
      queue_url = aws_sqs_queue.uploads.url
      policy = jsonencode({
        Statement = {
          Effect    = "Allow"
          Principal = { Service = ["s3.amazonaws.com", "events.amazonaws.com"] }
          Action    = ["sqs:SendMessage"]
          Resource  = aws_sqs_queue.uploads.arn
        }
      })
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      queue {
        queue_arn = aws_sqs_queue.uploads.arn
        events    = ["s3:ObjectCreated:*"]
      }
    }
  }

  passes "only a function sends, as its role" {
    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_lambda_function" "checkout" {
      function_name = "checkout"

      environment {
        variables = {
          QUEUE = aws_sqs_queue.billing.url
        }
      }
    }
  }

  passes "policy in the queue" {
    resource "aws_sqs_queue" "bill" {
      name   = "bill"
      policy = <<-JSON
        {
          "Version": "2012-10-17",
          "Statement": [
            { "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*", "Principal": { "Service": "events.amazonaws.com" } }
          ]
        }
      JSON
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_sqs_queue.bill.arn
    }
  }

  passes "a schedule, which has a role" {
    resource "aws_sqs_queue" "nightly" {
      name = "nightly"
    }

    resource "aws_scheduler_schedule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = aws_sqs_queue.nightly.arn
        role_arn = "arn:aws:iam::111122223333:role/nightly"
      }
    }
  }

  unknown "policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
    }

    resource "aws_sqs_queue_policy" "billing" {
      queue_url = aws_sqs_queue.billing.url
      policy    = var.policy
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  passes "the Region and the account of its ARN are read" {
    data "aws_region" "here" {}

    data "aws_caller_identity" "here" {}

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
      policy = jsonencode({
        Statement = [
          {
            Effect    = "Allow"
            Principal = { Service = "sns.amazonaws.com" }
            Action    = "sqs:SendMessage"
            Resource  = "arn:aws:sqs:${data.aws_region.here.region}:${data.aws_caller_identity.here.account_id}:billing"
          },
        ]
      })
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  fails "the account of the ARN of another queue is read" {
    data "aws_caller_identity" "here" {}

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
      policy = jsonencode({
        Statement = [
          {
            Effect    = "Allow"
            Principal = { Service = "sns.amazonaws.com" }
            Action    = "sqs:SendMessage"
            Resource  = "arn:aws:sqs:eu-west-1:${data.aws_caller_identity.here.account_id}:shipping"
          },
        ]
      })
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  fails "what begins with the ARN of another queue" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "shipping" {
      name = "shipping"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
      policy = jsonencode({
        Statement = [
          {
            Effect    = "Allow"
            Principal = { Service = "sns.amazonaws.com" }
            Action    = "sqs:SendMessage"
            Resource  = "${aws_sqs_queue.shipping.arn}*"
          },
        ]
      })
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  passes "the caller gives a part of the name, and the same one in the ARN" {
    variable "stage" { type = string }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing-${var.stage}"
      policy = jsonencode({
        Statement = [
          {
            Effect    = "Allow"
            Principal = { Service = "sns.amazonaws.com" }
            Action    = "sqs:SendMessage"
            Resource  = "arn:aws:sqs:eu-west-1:111122223333:billing-${var.stage}"
          },
        ]
      })
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  unknown "the caller gives the name in the ARN" {
    variable "queue" { type = string }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sqs_queue" "billing" {
      name = "billing"
      policy = jsonencode({
        Statement = [
          {
            Effect    = "Allow"
            Principal = { Service = "sns.amazonaws.com" }
            Action    = "sqs:SendMessage"
            Resource  = "arn:aws:sqs:eu-west-1:111122223333:${var.queue}"
          },
        ]
      })
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }
}
