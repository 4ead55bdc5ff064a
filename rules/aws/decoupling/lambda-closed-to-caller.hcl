rule "lambda-closed-to-caller" {
  summary     = "Function does not let in what should start it"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "0.1.0"
  why         = <<-MD
    Topics, event rules, buckets and APIs start a function in their own name, and only an `aws_lambda_permission` lets them. Without one Terraform applies,
    events are dropped in silence, and an API answers 500.
  MD
  fix         = "Add an `aws_lambda_permission` with the service as `principal` and the caller as `source_arn`."
  references = [
    "AWS Well-Architected REL05-BP04",
    "AWS Lambda Developer Guide: Viewing resource-based IAM policies in Lambda",
  ]

  locals {
    principals = [
      for p in concat(
        referrers(self, "refers", "aws_lambda_permission"),
        flatten([for a in referrers(self, "refers", "aws_lambda_alias") : referrers(a, "refers", "aws_lambda_permission")]),
      ) : p.principal
    ]
    targets = [
      for t in concat(
        referrers(self, "refers", "aws_cloudwatch_event_target"),
        flatten([for a in referrers(self, "refers", "aws_lambda_alias") : referrers(a, "refers", "aws_cloudwatch_event_target")]),
      ) : t
      if length([for f in refs(t.arn, "aws_lambda_function", "aws_lambda_alias") : f if f == self || contains(refs(f.function_name), self)]) > 0
      && default(t.role_arn, "") == ""
    ]
    topics  = [for s in referrers(self, "refers", "aws_sns_topic_subscription") : s if s.protocol == "lambda" && contains(refs(s.endpoint), self)]
    buckets = referrers(self, "refers", "aws_s3_bucket_notification")
    apis = concat(
      [for i in referrers(self, "refers", "aws_api_gateway_integration") : i if default(i.credentials, "") == ""],
      [for i in referrers(self, "refers", "aws_apigatewayv2_integration") : i if default(i.credentials_arn, "") == ""],
    )
    shut = flatten([
      for principal, callers in {
        "events.amazonaws.com"     = local.targets
        "sns.amazonaws.com"        = local.topics
        "s3.amazonaws.com"         = local.buckets
        "apigateway.amazonaws.com" = local.apis
      } : length(callers) == 0 || contains(local.principals, principal) || contains(local.principals, "*") ? [] : callers
    ])
  }

  for_each = resources("aws_lambda_function")
  unless   = length(concat(local.targets, local.topics, local.buckets, local.apis)) == 0
  when     = length(local.shut) > 0
  message  = "`${self}` does not let in `${local.shut[0]}`, which should start it"

  label "is not let in" {
    at = local.shut
  }

  fails "event rule" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }
  }

  fails "permission for another service" {
    resource "aws_sns_topic" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = aws_sns_topic.orders.arn
      protocol  = "lambda"
      endpoint  = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_permission" "bill" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      principal     = "events.amazonaws.com"
    }
  }

  fails "API" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_apigatewayv2_api" "api" {
      name          = "api"
      protocol_type = "HTTP"
    }

    resource "aws_apigatewayv2_integration" "api" {
      api_id           = aws_apigatewayv2_api.api.id
      integration_type = "AWS_PROXY"
      integration_uri  = aws_lambda_function.api.invoke_arn
    }
  }

  passes "let in" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_permission" "bill" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      principal     = "events.amazonaws.com"
    }
  }

  passes "by an alias" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_alias" "live" {
      name             = "live"
      function_name    = aws_lambda_function.bill.function_name
      function_version = "7"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_alias.live.arn
    }

    resource "aws_lambda_permission" "bill" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      qualifier     = aws_lambda_alias.live.name
      principal     = "events.amazonaws.com"
    }
  }

  passes "a queue, which the function reads with its own role" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.bill.arn
    }
  }

  passes "the API calls with a role" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_apigatewayv2_api" "api" {
      name          = "api"
      protocol_type = "HTTP"
    }

    resource "aws_apigatewayv2_integration" "api" {
      api_id           = aws_apigatewayv2_api.api.id
      integration_type = "AWS_PROXY"
      integration_uri  = aws_lambda_function.api.invoke_arn
      credentials_arn  = "arn:aws:iam::111122223333:role/api"
    }
  }

  unknown "who is let in is given by the caller" {
    variable "principal" { type = string }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_permission" "bill" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      principal     = var.principal
    }
  }
}
