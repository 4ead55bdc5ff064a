rule "alarm-topic-without-subscriber" {
  summary     = "Topic that alarms publish to has no subscriber"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Every alarm has its action, and every notification ends in the topic.
  MD
  fix         = "Add an `aws_sns_topic_subscription` for the topic: a pager, a chat, a mailbox that is read."
  notice      = "`NumberOfMessagesPublished` of the topic rises while `NumberOfNotificationsDelivered` is 0."
  prove       = "Publish a message to the topic, and ask who got it."
  references  = ["AWS Well-Architected REL06-BP03", "AWS Well-Architected REL11-BP06"]

  locals {
    alarms = referrers(self, "notifies", "aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
  }

  for_each = resources("aws_sns_topic")
  unless   = length(local.alarms) == 0
  when     = !is_heard(self)
  message  = "alarms publish to `${self}`, and nobody is subscribed"

  label "expects somebody to hear" {
    at        = local.alarms
    attribute = "alarm_actions"
  }

  fails "alarm without listener" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  fails "another topic has the subscriber" {
    resource "aws_sns_topic" "oncall" {
      for_each = toset(["urgent", "later"])
      name     = each.key
    }

    resource "aws_sns_topic_subscription" "pager" {
      topic_arn = aws_sns_topic.oncall["urgent"].arn
      protocol  = "https"
      endpoint  = "https://pager.example.com/hook"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall["later"].arn]
    }
  }

  passes "pager" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
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

  passes "chat" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
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

  passes "not for alarms" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }
  }

  unknown "subscribers are given by the caller" {
    variable "mailboxes" { type = set(string) }

    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_sns_topic_subscription" "mail" {
      for_each  = var.mailboxes
      topic_arn = aws_sns_topic.oncall.arn
      protocol  = "email"
      endpoint  = each.key
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }
}
