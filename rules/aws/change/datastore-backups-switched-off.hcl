rule "datastore-backups-switched-off" {
  summary      = "Backups of a data store switched off"
  principle    = "change"
  severity     = "error"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["backups-switched-off"]
  why          = <<-MD
    From this plan on a faulty release or a wrong command cannot be undone, and with some stores the backups that exist are deleted at
    once: automated backups of RDS, the history of a table.
  MD
  fix          = "Keep the backups; if they are made elsewhere now, let an `aws_backup_selection` name the store."
  notice       = "AWS Backup and RDS events report no snapshot for a day; `BackupRetentionPeriod` is 0."
  prove        = "Delete a row in a copy of the store, and restore it to the minute before."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Well-Architected REL09-BP03",
  ]

  locals {
    was  = before(self)
    gone = action(self) == "delete"
    # What nobody sets any more stays as it is where the provider reads it back.
    kept = action(self) != "replace" && !is(self, "aws_docdb_cluster", "aws_neptune_cluster", "aws_redshift_cluster")
    days_before = default(
      local.was.backup_retention_period, local.was.automated_snapshot_retention_period, local.was.snapshot_retention_limit,
      local.was.automatic_backup_retention_days, 0,
    )
    days_now = default(
      self.backup_retention_period, self.automated_snapshot_retention_period, self.snapshot_retention_limit,
      self.automatic_backup_retention_days, local.kept ? local.days_before : is(self, "aws_db_instance") ? 0 : 1,
    )
    history_before = local.was.point_in_time_recovery[0].enabled == true
    history_now = (
      length(default(self.point_in_time_recovery, [])) == 0
      ? local.kept && local.history_before
      : self.point_in_time_recovery[0].enabled == true
    )
    # Objects and file systems: the switch is a resource of its own, and off when that is destroyed.
    switch_before = local.was.versioning_configuration[0].status == "Enabled" || local.was.backup_policy[0].status == "ENABLED"
    switch_now = !local.gone && (
      self.versioning_configuration[0].status == "Enabled" || self.backup_policy[0].status == "ENABLED"
    )
    subjects = local.gone ? linked(self, "configures") : []
    staying  = [for s in local.subjects : after(s) if after(s) != null]
    # A switch that only got another name.
    others = flatten([
      [for s in local.staying : referrers(s, "configures", type(self))],
      [
        for o in resources("aws_s3_bucket_versioning", "aws_efs_backup_policy") : o
        if local.gone && type(o) == type(self) && default(o.bucket, o.file_system_id) == default(self.bucket, self.file_system_id)
      ],
    ])
    without_subject = local.gone && (length(local.others) > 0 || length(local.subjects) > 0 && length(local.staying) == 0)

    replica = is_replica(self)
    covered = !local.gone && in_backup_plan(self)
    passing = is(self, "aws_dynamodb_table") && keeps_nothing(self)
  }

  for_each = concat(
    resources(
      "relational_database", "aws_docdbelastic_cluster", "aws_redshift_cluster", "aws_memorydb_cluster", "aws_dynamodb_table",
      "aws_fsx_lustre_file_system", "fsx_file_system",
      "aws_s3_bucket_versioning", "aws_efs_backup_policy",
    ),
    destroyed("aws_s3_bucket_versioning", "aws_efs_backup_policy"),
  )
  unless = local.was == null || local.without_subject || local.replica || local.covered || local.passing
  when = (
    !local.gone && local.days_before > 0 && local.days_now == 0
    || !local.gone && local.history_before && !local.history_now
    || local.switch_before && !local.switch_now
  )
  at = "backup_retention_period"
  message = (
    is(self, "aws_s3_bucket_versioning")
    ? "what is overwritten or deleted cannot be brought back once `${self}` is off"
    : "no more backups are made: `${self}` had them, and this plan switches them off"
  )

  label "objects are overwritten for good here" {
    at = local.gone ? local.staying : linked(self, "configures", "aws_s3_bucket")
  }

  fails "retention of zero days" {
    before {
      resource "aws_db_instance" "orders" {
        engine                  = "postgres"
        backup_retention_period = 14
      }
    }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 0
    }
  }

  fails "a table loses its history" {
    before {
      resource "aws_dynamodb_table" "carts" {
        name     = "carts"
        hash_key = "id"

        point_in_time_recovery {
          enabled = true
        }
      }
    }

    resource "aws_dynamodb_table" "carts" {
      name     = "carts"
      hash_key = "id"

      point_in_time_recovery {
        enabled = false
      }
    }
  }

  fails "versioning of a bucket suspended" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket = "invoices"
      }

      resource "aws_s3_bucket_versioning" "invoices" {
        bucket = aws_s3_bucket.invoices.id

        versioning_configuration {
          status = "Enabled"
        }
      }
    }

    resource "aws_s3_bucket" "invoices" {
      bucket = "invoices"
    }

    resource "aws_s3_bucket_versioning" "invoices" {
      bucket = aws_s3_bucket.invoices.id

      versioning_configuration {
        status = "Suspended"
      }
    }
  }

  fails "the block that switched versioning on is removed" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket = "invoices"
      }

      resource "aws_s3_bucket_versioning" "invoices" {
        bucket = aws_s3_bucket.invoices.id

        versioning_configuration {
          status = "Enabled"
        }
      }
    }

    resource "aws_s3_bucket" "invoices" {
      bucket = "invoices"
    }
  }

  passes "a new store, whatever its retention will be" {
    before {}

    variable "backup_days" { type = number }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = var.backup_days
    }
  }

  passes "the bucket goes with its versioning" {
    before {
      resource "aws_s3_bucket" "invoices" {
        bucket = "invoices"
      }

      resource "aws_s3_bucket_versioning" "invoices" {
        bucket = aws_s3_bucket.invoices.id

        versioning_configuration {
          status = "Enabled"
        }
      }
    }
  }

  passes "the block got another name" {
    before {
      resource "aws_efs_file_system" "shared" {}

      resource "aws_efs_backup_policy" "policy" {
        file_system_id = aws_efs_file_system.shared.id

        backup_policy {
          status = "ENABLED"
        }
      }
    }

    resource "aws_efs_file_system" "shared" {}

    resource "aws_efs_backup_policy" "shared" {
      file_system_id = aws_efs_file_system.shared.id

      backup_policy {
        status = "ENABLED"
      }
    }
  }

  passes "AWS Backup takes over" {
    before {
      resource "aws_db_instance" "orders" {
        engine                  = "postgres"
        backup_retention_period = 14
      }
    }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 0
    }

    resource "aws_backup_selection" "databases" {
      name         = "databases"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::123456789012:role/backup"
      resources    = [aws_db_instance.orders.arn]
    }
  }

  passes "shorter, but not off" {
    before {
      resource "aws_rds_cluster" "orders" {
        engine                  = "aurora-postgresql"
        backup_retention_period = 35
      }
    }

    resource "aws_rds_cluster" "orders" {
      engine                  = "aurora-postgresql"
      backup_retention_period = 7
    }
  }

  unknown "decided by a variable without default" {
    before {
      resource "aws_db_instance" "orders" {
        engine                  = "postgres"
        backup_retention_period = 14
      }
    }

    variable "backup_days" { type = number }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = var.backup_days
    }
  }
}
