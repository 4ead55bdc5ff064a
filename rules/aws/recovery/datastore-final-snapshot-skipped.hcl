rule "datastore-final-snapshot-skipped" {
  summary      = "Database or file system is deleted without a final snapshot"
  principle    = "recovery"
  severity     = "error"
  since        = "2027.1"
  renamed_from = ["database-final-snapshot-skipped"]
  why          = <<-MD
    A plan that replaces the database deletes it, and automated backups go with the instance. Without a last
    snapshot there is nothing to restore.
  MD
  fix          = "Set `skip_final_snapshot = false` and name the snapshot in `final_snapshot_identifier`; for FSx, leave `skip_final_backup` out."
  notice       = "After a deletion the list of snapshots has none with the store's name."
  prove        = "Destroy a test copy, and look for something to restore."
  references   = ["AWS Well-Architected REL09-BP03"]

  locals {
    replica = is_replica(self)
  }

  for_each = resources(
    "relational_database", "aws_redshift_cluster", "aws_lightsail_database", "aws_fsx_windows_file_system",
    "aws_fsx_openzfs_file_system", "aws_fsx_ontap_volume",
  )
  unless = local.replica

  defect "snapshot" {
    when    = self.skip_final_snapshot == true
    at      = "skip_final_snapshot"
    message = "`${self}` leaves no snapshot behind when it is deleted or replaced"

    edit "skip_final_snapshot" {
      to   = false
      when = default(self.final_snapshot_identifier, self.final_snapshot_name, "") != ""
    }
  }

  defect "backup" {
    when    = self.skip_final_backup == true
    at      = "skip_final_backup"
    message = "`${self}` leaves no backup behind when it is deleted or replaced"

    edit "skip_final_backup" {
      to = false
    }
  }

  fails "instance" {
    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      skip_final_snapshot = true
    }
  }

  fails "cluster" {
    resource "aws_rds_cluster" "orders" {
      engine              = "aurora-postgresql"
      skip_final_snapshot = true
    }
  }

  fails "it is no replica, and says so" {
    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      replicate_source_db = ""
      skip_final_snapshot = true
    }
  }

  fails "file system" {
    resource "aws_fsx_windows_file_system" "shares" {
      subnet_ids          = ["subnet-1"]
      storage_capacity    = 300
      throughput_capacity = 32
      skip_final_backup   = true
    }
  }

  passes "file system, left out" {
    resource "aws_fsx_windows_file_system" "shares" {
      subnet_ids          = ["subnet-1"]
      storage_capacity    = 300
      throughput_capacity = 32
    }
  }

  passes "named snapshot" {
    resource "aws_db_instance" "orders" {
      engine                    = "postgres"
      skip_final_snapshot       = false
      final_snapshot_identifier = "orders-final"
    }
  }

  passes "read replica, which holds nothing of its own" {
    resource "aws_db_instance" "orders" {
      identifier                = "orders"
      final_snapshot_identifier = "orders-final"
    }

    resource "aws_db_instance" "reports" {
      replicate_source_db = aws_db_instance.orders.identifier
      skip_final_snapshot = true
    }
  }

  unknown "decided by a variable without default" {
    variable "skip_snapshot" { type = bool }

    resource "aws_db_instance" "orders" {
      engine              = "postgres"
      skip_final_snapshot = var.skip_snapshot
    }
  }
}
