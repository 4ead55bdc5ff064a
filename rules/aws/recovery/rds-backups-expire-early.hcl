rule "rds-backups-expire-early" {
  summary      = "Database keeps its backups for only a few days"
  principle    = "recovery"
  severity     = "warning"
  since        = "2027.1"
  renamed_from = ["database-backups-expire-early"]
  why          = <<-MD
    Damage to data is often noticed after a weekend. Backups that have expired by then are none. A cluster keeps one
    day unless it is told otherwise.
  MD
  fix          = "Set `backup_retention_period` to 7 days or more."
  notice       = "`EarliestRestorableTime` is only days old."
  prove        = "Damage a table in a copy, notice it two weeks later, and try to restore the state before."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config rds-cluster-backup-retention-check",
    "AWS Config aurora-resources-protected-by-backup-plan",
    "AWS Config docdb-cluster-backup-retention-check",
    "AWS Config neptune-cluster-backup-retention-check",
    "Security Hub DocumentDB.2",
    "Security Hub Neptune.5",
    "Security Hub RDS.50",
  ]

  param "minimum_days" {
    default = 7
    doc     = "Fewest days that backups must be kept."
  }

  locals {
    days    = database_backup_days(self)
    covered = in_backup_plan(self)
  }

  # An instance without backups at all has another defect: rds-without-backups.
  for_each = resources("relational_database")
  unless   = local.days == 0 || local.covered
  when     = local.days < param.minimum_days
  at       = "backup_retention_period"
  message  = "`${self}` can be restored to the last ${local.days == 1 ? "day" : "${local.days} days"} only, fewer than ${param.minimum_days}"

  edit "backup_retention_period" {
    to = param.minimum_days
  }

  fails "cluster left at the default" {
    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }
  }

  fails "three days" {
    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 3
    }
  }

  fails "zero days, which no cluster has" {
    resource "aws_rds_cluster" "orders" {
      engine                  = "aurora-postgresql"
      backup_retention_period = 0
    }
  }

  fails "zero days of a document database" {
    resource "aws_docdb_cluster" "orders" {
      engine                  = "docdb"
      backup_retention_period = 0
    }
  }

  passes "instance without backups, which another rule reports" {
    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 0
    }
  }

  passes "two weeks" {
    resource "aws_rds_cluster" "orders" {
      engine                  = "aurora-postgresql"
      backup_retention_period = 14
    }
  }

  passes "exactly the minimum" {
    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 7
    }
  }

  unknown "decided by a variable without default" {
    variable "backup_days" { type = number }

    resource "aws_rds_cluster" "orders" {
      engine                  = "aurora-postgresql"
      backup_retention_period = var.backup_days
    }
  }
}
