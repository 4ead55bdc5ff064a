rule "sns-subscription-unconfirmed" {
  summary   = "Subscription of a web address that nobody confirms"
  principle = "decoupling"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    SNS sends to a web address only after it has answered a first request with the token in it. Unless the address is known to do that by
    itself, Terraform creates the subscription and does not look whether it is ever confirmed: until then nothing is delivered.
  MD
  fix       = "Set `endpoint_auto_confirms = true` where the address confirms by itself, so that the apply waits for it; send to a queue or a function otherwise."
  notice    = "The subscription stays `PendingConfirmation`, and `NumberOfNotificationsDelivered` is 0."
  prove     = "List the topic's subscriptions after the first apply in a test account."
  references = [
    "AWS Well-Architected REL04-BP02",
    "Amazon SNS Developer Guide: Confirm a subscription to an HTTP/S endpoint",
    "Terraform AWS provider: aws_sns_topic_subscription",
  ]

  for_each = resources("aws_sns_topic_subscription")
  when     = (self.protocol == "https" || self.protocol == "http") && default(self.endpoint_auto_confirms, false) == false
  at       = "endpoint_auto_confirms"
  message  = "`${self}` delivers nothing before the address confirms it, and the apply does not wait for that"

  fails "web address" {
    resource "aws_sns_topic_subscription" "shop" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol  = "https"
      endpoint  = "https://shop.example.com/orders"
    }
  }

  passes "the apply waits for it" {
    resource "aws_sns_topic_subscription" "oncall" {
      topic_arn              = "arn:aws:sns:eu-west-1:111122223333:oncall"
      protocol               = "https"
      endpoint               = "https://events.pagerduty.com/integration/0123456789abcdef/enqueue"
      endpoint_auto_confirms = true
    }
  }

  passes "a queue" {
    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol  = "sqs"
      endpoint  = "arn:aws:sqs:eu-west-1:111122223333:billing"
    }
  }

  unknown "the caller says whether it does" {
    variable "confirms" { type = bool }

    resource "aws_sns_topic_subscription" "shop" {
      topic_arn              = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol               = "https"
      endpoint               = "https://shop.example.com/orders"
      endpoint_auto_confirms = var.confirms
    }
  }
}
