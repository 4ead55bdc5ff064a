rule "sns-filter-on-absent-attributes" {
  summary     = "Subscription filters by attributes that its messages do not have"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A filter looks at the attributes of a message unless its scope says otherwise. Alarms and buckets publish a body and no attributes, so
    the filter matches nothing and the subscriber never hears anything.
  MD
  fix         = "Set `filter_policy_scope = \"MessageBody\"` and write the filter for the body, or remove the filter."
  notice      = "`NumberOfNotificationsFilteredOut-NoMessageAttributes` equals what is published."
  prove       = "Publish a message as the service does, and see whether the subscriber gets it."
  references  = ["AWS Well-Architected REL06-BP03", "Amazon SNS Developer Guide: Subscription filter policy scope"]

  locals {
    topics = refs(self.topic_arn, "aws_sns_topic")
    # Topics to which nothing else is seen to publish. (Backups, for one, do come with attributes.)
    by_services = [
      for t in local.topics : t
      if(
        length(default(senders(t), [])) > 0
        && alltrue([
          for r in concat(referrers(t, "sends"), referrers(t, "notifies"), referrers(t, "grants"), referrers(t, "refers")) :
          is(
            r, "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm", "aws_s3_bucket", "aws_s3_bucket_notification",
            "aws_sns_topic_subscription", "aws_sns_topic_policy", "topic_reader",
          )
        ])
      )
    ]
    # What is absent fulfils this.
    wants_absence = can(regex("\"exists\"\\s*:\\s*false", self.filter_policy))
  }

  for_each = resources("aws_sns_topic_subscription")
  unless   = self.filter_policy_scope == "MessageBody" || length(local.by_services) == 0 || local.wants_absence
  when     = length(regexall("\\w", default(self.filter_policy, ""))) > 0
  at       = "filter_policy"
  message  = "`${self}` filters by attributes, and what is published to `${local.by_services[0]}` has none, so nothing is delivered"

  label "publishes without attributes" {
    at = flatten([for t in local.by_services : senders(t)])
  }

  fails "only some alarms are wanted" {
    resource "aws_sns_topic" "alarms" {
      name = "alarms"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn     = aws_sns_topic.alarms.arn
      protocol      = "https"
      endpoint      = "https://pager.example.com/hook"
      filter_policy = jsonencode({ severity = ["critical"] })
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.alarms.arn]
    }
  }

  passes "by the body" {
    resource "aws_sns_topic" "alarms" {
      name = "alarms"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn           = aws_sns_topic.alarms.arn
      protocol            = "https"
      endpoint            = "https://pager.example.com/hook"
      filter_policy_scope = "MessageBody"
      filter_policy       = jsonencode({ AlarmName = [{ prefix = "critical-" }] })
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.alarms.arn]
    }
  }

  passes "the application publishes, with attributes" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn     = aws_sns_topic.orders.arn
      protocol      = "sqs"
      endpoint      = "arn:aws:sqs:eu-west-1:111122223333:billing"
      filter_policy = jsonencode({ kind = ["order-placed"] })
    }
  }

  passes "a function publishes to it as well" {
    resource "aws_sns_topic" "alarms" {
      name = "alarms"
    }

    resource "aws_lambda_function" "check" {
      function_name = "check"

      environment {
        variables = { TOPIC = aws_sns_topic.alarms.arn }
      }
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn     = aws_sns_topic.alarms.arn
      protocol      = "https"
      endpoint      = "https://pager.example.com/hook"
      filter_policy = jsonencode({ severity = ["critical"] })
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.alarms.arn]
    }
  }

  passes "backups come with attributes" {
    resource "aws_sns_topic" "backups" {
      name = "backups"
    }

    resource "aws_sns_topic_subscription" "mail" {
      topic_arn     = aws_sns_topic.backups.arn
      protocol      = "email"
      endpoint      = "team@example.com"
      filter_policy = jsonencode({ State = [{ "anything-but" = "COMPLETED" }] })
    }

    resource "aws_backup_vault_notifications" "main" {
      backup_vault_name   = "main"
      sns_topic_arn       = aws_sns_topic.backups.arn
      backup_vault_events = ["BACKUP_JOB_COMPLETED"]
    }
  }

  passes "no filter" {
    resource "aws_sns_topic" "alarms" {
      name = "alarms"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn = aws_sns_topic.alarms.arn
      protocol  = "https"
      endpoint  = "https://pager.example.com/hook"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.alarms.arn]
    }
  }

  unknown "filter is given by the caller" {
    variable "filter" { type = string }

    resource "aws_sns_topic" "alarms" {
      name = "alarms"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn     = aws_sns_topic.alarms.arn
      protocol      = "https"
      endpoint      = "https://pager.example.com/hook"
      filter_policy = var.filter
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.alarms.arn]
    }
  }
}
