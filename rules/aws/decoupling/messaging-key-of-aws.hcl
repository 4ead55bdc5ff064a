rule "messaging-key-of-aws" {
  summary     = "Queue or topic is encrypted with AWS's own key, which its sender may not use"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The policy of `alias/aws/sqs` and `alias/aws/sns` admits the principals of the account, no services, and cannot be changed.
    What SNS, EventBridge, S3 or an alarm sends is refused by the key, and nothing says so where it is sent.
  MD
  fix         = "Encrypt a queue with `sqs_managed_sse_enabled = true`, and a topic with an `aws_kms_key` whose policy lets the service use `kms:GenerateDataKey*` and `kms:Decrypt`."
  notice      = "The sender's `NumberOfNotificationsFailed` or `FailedInvocations` rises with KMS access denied."
  prove       = "Send one event through in a test account: the queue never gets it."
  references = [
    "AWS Well-Architected REL06-BP03",
    "Amazon SQS Developer Guide: Configure KMS permissions for AWS services",
    "AWS re:Post: CloudWatch alarms and encrypted SNS topics",
  ]

  locals {
    names = concat(
      [for k in [self.kms_master_key_id] : k if length(refs(k)) == 0],
      [for a in refs(self.kms_master_key_id, "aws_kms_alias") : a.name],
    )
    by_aws  = anytrue([for n in local.names : can(regex("(^|:)alias/aws/(sqs|sns)$", default(n, "")))])
    senders = [for s in concat(senders(self), default(dead_letter_senders(self), [])) : s if default(acts_as(s), "") != ""]
  }

  for_each = resources("aws_sqs_queue", "aws_sns_topic")
  unless   = length(local.senders) == 0
  when     = local.by_aws
  at       = "kms_master_key_id"
  message  = "the key of `${self}` lets no service in, so nothing arrives that `${local.senders[0]}` sends"

  label "is refused by the key" {
    at = local.senders
  }

  fails "alarms to an encrypted topic" {
    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = "alias/aws/sns"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  fails "topic to an encrypted queue, by a data source" {
    data "aws_kms_alias" "sqs" {
      name = "alias/aws/sqs"
    }

    resource "aws_sqs_queue" "billing" {
      name              = "billing"
      kms_master_key_id = data.aws_kms_alias.sqs.name
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  fails "the key that a data source finds by its alias" {
    data "aws_kms_alias" "sns" {
      name = "alias/aws/sns"
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = data.aws_kms_alias.sns.target_key_arn
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "encrypted by SQS itself" {
    resource "aws_sqs_queue" "billing" {
      name                    = "billing"
      sqs_managed_sse_enabled = true
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.billing.arn
    }
  }

  passes "a key of one's own" {
    resource "aws_kms_key" "oncall" {
      description = "Alarms."
    }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = aws_kms_key.oncall.id
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "only functions of the account publish" {
    resource "aws_sns_topic" "orders" {
      name              = "orders"
      kms_master_key_id = "alias/aws/sns"
    }
  }

  unknown "key is given by the caller" {
    variable "kms_key" { type = string }

    resource "aws_sns_topic" "oncall" {
      name              = "oncall"
      kms_master_key_id = var.kms_key
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }
}
