rule "eventbridge-target-on-other-bus" {
  summary     = "EventBridge target names another bus than its rule"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A rule is found by its bus and its name. A target that leaves the bus out is looked for on the default bus: the apply fails, or
    the target hangs on another rule of that name.
  MD
  fix         = "Set `event_bus_name` of the target to the bus of the rule."
  notice      = "The target is refused at the apply, or `Invocations` of the rule stays at 0."
  prove       = "Send a matching event to the rule's bus, and look for the target's run."
  references  = ["AWS Well-Architected REL04-BP02", "Terraform AWS provider: aws_cloudwatch_event_target"]

  locals {
    rules = refs(self.rule, "aws_cloudwatch_event_rule")
    buses = [for r in local.rules : r if length(refs(r.event_bus_name)) > 0 || default(r.event_bus_name, "default") != "default"]
  }

  for_each = resources("aws_cloudwatch_event_target")
  unless   = length(local.buses) == 0
  when     = length(refs(self.event_bus_name)) == 0 && default(self.event_bus_name, "default") == "default"
  at       = "event_bus_name"
  message  = "`${self}` is put on the default bus, and its rule `${local.buses[0]}` is on another"

  label "is on this bus" {
    at        = local.buses
    attribute = "event_bus_name"
  }

  fails "left out" {
    resource "aws_cloudwatch_event_bus" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name           = "order-placed"
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      event_pattern  = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  passes "same bus" {
    resource "aws_cloudwatch_event_bus" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name           = "order-placed"
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      event_pattern  = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule           = aws_cloudwatch_event_rule.order_placed.name
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      arn            = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  passes "both on the default bus" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  unknown "bus is given by the caller" {
    variable "bus" { type = string }

    resource "aws_cloudwatch_event_bus" "shop" {
      name = "shop"
    }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name           = "order-placed"
      event_bus_name = aws_cloudwatch_event_bus.shop.name
      event_pattern  = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule           = aws_cloudwatch_event_rule.order_placed.name
      event_bus_name = var.bus
      arn            = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }
}
