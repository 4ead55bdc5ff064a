rule "datastore-without-backups" {
  summary   = "Warehouse, in-memory database or file system has no automatic backups"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Copies in other zones repeat a wrong command at once. Without backups, what a faulty release or a person deletes is gone.
  MD
  fix       = "Keep automatic backups for 7 days or more: `automated_snapshot_retention_period` (Redshift), `snapshot_retention_limit` (MemoryDB), `automatic_backup_retention_days` (FSx); or let a backup plan cover it."
  notice    = "The list of snapshots is empty."
  prove     = "Delete a row or file in a test copy, and try to get it back."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config redshift-backup-enabled",
    "AWS Config fsx-resources-protected-by-backup-plan",
    "Security Hub Redshift.3",
    "AWS Trusted Advisor Amazon Redshift cluster automated snapshots",
    "checkov CKV_AWS_343",
  ]

  locals {
    covered = in_backup_plan(self) || is_marked_for_backup(self)
    # Volumes of ONTAP are copied one by one.
    volumes = is(self, "aws_fsx_ontap_file_system") && anytrue([
      for v in resources("aws_fsx_ontap_volume") : in_backup_plan(v) || is_marked_for_backup(v)
    ])
  }

  # Relational databases have rules of their own.
  for_each = resources(
    "aws_redshift_cluster", "aws_memorydb_cluster", "fsx_file_system",
  )
  unless  = local.covered || local.volumes
  when    = backup_days(self) == 0
  at      = "automatic_backup_retention_days"
  message = "`${self}` keeps no backups: what is deleted in it cannot be brought back"

  edit "automated_snapshot_retention_period" {
    to   = 7
    when = is(self, "aws_redshift_cluster")
  }

  edit "snapshot_retention_limit" {
    to   = 7
    when = is(self, "aws_memorydb_cluster")
  }

  edit "automatic_backup_retention_days" {
    to   = 7
    when = is(self, "fsx_file_system")
  }

  fails "Redshift, switched off" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier                  = "reports"
      node_type                           = "ra3.large"
      automated_snapshot_retention_period = 0
    }
  }

  fails "MemoryDB, left out" {
    resource "aws_memorydb_cluster" "carts" {
      name      = "carts"
      acl_name  = "carts"
      node_type = "db.r7g.large"
    }
  }

  fails "FSx, switched off" {
    resource "aws_fsx_windows_file_system" "shares" {
      deployment_type                 = "MULTI_AZ_1"
      subnet_ids                      = ["subnet-1", "subnet-2"]
      preferred_subnet_id             = "subnet-1"
      storage_capacity                = 300
      throughput_capacity             = 32
      automatic_backup_retention_days = 0
    }
  }

  fails "OpenZFS, left out" {
    resource "aws_fsx_openzfs_file_system" "home" {
      deployment_type     = "SINGLE_AZ_1"
      subnet_ids          = ["subnet-1"]
      storage_capacity    = 64
      throughput_capacity = 64
    }
  }

  fails "ONTAP, left out" {
    resource "aws_fsx_ontap_file_system" "home" {
      deployment_type     = "SINGLE_AZ_1"
      subnet_ids          = ["subnet-1"]
      preferred_subnet_id = "subnet-1"
      storage_capacity    = 1024
      throughput_capacity = 128
    }
  }

  passes "Redshift, left out, which keeps a day" {
    resource "aws_redshift_cluster" "reports" {
      cluster_identifier = "reports"
      node_type          = "ra3.large"
    }
  }

  passes "FSx for Windows, left out, which keeps a week" {
    resource "aws_fsx_windows_file_system" "shares" {
      deployment_type     = "SINGLE_AZ_1"
      subnet_ids          = ["subnet-1"]
      storage_capacity    = 64
      throughput_capacity = 64
    }
  }

  passes "a week" {
    resource "aws_memorydb_cluster" "carts" {
      name                     = "carts"
      acl_name                 = "carts"
      node_type                = "db.r7g.large"
      snapshot_retention_limit = 7
    }
  }

  passes "a backup plan covers it" {
    resource "aws_fsx_windows_file_system" "shares" {
      subnet_ids                      = ["subnet-1"]
      storage_capacity                = 300
      throughput_capacity             = 32
      automatic_backup_retention_days = 0
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_fsx_windows_file_system.shares.arn]
    }
  }

  passes "it has a tag that a backup plan may select by" {
    resource "aws_fsx_windows_file_system" "shares" {
      subnet_ids                      = ["subnet-1"]
      storage_capacity                = 300
      throughput_capacity             = 32
      automatic_backup_retention_days = 0

      tags = {
        BackupPlan = "daily"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "backup_days" { type = number }

    resource "aws_memorydb_cluster" "carts" {
      name                     = "carts"
      acl_name                 = "carts"
      node_type                = "db.r7g.large"
      snapshot_retention_limit = var.backup_days
    }
  }
}
