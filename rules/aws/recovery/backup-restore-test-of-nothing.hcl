rule "backup-restore-test-of-nothing" {
  summary     = "Plan for restore tests selects nothing to restore"
  principle   = "recovery"
  severity    = "warning"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    AWS Backup starts the plan on its schedule, finds no selection, and restores nothing. Nobody learns that the backups cannot be restored, or how
    long it takes, although a test is said to exist.
  MD
  fix         = "Add an `aws_backup_restore_testing_selection` with the `restore_testing_plan_name` of the plan for each kind of resource."
  notice      = "The list of restore tests in AWS Backup stays empty."
  prove       = "Let the plan run once in a test account, and look for restore jobs."
  references  = ["AWS Well-Architected REL09-BP04", "AWS Backup Developer Guide: Restore testing"]

  for_each = resources("aws_backup_restore_testing_plan")
  when     = length(referrers(self, "configures", "aws_backup_restore_testing_selection")) == 0
  message  = "`${self}` restores nothing: no selection belongs to it"

  fails "a plan alone" {
    resource "aws_backup_restore_testing_plan" "weekly" {
      name                = "weekly"
      schedule_expression = "cron(0 3 ? * SUN *)"

      recovery_point_selection {
        algorithm            = "LATEST_WITHIN_WINDOW"
        include_vaults       = ["*"]
        recovery_point_types = ["SNAPSHOT"]
      }
    }
  }

  passes "databases are restored" {
    resource "aws_backup_restore_testing_plan" "weekly" {
      name                = "weekly"
      schedule_expression = "cron(0 3 ? * SUN *)"

      recovery_point_selection {
        algorithm            = "LATEST_WITHIN_WINDOW"
        include_vaults       = ["*"]
        recovery_point_types = ["SNAPSHOT"]
      }
    }

    resource "aws_backup_restore_testing_selection" "databases" {
      name                      = "databases"
      restore_testing_plan_name = aws_backup_restore_testing_plan.weekly.name
      protected_resource_type   = "RDS"
      iam_role_arn              = "arn:aws:iam::111122223333:role/restore"
      protected_resource_arns   = ["*"]
    }
  }

  passes "named by a text" {
    resource "aws_backup_restore_testing_plan" "weekly" {
      name                = "weekly"
      schedule_expression = "cron(0 3 ? * SUN *)"

      recovery_point_selection {
        algorithm            = "LATEST_WITHIN_WINDOW"
        include_vaults       = ["*"]
        recovery_point_types = ["SNAPSHOT"]
      }
    }

    resource "aws_backup_restore_testing_selection" "databases" {
      name                      = "databases"
      restore_testing_plan_name = "weekly"
      protected_resource_type   = "RDS"
      iam_role_arn              = "arn:aws:iam::111122223333:role/restore"
      protected_resource_arns   = ["*"]
    }
  }

  unknown "the caller says of which plan the selection is" {
    variable "plan" { type = string }

    resource "aws_backup_restore_testing_plan" "weekly" {
      name                = "weekly"
      schedule_expression = "cron(0 3 ? * SUN *)"

      recovery_point_selection {
        algorithm            = "LATEST_WITHIN_WINDOW"
        include_vaults       = ["*"]
        recovery_point_types = ["SNAPSHOT"]
      }
    }

    resource "aws_backup_restore_testing_selection" "databases" {
      name                      = "databases"
      restore_testing_plan_name = var.plan
      protected_resource_type   = "RDS"
      iam_role_arn              = "arn:aws:iam::111122223333:role/restore"
      protected_resource_arns   = ["*"]
    }
  }
}
