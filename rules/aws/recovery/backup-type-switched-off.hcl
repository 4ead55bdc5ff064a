rule "backup-type-switched-off" {
  summary   = "Backup selection covers a store whose type is switched off"
  principle = "recovery"
  severity  = "error"
  since     = "2027.1"
  why       = <<-MD
    What a selection takes by tag is backed up only where the Region's settings have its service switched on; Aurora, DocumentDB and Neptune always
    need that. Switched off, the store is passed over without an error.
  MD
  fix       = "Set the service to `true` in `resource_type_opt_in_preference`."
  notice    = "The store has no recovery points although a plan selects it."
  prove     = "Wait a day, and list the recovery points of the store."
  references = [
    "AWS Backup Developer Guide: Assign resources to a backup plan (service opt-in)",
    "AWS Backup API Reference: UpdateRegionSettings",
    "AWS Well-Architected REL09-BP01",
  ]

  locals {
    services = {
      aws_db_instance      = "RDS"
      aws_rds_cluster      = "Aurora"
      aws_docdb_cluster    = "DocumentDB"
      aws_neptune_cluster  = "Neptune"
      aws_dynamodb_table   = "DynamoDB"
      aws_ebs_volume       = "EBS"
      aws_instance         = "EC2"
      aws_efs_file_system  = "EFS"
      aws_s3_bucket        = "S3"
      aws_redshift_cluster = "Redshift"
    }
    always = ["Aurora", "DocumentDB", "Neptune"]
    # Of several settings, which Region each is for is not known.
    several = length(resources("aws_backup_region_settings")) > 1
    off     = [for service, on in default(self.resource_type_opt_in_preference, {}) : service if on == false]
    skipped = length(local.off) == 0 ? [] : [
      for s in resources("backed_up") : s
      if contains(local.off, lookup(local.services, type(s), "")) && anytrue([
        for c in referrers(s, "covers", "aws_backup_selection") :
        contains(local.always, lookup(local.services, type(s), "")) || length(default(c.resources, [])) == 0
      ])
    ]
  }

  for_each = resources("aws_backup_region_settings")
  unless   = local.several
  when     = length(local.skipped) > 0
  at       = "resource_type_opt_in_preference"
  message  = "`${local.skipped[0]}` is not backed up, because its service is switched off here"

  label "is selected, and passed over" {
    at = local.skipped
  }

  fails "a table that is selected by tag" {
    resource "aws_backup_region_settings" "this" {
      resource_type_opt_in_preference = {
        DynamoDB = false
        RDS      = true
      }
    }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
      tags     = { backup = "daily" }

      point_in_time_recovery {
        enabled = true
      }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  fails "an Aurora cluster that is selected by name" {
    resource "aws_backup_region_settings" "this" {
      resource_type_opt_in_preference = {
        Aurora = false
      }
    }

    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_rds_cluster.orders.arn]
    }
  }

  passes "switched on" {
    resource "aws_backup_region_settings" "this" {
      resource_type_opt_in_preference = {
        Aurora = true
      }
    }

    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_rds_cluster.orders.arn]
    }
  }

  passes "a table that is selected by name" {
    resource "aws_backup_region_settings" "this" {
      resource_type_opt_in_preference = {
        DynamoDB = false
      }
    }

    resource "aws_dynamodb_table" "orders" {
      name     = "orders"
      hash_key = "id"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_dynamodb_table.orders.arn]
    }
  }

  unknown "decided by a variable without default" {
    variable "aurora" { type = bool }

    resource "aws_backup_region_settings" "this" {
      resource_type_opt_in_preference = {
        Aurora = var.aurora
      }
    }

    resource "aws_rds_cluster" "orders" {
      engine = "aurora-postgresql"
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_rds_cluster.orders.arn]
    }
  }
}
