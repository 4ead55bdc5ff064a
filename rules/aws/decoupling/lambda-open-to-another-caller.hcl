rule "lambda-open-to-another-caller" {
  summary     = "Permission of a function lets in another source than the one that calls, or none"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    `source_arn` admits one rule, one topic or one API. Where it was copied with the name of another one, the service is admitted, and this
    call is not. The same holds of a form that no call has: an API calls as its execution ARN with stage, method and path behind it, a rule, a topic and a bucket as
    their plain ARN.
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
      for c in function_callers(self) : c
      if(
        length(default(calls_for(c), [])) > 0
        && contains([for p in local.permissions : admitted_service(p)], calls_as(c))
        && alltrue([
          for p in local.permissions :
          (length(refs(p.source_arn)) > 0 || default(p.source_arn, "") != "") && (
            source_never_matches(p)
            # What calls is never the function itself, nor what leads to it.
            || length(refs(p.source_arn, "aws_lambda_function", "aws_cloudwatch_event_target", "aws_sns_topic_subscription")) > 0 && has_configuration() && is_attribute(p.source_arn)
            || length(refs(p.source_arn, [for s in calls_for(c) : type(s)]...)) > 0 && length([for s in calls_for(c) : s if contains(refs(p.source_arn), s)]) == 0
            || length(refs(p.source_arn)) == 0 && !can(regex("[*?]", p.source_arn)) && !anytrue([for s in calls_for(c) : name_in_source(s) == null || contains(split("/", replace(p.source_arn, ":", "/")), name_in_source(s))])
          )
          if admitted_service(p) == calls_as(c)
        ])
      )
    ]
  }

  for_each = resources("aws_lambda_function")
  when     = length(local.refused) > 0
  message  = "`${local.refused[0]}` is to call `${self}`, whose permissions name another source or one that never matches"

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

  fails "the ARN of the API, under which it never calls" {
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
      source_arn    = "${aws_apigatewayv2_api.shop.arn}/*/*"
    }
  }

  fails "an execution ARN without stage and method" {
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
      source_arn    = aws_apigatewayv2_api.shop.execution_arn
    }
  }

  fails "something behind the ARN of a rule" {
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
      source_arn    = "${aws_cloudwatch_event_rule.nightly.arn}/*"
    }
  }

  fails "something behind the ARN of a bucket" {
    resource "aws_lambda_function" "resize" {
      function_name = "resize"
    }

    resource "aws_s3_bucket" "uploads" {
      bucket = "uploads"
    }

    resource "aws_s3_bucket_notification" "uploads" {
      bucket = aws_s3_bucket.uploads.id

      lambda_function {
        lambda_function_arn = aws_lambda_function.resize.arn
        events              = ["s3:ObjectCreated:*"]
      }
    }

    resource "aws_lambda_permission" "uploads" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.resize.function_name
      principal     = "s3.amazonaws.com"
      source_arn    = "${aws_s3_bucket.uploads.arn}/*"
    }
  }

  fails "the ARN of another rule, written out" {
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
      source_arn    = "arn:aws:events:eu-west-1:111122223333:rule/hourly"
    }
  }

  fails "an API by its document, without stage and method" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = jsonencode({
        openapi = "3.0.1"
        paths   = { "/orders" = { get = { "x-amazon-apigateway-integration" = { type = "aws_proxy", httpMethod = "POST", uri = aws_lambda_function.api.invoke_arn } } } }
      })
    }

    resource "aws_lambda_permission" "shop" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.api.function_name
      principal     = "apigateway.amazonaws.com"
      source_arn    = aws_api_gateway_rest_api.shop.execution_arn
    }
  }

  passes "its own rule on another bus, written out" {
    resource "aws_lambda_function" "report" {
      function_name = "report"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
      event_bus_name      = "orders"
    }

    resource "aws_cloudwatch_event_target" "report" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.report.arn
    }

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.report.function_name
      principal     = "events.amazonaws.com"
      source_arn    = "arn:aws:events:eu-west-1:111122223333:rule/orders/nightly"
    }
  }

  passes "an execution ARN that is put together" {
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
      source_arn    = "arn:aws:execute-api:eu-west-1:111122223333:${aws_apigatewayv2_api.shop.id}/*/*"
    }
  }

  passes "a second permission names it" {
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
      source_arn    = aws_apigatewayv2_api.shop.execution_arn
    }

    resource "aws_lambda_permission" "shop_methods" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.api.function_name
      principal     = "apigateway.amazonaws.com"
      source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*/*"
    }
  }

  passes "an API whose identity only AWS knows, written out" {
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
      source_arn    = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/live/GET/orders"
    }
  }

  fails "the ARN of another rule, whose name has that of the first in it" {
    resource "aws_lambda_function" "report" {
      function_name = "report"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "r"
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
      source_arn    = "arn:aws:events:eu-west-1:111122223333:rule/other"
    }
  }

  fails "the ARN of the function itself" {
    resource "aws_lambda_function" "report" {
      function_name = "report"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "r"
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
      source_arn    = aws_lambda_function.report.arn
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
