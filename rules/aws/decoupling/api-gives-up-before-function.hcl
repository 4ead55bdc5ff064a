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
  references  = ["AWS Well-Architected REL05-BP05", "Amazon API Gateway Developer Guide: Quotas for configuring and running an API"]

  locals {
    rest      = is(self, "aws_api_gateway_integration")
    limit     = default(self.timeout_milliseconds, local.rest ? 29000 : 30000) / 1000
    named     = local.rest ? self.uri : self.integration_uri
    functions = concat(refs(local.named, "aws_lambda_function"), flatten([for a in refs(local.named, "aws_lambda_alias") : refs(a.function_name, "aws_lambda_function")]))
    # A function that something else starts as well may need the time there.
    slow = [
      for f in local.functions : f
      if default(f.timeout, 3) > local.limit
      && length(concat(referrers(f, "async_invokes"), linked(f, "consumes"), referrers(f, "invokes", "aws_sfn_state_machine"))) == 0
    ]
    # It does not wait, or sends what there is of the answer at once.
    waits = (
      !strcontains(jsonencode(default(self.request_parameters, {})), "Invocation-Type")
      && default(self.response_transfer_mode, "BUFFERED") != "STREAM"
    )
  }

  for_each = resources("aws_api_gateway_integration", "aws_apigatewayv2_integration")
  unless   = length(local.functions) == 0 || !local.waits
  when     = length(local.slow) > 0
  message  = "`${self}` gives up after ${local.limit} s, and `${local.slow[0]}` may run for ${default(local.slow[0].timeout, 3)} s"

  label "may run this long" {
    at        = local.slow
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
