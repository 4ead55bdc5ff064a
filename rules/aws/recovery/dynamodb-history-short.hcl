rule "dynamodb-history-short" {
  summary   = "Point-in-time recovery reaches back only a few days"
  principle = "recovery"
  severity  = "warning"
  needs     = "configuration"
  since     = "2027.1"
  why       = <<-MD
    Damage to data is often noticed after a weekend. A table keeps 35 days of its history unless it is told to keep fewer.
  MD
  fix       = "Leave `recovery_period_in_days` out, or set it to 7 or more."
  notice    = "`EarliestRestorableDateTime` is only days old."
  prove     = "Damage items in a copy, notice it two weeks later, and try to restore the state before."
  references = [
    "AWS Well-Architected REL09-BP03",
  ]

  param "minimum_days" {
    default = 7
    doc     = "Fewest days that the history of a table must reach back."
  }

  locals {
    days    = default(self.point_in_time_recovery[0].recovery_period_in_days, 35)
    covered = in_backup_plan(self)
  }

  for_each = resources("aws_dynamodb_table")
  unless   = local.covered
  when     = self.point_in_time_recovery[0].enabled == true && local.days < param.minimum_days
  at       = "point_in_time_recovery"
  message  = "`${self}` can be brought back to the last ${local.days} days only, fewer than ${param.minimum_days}"

  edit "point_in_time_recovery.recovery_period_in_days" {
    to = min(35, param.minimum_days)
  }

  fails "a day" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled                 = true
        recovery_period_in_days = 1
      }
    }
  }

  passes "left out" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled = true
      }
    }
  }

  passes "two weeks" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled                 = true
        recovery_period_in_days = 14
      }
    }
  }

  passes "a backup plan covers the table" {
    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled                 = true
        recovery_period_in_days = 1
      }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_dynamodb_table.orders.arn]
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"

      point_in_time_recovery {
        enabled                 = true
        recovery_period_in_days = var.days
      }
    }
  }
}
