rule "datastore-backups-expire-early" {
  summary   = "Warehouse, in-memory database or file system keeps its backups for only a few days"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Damage to data is often noticed after a weekend. Backups that have expired by then are none. Redshift keeps one day unless it is told
    otherwise.
  MD
  fix       = "Keep them for 7 days or more: `automated_snapshot_retention_period` (Redshift), `snapshot_retention_limit` (MemoryDB), `backup_retention_period` (DocumentDB elastic), `automatic_backup_retention_days` (FSx)."
  notice    = "The oldest snapshot in the list is a few days old."
  prove     = "Damage a file or table in a copy, notice it two weeks later, and try to restore what was there."
  references = [
    "AWS Well-Architected REL09-BP03",
    "Security Hub Redshift.3",
  ]

  param "minimum_days" {
    default = 7
    doc     = "Fewest days that backups must be kept."
  }

  locals {
    days    = default(backup_days(self), param.minimum_days)
    covered = in_backup_plan(self) || is_marked_for_backup(self)
  }

  # No backups at all is another defect: datastore-without-backups. Relational databases have rules of their own.
  for_each = resources("backup_days")
  unless   = local.days == 0 || local.covered
  when     = local.days < param.minimum_days
  at       = "automated_snapshot_retention_period"
  message  = "`${self}` can be restored to the last ${local.days} days only, fewer than ${param.minimum_days}"

  edit "automated_snapshot_retention_period" {
    to   = param.minimum_days
    when = is(self, "aws_redshift_cluster")
  }

  edit "snapshot_retention_limit" {
    to   = param.minimum_days
    when = is(self, "aws_memorydb_cluster")
  }

  edit "backup_retention_period" {
    to   = param.minimum_days
    when = is(self, "aws_docdbelastic_cluster")
  }

  edit "automatic_backup_retention_days" {
    to   = param.minimum_days
    when = is(self, "fsx_file_system")
  }

  fails "Redshift left at the default" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
      node_type          = "ra3.large"
    }
  }

  fails "two days" {
    resource "aws_memorydb_cluster" "carts" {
      name                     = "carts"
      acl_name                 = "carts"
      node_type                = "db.r7g.large"
      snapshot_retention_limit = 2
    }
  }

  passes "a month" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier                  = "reports"
      node_type                           = "ra3.large"
      automated_snapshot_retention_period = 30
    }
  }

  passes "exactly the minimum" {
    resource "aws_fsx_openzfs_file_system" "home" {
      deployment_type                 = "SINGLE_AZ_1"
      subnet_ids                      = ["subnet-1"]
      storage_capacity                = 64
      throughput_capacity             = 64
      automatic_backup_retention_days = 7
    }
  }

  passes "a backup plan covers it" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
      node_type          = "ra3.large"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_redshift_cluster.reports.arn]
    }
  }

  unknown "decided by a variable without default" {
    variable "backup_days" { type = number }

    resource "aws_redshift_cluster" "reports" {
      cluster_identifier                  = "reports"
      node_type                           = "ra3.large"
      automated_snapshot_retention_period = var.backup_days
    }
  }
}
