rule "api-stage-undeployed" {
  summary     = "API stage has no deployment, so it answers nothing"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    Routes and integrations reach callers by a deployment. A stage without one, and without automatic deployment, answers each request
    with 404 or 403, though everything is there.
  MD
  fix         = "Set `auto_deploy = true`, or `deployment_id` to an `aws_apigatewayv2_deployment`."
  notice      = "`Count` of the stage is 0 and callers get 403 or 404."
  prove       = "Call the stage's URL after an apply in a test account."
  references  = ["AWS Well-Architected REL08-BP05", "AWS CloudFormation: AWS::ApiGatewayV2::Stage AutoDeploy"]

  for_each = resources("aws_apigatewayv2_stage")
  when     = self.auto_deploy != true && length(refs(self.deployment_id)) == 0 && default(self.deployment_id, "") == ""
  at       = "auto_deploy"
  message  = "nothing is deployed to `${self}`, so it serves no route"

  edit "auto_deploy" {
    to = true
  }

  fails "left out" {
    resource "aws_apigatewayv2_api" "shop" {
      name          = "shop"
      protocol_type = "HTTP"
    }

    resource "aws_apigatewayv2_stage" "live" {
      api_id = aws_apigatewayv2_api.shop.id
      name   = "$default"
    }
  }

  passes "by itself" {
    resource "aws_apigatewayv2_api" "shop" {
      name          = "shop"
      protocol_type = "HTTP"
    }

    resource "aws_apigatewayv2_stage" "live" {
      api_id      = aws_apigatewayv2_api.shop.id
      name        = "$default"
      auto_deploy = true
    }
  }

  passes "by a deployment" {
    resource "aws_apigatewayv2_api" "chat" {
      name          = "chat"
      protocol_type = "WEBSOCKET"
    }

    resource "aws_apigatewayv2_deployment" "chat" {
      api_id = aws_apigatewayv2_api.chat.id
    }

    resource "aws_apigatewayv2_stage" "live" {
      api_id        = aws_apigatewayv2_api.chat.id
      name          = "live"
      deployment_id = aws_apigatewayv2_deployment.chat.id
    }
  }

  unknown "decided by the caller" {
    variable "auto_deploy" { type = bool }

    resource "aws_apigatewayv2_stage" "live" {
      api_id      = "a1b2c3"
      name        = "$default"
      auto_deploy = var.auto_deploy
    }
  }
}
