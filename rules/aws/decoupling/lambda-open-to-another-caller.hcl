rule "lambda-open-to-another-caller" {
  summary     = "Permission of a function lets in another source than the one that calls"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    `source_arn` admits one rule, one topic or one API. Where it was copied with the name of another one, the service is admitted, and this
    call is not.
  MD
  fix         = "Name the ARN of the rule, topic, bucket or API that calls in `source_arn`, or add a permission for it."
  notice      = "The wired caller's failures rise, and CloudTrail shows `Invoke` refused."
  prove       = "Trigger the real source once: it is refused, while the other one would be let in."
  references = [
    "AWS Well-Architected REL04-BP02",
    "AWS Lambda Developer Guide: Granting function access to AWS services",
  ]

  locals {
    permissions = [for p in referrers(self, "configures", "aws_lambda_permission") : p if lets_invoke(p)]
    refused = [
      for c in referrers(self, "refers", "function_caller") : c
      if(
        length(default(calls_for(c), [])) > 0
        && contains([for p in local.permissions : p.principal], acts_as(c))
        && alltrue([
          for p in local.permissions :
          length(refs(p.source_arn, [for s in calls_for(c) : type(s)]...)) > 0 && length([for s in calls_for(c) : s if contains(refs(p.source_arn), s)]) == 0
          if p.principal == acts_as(c)
        ])
      )
    ]
  }

  for_each = resources("aws_lambda_function")
  when     = length(local.refused) > 0
  message  = "`${local.refused[0]}` is to call `${self}`, whose permissions name another source"

  label "names another one" {
    at        = local.permissions
    attribute = "source_arn"
  }

  label "calls in vain" {
    at = local.refused
  }

  fails "the rule of another schedule" {
    resource "aws_lambda_function" "report" {
      function_name = "report"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }

    resource "aws_cloudwatch_event_rule" "hourly" {
      name                = "hourly"
      schedule_expression = "rate(1 hour)"
    }

    resource "aws_cloudwatch_event_target" "report" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.report.arn
    }

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.report.function_name
      principal     = "events.amazonaws.com"
      source_arn    = aws_cloudwatch_event_rule.hourly.arn
    }
  }

  passes "its own rule" {
    resource "aws_lambda_function" "report" {
      function_name = "report"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }

    resource "aws_cloudwatch_event_target" "report" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.report.arn
    }

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.report.function_name
      principal     = "events.amazonaws.com"
      source_arn    = aws_cloudwatch_event_rule.nightly.arn
    }
  }

  passes "every method of its API" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_apigatewayv2_api" "shop" {
      name          = "shop"
      protocol_type = "HTTP"
    }

    resource "aws_apigatewayv2_integration" "api" {
      api_id           = aws_apigatewayv2_api.shop.id
      integration_type = "AWS_PROXY"
      integration_uri  = aws_lambda_function.api.invoke_arn
    }

    resource "aws_lambda_permission" "shop" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.api.function_name
      principal     = "apigateway.amazonaws.com"
      source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*/*"
    }
  }

  passes "any source of the service" {
    resource "aws_lambda_function" "report" {
      function_name = "report"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }

    resource "aws_cloudwatch_event_target" "report" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.report.arn
    }

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.report.function_name
      principal     = "events.amazonaws.com"
    }
  }

  unknown "source is given by the caller" {
    variable "rule_arn" { type = string }

    resource "aws_lambda_function" "report" {
      function_name = "report"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }

    resource "aws_cloudwatch_event_target" "report" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.report.arn
    }

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.report.function_name
      principal     = "events.amazonaws.com"
      source_arn    = var.rule_arn
    }
  }
}
