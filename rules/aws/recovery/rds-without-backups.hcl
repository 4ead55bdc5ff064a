rule "rds-without-backups" {
  summary   = "RDS instance has no automatic backups"
  principle = "recovery"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    The provider's default keeps backups for zero days, which also switches point-in-time recovery off. A standby
    does not help: it repeats the faulty statement at once.
  MD
  fix       = "Set `backup_retention_period` to at least 7 days."
  notice    = "`BackupRetentionPeriod` is 0, and `LatestRestorableTime` is missing."
  prove     = "Delete a row in a test copy, and try to restore the minute before."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config db-instance-backup-enabled",
    "AWS Config rds-in-backup-plan",
    "AWS Config rds-resources-protected-by-backup-plan",
    "Security Hub RDS.11",
    "Security Hub RDS.26",
    "AWS Trusted Advisor Amazon RDS Backups",
    "AWS Trusted Advisor Amazon RDS Not In AWS Backup Plan",
    "AWS Trusted Advisor Amazon RDS resource automated backups is turned off",
    "checkov CKV_AWS_133",
    "trivy AWS-0077, aws-rds-specify-backup-retention",
  ]

  locals {
    replica = is_replica(self)
    covered = in_backup_plan(self)
    # Made from a snapshot, the instance takes the retention of the snapshot's source.
    inherits = default(self.snapshot_identifier, "") != "" && self.backup_retention_period == null
  }

  for_each = resources("aws_db_instance")
  unless   = local.replica || local.inherits || local.covered
  when     = database_backup_days(self) == 0
  at       = "backup_retention_period"
  message  = "`${self}` keeps no backups: a faulty release or command cannot be undone"

  edit "backup_retention_period" {
    to = 7
  }

  fails "left out" {
    resource "aws_db_instance" "orders" {
      engine   = "postgres"
      multi_az = true
    }
  }

  fails "switched off" {
    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 0
    }
  }

  fails "it is no replica, and says so" {
    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      replicate_source_db     = ""
      snapshot_identifier     = ""
      backup_retention_period = 0
    }
  }

  passes "two weeks" {
    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 14
    }
  }

  passes "read replica" {
    resource "aws_db_instance" "orders" {
      identifier              = "orders"
      engine                  = "postgres"
      backup_retention_period = 14
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db = aws_db_instance.orders.identifier
    }
  }

  passes "covered by AWS Backup" {
    resource "aws_db_instance" "orders" {
      engine = "postgres"
    }

    resource "aws_backup_selection" "databases" {
      name      = "databases"
      plan_id   = "8f1c6b6e-8a34-4f8c-9d6f-0b8c6d9e2f10"
      resources = [aws_db_instance.orders.arn]
    }
  }

  unknown "decided by a variable without default" {
    variable "backup_days" { type = number }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = var.backup_days
    }
  }
}
