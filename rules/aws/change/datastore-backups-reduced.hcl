rule "datastore-backups-reduced" {
  summary      = "Backups kept for fewer days than before"
  principle    = "change"
  severity     = "warning"
  needs        = "plan"
  since        = "2027.1"
  renamed_from = ["backups-reduced"]
  why          = <<-MD
    What is older than the new limit is deleted when the plan is applied, not some day. A mistake that is found late can then not be
    undone, and a rule about how long data must be restorable may be broken unseen.
  MD
  fix          = "Keep the longer time, or copy the older backups to a vault before the plan is applied."
  notice       = "No metric shows it: the oldest restorable time of the store moves closer day by day."
  prove        = "Try to restore to a day between the new and the old retention in a copy of the store."
  references = [
    "AWS Well-Architected REL09-BP03",
    "Security Hub RDS.50",
    "Security Hub DocumentDB.2",
    "Security Hub Neptune.5",
    "Security Hub ElastiCache.1",
  ]

  param "enough_days" {
    default = 30
    doc     = "What keeps backups for this many days is not reported."
  }

  locals {
    was = before(self)
    # What nobody sets any more stays as it is where the provider reads it back.
    kept = action(self) != "replace" && !is(
      self, "aws_docdb_cluster", "aws_neptune_cluster", "aws_redshift_cluster", "aws_elasticache_replication_group",
      "aws_elasticache_cluster",
    )
    cache = is(self, "aws_elasticache_replication_group", "aws_elasticache_cluster")
    days_before = default(
      local.was.backup_retention_period, local.was.automated_snapshot_retention_period, local.was.snapshot_retention_limit,
      local.was.automatic_backup_retention_days, local.was.point_in_time_recovery[0].recovery_period_in_days, 0,
    )
    days_now = default(
      self.backup_retention_period, self.automated_snapshot_retention_period, self.snapshot_retention_limit,
      self.automatic_backup_retention_days, self.point_in_time_recovery[0].recovery_period_in_days,
      local.kept ? local.days_before : local.cache || is(self, "aws_db_instance") ? 0 : 1,
    )

    # Backup plans: how long each rule keeps what it makes, zero for ever.
    rules_before = [
      for r in local.was.rule : { name = r.rule_name, days = default(r.lifecycle[0].delete_after, 0) }
      if is(self, "aws_backup_plan")
    ]
    rules_now = [
      for r in self.rule : { name = r.rule_name, days = default(r.lifecycle[0].delete_after, 0) } if is(self, "aws_backup_plan")
    ]
    shorter = flatten([
      for r in local.rules_before : [
        for n in local.rules_now : "rule `${n.name}` of `${self}` deletes backups after ${n.days} days"
        if n.name == r.name && n.days > 0 && n.days < param.enough_days && (r.days == 0 || n.days < r.days)
      ]
    ])
    fewer = length(local.rules_now) < length(local.rules_before)

    replica = is_replica(self)
    covered = in_backup_plan(self)
  }

  # Switched off is worse: datastore-backups-switched-off. A cache without snapshots is still only a cache.
  for_each = resources(
    "relational_database", "aws_docdbelastic_cluster", "aws_redshift_cluster", "cache_store", "aws_memorydb_cluster",
    "aws_dynamodb_table", "aws_fsx_lustre_file_system", "fsx_file_system", "aws_backup_plan",
  )
  unless = local.was == null || local.replica || local.covered

  defect "a rule that deletes sooner" {
    when    = length(local.shorter) > 0
    at      = "rule"
    message = local.shorter[0]
  }

  defect "fewer rules" {
    when    = local.fewer
    at      = "rule"
    message = "`${self}` makes backups by fewer rules than before"
  }

  defect "no snapshots of a cache" {
    when    = local.cache && local.days_now == 0 && local.days_before > 0 && local.days_now < param.enough_days
    at      = "snapshot_retention_limit"
    message = "`${self}` kept snapshots for ${local.days_before} days, and keeps none after this plan"
  }

  defect "fewer days" {
    when    = local.days_now > 0 && local.days_now < local.days_before && local.days_now < param.enough_days
    at      = "backup_retention_period"
    message = "`${self}` kept backups for ${local.days_before} days, and keeps them for ${local.days_now} after this plan"
  }

  fails "from a month to a week" {
    before {
      resource "aws_db_instance" "orders" {
        engine                  = "postgres"
        backup_retention_period = 30
      }
    }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      backup_retention_period = 7
    }
  }

  fails "left out, which means one day for this kind of cluster" {
    before {
      resource "aws_docdb_cluster" "catalog" {
        cluster_identifier      = "catalog"
        backup_retention_period = 14
      }
    }

    resource "aws_docdb_cluster" "catalog" {
      cluster_identifier = "catalog"
    }
  }

  fails "a rule of a backup plan deletes earlier" {
    before {
      resource "aws_backup_plan" "daily" {
        name = "daily"

        rule {
          rule_name         = "night"
          target_vault_name = "main"

          lifecycle {
            delete_after = 90
          }
        }
      }
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "night"
        target_vault_name = "main"

        lifecycle {
          delete_after = 14
        }
      }
    }
  }

  fails "snapshots of a cache switched off" {
    before {
      resource "aws_elasticache_replication_group" "sessions" {
        replication_group_id     = "sessions"
        snapshot_retention_limit = 5
      }
    }

    resource "aws_elasticache_replication_group" "sessions" {
      replication_group_id     = "sessions"
      snapshot_retention_limit = 0
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

  passes "still a month" {
    before {
      resource "aws_rds_cluster" "orders" {
        engine                  = "aurora-postgresql"
        backup_retention_period = 35
      }
    }

    resource "aws_rds_cluster" "orders" {
      engine                  = "aurora-postgresql"
      backup_retention_period = 30
    }
  }

  passes "longer than before, and another setting changes" {
    before {
      resource "aws_db_instance" "orders" {
        engine                  = "postgres"
        instance_class          = "db.m7g.large"
        backup_retention_period = 3
      }
    }

    resource "aws_db_instance" "orders" {
      engine                  = "postgres"
      instance_class          = "db.m7g.xlarge"
      backup_retention_period = 7
    }
  }

  passes "left out where the provider keeps what is set" {
    before {
      resource "aws_db_instance" "orders" {
        engine                  = "postgres"
        backup_retention_period = 14
      }
    }

    resource "aws_db_instance" "orders" {
      engine = "postgres"
    }
  }

  passes "a rule of a backup plan gets another name" {
    before {
      resource "aws_backup_plan" "daily" {
        name = "daily"

        rule {
          rule_name         = "night"
          target_vault_name = "main"
        }
      }
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "nightly"
        target_vault_name = "main"
      }
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
