rule "alarm-topic-only-by-email" {
  summary    = "Alarms reach people by email only"
  principle  = "observability"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    An address gets nothing until its owner clicks a link, which Terraform cannot do. Nobody is woken by a mail at night either.
  MD
  fix        = "Subscribe a pager, a chat or a function beside the mailboxes."
  notice     = "The time from ALARM to the first action of a person is hours at night."
  prove      = "Set an alarm to ALARM at three in the morning with `aws cloudwatch set-alarm-state`, and time the answer."
  references = ["AWS Well-Architected REL06-BP03", "Amazon SNS Developer Guide: Email notifications", "Terraform AWS provider: aws_sns_topic_subscription"]

  locals {
    alarms   = referrers(self, "notifies", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    readers  = referrers(self, "refers", "topic_reader")
    by_email = [for r in local.readers : r if can(regex("^email(-json)?$", r.protocol))]
  }

  for_each = resources("aws_sns_topic")
  unless   = length(local.alarms) == 0 || length(local.readers) == 0
  when     = length(local.readers) == length(local.by_email)
  message  = "who hears of the alarms on `${self}` hears by email only, once each address is confirmed by hand"

  label "has to be confirmed" {
    at        = local.by_email
    attribute = "protocol"
  }

  fails "one mailbox" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "mail" {
      topic_arn = aws_sns_topic.oncall.arn
      protocol  = "email"
      endpoint  = "oncall@example.com"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "a pager as well" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "mail" {
      topic_arn = aws_sns_topic.oncall.arn
      protocol  = "email"
      endpoint  = "oncall@example.com"
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn = aws_sns_topic.oncall.arn
      protocol  = "https"
      endpoint  = "https://pager.example.com/hook"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "a chat as well" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "mail" {
      topic_arn = aws_sns_topic.oncall.arn
      protocol  = "email"
      endpoint  = "oncall@example.com"
    }

    resource "aws_chatbot_slack_channel_configuration" "oncall" {
      configuration_name = "oncall"
      sns_topic_arns     = [aws_sns_topic.oncall.arn]
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "no alarms come here" {
    resource "aws_sns_topic" "reports" {
      name = "reports"
    }

    resource "aws_sns_topic_subscription" "mail" {
      topic_arn = aws_sns_topic.reports.arn
      protocol  = "email"
      endpoint  = "sales@example.com"
    }
  }

  unknown "protocol is given by the caller" {
    variable "protocol" { type = string }

    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "mail" {
      topic_arn = aws_sns_topic.oncall.arn
      protocol  = var.protocol
      endpoint  = "oncall@example.com"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }
}
