rule "api-gives-up-before-function" {
  summary     = "API gives up on a function that is still at work"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    The client gets an error after 29 or 30 seconds, while the function runs on and finishes what it does. The client tries again, and it is done twice.
  MD
  fix         = "Lower the `timeout` of the function below that of the integration; let longer work be done behind a queue or a workflow."
  notice      = "API Gateway's `5XXError` rises with `IntegrationLatency` at the limit, while the function has no `Errors`."
  prove       = "Add a delay beyond the API's limit with `aws:lambda:invocation-add-delay`, and see the caller get 504 while the work goes on."
  references  = ["AWS Well-Architected REL05-BP05", "Amazon API Gateway Developer Guide: Quotas for configuring and running an API", "AWS AppSync endpoints and quotas"]

  locals {
    # It does not wait, or sends what there is of the answer at once.
    calls = [
      for i in integrations(self) : {
        limit     = i.gives_up / 1000
        waits     = i.waits
        functions = concat(refs(i.uri, "aws_lambda_function"), flatten([for a in refs(i.uri, "aws_lambda_alias") : refs(a.function_name, "aws_lambda_function")]))
      }
    ]
    # A function that something else starts as well may need the time there.
    slow = flatten([
      for c in local.calls : [
        for f in c.functions : { function = f, limit = c.limit }
        if c.waits && default(f.timeout, 3) > c.limit
        && length(concat(referrers(f, "async_invokes"), linked(f, "consumes"), referrers(f, "invokes", "aws_sfn_state_machine"))) == 0
      ]
    ])
  }

  for_each = resources("integrations")
  unless   = length(flatten([for c in local.calls : c.functions])) == 0
  when     = length(local.slow) > 0
  at       = "body"
  message  = "`${self}` gives up after ${local.slow[0].limit} s, and `${local.slow[0].function}` may run for ${default(local.slow[0].function.timeout, 3)} s"

  label "may run this long" {
    at        = [for s in local.slow : s.function]
    attribute = "timeout"
  }

  fails "HTTP API" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 60
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

  fails "REST API with a timeout of its own" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 20
    }

    resource "aws_api_gateway_integration" "api" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "f6g7h8"
      http_method             = "POST"
      integration_http_method = "POST"
      type                    = "AWS_PROXY"
      uri                     = aws_lambda_function.api.invoke_arn
      timeout_milliseconds    = 10000
    }
  }

  fails "integration in an OpenAPI document" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 30
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = <<-YAML
        openapi: 3.0.1
        info: { title: shop, version: "1" }
        paths:
          /orders:
            get:
              x-amazon-apigateway-integration:
                type: aws_proxy
                httpMethod: POST
                timeoutInMillis: 10000
                uri: ${aws_lambda_function.api.invoke_arn}
      YAML
    }
  }

  fails "GraphQL API" {
    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      timeout       = 60
    }

    resource "aws_appsync_graphql_api" "shop" {
      name                = "shop"
      authentication_type = "API_KEY"
    }

    resource "aws_appsync_datasource" "orders" {
      api_id           = aws_appsync_graphql_api.shop.id
      name             = "orders"
      type             = "AWS_LAMBDA"
      service_role_arn = "arn:aws:iam::111122223333:role/shop"

      lambda_config {
        function_arn = aws_lambda_function.orders.arn
      }
    }
  }

  passes "integration in an OpenAPI document that waits longer" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 20
    }

    resource "aws_apigatewayv2_api" "shop" {
      name          = "shop"
      protocol_type = "HTTP"
      body = jsonencode({
        openapi = "3.0.1"
        paths = {
          "/orders" = {
            parameters = [{ name = "page", in = "query" }]
            get = {
              x-amazon-apigateway-integration = { type = "AWS_PROXY", uri = aws_lambda_function.api.invoke_arn, payloadFormatVersion = "2.0" }
            }
          }
        }
      })
    }
  }

  passes "within the limit" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 20
    }

    resource "aws_apigatewayv2_integration" "api" {
      api_id           = "a1b2c3d4e5"
      integration_type = "AWS_PROXY"
      integration_uri  = aws_lambda_function.api.invoke_arn
    }
  }

  passes "does not wait" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 300
    }

    resource "aws_api_gateway_integration" "api" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "f6g7h8"
      http_method             = "POST"
      integration_http_method = "POST"
      type                    = "AWS"
      uri                     = aws_lambda_function.api.invoke_arn
      request_parameters = {
        "integration.request.header.X-Amz-Invocation-Type" = "'Event'"
      }
    }
  }

  passes "a queue starts the function too" {
    resource "aws_sqs_queue" "orders" {
      name = "orders"
    }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = 300
    }

    resource "aws_lambda_event_source_mapping" "orders" {
      event_source_arn = aws_sqs_queue.orders.arn
      function_name    = aws_lambda_function.api.arn
    }

    resource "aws_apigatewayv2_integration" "api" {
      api_id           = "a1b2c3d4e5"
      integration_type = "AWS_PROXY"
      integration_uri  = aws_lambda_function.api.invoke_arn
    }
  }

  unknown "timeout is given by the caller" {
    variable "timeout" { type = number }

    resource "aws_lambda_function" "api" {
      function_name = "api"
      timeout       = var.timeout
    }

    resource "aws_apigatewayv2_integration" "api" {
      api_id           = "a1b2c3d4e5"
      integration_type = "AWS_PROXY"
      integration_uri  = aws_lambda_function.api.invoke_arn
    }
  }
}
