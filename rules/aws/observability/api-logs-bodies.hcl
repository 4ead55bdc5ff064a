rule "api-logs-bodies" {
  summary   = "API writes whole requests and responses to its log"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Data tracing is meant for an afternoon of debugging. In production it multiplies the volume of the log, buries the lines that are
    looked for, and keeps what customers send.
  MD
  fix       = "Set `data_trace_enabled = false`, and put what you look for into the format of the access log."
  notice    = "`IncomingBytes` of the API's log group is as large as its traffic, and personal data stands in it."
  prove     = "Send a request with a marked word in its body, and search the log for it."
  references = [
    "AWS Well-Architected OPS04-BP02",
    "AWS API Gateway API Reference: MethodSetting",
    "steampipe apigateway_method_settings_data_trace_enabled",
  ]

  for_each = resources("aws_api_gateway_method_settings", "aws_apigatewayv2_stage")

  defect "REST API" {
    when    = is(self, "aws_api_gateway_method_settings") && self.settings[0].data_trace_enabled == true
    at      = "settings.data_trace_enabled"
    message = "`${self}` logs the body of each request and response"

    edit "settings.data_trace_enabled" {
      to = false
    }
  }

  defect "WebSocket API" {
    when    = is(self, "aws_apigatewayv2_stage") && self.default_route_settings[0].data_trace_enabled == true
    at      = "default_route_settings.data_trace_enabled"
    message = "`${self}` logs the body of each message"

    edit "default_route_settings.data_trace_enabled" {
      to = false
    }
  }

  fails "REST API" {
    resource "aws_api_gateway_method_settings" "all" {
      rest_api_id = "a1b2c3d4e5"
      stage_name  = "prod"
      method_path = "*/*"

      settings {
        logging_level      = "INFO"
        data_trace_enabled = true
      }
    }
  }

  fails "WebSocket API" {
    resource "aws_apigatewayv2_stage" "chat" {
      api_id = "a1b2c3d4e5"
      name   = "prod"

      access_log_settings {
        destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api/chat"
        format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
      }

      default_route_settings {
        logging_level      = "INFO"
        data_trace_enabled = true
      }
    }
  }

  passes "errors only" {
    resource "aws_api_gateway_method_settings" "all" {
      rest_api_id = "a1b2c3d4e5"
      stage_name  = "prod"
      method_path = "*/*"

      settings {
        logging_level      = "ERROR"
        data_trace_enabled = false
      }
    }
  }

  unknown "given by the caller" {
    variable "debug" { type = bool }

    resource "aws_api_gateway_method_settings" "all" {
      rest_api_id = "a1b2c3d4e5"
      stage_name  = "prod"
      method_path = "*/*"

      settings {
        logging_level      = "INFO"
        data_trace_enabled = var.debug
      }
    }
  }
}
