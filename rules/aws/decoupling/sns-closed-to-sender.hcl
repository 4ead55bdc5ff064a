rule "sns-closed-to-sender" {
  summary     = "Topic whose policy does not let its sender in"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The policy that a topic is made with admits the account, which is enough for alarms and for events of RDS. EventBridge, S3, budgets and backups are
    services and need a statement of their own, and a policy that replaces the first one shuts alarms out as well.
  MD
  fix         = "Allow `sns:Publish` to the service in an `aws_sns_topic_policy`, and keep the statements that the topic had."
  notice      = "The sender's failures rise, such as `FailedInvocations` of a rule, and `NumberOfMessagesPublished` is 0."
  prove       = "Let the sender publish once in a test account, and look at the topic's metrics."
  references = [
    "AWS Well-Architected REL04-BP02",
    "AWS Well-Architected REL06-BP03",
    "Amazon EventBridge User Guide: Using resource-based policies",
  ]

  locals {
    policies = access_policies(self)
    admitted = admits(self)
    # Without a policy of its own a topic has one that admits the owner.
    refused = [
      for s in senders(self) : s
      if(
        default(acts_as(s), "") != ""
        && !contains(local.admitted, acts_as(s))
        && !contains(local.admitted, "*")
        && !(contains(["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"], acts_as(s)) && (length(local.policies) == 0 || contains(local.admitted, "owner")))
      )
    ]
  }

  for_each = resources("aws_sns_topic")
  when     = length(local.refused) > 0
  at       = "policy"
  message  = "`${local.refused[0]}` publishes to `${self}`, and no policy of the topic lets `${acts_as(local.refused[0])}` in"

  label "is not heard" {
    at = local.refused
  }

  fails "rule without a policy of the topic" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_event_rule" "failed" {
      name          = "backup-failed"
      event_pattern = jsonencode({ source = ["aws.backup"] })
    }

    resource "aws_cloudwatch_event_target" "oncall" {
      rule = aws_cloudwatch_event_rule.failed.name
      arn  = aws_sns_topic.oncall.arn
    }
  }

  fails "the policy for the rule shuts the events of a database out" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_policy" "oncall" {
      arn = aws_sns_topic.oncall.arn
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sns:Publish", Resource = aws_sns_topic.oncall.arn }]
      })
    }

    resource "aws_db_event_subscription" "orders" {
      name      = "orders"
      sns_topic = aws_sns_topic.oncall.arn
    }
  }

  fails "the policy for the rule shuts the alarm out" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_policy" "oncall" {
      arn = aws_sns_topic.oncall.arn
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "events.amazonaws.com" }
          Action    = "sns:Publish"
          Resource  = aws_sns_topic.oncall.arn
        }]
      })
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  fails "budget" {
    resource "aws_sns_topic" "costs" {
      name = "costs"
    }

    resource "aws_budgets_budget" "month" {
      name         = "month"
      budget_type  = "COST"
      limit_amount = "1000"
      limit_unit   = "USD"
      time_unit    = "MONTHLY"

      notification {
        comparison_operator       = "GREATER_THAN"
        threshold                 = 80
        threshold_type            = "PERCENTAGE"
        notification_type         = "FORECASTED"
        subscriber_sns_topic_arns = [aws_sns_topic.costs.arn]
      }
    }
  }

  passes "events of a database, and the policy that a topic is made with" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_db_event_subscription" "orders" {
      name      = "orders"
      sns_topic = aws_sns_topic.oncall.arn
    }
  }

  passes "target with a role" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_target" "orders" {
      rule     = aws_cloudwatch_event_rule.order_placed.name
      arn      = aws_sns_topic.orders.arn
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
  }

  passes "alarm with the policy that a topic is made with" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "alarm and rule, both admitted" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    data "aws_iam_policy_document" "oncall" {
      statement {
        actions   = ["sns:Publish"]
        resources = [aws_sns_topic.oncall.arn]

        principals {
          type        = "Service"
          identifiers = ["events.amazonaws.com", "cloudwatch.amazonaws.com"]
        }
      }
    }

    resource "aws_sns_topic_policy" "oncall" {
      arn    = aws_sns_topic.oncall.arn
      policy = data.aws_iam_policy_document.oncall.json
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }

    resource "aws_cloudwatch_event_rule" "failed" {
      name          = "backup-failed"
      event_pattern = jsonencode({ source = ["aws.backup"] })
    }

    resource "aws_cloudwatch_event_target" "oncall" {
      rule = aws_cloudwatch_event_rule.failed.name
      arn  = aws_sns_topic.oncall.arn
    }
  }

  passes "the owner stays admitted" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect    = "Allow"
            Principal = { AWS = "*" }
            Action    = ["SNS:Publish", "SNS:Subscribe"]
            Resource  = "*"
            Condition = { StringEquals = { "AWS:SourceOwner" = "111122223333" } }
          },
        ]
      })
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  unknown "policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_policy" "oncall" {
      arn    = aws_sns_topic.oncall.arn
      policy = var.policy
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }
}
