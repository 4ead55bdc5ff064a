rule "eventbridge-log-target-without-policy" {
  summary     = "Events go to a log group that lets nobody in"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    EventBridge writes to a log group with no role; the log group has to admit it by a resource policy. The console adds one, Terraform
    does not, and without one the events are lost without an error.
  MD
  fix         = "Add an `aws_cloudwatch_log_resource_policy` that allows `events.amazonaws.com` `logs:CreateLogStream` and `logs:PutLogEvents`."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Knowledge Center: CloudWatch log group as a target of an EventBridge rule",
    "aws-cloudformation/cloudformation-coverage-roadmap issue 351",
  ]

  locals {
    groups = refs(self.arn, "aws_cloudwatch_log_group")
  }

  for_each = resources("aws_cloudwatch_event_target")
  when     = length(local.groups) > 0 && length(resources("aws_cloudwatch_log_resource_policy")) == 0
  at       = "arn"
  message  = "the events of `${self}` do not arrive: no policy lets EventBridge write to `${local.groups[0]}`"

  label "admits nobody" {
    at = local.groups
  }

  fails "no policy" {
    resource "aws_cloudwatch_log_group" "audit" {
      name              = "/aws/events/audit"
      retention_in_days = 90
    }

    resource "aws_cloudwatch_event_target" "audit" {
      rule = "order-placed"
      arn  = aws_cloudwatch_log_group.audit.arn
    }
  }

  passes "policy" {
    resource "aws_cloudwatch_log_group" "audit" {
      name              = "/aws/events/audit"
      retention_in_days = 90
    }

    resource "aws_cloudwatch_event_target" "audit" {
      rule = "order-placed"
      arn  = aws_cloudwatch_log_group.audit.arn
    }

    resource "aws_cloudwatch_log_resource_policy" "events" {
      policy_name = "events"
      policy_document = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = ["events.amazonaws.com", "delivery.logs.amazonaws.com"] }
          Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource  = "${aws_cloudwatch_log_group.audit.arn}:*"
        }]
      })
    }
  }

  passes "another target" {
    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = "arn:aws:lambda:eu-west-1:111122223333:function:bill"
    }
  }

  unknown "whether there is a policy is given by the caller" {
    variable "log_policy" { type = bool }

    resource "aws_cloudwatch_log_group" "audit" {
      name              = "/aws/events/audit"
      retention_in_days = 90
    }

    resource "aws_cloudwatch_event_target" "audit" {
      rule = "order-placed"
      arn  = aws_cloudwatch_log_group.audit.arn
    }

    resource "aws_cloudwatch_log_resource_policy" "events" {
      count           = var.log_policy ? 1 : 0
      policy_name     = "events"
      policy_document = "{}"
    }
  }
}
