rule "beanstalk-basic-health" {
  summary   = "Environment reports basic health only"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Basic health looks at whether machines pass the check of the load balancer. Enhanced health also reads the web server's log and the system: it tells
    which requests fail, how slow they are, and which machine is the reason.
  MD
  fix       = "Set `SystemType` to `enhanced` in `aws:elasticbeanstalk:healthreporting:system`."
  notice    = "`EnvironmentHealth` stays green while a tenth of the requests fails."
  prove     = "Let a test instance answer some requests with errors, and see whether the health of the environment changes."
  references = [
    "AWS Well-Architected REL06-BP01",
    "AWS Config beanstalk-enhanced-health-reporting-enabled",
    "Security Hub ElasticBeanstalk.1",
    "AWS Trusted Advisor AWS Elastic Beanstalk Enhanced Health Reporting is not Configured",
    "checkov CKV_AWS_312",
  ]

  # A saved template may say it instead, and a platform of the environment's own may bring no agent.
  for_each = resources("aws_elastic_beanstalk_environment")
  unless   = default(self.template_name, "") != "" || default(self.platform_arn, "") != ""
  when = !anytrue([
    for s in default(self.setting, []) :
    s.namespace == "aws:elasticbeanstalk:healthreporting:system" && s.name == "SystemType" && s.value == "enhanced"
  ])
  at      = "setting"
  message = "`${self}` knows of its machines only whether they answer the load balancer"

  fails "left out" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"
    }
  }

  fails "basic" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:healthreporting:system"
        name      = "SystemType"
        value     = "basic"
      }
    }
  }

  passes "enhanced" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:healthreporting:system"
        name      = "SystemType"
        value     = "enhanced"
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

  unknown "decided by a variable without default" {
    variable "health" { type = string }

    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:healthreporting:system"
        name      = "SystemType"
        value     = var.health
      }
    }
  }
}
