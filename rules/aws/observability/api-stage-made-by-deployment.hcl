rule "api-stage-made-by-deployment" {
  summary     = "API stage that its deployment makes cannot be given logs or tracing"
  principle   = "observability"
  severity    = "advice"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A stage that `aws_api_gateway_deployment` makes on the side is no resource: there is nowhere to write its access log, its tracing
    or its throttling. The provider advises against the argument for that reason.
  MD
  fix         = "Leave out `stage_name` of the deployment and declare an `aws_api_gateway_stage`."
  notice      = "The stage shows no access log and no traces in the console."
  prove       = "Call the stage, and look for the request in any log."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Terraform AWS provider: aws_api_gateway_deployment",
  ]

  for_each = resources("aws_api_gateway_deployment")
  when     = default(self.stage_name, "") != ""
  at       = "stage_name"
  message  = "the stage that `${self}` makes has neither an access log nor tracing, and cannot be given any"

  fails "stage on the side" {
    resource "aws_api_gateway_deployment" "api" {
      rest_api_id = "a1b2c3d4e5"
      stage_name  = "prod"
    }
  }

  passes "stage as a resource" {
    resource "aws_api_gateway_deployment" "api" {
      rest_api_id = "a1b2c3d4e5"
    }

    resource "aws_api_gateway_stage" "prod" {
      rest_api_id   = "a1b2c3d4e5"
      deployment_id = aws_api_gateway_deployment.api.id
      stage_name    = "prod"

      access_log_settings {
        destination_arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/api/orders"
        format          = jsonencode({ requestId = "$context.requestId", status = "$context.status" })
      }
    }
  }

  passes "empty name, as older modules write it" {
    resource "aws_api_gateway_deployment" "api" {
      rest_api_id = "a1b2c3d4e5"
      stage_name  = ""
    }
  }

  unknown "given by the caller" {
    variable "stage" { type = string }

    resource "aws_api_gateway_deployment" "api" {
      rest_api_id = "a1b2c3d4e5"
      stage_name  = var.stage
    }
  }
}
