rule "trace-broken-by-caller" {
  summary     = "API or workflow does not trace, and the functions it calls do"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Each function begins a trace of its own. What belongs to one request is not joined, and the time that the caller itself takes, waits
    or throttles is in none of them.
  MD
  fix         = "Set `xray_tracing_enabled = true` (REST API stage), `xray_enabled = true` (AppSync), or `tracing_configuration { enabled = true }` (Step Functions)."
  notice      = "Traces begin at the function: the service map shows no API or workflow before it."
  prove       = "Send a request with a trace header, and look whether the map has the whole way."
  references = [
    "AWS Well-Architected OPS04-BP05",
    "AWS Config api-gw-xray-enabled",
    "Security Hub APIGateway.3",
    "AWS Trusted Advisor Amazon API Gateway REST APIs Without X-Ray Tracing Enabled",
    "checkov CKV_AWS_73",
    "checkov CKV_AWS_284",
    "trivy AWS-0003, aws-api-gateway-enable-tracing, aws-apigateway-enable-tracing",
  ]

  locals {
    traced = [for f in called_functions(self) : f if f.tracing_config[0].mode == "Active"]
  }

  for_each = resources("traces")
  when     = !traces(self) && length(local.traced) > 0
  message  = "the trace of a request through `${self}` begins at `${local.traced[0]}` only"

  label "traces" {
    at = local.traced
  }

  fails "REST API" {
    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = "arn:aws:iam::111122223333:role/orders"

      tracing_config {
        mode = "Active"
      }
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
    }

    resource "aws_api_gateway_integration" "orders" {
      rest_api_id             = aws_api_gateway_rest_api.shop.id
      resource_id             = "a1b2c3"
      http_method             = "GET"
      integration_http_method = "POST"
      type                    = "AWS_PROXY"
      uri                     = aws_lambda_function.orders.invoke_arn
    }

    resource "aws_api_gateway_stage" "prod" {
      rest_api_id   = aws_api_gateway_rest_api.shop.id
      deployment_id = "f6g7h8"
      stage_name    = "prod"

      access_log_settings {
        destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api/shop"
        format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
      }
    }
  }

  fails "workflow" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      role          = "arn:aws:iam::111122223333:role/charge"

      tracing_config {
        mode = "Active"
      }
    }

    resource "aws_sfn_state_machine" "order" {
      name     = "order"
      role_arn = "arn:aws:iam::111122223333:role/order"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = { Type = "Task", Resource = aws_lambda_function.charge.arn, End = true }
        }
      })
    }
  }

  fails "GraphQL" {
    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = "arn:aws:iam::111122223333:role/orders"

      tracing_config {
        mode = "Active"
      }
    }

    resource "aws_appsync_graphql_api" "shop" {
      name                = "shop"
      authentication_type = "AMAZON_COGNITO_USER_POOLS"
    }

    resource "aws_appsync_datasource" "orders" {
      api_id           = aws_appsync_graphql_api.shop.id
      name             = "orders"
      type             = "AWS_LAMBDA"
      service_role_arn = "arn:aws:iam::111122223333:role/appsync"

      lambda_config {
        function_arn = aws_lambda_function.orders.arn
      }
    }
  }

  passes "both trace" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      role          = "arn:aws:iam::111122223333:role/charge"

      tracing_config {
        mode = "Active"
      }
    }

    resource "aws_sfn_state_machine" "order" {
      name     = "order"
      role_arn = "arn:aws:iam::111122223333:role/order"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = { Type = "Task", Resource = aws_lambda_function.charge.arn, End = true }
        }
      })

      tracing_configuration {
        enabled = true
      }
    }
  }

  passes "a workflow that calls nothing" {
    resource "aws_sfn_state_machine" "order" {
      name       = "order"
      role_arn   = "arn:aws:iam::111122223333:role/order"
      definition = jsonencode({ StartAt = "Done", States = { Done = { Type = "Pass", End = true } } })
    }
  }

  unknown "a function of another root module" {
    resource "aws_sfn_state_machine" "order" {
      name     = "order"
      role_arn = "arn:aws:iam::111122223333:role/order"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = { Type = "Task", Resource = "arn:aws:lambda:eu-west-1:111122223333:function:charge", End = true }
        }
      })
    }
  }

  passes "nobody does: another tool traces" {
    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      role          = "arn:aws:iam::111122223333:role/charge"
      layers        = ["arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-30-2:1"]
    }

    resource "aws_sfn_state_machine" "order" {
      name     = "order"
      role_arn = "arn:aws:iam::111122223333:role/order"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = { Type = "Task", Resource = aws_lambda_function.charge.arn, End = true }
        }
      })
    }
  }

  unknown "given by the caller" {
    variable "tracing" { type = bool }

    resource "aws_lambda_function" "charge" {
      function_name = "charge"
      role          = "arn:aws:iam::111122223333:role/charge"

      tracing_config {
        mode = "Active"
      }
    }

    resource "aws_sfn_state_machine" "order" {
      name     = "order"
      role_arn = "arn:aws:iam::111122223333:role/order"
      definition = jsonencode({
        StartAt = "Charge"
        States = {
          Charge = { Type = "Task", Resource = aws_lambda_function.charge.arn, End = true }
        }
      })

      tracing_configuration {
        enabled = var.tracing
      }
    }
  }
}
