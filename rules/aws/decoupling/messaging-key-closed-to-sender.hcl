rule "messaging-key-closed-to-sender" {
  summary     = "Queue or topic is encrypted with a key whose policy does not let its sender use it"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Who sends to an encrypted queue or topic must be allowed to use its key. A key without a policy of its own admits the account
    alone, and services such as SNS, EventBridge and CloudWatch are refused without a word.
  MD
  fix         = "Give the key a policy with a statement that allows `kms:GenerateDataKey*` and `kms:Decrypt` to the service that sends."
  notice      = "`NumberOfMessagesSent` of the queue stays 0 while the sender's failures rise; CloudTrail shows `AccessDenied` for `GenerateDataKey`."
  prove       = "Publish one message in a test account, and look for it in the queue."
  references = [
    "AWS Well-Architected REL06-BP03",
    "Amazon SQS Developer Guide: Configure KMS permissions for AWS services",
    "Amazon SNS Developer Guide: Managing Amazon SNS encryption keys",
  ]

  locals {
    keys     = encryption_keys(self)
    admitted = flatten([for k in local.keys : admits(k)])
    refused = [
      for s in concat(senders(self), default(dead_letter_senders(self), [])) : s
      if default(acts_as(s), "") != "" && !contains(local.admitted, acts_as(s)) && !contains(local.admitted, "*")
    ]
  }

  for_each = resources("aws_sqs_queue", "aws_sns_topic")
  when     = length(local.keys) > 0 && length(local.refused) > 0
  at       = "kms_master_key_id"
  message  = "the key of `${self}` does not let `${acts_as(local.refused[0])}` in, so nothing arrives that `${local.refused[0]}` sends"

  label "has no statement for the service" {
    at        = local.keys
    attribute = "policy"
  }

  fails "key with the policy that it is made with" {
    resource "aws_kms_key" "alarms" {
      description = "Alarms."
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = aws_kms_key.alarms.key_id
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  fails "key by its alias, and a policy for somebody else" {
    resource "aws_kms_key" "queues" {
      description = "Queues."
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          { Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:root" }, Action = "kms:*", Resource = "*" },
          { Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = "*" },
        ]
      })
    }

    resource "aws_kms_alias" "queues" {
      name          = "alias/queues"
      target_key_id = aws_kms_key.queues.key_id
    }

    resource "aws_sqs_queue" "billing" {
      name              = "billing"
      kms_master_key_id = aws_kms_alias.queues.name
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  fails "the usual policy for the account" {
    data "aws_caller_identity" "me" {}

    resource "aws_kms_key" "alarms" {
      description = "Alarms."
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "kms:*", Resource = "*" },
        ]
      })
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = aws_kms_key.alarms.arn
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  fails "the service may only decrypt" {
    data "aws_caller_identity" "me" {}

    resource "aws_kms_key" "alarms" {
      description = "Alarms."
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "kms:*", Resource = "*" },
          { Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "kms:Decrypt", Resource = "*" },
        ]
      })
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = aws_kms_key.alarms.arn
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "the account and the service" {
    data "aws_caller_identity" "me" {}

    resource "aws_kms_key" "alarms" {
      description = "Alarms."
      policy = jsonencode({
        Statement = [
          { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = "kms:*", Resource = "*" },
          { Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = ["kms:Decrypt", "kms:GenerateDataKey*"], Resource = "*" },
        ]
      })
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = aws_kms_key.alarms.arn
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "statement for the service, in a policy of its own" {
    resource "aws_kms_key" "alarms" {
      description = "Alarms."
    }

    data "aws_iam_policy_document" "alarms" {
      statement {
        actions   = ["kms:*"]
        resources = ["*"]

        principals {
          type        = "AWS"
          identifiers = ["arn:aws:iam::111122223333:root"]
        }
      }

      statement {
        actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
        resources = ["*"]

        principals {
          type        = "Service"
          identifiers = ["cloudwatch.amazonaws.com"]
        }
      }
    }

    resource "aws_kms_key_policy" "alarms" {
      key_id = aws_kms_key.alarms.id
      policy = data.aws_iam_policy_document.alarms.json
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = aws_kms_key.alarms.arn
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "the key stands elsewhere" {
    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = "arn:aws:kms:eu-west-1:111122223333:key/0d1f5a7c-8c1f-4a52-9f0e-5b8d1f4d2a11"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "only functions of the account send" {
    resource "aws_kms_key" "queues" {
      description = "Queues."
    }

    resource "aws_sqs_queue" "billing" {
      name              = "billing"
      kms_master_key_id = aws_kms_key.queues.arn
    }
  }

  unknown "policy of the key is given by the caller" {
    variable "key_policy" { type = string }

    resource "aws_kms_key" "alarms" {
      description = "Alarms."
      policy      = var.key_policy
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = aws_kms_key.alarms.id
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }
}
