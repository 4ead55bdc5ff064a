rule "sns-filter-matches-nothing" {
  summary     = "Subscription filters by what no value fulfils"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    SNS refuses a range whose lower end is not below its upper end in the middle of an apply. An empty list admits no value, and the subscriber never hears
    anything.
  MD
  fix         = "Write the lower end of a range first, and list the values that are wanted."
  notice      = "`NumberOfNotificationsFilteredOut` equals `NumberOfMessagesPublished`, or `Subscribe` answers `InvalidParameter`."
  prove       = "Publish a message that the subscriber is to get in a test account."
  references  = ["AWS Well-Architected REL06-BP03", "Amazon SNS Developer Guide: Subscription filter policy constraints"]

  locals {
    filter = jsonencode(try(jsondecode(self.filter_policy), {}))
    empty  = can(regex(":\\[\\]", local.filter))
    ranges = [
      for r in regexall("\"numeric\":\\[\"\\\\u003e(=?)\",(-?[0-9.]+),\"\\\\u003c(=?)\",(-?[0-9.]+)\\]", local.filter) : "more than ${r[1]} and less than ${r[3]}"
      if tonumber(r[1]) > tonumber(r[3]) || tonumber(r[1]) == tonumber(r[3]) && (r[0] == "" || r[2] == "")
    ]
  }

  for_each = resources("aws_sns_topic_subscription")

  defect "range" {
    when    = default(self.filter_policy, "") != "" && length(local.ranges) > 0
    at      = "filter_policy"
    message = "`${self}` gets nothing: no number is ${local.ranges[0]}"
  }

  defect "empty" {
    when    = default(self.filter_policy, "") != "" && local.empty
    at      = "filter_policy"
    message = "`${self}` gets nothing: a list in its filter is empty, and nothing is in it"
  }

  fails "the ends of a range the wrong way round" {
    resource "aws_sns_topic_subscription" "billing" {
      topic_arn     = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol      = "sqs"
      endpoint      = "arn:aws:sqs:eu-west-1:111122223333:billing"
      filter_policy = jsonencode({ total = [{ numeric = [">", 100, "<", 50] }] })
    }
  }

  fails "an empty list" {
    resource "aws_sns_topic_subscription" "billing" {
      topic_arn     = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol      = "sqs"
      endpoint      = "arn:aws:sqs:eu-west-1:111122223333:billing"
      filter_policy = jsonencode({ kind = [] })
    }
  }

  passes "a range with numbers in it" {
    resource "aws_sns_topic_subscription" "billing" {
      topic_arn     = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol      = "sqs"
      endpoint      = "arn:aws:sqs:eu-west-1:111122223333:billing"
      filter_policy = jsonencode({ total = [{ numeric = [">=", 50, "<=", 100] }] })
    }
  }

  passes "no filter" {
    resource "aws_sns_topic_subscription" "billing" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol  = "sqs"
      endpoint  = "arn:aws:sqs:eu-west-1:111122223333:billing"
    }
  }

  unknown "the filter is given by the caller" {
    variable "filter" { type = string }

    resource "aws_sns_topic_subscription" "billing" {
      topic_arn     = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol      = "sqs"
      endpoint      = "arn:aws:sqs:eu-west-1:111122223333:billing"
      filter_policy = var.filter
    }
  }
}
