rule "beanstalk-without-managed-updates" {
  summary   = "Environment gets no platform updates by itself"
  principle = "compute-model"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Each platform version brings patches of the system and the language, and is retired after some months. Without managed updates nobody notices until a
    deployment is refused.
  MD
  fix       = "Set `ManagedActionsEnabled` in `aws:elasticbeanstalk:managedactions`, with an `UpdateLevel` and a time."
  notice    = "The environment's platform version is older than the recommended one in the console or in `describe-environments`."
  prove     = "Start a managed update in a test environment under load, and count the failed requests."
  references = [
    "AWS Well-Architected OPS05-BP05",
    "Security Hub ElasticBeanstalk.2",
    "AWS Config elastic-beanstalk-managed-updates-enabled",
    "AWS Trusted Advisor AWS Elastic Beanstalk with Managed Platform Updates Disabled",
    "checkov CKV_AWS_340",
  ]

  locals {
    managed = [
      for s in default(self.setting, []) : s
      if s.namespace == "aws:elasticbeanstalk:managedactions" && s.name == "ManagedActionsEnabled" && lower(default(s.value, "")) == "true"
    ]
  }

  # A saved template may say it instead.
  for_each = resources("aws_elastic_beanstalk_environment")
  unless   = default(self.template_name, "") != ""
  when     = length(local.managed) == 0
  at       = "setting"
  message  = "`${self}` stays on its platform version until somebody changes it"

  fails "left out" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"
    }
  }

  passes "managed" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:managedactions"
        name      = "ManagedActionsEnabled"
        value     = "true"
      }
    }
  }

  passes "from a template" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name          = "shop"
      application   = "shop"
      template_name = "shop-2026"
    }
  }

  unknown "given by the caller" {
    variable "managed" { type = string }

    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:managedactions"
        name      = "ManagedActionsEnabled"
        value     = var.managed
      }
    }
  }
}
