rule "api-access-log-unstructured" {
  summary   = "Access log of an API is not JSON"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Logs Insights, metric filters and most log stores read the fields of JSON by themselves. A line of text needs a pattern for each
    question, and breaks with the first path that holds a blank.
  MD
  fix       = "Write the format with `jsonencode({ requestId = \"$context.requestId\", status = \"$context.status\", … })`."
  notice    = "Logs Insights cannot filter the access log by status or path."
  prove     = "Ask the log for all answers of 5xx by route in the last hour, and see how long it takes you."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "tflint aws_api_gateway_stage_structured_logging",
  ]

  for_each = resources("aws_api_gateway_stage", "aws_apigatewayv2_stage")
  unless   = default(self.access_log_settings[0].format, "") == ""
  when     = !startswith(trimspace(default(self.access_log_settings[0].format, "{")), "{")
  at       = "access_log_settings.format"
  message  = "the access log of `${self}` has to be parsed before it can be asked"

  fails "common log format" {
    resource "aws_api_gateway_stage" "prod" {
      rest_api_id   = "a1b2c3d4e5"
      deployment_id = "f6g7h8"
      stage_name    = "prod"

      access_log_settings {
        destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api/orders"
        format          = "$context.identity.sourceIp [$context.requestTime] \"$context.httpMethod $context.resourcePath\" $context.status $context.requestId"
      }
    }
  }

  passes "encoded" {
    resource "aws_apigatewayv2_stage" "default" {
      api_id = "a1b2c3d4e5"
      name   = "$default"

      access_log_settings {
        destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api/orders"
        format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
      }
    }
  }

  passes "JSON as a text" {
    resource "aws_apigatewayv2_stage" "default" {
      api_id = "a1b2c3d4e5"
      name   = "$default"

      access_log_settings {
        destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api/orders"
        format          = <<-EOF
          { "requestId": "$context.requestId", "status": "$context.status" }
        EOF
      }
    }
  }

  passes "no access log" {
    resource "aws_apigatewayv2_stage" "default" {
      api_id = "a1b2c3d4e5"
      name   = "$default"
    }
  }

  unknown "format is given by the caller" {
    variable "format" { type = string }

    resource "aws_apigatewayv2_stage" "default" {
      api_id = "a1b2c3d4e5"
      name   = "$default"

      access_log_settings {
        destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api/orders"
        format          = var.format
      }
    }
  }
}
