rule "api-not-redeployed" {
  summary     = "API deployment is made once, whatever changes in the API"
  principle   = "infrastructure-as-code"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A deployment is a snapshot of the API. Without `triggers` Terraform never makes another one: new methods and changed integrations are
    applied, and callers go on with the old API.
  MD
  fix         = "Set `triggers = { redeployment = sha1(jsonencode([…])) }` over the body or the resources, methods and integrations of the API."
  notice      = "Clients get the old behaviour after an apply that changed a method."
  prove       = "Change a method's answer in a test account, apply, and call the stage."
  references  = ["AWS Well-Architected REL08-BP05", "Terraform AWS provider: aws_api_gateway_deployment"]

  # Before `triggers` there was, variables and descriptions were used for the same.
  for_each = resources("aws_api_gateway_deployment", "aws_apigatewayv2_deployment")
  unless   = length(default(self.variables, {})) > 0 || default(self.stage_description, self.description, "") != ""
  when     = length(default(self.triggers, {})) == 0
  at       = "triggers"
  message  = "`${self}` is made once, and what changes in the API later is never deployed"

  fails "left out" {
    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
    }

    resource "aws_api_gateway_deployment" "shop" {
      rest_api_id = aws_api_gateway_rest_api.shop.id
    }
  }

  passes "by the body" {
    resource "aws_api_gateway_rest_api" "shop" {
      name = "shop"
      body = jsonencode({ openapi = "3.0.1", paths = {} })
    }

    resource "aws_api_gateway_deployment" "shop" {
      rest_api_id = aws_api_gateway_rest_api.shop.id

      triggers = {
        redeployment = sha1(aws_api_gateway_rest_api.shop.body)
      }
    }
  }

  passes "by a variable of the stage, as before" {
    resource "aws_api_gateway_deployment" "shop" {
      rest_api_id = "a1b2c3"

      variables = {
        version = "2025-11-29"
      }
    }
  }

  unknown "triggers are given by the caller" {
    variable "triggers" { type = map(string) }

    resource "aws_api_gateway_deployment" "shop" {
      rest_api_id = "a1b2c3"
      triggers    = var.triggers
    }
  }
}
