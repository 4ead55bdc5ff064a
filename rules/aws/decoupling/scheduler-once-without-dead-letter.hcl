rule "scheduler-once-without-dead-letter" {
  summary     = "Schedule that runs once is lost when it fails"
  principle   = "decoupling"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A schedule at one point in time has no next run that would make up for it. When the target is missing, throttled or closed to it for a day, what was to
    happen never happens, and nothing says so.
  MD
  fix         = "Add a `dead_letter_config` with the ARN of an SQS queue to the `target`, and an alarm on that queue."
  notice      = "`InvocationDroppedCount` of the scheduler rises, and the schedule is gone."
  prove       = "Take the target away before a test schedule runs, and look for its event afterwards."
  references  = ["AWS Well-Architected REL05-BP04", "EventBridge Scheduler User Guide: Configuring a dead-letter queue"]

  for_each = resources("aws_scheduler_schedule")
  unless   = !startswith(default(self.schedule_expression, ""), "at(")
  when     = length(default(self.target[0].dead_letter_config, [])) == 0
  at       = "target"
  message  = "what `${self}` is to start once is lost when its target does not take it"

  fails "at one time" {
    resource "aws_scheduler_schedule" "launch" {
      name                = "launch"
      schedule_expression = "at(2027-01-01T00:00:00)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:launch"
        role_arn = "arn:aws:iam::111122223333:role/launch"
      }
    }
  }

  passes "dead-letter queue" {
    resource "aws_scheduler_schedule" "launch" {
      name                = "launch"
      schedule_expression = "at(2027-01-01T00:00:00)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:launch"
        role_arn = "arn:aws:iam::111122223333:role/launch"

        dead_letter_config {
          arn = "arn:aws:sqs:eu-west-1:111122223333:missed"
        }
      }
    }
  }

  passes "comes again" {
    resource "aws_scheduler_schedule" "nightly" {
      name                = "nightly"
      schedule_expression = "cron(0 2 * * ? *)"

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:nightly"
        role_arn = "arn:aws:iam::111122223333:role/nightly"
      }
    }
  }

  unknown "time is given by the caller" {
    variable "when" { type = string }

    resource "aws_scheduler_schedule" "launch" {
      name                = "launch"
      schedule_expression = var.when

      flexible_time_window {
        mode = "OFF"
      }

      target {
        arn      = "arn:aws:lambda:eu-west-1:111122223333:function:launch"
        role_arn = "arn:aws:iam::111122223333:role/launch"
      }
    }
  }
}
