rule "fis-experiment-without-stop-condition" {
  summary   = "Fault experiment goes on when the service is down"
  principle = "change"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    An experiment shall show that the service survives a fault. Where it does not, only a stop condition ends the fault before somebody finds out who
    started it.
  MD
  fix       = "Add a `stop_condition` with `source = \"aws:cloudwatch:alarm\"` and the alarm that tells when customers are hurt."
  notice    = "Service alarms stay in ALARM while the experiment's state is `running`."
  prove     = "Run `aws:fis:wait` with a stop condition, set its alarm to ALARM by hand, and see the experiment stop."
  references = [
    "AWS FIS User Guide: Stop conditions",
    "AWS Well-Architected REL12-BP04",
  ]

  for_each = resources("aws_fis_experiment_template")
  when     = alltrue([for s in default(self.stop_condition, []) : s.source == "none"])
  at       = "stop_condition"
  message  = "nothing stops `${self}` when it takes the service down"

  fails "none" {
    resource "aws_fis_experiment_template" "stop_half" {
      description = "Stop half of the machines"
      role_arn    = "arn:aws:iam::111122223333:role/fis"

      stop_condition {
        source = "none"
      }

      action {
        name      = "stop"
        action_id = "aws:ec2:stop-instances"
      }
    }
  }

  passes "an alarm" {
    resource "aws_fis_experiment_template" "stop_half" {
      description = "Stop half of the machines"
      role_arn    = "arn:aws:iam::111122223333:role/fis"

      stop_condition {
        source = "aws:cloudwatch:alarm"
        value  = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors"
      }

      action {
        name      = "stop"
        action_id = "aws:ec2:stop-instances"
      }
    }
  }

  passes "an alarm of this configuration beside another one" {
    resource "aws_cloudwatch_metric_alarm" "errors" {
      alarm_name  = "errors"
      namespace   = "AWS/ApplicationELB"
      metric_name = "HTTPCode_Target_5XX_Count"
    }

    resource "aws_fis_experiment_template" "stop_half" {
      description = "Stop half of the machines"
      role_arn    = "arn:aws:iam::111122223333:role/fis"

      dynamic "stop_condition" {
        for_each = [aws_cloudwatch_metric_alarm.errors.arn, "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:latency"]

        content {
          source = "aws:cloudwatch:alarm"
          value  = stop_condition.value
        }
      }

      action {
        name      = "stop"
        action_id = "aws:ec2:stop-instances"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "stopped_by" { type = string }

    resource "aws_fis_experiment_template" "stop_half" {
      description = "Stop half of the machines"
      role_arn    = "arn:aws:iam::111122223333:role/fis"

      stop_condition {
        source = var.stopped_by
      }

      action {
        name      = "stop"
        action_id = "aws:ec2:stop-instances"
      }
    }
  }
}
