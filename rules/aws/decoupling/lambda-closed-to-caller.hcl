rule "lambda-closed-to-caller" {
  summary     = "Function without a permission for what is wired to call it"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    SNS, EventBridge, API Gateway, Cognito and others call a function as a service, and the function admits a service only by an
    `aws_lambda_permission`. Terraform creates the target without it; events are dropped, and an API answers 500. A permission is for one
    ARN: that of the function itself, of one alias or of one version. Calls by any other are refused as well.
  MD
  fix         = "Add an `aws_lambda_permission` with the service as `principal`, the caller's ARN as `source_arn`, and the alias that is called as `qualifier`."
  notice      = "`Invocations` is 0 while the caller reports failures, such as `FailedInvocations` of a rule."
  prove       = "Trigger the caller once in a test account, and look for the run."
  references = [
    "AWS Well-Architected REL04-BP02",
    "AWS Lambda Developer Guide: Granting function access to AWS services",
    "AWS Lambda Developer Guide: Using Lambda aliases in event sources and permissions policies",
    "Amazon EventBridge User Guide: Using resource-based policies",
  ]

  locals {
    # Callers may name an alias of the function. A permission holds for the ARN that it was given for: the function's own, or that of one
    # alias or version.
    aliases               = referrers(self, "refers", "aws_lambda_alias")
    permissions           = invoke_permissions(self)
    admitted              = [for p in local.permissions : admitted_service(p) if default(p.qualifier, "") == ""]
    admitted_by_qualifier = [for p in local.permissions : admitted_service(p) if default(p.qualifier, "") != ""]
    # An ARN that somebody put together may end in a qualifier.
    refused_function = [
      for c in function_callers(self) : c
      if(
        calls_as(c) != ""
        && !contains(local.admitted, calls_as(c))
        && !contains(local.admitted, "*")
        && (
          !contains(local.admitted_by_qualifier, calls_as(c)) && !contains(local.admitted_by_qualifier, "*")
          || contains(["arn", "invoke_arn"], default(attribute(names_function(c)), "")) && is_attribute(names_function(c))
        )
      )
    ]
    refused_alias = flatten([
      for n in local.aliases : [
        for admitted in [[
          for p in concat(
            invoke_permissions(n),
            [
              for p in local.permissions : p
              if(
                default(p.qualifier, "") != "" ? attribute(p.qualifier) != "version" && p.qualifier == n.name :
                default(attribute(p.function_name), "") == "" && endswith(p.function_name, ":${n.name}")
              )
            ],
          ) : admitted_service(p)
          ]] : [
          for c in function_callers(n) : c
          if calls_as(c) != "" && !contains(admitted, calls_as(c)) && !contains(admitted, "*")
        ]
      ]
    ])
    refused = concat(local.refused_function, local.refused_alias)
    elsewhere = [
      for p in concat(local.permissions, flatten([for n in local.aliases : invoke_permissions(n)])) : p
      if length(local.refused) > 0 && contains([calls_as(local.refused[0]), "*"], admitted_service(p))
    ]
  }

  for_each = resources("aws_lambda_function")
  when     = length(local.refused) > 0
  message = (
    length(local.elsewhere) == 0
    ? "`${local.refused[0]}` is to call `${self}`, and no `aws_lambda_permission` lets `${calls_as(local.refused[0])}` do so"
    : "`${local.refused[0]}` is to call `${self}`, and the permission for `${calls_as(local.refused[0])}` has another qualifier than the ARN that it calls"
  )

  label "calls in vain" {
    at = local.refused
  }

  label "is for another ARN of the function" {
    at        = local.elsewhere
    attribute = "qualifier"
  }

  fails "target of a rule" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_rule" "order_placed" {
      name          = "order-placed"
      event_pattern = jsonencode({ source = ["shop.orders"] })
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = aws_cloudwatch_event_rule.order_placed.name
      arn  = aws_lambda_function.bill.arn
    }
  }

  fails "the permission is for another service" {
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

    resource "aws_lambda_permission" "events" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.api.function_name
      principal     = "events.amazonaws.com"
    }
  }

  fails "trigger of a user pool" {
    resource "aws_lambda_function" "signup" {
      function_name = "signup"
    }

    resource "aws_cognito_user_pool" "customers" {
      name = "customers"

      lambda_config {
        pre_sign_up = aws_lambda_function.signup.arn
      }
    }
  }

  fails "action of an alarm" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name    = "orders-age"
      namespace     = "AWS/SQS"
      metric_name   = "ApproximateAgeOfOldestMessage"
      alarm_actions = [aws_lambda_function.page.arn]
    }
  }

  fails "integration in an OpenAPI document" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = jsonencode({
        openapi = "3.0.1"
        paths = {
          "/orders" = { get = { x-amazon-apigateway-integration = { type = "aws_proxy", httpMethod = "POST", uri = aws_lambda_function.page.invoke_arn } } }
        }
      })
    }
  }

  fails "target of an HTTP API" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_apigatewayv2_api" "shop" {
      name          = "shop"
      protocol_type = "HTTP"
      target        = aws_lambda_function.page.arn
    }
  }

  fails "a permission for its URL only" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_sns_topic_subscription" "page" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:ops"
      protocol  = "lambda"
      endpoint  = aws_lambda_function.page.arn
    }

    resource "aws_lambda_permission" "url" {
      action                 = "lambda:InvokeFunctionUrl"
      function_name          = aws_lambda_function.page.function_name
      principal              = "*"
      function_url_auth_type = "NONE"
    }
  }

  fails "subscriber of a log group" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_cloudwatch_log_subscription_filter" "page" {
      name            = "page"
      log_group_name  = "/shop/orders"
      filter_pattern  = "ERROR"
      destination_arn = aws_lambda_function.page.arn
    }
  }

  fails "rotation of a secret" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_secretsmanager_secret_rotation" "db" {
      secret_id           = "db"
      rotation_lambda_arn = aws_lambda_function.page.arn
    }
  }

  fails "rule of AWS Config" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_config_config_rule" "tagged" {
      name = "tagged"

      source {
        owner             = "CUSTOM_LAMBDA"
        source_identifier = aws_lambda_function.page.arn
      }
    }
  }

  passes "an alarm on it, and a permission for the alarm that calls it" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "page-errors"
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions = {
        FunctionName = aws_lambda_function.page.function_name
      }
    }

    resource "aws_cloudwatch_metric_alarm" "age" {
      alarm_name    = "orders-age"
      namespace     = "AWS/SQS"
      metric_name   = "ApproximateAgeOfOldestMessage"
      alarm_actions = [aws_lambda_function.page.arn]
    }

    resource "aws_lambda_permission" "age" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.page.function_name
      principal     = "lambda.alarms.cloudwatch.amazonaws.com"
      source_arn    = aws_cloudwatch_metric_alarm.age.arn
    }
  }

  passes "an alarm that has the name of the function in its own, and in a dimension of another metric" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_cloudwatch_metric_alarm" "late" {
      alarm_name    = "${aws_lambda_function.page.function_name}-late"
      namespace     = "Shop"
      metric_name   = "PagesLate"
      dimensions    = { Worker = aws_lambda_function.page.function_name }
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:ops"]
    }
  }

  passes "subscriber of a log group, and the service by its Region" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_cloudwatch_log_subscription_filter" "page" {
      name            = "page"
      log_group_name  = "/shop/orders"
      filter_pattern  = "ERROR"
      destination_arn = aws_lambda_function.page.arn
    }

    resource "aws_lambda_permission" "logs" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.page.function_name
      principal     = "logs.eu-west-1.amazonaws.com"
    }
  }

  passes "an OpenAPI document with a role" {
    resource "aws_lambda_function" "page" {
      function_name = "page"
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = jsonencode({
        openapi = "3.0.1"
        paths = {
          "/orders" = {
            get = {
              x-amazon-apigateway-integration = {
                type        = "aws_proxy"
                httpMethod  = "POST"
                uri         = aws_lambda_function.page.invoke_arn
                credentials = "arn:aws:iam::111122223333:role/api"
              }
            }
          }
        }
      })
    }
  }

  passes "permission" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_sns_topic_subscription" "bill" {
      topic_arn = "arn:aws:sns:eu-west-1:111122223333:orders"
      protocol  = "lambda"
      endpoint  = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_permission" "orders" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      principal     = "sns.amazonaws.com"
      source_arn    = "arn:aws:sns:eu-west-1:111122223333:orders"
    }
  }

  passes "permission by name, of the function behind a load balancer" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_lb_target_group" "api" {
      name        = "api"
      target_type = "lambda"
    }

    resource "aws_lambda_permission" "lb" {
      action        = "lambda:InvokeFunction"
      function_name = "api"
      principal     = "elasticloadbalancing.amazonaws.com"
      source_arn    = aws_lb_target_group.api.arn
    }

    resource "aws_lb_target_group_attachment" "api" {
      target_group_arn = aws_lb_target_group.api.arn
      target_id        = aws_lambda_function.api.arn
    }
  }

  passes "API Gateway calls it with a role" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_apigatewayv2_integration" "api" {
      api_id           = "a1b2c3"
      integration_type = "AWS_PROXY"
      integration_uri  = aws_lambda_function.api.invoke_arn
      credentials_arn  = "arn:aws:iam::111122223333:role/api"
    }
  }

  passes "a queue is read with the function's own role" {
    resource "aws_lambda_function" "worker" {
      function_name = "worker"
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      function_name    = aws_lambda_function.worker.arn
      event_source_arn = "arn:aws:sqs:eu-west-1:111122223333:orders"
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

  fails "of an alias" {
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
  }

  fails "an alias is called, and the permission is for the function" {
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
      principal     = "events.amazonaws.com"
    }
  }

  fails "the function is called, and the permission is for an alias" {
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
      arn  = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_permission" "bill" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      qualifier     = aws_lambda_alias.live.name
      principal     = "events.amazonaws.com"
    }
  }

  fails "an alias is called, and the permission is for a version" {
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
      qualifier     = aws_lambda_function.bill.version
      principal     = "events.amazonaws.com"
    }
  }

  passes "by an alias, whose ARN the permission has" {
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
      function_name = aws_lambda_alias.live.arn
      principal     = "events.amazonaws.com"
    }
  }

  passes "by an alias, behind the name of the function" {
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
      function_name = "${aws_lambda_function.bill.function_name}:live"
      principal     = "events.amazonaws.com"
    }
  }

  passes "an ARN that ends in an alias" {
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
      arn  = "${aws_lambda_function.bill.arn}:live"
    }

    resource "aws_lambda_permission" "bill" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      qualifier     = "live"
      principal     = "events.amazonaws.com"
    }
  }

  passes "of a function and an alias of it, each with its own permission" {
    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_lambda_alias" "live" {
      name             = "live"
      function_name    = aws_lambda_function.bill.function_name
      function_version = "7"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      for_each = { newest = aws_lambda_function.bill.arn, live = aws_lambda_alias.live.arn }
      rule     = each.key
      arn      = each.value
    }

    resource "aws_lambda_permission" "bill" {
      for_each      = toset(["", "live"])
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      qualifier     = each.key
      principal     = "events.amazonaws.com"
    }
  }

  unknown "the qualifier is given by the caller" {
    variable "qualifier" { type = string }

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
      qualifier     = var.qualifier
      principal     = "events.amazonaws.com"
    }
  }

  unknown "whether there is a permission is decided by the caller" {
    variable "allowed" { type = map(string) }

    resource "aws_lambda_function" "bill" {
      function_name = "bill"
    }

    resource "aws_cloudwatch_event_target" "bill" {
      rule = "order-placed"
      arn  = aws_lambda_function.bill.arn
    }

    resource "aws_lambda_permission" "allowed" {
      for_each      = var.allowed
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.bill.function_name
      principal     = each.value
    }
  }
}
