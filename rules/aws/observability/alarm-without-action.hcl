rule "alarm-without-action" {
  summary     = "Alarm tells nobody"
  principle   = "observability"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    An alarm without an action turns red on a page that nobody is looking at.
  MD
  fix         = "List an SNS topic or another action in `alarm_actions`, or let a composite alarm with actions watch this one."
  notice      = "The alarm's history shows ALARM, and no action ran."
  prove       = "Set it to ALARM with `aws cloudwatch set-alarm-state`: nothing happens."
  references = [
    "AWS Well-Architected REL06-BP03",
    "AWS Well-Architected OPS08-BP04",
    "AWS Config cloudwatch-alarm-action-check",
    "Security Hub CloudWatch.15",
  ]

  locals {
    # Deployments and health checks read the state of an alarm themselves.
    users = concat(referrers(self, "refers", "alarm_reader"), referrers(self, "uses"))
    # A composite alarm speaks for those it watches, by reference or by their names in its text.
    composites = [
      for c in referrers(self, "watches", "aws_cloudwatch_composite_alarm") : c
      if length(default(c.alarm_actions, [])) > 0
    ]
  }

  for_each = resources("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
  unless   = length(local.users) > 0 || length(local.composites) > 0
  when     = length(default(self.alarm_actions, [])) == 0
  at       = "alarm_actions"
  message  = "`${self}` tells nobody when it fires"

  label "is watched in vain" {
    at = linked(self, "watches")
  }

  fails "left out" {
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name  = "orders-cpu"
      namespace   = "AWS/RDS"
      metric_name = "CPUUtilization"
      threshold   = 80
    }
  }

  fails "only the return to normal is announced" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      metric_name   = "CPUUtilization"
      alarm_actions = []
      ok_actions    = [aws_sns_topic.oncall.arn]
    }
  }

  passes "topic" {
    resource "aws_sns_topic" "oncall" {
      name = "oncall"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      metric_name   = "CPUUtilization"
      alarm_actions = [aws_sns_topic.oncall.arn]
    }
  }

  passes "scaling policy" {
    resource "aws_autoscaling_policy" "out" {
      name                   = "out"
      autoscaling_group_name = "web"
    }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "web-cpu"
      metric_name   = "CPUUtilization"
      alarm_actions = [aws_autoscaling_policy.out.arn]
    }
  }

  passes "a composite alarm speaks for it" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_cloudwatch_composite_alarm" "api" {
      alarm_name    = "api"
      alarm_rule    = "ALARM(\"${aws_cloudwatch_metric_alarm.errors.alarm_name}\")"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  passes "a deployment rolls back on it" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_ecs_service" "api" {
      name = "api"

      alarms {
        enable      = true
        rollback    = true
        alarm_names = [aws_cloudwatch_metric_alarm.errors.alarm_name]
      }
    }
  }

  passes "a composite alarm names it" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_cloudwatch_composite_alarm" "api" {
      alarm_name    = "api"
      alarm_rule    = "ALARM(\"api-errors\") OR ALARM(api-latency)"
      alarm_actions = ["arn:aws:sns:eu-west-1:111122223333:oncall"]
    }
  }

  passes "an experiment stops on it" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_fis_experiment_template" "stop" {
      description = "Stop a machine."
      role_arn    = "arn:aws:iam::111122223333:role/fis"

      stop_condition {
        source = "aws:cloudwatch:alarm"
        value  = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:api-errors"
      }
    }
  }

  passes "an instance refresh rolls back on its name" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_autoscaling_group" "api" {
      min_size            = 2
      max_size            = 4
      vpc_zone_identifier = ["subnet-1", "subnet-2"]

      instance_refresh {
        strategy = "Rolling"

        preferences {
          auto_rollback = true

          alarm_specification {
            alarms = ["api-errors"]
          }
        }
      }
    }
  }

  fails "a dashboard shows it" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "api-errors"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_cloudwatch_dashboard" "api" {
      dashboard_name = "api"
      dashboard_body = jsonencode({ widgets = [{ type = "alarm", properties = { alarms = [aws_cloudwatch_metric_alarm.errors.arn] } }] })
    }
  }

  unknown "actions are given by the caller" {
    variable "alarm_actions" { type = list(string) }

    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name    = "orders-cpu"
      metric_name   = "CPUUtilization"
      alarm_actions = var.alarm_actions
    }
  }
}
