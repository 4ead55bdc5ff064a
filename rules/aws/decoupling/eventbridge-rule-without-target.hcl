rule "eventbridge-rule-without-target" {
  summary     = "EventBridge rule that leads nowhere"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The rule matches its events and hands them to nobody. It looks wired, and what should follow never happens.
  MD
  fix         = "Add an `aws_cloudwatch_event_target` for the rule, or remove the rule."
  notice      = "`MatchedEvents` rises while `Invocations` stays at 0."
  prove       = "Send an event that matches with `put-events`, and see that nothing happens."
  references  = ["AWS Well-Architected REL04-BP02", "Amazon EventBridge User Guide: Targets in Amazon EventBridge"]

  for_each = resources("aws_cloudwatch_event_rule")
  unless   = self.state == "DISABLED" || self.is_enabled == false
  when     = length(referrers(self, "configures", "aws_cloudwatch_event_target")) == 0
  message  = "`${self}` matches events and has no target, so nothing follows from them"

  fails "no target" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }
  }

  fails "the target belongs to another rule" {
    resource "aws_cloudwatch_event_rule" "nightly" {
      for_each            = toset(["report", "tidy"])
      name                = each.key
      schedule_expression = "rate(1 day)"
    }

    resource "aws_cloudwatch_event_target" "report" {
      rule = aws_cloudwatch_event_rule.nightly["report"].name
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:report"
    }
  }

  passes "target by reference" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  passes "target by name" {
    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
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

  unknown "targets are given by the caller" {
    variable "targets" { type = map(string) }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "all" {
      for_each = var.targets
      rule     = aws_cloudwatch_event_rule.order_placed.name
      arn      = each.value
    }
  }
}
