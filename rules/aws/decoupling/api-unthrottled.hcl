rule "api-unthrottled" {
  summary    = "API takes as many requests as the account allows"
  principle  = "decoupling"
  severity   = "advice"
  since      = "2027.1"
  why        = <<-MD
    Without limits of its own an API shares those of the account with all others in the Region. One client in a loop takes them all, and what stands
    behind the API gets ten thousand requests a second.
  MD
  fix        = "Set `throttling_rate_limit` and `throttling_burst_limit` in `default_route_settings`, in `aws_api_gateway_method_settings` or in a usage plan."
  notice     = "`Count` climbs and functions behind the API report `Throttles`."
  prove      = "Send ten times the usual rate to a test stage, and see what breaks behind it first."
  references = ["AWS Well-Architected REL05-BP02", "Amazon API Gateway Developer Guide: Throttle requests for better throughput"]

  locals {
    http = is(self, "aws_apigatewayv2_stage")
    limited = (
      local.http
      ? default(self.default_route_settings[0].throttling_rate_limit, 0) > 0 || anytrue([for r in default(self.route_settings, []) : default(r.throttling_rate_limit, 0) > 0])
      : (
        anytrue(flatten([
          for api in refs(self.rest_api_id, "aws_api_gateway_rest_api") : [
            for m in referrers(api, "refers", "aws_api_gateway_method_settings") : default(m.settings[0].throttling_rate_limit, -1) > 0
          ]
        ]))
        || length(referrers(self, "refers", "aws_api_gateway_usage_plan")) > 0
        || anytrue([for api in refs(self.rest_api_id, "aws_api_gateway_rest_api") : length(referrers(api, "refers", "aws_api_gateway_usage_plan")) > 0])
      )
    )
    # A firewall counts too, and callers within the network are not the public.
    guarded = (
      length(referrers(self, "refers", "aws_wafv2_web_acl_association")) > 0
      || anytrue([for api in refs(self.rest_api_id, "aws_api_gateway_rest_api") : contains(default(api.endpoint_configuration[0].types, []), "PRIVATE")])
    )
  }

  for_each = resources("aws_apigatewayv2_stage", "aws_api_gateway_stage")
  unless   = local.guarded
  when     = !local.limited
  message  = "`${self}` takes as many requests as the whole account may have"

  fails "HTTP API" {
    resource "aws_apigatewayv2_stage" "live" {
      api_id      = "a1b2c3d4e5"
      name        = "$default"
      auto_deploy = true
    }
  }

  fails "REST API" {
    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"
    }

    resource "aws_api_gateway_stage" "live" {
      rest_api_id   = aws_api_gateway_rest_api.orders.id
      stage_name    = "live"
      deployment_id = "d1e2f3"
    }
  }

  passes "limits of the stage" {
    resource "aws_apigatewayv2_stage" "live" {
      api_id      = "a1b2c3d4e5"
      name        = "$default"
      auto_deploy = true

      default_route_settings {
        throttling_burst_limit = 200
        throttling_rate_limit  = 100
      }
    }
  }

  passes "limits of all methods" {
    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"
    }

    resource "aws_api_gateway_stage" "live" {
      rest_api_id   = aws_api_gateway_rest_api.orders.id
      stage_name    = "live"
      deployment_id = "d1e2f3"
    }

    resource "aws_api_gateway_method_settings" "all" {
      rest_api_id = aws_api_gateway_rest_api.orders.id
      stage_name  = "live"
      method_path = "*/*"

      settings {
        throttling_burst_limit = 200
        throttling_rate_limit  = 100
      }
    }
  }

  passes "a firewall counts requests" {
    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"
    }

    resource "aws_api_gateway_stage" "live" {
      rest_api_id   = aws_api_gateway_rest_api.orders.id
      stage_name    = "live"
      deployment_id = "d1e2f3"
    }

    resource "aws_wafv2_web_acl_association" "live" {
      resource_arn = aws_api_gateway_stage.live.arn
      web_acl_arn  = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/live/1"
    }
  }

  passes "a private API" {
    resource "aws_api_gateway_rest_api" "orders" {
      name = "orders"

      endpoint_configuration {
        types = ["PRIVATE"]
      }
    }

    resource "aws_api_gateway_stage" "live" {
      rest_api_id   = aws_api_gateway_rest_api.orders.id
      stage_name    = "live"
      deployment_id = "d1e2f3"
    }
  }

  unknown "limit is given by the caller" {
    variable "rate" { type = number }

    resource "aws_apigatewayv2_stage" "live" {
      api_id      = "a1b2c3d4e5"
      name        = "$default"
      auto_deploy = true

      default_route_settings {
        throttling_burst_limit = 200
        throttling_rate_limit  = var.rate
      }
    }
  }
}
