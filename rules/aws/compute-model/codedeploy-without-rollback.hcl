rule "codedeploy-without-rollback" {
  summary   = "Failed deployment is not taken back"
  principle = "compute-model"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A deployment that fails half-way leaves some machines or some traffic on the broken release until somebody deploys the one before by hand.
  MD
  fix       = "Add `auto_rollback_configuration` with `enabled = true` and the event `DEPLOYMENT_FAILURE`; with alarms, `DEPLOYMENT_STOP_ON_ALARM` too."
  notice    = "A deployment is in state FAILED, and its machines run the failed release."
  prove     = "Deploy a release whose hook fails, and look which release answers half an hour later."
  references = [
    "AWS CodeDeploy User Guide: Configure advanced options for a deployment group",
    "AWS Config codedeploy-deployment-group-auto-rollback-enabled",
    "AWS Config codedeploy-auto-rollback-monitor-enabled",
    "AWS Well-Architected REL08-BP05",
    "AWS Trusted Advisor AWS CodeDeploy Auto Rollback and Monitor Enabled",
  ]

  for_each = resources("aws_codedeploy_deployment_group")
  when     = self.auto_rollback_configuration[0].enabled != true
  at       = "auto_rollback_configuration"
  message  = "a deployment of `${self}` that fails is left as it is"

  edit "auto_rollback_configuration.enabled" {
    to = true
  }

  edit "auto_rollback_configuration.events" {
    to   = ["DEPLOYMENT_FAILURE"]
    when = length(default(self.auto_rollback_configuration[0].events, [])) == 0
  }

  fails "left out" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name              = "shop"
      deployment_group_name = "api"
      service_role_arn      = "arn:aws:iam::111122223333:role/codedeploy"
    }
  }

  fails "switched off" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name              = "shop"
      deployment_group_name = "api"
      service_role_arn      = "arn:aws:iam::111122223333:role/codedeploy"

      auto_rollback_configuration {
        enabled = false
        events  = ["DEPLOYMENT_FAILURE"]
      }
    }
  }

  passes "rollback" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name              = "shop"
      deployment_group_name = "api"
      service_role_arn      = "arn:aws:iam::111122223333:role/codedeploy"

      auto_rollback_configuration {
        enabled = true
        events  = ["DEPLOYMENT_FAILURE"]
      }
    }
  }

  passes "when an alarm fires, too" {
    resource "aws_codedeploy_deployment_group" "api" {
      app_name              = "shop"
      deployment_group_name = "api"
      service_role_arn      = "arn:aws:iam::111122223333:role/codedeploy"

      auto_rollback_configuration {
        enabled = true
        events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "rollback" { type = bool }

    resource "aws_codedeploy_deployment_group" "api" {
      app_name              = "shop"
      deployment_group_name = "api"
      service_role_arn      = "arn:aws:iam::111122223333:role/codedeploy"

      auto_rollback_configuration {
        enabled = var.rollback
        events  = ["DEPLOYMENT_FAILURE"]
      }
    }
  }
}
