rule "backup-runs-rarely" {
  summary   = "Backups are made less than once a day"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    What was written since the last backup is lost when it is needed: the interval between two backups is the recovery point that can be promised.
  MD
  fix       = "Add a rule that runs every day, or set `enable_continuous_backup = true` for stores that support it."
  notice    = "The newest recovery point is older than a day most of the time."
  prove     = "Restore the newest recovery point on any day, and count the hours that are lost."
  references = [
    "AWS Well-Architected REL13-BP01",
    "AWS Config backup-plan-min-frequency-and-min-retention-check",
    "AWS Trusted Advisor Amazon RDS Continuous Backup Not Enabled",
  ]

  param "maximum_hours" {
    default = 24
    doc     = "Most hours between two backups: the recovery point objective."
  }

  locals {
    hours = hours_between_backups(self)
    # Plans divide the work: one runs every day, another keeps a copy of each month.
    others = anytrue(flatten([
      for p in resources("aws_backup_plan") : [for h in hours_between_backups(p) : h <= param.maximum_hours]
    ]))
  }

  for_each = resources("aws_backup_plan")
  unless   = local.others
  when     = length(local.hours) > 0 && alltrue([for h in local.hours : h > param.maximum_hours])
  at       = "rule"
  message  = "`${self}` makes a backup every ${min(10000, local.hours...)} hours, and no plan makes one every ${param.maximum_hours}"

  fails "once a week" {
    resource "aws_backup_plan" "weekly" {
      name = "weekly"

      rule {
        rule_name         = "weekly"
        target_vault_name = "weekly"
        schedule          = "cron(0 5 ? * SUN *)"
      }
    }
  }

  fails "once a month" {
    resource "aws_backup_plan" "monthly" {
      name = "monthly"

      rule {
        rule_name         = "monthly"
        target_vault_name = "monthly"
        schedule          = "cron(0 5 1 * ? *)"
      }
    }
  }

  passes "every day" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = "cron(0 5 ? * * *)"
      }
    }
  }

  passes "on working days" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = "cron(0 5 ? * MON-FRI *)"
      }
    }
  }

  passes "no schedule, which is every day" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
      }
    }
  }

  passes "continuously" {
    resource "aws_backup_plan" "continuous" {
      name = "continuous"

      rule {
        rule_name                = "continuous"
        target_vault_name        = "continuous"
        schedule                 = "cron(0 5 1 * ? *)"
        enable_continuous_backup = true
      }
    }
  }

  passes "another plan runs every day" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = "cron(0 5 * * ? *)"
      }
    }

    resource "aws_backup_plan" "monthly" {
      name = "monthly"

      rule {
        rule_name         = "monthly"
        target_vault_name = "monthly"
        schedule          = "cron(0 5 1 * ? *)"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "schedule" { type = string }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = var.schedule
      }
    }
  }
}
