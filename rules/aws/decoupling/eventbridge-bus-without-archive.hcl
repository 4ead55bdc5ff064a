rule "eventbridge-bus-without-archive" {
  summary    = "Events of a bus cannot be sent again"
  principle  = "decoupling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    When a consumer has dealt with events wrongly, or a rule was missing for an hour, only an archive can send them again. It keeps nothing from before
    it was made.
  MD
  fix        = "Add an `aws_cloudwatch_event_archive` for the bus, with `retention_days` that cover the time until a mistake is found."
  notice     = "No metric shows it: after a faulty consumer nothing can be sent again."
  prove      = "Let a test consumer drop events for an hour, and try to replay them."
  references = ["AWS Well-Architected REL09-BP01", "Amazon EventBridge User Guide: Archiving and replaying events"]

  for_each = resources("aws_cloudwatch_event_bus")
  unless   = default(self.event_source_name, "") != ""
  when     = length(referrers(self, "configures", "aws_cloudwatch_event_archive")) == 0
  message  = "events of `${self}` that were lost or dealt with wrongly cannot be sent again"

  fails "no archive" {
    resource "aws_cloudwatch_event_bus" "orders" {
      name = "orders"
    }
  }

  passes "archive" {
    resource "aws_cloudwatch_event_bus" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_archive" "orders" {
      name             = "orders"
      event_source_arn = aws_cloudwatch_event_bus.orders.arn
      retention_days   = 14
    }
  }

  passes "a partner's bus, where the partner can send again" {
    resource "aws_cloudwatch_event_bus" "partner" {
      name              = "aws.partner/example.com/orders"
      event_source_name = "aws.partner/example.com/orders"
    }
  }

  unknown "decided by the caller" {
    variable "archive" { type = bool }

    resource "aws_cloudwatch_event_bus" "orders" {
      name = "orders"
    }

    resource "aws_cloudwatch_event_archive" "orders" {
      count            = var.archive ? 1 : 0
      name             = "orders"
      event_source_arn = aws_cloudwatch_event_bus.orders.arn
    }
  }
}
