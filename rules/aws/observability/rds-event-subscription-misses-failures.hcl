rule "rds-event-subscription-misses-failures" {
  summary   = "Subscription to database events leaves out failures"
  principle = "observability"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    RDS announces a failed instance, a failed member of a cluster and maintenance as events. A subscription that lists some categories gets those only: whoever
    relies on it hears of backups, and not of the failure.
  MD
  fix       = "Add `failure` and `maintenance` to `event_categories`, or leave the argument out to get all of them."
  notice    = "`describe-events` shows a failure of which the topic got no message."
  prove     = "Reboot a test instance with failover, and wait for the message."
  references = [
    "AWS Well-Architected REL06-BP03",
    "Security Hub RDS.19",
    "Security Hub RDS.20",
  ]

  locals {
    missing = [for c in ["failure", "maintenance"] : c if !contains(tolist(default(self.event_categories, [])), c)]
  }

  for_each = resources("aws_db_event_subscription")
  unless   = self.enabled == false
  when     = length(default(self.event_categories, [])) > 0 && contains(["db-instance", "db-cluster"], default(self.source_type, "")) && length(local.missing) > 0
  at       = "event_categories"
  message  = "`${self}` is not told of ${join(" and ", local.missing)}"

  fails "backups only" {
    resource "aws_db_event_subscription" "orders" {
      name             = "orders"
      sns_topic        = "arn:aws:sns:eu-west-1:111122223333:on-duty"
      source_type      = "db-instance"
      event_categories = ["backup", "recovery"]
    }
  }

  passes "all categories" {
    resource "aws_db_event_subscription" "orders" {
      name        = "orders"
      sns_topic   = "arn:aws:sns:eu-west-1:111122223333:on-duty"
      source_type = "db-instance"
    }
  }

  passes "both are there" {
    resource "aws_db_event_subscription" "orders" {
      name             = "orders"
      sns_topic        = "arn:aws:sns:eu-west-1:111122223333:on-duty"
      source_type      = "db-cluster"
      event_categories = ["failover", "failure", "maintenance"]
    }
  }

  passes "about parameter groups, which do not fail" {
    resource "aws_db_event_subscription" "orders" {
      name             = "orders"
      sns_topic        = "arn:aws:sns:eu-west-1:111122223333:on-duty"
      source_type      = "db-parameter-group"
      event_categories = ["configuration change"]
    }
  }

  unknown "given by the caller" {
    variable "categories" { type = list(string) }

    resource "aws_db_event_subscription" "orders" {
      name             = "orders"
      sns_topic        = "arn:aws:sns:eu-west-1:111122223333:on-duty"
      source_type      = "db-instance"
      event_categories = var.categories
    }
  }
}
