rule "eventbridge-endpoint-not-replicated" {
  summary   = "Global endpoint does not copy events to its second Region"
  principle = "decoupling"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Without replication events that are on their way when a Region fails stay there, and the endpoint does not come back to the first Region by itself.
  MD
  fix       = "Leave out `replication_config`, or set its `state` to `ENABLED`, and give the endpoint a `role_arn`."
  notice    = "`MatchedEvents` of the second Region's bus is 0 while the first one gets events."
  prove     = "Fail the endpoint's health check on purpose, and count the events that the second Region has of the last minutes."
  references = [
    "AWS Well-Architected REL10-BP01",
    "AWS Config global-endpoint-event-replication-enabled",
    "Security Hub EventBridge.4",
  ]

  for_each = resources("aws_cloudwatch_event_endpoint")
  when     = self.replication_config[0].state == "DISABLED"
  at       = "replication_config.state"
  message  = "`${self}` leaves events behind in a Region that fails"

  fails "switched off" {
    resource "aws_cloudwatch_event_endpoint" "orders" {
      name = "orders"

      replication_config {
        state = "DISABLED"
      }
    }
  }

  passes "default" {
    resource "aws_cloudwatch_event_endpoint" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/replicate"
    }
  }

  passes "switched on" {
    resource "aws_cloudwatch_event_endpoint" "orders" {
      name     = "orders"
      role_arn = "arn:aws:iam::111122223333:role/replicate"

      replication_config {
        state = "ENABLED"
      }
    }
  }

  unknown "given by the caller" {
    variable "state" { type = string }

    resource "aws_cloudwatch_event_endpoint" "orders" {
      name = "orders"

      replication_config {
        state = var.state
      }
    }
  }
}
