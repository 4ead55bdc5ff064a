rule "eventbridge-rule-without-target" {
  summary     = "Event rule starts nothing"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    Events that match the rule go nowhere. It looks like a reaction to them, and there is none.
  MD
  fix         = "Add an `aws_cloudwatch_event_target` for the rule, or remove the rule."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: Rules"]

  for_each = resources("aws_cloudwatch_event_rule")
  unless   = self.state == "DISABLED" || self.is_enabled == false
  when     = length(referrers(self, "configures", "aws_cloudwatch_event_target")) == 0
  message  = "events that `${self}` waits for start nothing"

  fails "no target" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }
  }

  passes "target" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  passes "switched off" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
      state         = "DISABLED"
    }
  }

  unknown "decided by the caller" {
    variable "bill" { type = bool }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      count = var.bill ? 1 : 0
      rule  = aws_cloudwatch_event_rule.order_placed.name
      arn   = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }
}
