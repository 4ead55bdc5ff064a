rule "beanstalk-logs-stay-on-machine" {
  summary   = "Logs of the environment are lost with its machines"
  principle = "observability"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    The environment replaces machines that fail and those that it scales in. Their logs are on their disks: what explains the failure goes with the
    machine.
  MD
  fix       = "Set `StreamLogs` to `true` in `aws:elasticbeanstalk:cloudwatch:logs`, with `RetentionInDays`."
  notice    = "After an instance was replaced, its logs are not in CloudWatch Logs."
  prove     = "Terminate an instance of a test environment, and look for the requests that it answered last."
  references = [
    "AWS Well-Architected REL06-BP01",
    "Security Hub ElasticBeanstalk.3",
  ]

  # A saved template may say it instead.
  for_each = resources("aws_elastic_beanstalk_environment")
  unless   = default(self.template_name, "") != ""
  when = !anytrue([
    for s in default(self.setting, []) :
    s.namespace == "aws:elasticbeanstalk:cloudwatch:logs" && s.name == "StreamLogs" && lower(default(s.value, "")) == "true"
  ])
  at      = "setting"
  message = "`${self}` keeps its logs on machines that it replaces"

  fails "left out" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"
    }
  }

  passes "streamed" {
    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:cloudwatch:logs"
        name      = "StreamLogs"
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

  unknown "decided by a variable without default" {
    variable "stream" { type = string }

    resource "aws_elastic_beanstalk_environment" "shop" {
      name        = "shop"
      application = "shop"

      setting {
        namespace = "aws:elasticbeanstalk:cloudwatch:logs"
        name      = "StreamLogs"
        value     = var.stream
      }
    }
  }
}
