rule "eventbridge-aws-events-on-own-bus" {
  summary     = "Rule waits for events of AWS on a bus that gets none"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Services of AWS send their events to the default bus of the account. A rule on another bus sees them only where a rule of the
    default bus, or another account, forwards them.
  MD
  fix         = "Leave `event_bus_name` out, or forward the events from the default bus."
  notice      = "`MatchedEvents` and `TriggeredRules` of the rule stay at 0."
  prove       = "Cause the event that the rule waits for, such as a change of state of an instance, and look at `Invocations`."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: Event buses in Amazon EventBridge"]

  locals {
    sources = flatten([try(jsondecode(self.event_pattern).source, [])])
    buses   = linked(self, "member_of", "aws_cloudwatch_event_bus")
    fed = anytrue([
      for b in local.buses : (
        length(referrers(b, "sends")) > 0
        || length(referrers(b, "refers", "aws_cloudwatch_event_bus_policy", "aws_cloudwatch_event_permission", "aws_cloudwatch_event_target")) > 0
      )
    ])
  }

  for_each = resources("aws_cloudwatch_event_rule")
  unless   = length(local.buses) == 0 || local.fed
  when     = length(local.sources) > 0 && alltrue([for s in local.sources : can(regex("^aws[.]", s))])
  at       = "event_bus_name"
  message  = "`${self}` never matches: events of ${join(", ", local.sources)} go to the default bus"

  label "nothing forwards to this bus" {
    at = local.buses
  }

  fails "events of EC2 on the bus of the application" {
    resource "aws_cloudwatch_event_bus" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_event_rule" "stopped" {
      name           = "machine-stopped"
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      event_pattern  = jsonencode({ source = ["aws.ec2"], detail-type = ["EC2 Instance State-change Notification"] })
    }
  }

  passes "on the default bus" {
    resource "aws_cloudwatch_event_rule" "stopped" {
      name          = "machine-stopped"
      event_pattern = jsonencode({ source = ["aws.ec2"] })
    }
  }

  passes "events of one's own" {
    resource "aws_cloudwatch_event_bus" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name           = "order-placed"
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      event_pattern  = jsonencode({ source = ["shop.orders"] })
    }
  }

  passes "other accounts send to the bus" {
    resource "aws_cloudwatch_event_bus" "central" {
      name = "central"
    }

    resource "aws_cloudwatch_event_bus_policy" "central" {
      event_bus_name = aws_cloudwatch_event_bus.central.name
      policy         = jsonencode({ Statement = [{ Sid = "org", Effect = "Allow", Principal = "*", Action = "events:PutEvents", Resource = "*" }] })
    }

    resource "aws_cloudwatch_event_rule" "health" {
      name           = "health"
      event_bus_name = aws_cloudwatch_event_bus.central.name
      event_pattern  = jsonencode({ source = ["aws.health"] })
    }
  }

  unknown "source is given by the caller" {
    variable "source_name" { type = string }

    resource "aws_cloudwatch_event_bus" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_event_rule" "stopped" {
      name           = "machine-stopped"
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      event_pattern  = jsonencode({ source = [var.source_name] })
    }
  }
}
