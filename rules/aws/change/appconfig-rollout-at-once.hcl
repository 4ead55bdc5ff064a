rule "appconfig-rollout-at-once" {
  summary   = "Configuration reaches everything at once and is not watched"
  principle = "change"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    A wrong value takes every instance down in the same minute. AppConfig can go in steps and take a configuration back on an alarm, but only while the
    deployment lasts, and this one is over as it begins.
  MD
  fix       = "Set `deployment_duration_in_minutes` and `growth_factor` for steps, and `final_bake_time_in_minutes` to some minutes."
  notice    = "Errors rise in all instances within the same minute after a configuration is deployed."
  prove     = "Deploy a bad but valid value with a test alarm as monitor, and see whether AppConfig rolls back before all hosts have it."
  references = [
    "AWS AppConfig User Guide: Creating a deployment strategy",
    "AWS Config appconfig-deployment-strategy-minimum-final-bake-time",
    "AWS Well-Architected REL08-BP04",
  ]

  for_each = resources("aws_appconfig_deployment_strategy")
  when     = self.deployment_duration_in_minutes == 0 && default(self.final_bake_time_in_minutes, 0) == 0
  at       = "deployment_duration_in_minutes"
  message  = "a wrong configuration by `${self}` reaches everything at once, and no alarm takes it back"

  fails "at once" {
    resource "aws_appconfig_deployment_strategy" "quick" {
      name                           = "quick"
      deployment_duration_in_minutes = 0
      growth_factor                  = 100
      replicate_to                   = "NONE"
    }
  }

  passes "in steps" {
    resource "aws_appconfig_deployment_strategy" "linear" {
      name                           = "linear"
      deployment_duration_in_minutes = 10
      growth_factor                  = 20
      replicate_to                   = "NONE"
    }
  }

  passes "watched for a while" {
    resource "aws_appconfig_deployment_strategy" "watched" {
      name                           = "watched"
      deployment_duration_in_minutes = 0
      growth_factor                  = 100
      final_bake_time_in_minutes     = 10
      replicate_to                   = "NONE"
    }
  }

  unknown "decided by a variable without default" {
    variable "minutes" { type = number }

    resource "aws_appconfig_deployment_strategy" "this" {
      name                           = "this"
      deployment_duration_in_minutes = var.minutes
      growth_factor                  = 100
      replicate_to                   = "NONE"
    }
  }
}
