rule "api-method-cannot-answer" {
  summary     = "Method of a REST API that cannot answer"
  principle   = "decoupling"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A REST API calls functions by POST, whatever the method of its client is. With another one it is applied, and each call answers 500. A method without an
    integration, or with the plain ARN of a function as its address, is refused in the middle of an apply.
  MD
  fix         = "Set `integration_http_method = \"POST\"` (`httpMethod` in a document), `uri` to the `invoke_arn` of the function, and give each method an integration."
  notice      = "`5XXError` equals `Count`, and the execution log says \"Unable to determine service/operation name to be authorized\"."
  prove       = "Call the method once in a test account."
  references = [
    "AWS Well-Architected REL04-BP02",
    "AWS Knowledge Center: Execution failed due to configuration error of a REST API with a Lambda integration",
  ]

  locals {
    # Methods of a document, those with an integration and those without.
    operations = flatten([
      for path, methods in try(openapi(self).paths, {}) : [
        for method, operation in try({ for k, v in methods : k => v }, {}) : {
          name   = "${upper(method)} ${path}"
          has    = can(operation["x-amazon-apigateway-integration"])
          type   = upper(try(operation["x-amazon-apigateway-integration"].type, ""))
          method = try(upper(operation["x-amazon-apigateway-integration"].httpMethod), null)
          uri    = try(operation["x-amazon-apigateway-integration"].uri, null)
        }
        if contains(["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"], method)
      ]
    ])
    # The API itself may get the rest of its methods elsewhere.
    is_whole = self.put_rest_api_mode != "merge" && length(referrers(self, "refers", "aws_api_gateway_integration")) == 0
    calls    = is(self, "aws_api_gateway_integration") ? [{ name = "", has = true, type = upper(self.type), method = try(upper(self.integration_http_method), null), uri = self.uri }] : local.operations
    by_other = [
      for c in local.calls : c
      if(
        c.method != null && c.method != "POST" && startswith(c.type, "AWS")
        && (length(refs(c.uri, "aws_lambda_function", "aws_lambda_alias")) > 0 || can(regex(":lambda:path/", c.uri)))
      )
    ]
    plain = [
      for c in local.calls : c
      if(
        startswith(c.type, "AWS")
        && (
          length(refs(c.uri, "aws_lambda_function", "aws_lambda_alias")) > 0 && attribute(c.uri) == "arn" && is_attribute(c.uri)
          || attribute(c.uri) == null && can(regex("^arn:[^:]*:lambda:", c.uri))
        )
      )
    ]
    without = [for o in local.operations : o if !o.has]
  }

  for_each = resources("aws_api_gateway_integration", "aws_api_gateway_rest_api")

  defect "method" {
    when    = length(local.by_other) > 0 && is(self, "aws_api_gateway_integration")
    at      = "integration_http_method"
    message = "`${self}` calls its function by ${local.by_other[0].method}, and functions are called by POST: each call answers 500"
  }

  defect "method in a document" {
    when    = length(local.by_other) > 0
    at      = "body"
    message = "${local.by_other[0].name} of `${self}` calls its function by ${local.by_other[0].method}, and functions are called by POST: each call answers 500"
  }

  defect "address" {
    when    = length(local.plain) > 0 && is(self, "aws_api_gateway_integration")
    at      = "uri"
    message = "API Gateway refuses `${self}`: a function is called at its `invoke_arn`, and not at its `arn`"
  }

  defect "address in a document" {
    when    = length(local.plain) > 0
    at      = "body"
    message = "API Gateway refuses `${self}`: ${local.plain[0].name} calls a function at its `arn`, and not at its `invoke_arn`"
  }

  defect "nothing behind it" {
    when    = length(local.without) > 0 && local.is_whole
    at      = "body"
    message = "API Gateway deploys no `${self}`: ${local.without[0].name} has no integration"
  }

  fails "by GET" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_integration" "orders" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "root"
      http_method             = "GET"
      type                    = "AWS_PROXY"
      integration_http_method = "GET"
      uri                     = aws_lambda_function.api.invoke_arn
    }
  }

  fails "by GET, in a document" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = jsonencode({
        openapi = "3.0.1"
        paths   = { "/orders" = { get = { "x-amazon-apigateway-integration" = { type = "aws_proxy", httpMethod = "GET", uri = aws_lambda_function.api.invoke_arn } } } }
      })
    }
  }

  fails "at the ARN of the function" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_integration" "orders" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "root"
      http_method             = "GET"
      type                    = "AWS_PROXY"
      integration_http_method = "POST"
      uri                     = aws_lambda_function.api.arn
    }
  }

  fails "at the ARN of the function, in a document" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = jsonencode({
        openapi = "3.0.1"
        paths   = { "/orders" = { get = { "x-amazon-apigateway-integration" = { type = "aws_proxy", httpMethod = "POST", uri = aws_lambda_function.api.arn } } } }
      })
    }
  }

  fails "a method without an integration" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = jsonencode({
        openapi = "3.0.1"
        paths   = { "/orders" = { get = { responses = {} } } }
      })
    }
  }

  passes "by POST" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_integration" "orders" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "root"
      http_method             = "GET"
      type                    = "AWS_PROXY"
      integration_http_method = "POST"
      uri                     = aws_lambda_function.api.invoke_arn
    }
  }

  passes "by POST, in a document" {
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
  }

  passes "a web server is called by any method" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_integration" "orders" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "root"
      http_method             = "GET"
      type                    = "HTTP_PROXY"
      integration_http_method = "GET"
      uri                     = "https://shop.example.com/orders"
    }
  }

  passes "another service is called by the method that it has" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_integration" "orders" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "root"
      http_method             = "GET"
      type                    = "AWS"
      integration_http_method = "GET"
      uri                     = "arn:aws:apigateway:eu-west-1:s3:path/shop/orders"
    }
  }

  passes "a document that is merged with others" {
    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_rest_api" "shop" {
      name              = "shop"
      put_rest_api_mode = "merge"
      body = jsonencode({
        openapi = "3.0.1"
        paths   = { "/orders" = { get = { responses = {} } } }
      })
    }
  }

  unknown "the method is given by the caller" {
    variable "method" { type = string }

    resource "aws_lambda_function" "api" {
      function_name = "api"
    }

    resource "aws_api_gateway_integration" "orders" {
      rest_api_id             = "a1b2c3d4e5"
      resource_id             = "root"
      http_method             = "GET"
      type                    = "AWS_PROXY"
      integration_http_method = var.method
      uri                     = aws_lambda_function.api.invoke_arn
    }
  }
}
