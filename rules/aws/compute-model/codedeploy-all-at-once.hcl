rule "codedeploy-all-at-once" {
  summary   = "Deployment reaches all traffic or all machines at once"
  principle = "compute-model"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A mistake in the release hits every customer in the same second. In steps it hits a few, and an alarm can stop it.
  MD
  fix       = "Use a canary or linear configuration, such as `CodeDeployDefault.LambdaCanary10Percent5Minutes`; for machines, `CodeDeployDefault.OneAtATime` or `HalfAtATime`."
  notice    = "`HTTPCode_Target_5XX_Count` rises on all targets in the same minute after a deployment starts."
  prove     = "Deploy a release that answers with 500 to a test group, and measure the share of requests that meets it."
  references = [
    "AWS CodeDeploy User Guide: Working with deployment configurations",
    "AWS Config codedeploy-lambda-allatonce-traffic-shift-disabled",
    "AWS Well-Architected REL08-BP04",
    "AWS Trusted Advisor AWS CodeDeploy Lambda is using all-at-once deployment configuration",
  ]

  locals {
    # Alarms that take it back end a mistake within minutes.
    guarded = self.alarm_configuration[0].enabled == true && self.auto_rollback_configuration[0].enabled == true
    # New machines get the release before traffic does.
    fresh = self.deployment_config_name == "CodeDeployDefault.AllAtOnce" && self.deployment_style[0].deployment_type == "BLUE_GREEN"
  }

  for_each = resources("aws_codedeploy_deployment_group")
  unless   = local.guarded || local.fresh
  when = contains([
    "CodeDeployDefault.AllAtOnce", "CodeDeployDefault.LambdaAllAtOnce", "CodeDeployDefault.ECSAllAtOnce",
  ], default(self.deployment_config_name, ""))
  at      = "deployment_config_name"
  message = "a broken release of `${self}` reaches everything at once"

  fails "a function" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name               = "shop"
      deployment_group_name  = "api"
      service_role_arn       = "arn:aws:iam::111122223333:role/codedeploy"
      deployment_config_name = "CodeDeployDefault.LambdaAllAtOnce"
    }
  }

  passes "canary" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name               = "shop"
      deployment_group_name  = "api"
      service_role_arn       = "arn:aws:iam::111122223333:role/codedeploy"
      deployment_config_name = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    }
  }

  passes "alarms take it back" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name               = "shop"
      deployment_group_name  = "api"
      service_role_arn       = "arn:aws:iam::111122223333:role/codedeploy"
      deployment_config_name = "CodeDeployDefault.ECSAllAtOnce"

      alarm_configuration {
        enabled = true
        alarms  = ["api-errors"]
      }

      auto_rollback_configuration {
        enabled = true
        events  = ["DEPLOYMENT_STOP_ON_ALARM"]
      }
    }
  }

  passes "new machines" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name               = "shop"
      deployment_group_name  = "api"
      service_role_arn       = "arn:aws:iam::111122223333:role/codedeploy"
      deployment_config_name = "CodeDeployDefault.AllAtOnce"

      deployment_style {
        deployment_option = "WITH_TRAFFIC_CONTROL"
        deployment_type   = "BLUE_GREEN"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "rollout" { type = string }

    resource "aws_codedeploy_deployment_group" "api" {
      app_name               = "shop"
      deployment_group_name  = "api"
      service_role_arn       = "arn:aws:iam::111122223333:role/codedeploy"
      deployment_config_name = var.rollout
    }
  }
}
