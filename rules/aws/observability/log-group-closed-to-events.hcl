rule "log-group-closed-to-events" {
  summary     = "Log group that does not let the events in that a rule sends to it"
  principle   = "observability"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    EventBridge writes to a log group as a service, and takes no role for it: a resource policy of CloudWatch Logs has to let it in. The console makes one
    without asking, Terraform does not. In an account where nobody has clicked that together, every event is dropped.
  MD
  fix         = "Add an `aws_cloudwatch_log_resource_policy` that allows `logs:CreateLogStream` and `logs:PutLogEvents` to `events.amazonaws.com` and `delivery.logs.amazonaws.com`."
  notice      = "`FailedInvocations` of the rule rises, and the log group stays empty."
  prove       = "Send one event that the rule matches in a new account, and look for it in the log group."
  references = [
    "AWS Well-Architected REL04-BP02",
    "AWS Well-Architected REL06-BP01",
    "Amazon EventBridge User Guide: Using resource-based policies",
  ]

  locals {
    rules = [for t in referrers(self, "refers", "aws_cloudwatch_event_target") : t if contains(refs(t.arn), self)]
  }

  for_each = resources("aws_cloudwatch_log_group")
  when     = length(local.rules) > 0 && !anytrue([for who in services_let_in(self) : contains(["events.amazonaws.com", "delivery.logs.amazonaws.com", "*"], who)])
  message  = "`${self}` stays empty: `${local.rules[0]}` sends to it, and no resource policy lets EventBridge in"

  label "is dropped" {
    at = local.rules
  }

  fails "no policy" {
    resource "aws_cloudwatch_log_group" "events" {
      name = "/aws/events/shop"
    }

    resource "aws_cloudwatch_event_rule" "all" {
      name          = "all"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "log" {
      rule = aws_cloudwatch_event_rule.all.name
      arn  = aws_cloudwatch_log_group.events.arn
    }
  }

  fails "a policy for another service" {
    resource "aws_cloudwatch_log_group" "events" {
      name = "/aws/events/shop"
    }

    resource "aws_cloudwatch_event_rule" "all" {
      name          = "all"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "log" {
      rule = aws_cloudwatch_event_rule.all.name
      arn  = aws_cloudwatch_log_group.events.arn
    }

    resource "aws_cloudwatch_log_resource_policy" "dns" {
      policy_name = "dns"
      policy_document = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Principal = { Service = "route53.amazonaws.com" }, Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "*" }]
      })
    }
  }

  fails "a policy for another log group" {
    resource "aws_cloudwatch_log_group" "events" {
      name = "/shop/events"
    }

    resource "aws_cloudwatch_event_rule" "all" {
      name          = "all"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "log" {
      rule = aws_cloudwatch_event_rule.all.name
      arn  = aws_cloudwatch_log_group.events.arn
    }

    resource "aws_cloudwatch_log_resource_policy" "events" {
      policy_name = "events"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource  = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/events/*:*"
        }]
      })
    }
  }

  passes "the group by its ARN" {
    resource "aws_cloudwatch_log_group" "events" {
      name = "/aws/events/shop"
    }

    resource "aws_cloudwatch_event_rule" "all" {
      name          = "all"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "log" {
      rule = aws_cloudwatch_event_rule.all.name
      arn  = aws_cloudwatch_log_group.events.arn
    }

    data "aws_iam_policy_document" "events" {
      statement {
        actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        resources = ["${aws_cloudwatch_log_group.events.arn}:*"]

        principals {
          type        = "Service"
          identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
        }
      }
    }

    resource "aws_cloudwatch_log_resource_policy" "events" {
      policy_name     = "events"
      policy_document = data.aws_iam_policy_document.events.json
    }
  }

  passes "all groups for events, by a pattern" {
    resource "aws_cloudwatch_log_group" "events" {
      name = "/aws/events/shop"
    }

    resource "aws_cloudwatch_event_rule" "all" {
      name          = "all"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "log" {
      rule = aws_cloudwatch_event_rule.all.name
      arn  = aws_cloudwatch_log_group.events.arn
    }

    resource "aws_cloudwatch_log_resource_policy" "events" {
      policy_name = "events"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource  = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/events/*:*"
        }]
      })
    }
  }

  passes "no rule sends to it" {
    resource "aws_cloudwatch_log_group" "shop" {
      name = "/shop"
    }
  }

  unknown "the policy is given by the caller" {
    variable "policy" { type = string }

    resource "aws_cloudwatch_log_group" "events" {
      name = "/aws/events/shop"
    }

    resource "aws_cloudwatch_event_rule" "all" {
      name          = "all"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "log" {
      rule = aws_cloudwatch_event_rule.all.name
      arn  = aws_cloudwatch_log_group.events.arn
    }

    resource "aws_cloudwatch_log_resource_policy" "events" {
      policy_name     = "events"
      policy_document = var.policy
    }
  }
}
