rule "efs-without-backups" {
  summary   = "EFS file system is not backed up"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Files stand in several zones, and a wrong `rm` or a faulty release deletes them in all of them. A file system made by Terraform has no automatic
    backups unless it is told to.
  MD
  fix       = "Add an `aws_efs_backup_policy` with `status = \"ENABLED\"`, or let a backup plan cover the file system."
  notice    = "The file system has no recovery points in AWS Backup."
  prove     = "Delete a file in a test file system, and try to get it back."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config efs-automatic-backups-enabled",
    "AWS Config efs-in-backup-plan",
    "Security Hub EFS.2",
    "Security Hub EFS.7",
    "checkov CKV2_AWS_18",
    "AWS Trusted Advisor Amazon EFS not in AWS Backup plan",
  ]

  locals {
    policies = referrers(self, "configures", "aws_efs_backup_policy")
    enabled  = anytrue([for p in local.policies : p.backup_policy[0].status == "ENABLED"])
    # In one zone, backups are on unless a policy switches them off.
    one_zone = default(self.availability_zone_name, "") != "" && length(local.policies) == 0
    covered  = in_backup_plan(self) || is_marked_for_backup(self)
    # What is in it can be made anew.
    passing = anytrue([
      for name in [address(self), default(self.creation_token, ""), default(try(self.tags.Name, null), "")] :
      can(regex("(?i)cache|scratch|(^|[^a-z])te?mp([^a-z]|$)|build|sandbox|ephemeral", name))
    ])
  }

  for_each = resources("aws_efs_file_system")
  unless   = local.one_zone || local.covered || local.passing
  when     = !local.enabled
  message  = "what is deleted in `${self}` cannot be brought back"

  label "backups are off here" {
    at = local.policies
  }

  fails "no policy" {
    resource "aws_efs_file_system" "shared" {
      encrypted = true
    }
  }

  fails "switched off" {
    resource "aws_efs_file_system" "shared" {
      encrypted = true
    }

    resource "aws_efs_backup_policy" "shared" {
      file_system_id = aws_efs_file_system.shared.id

      backup_policy {
        status = "DISABLED"
      }
    }
  }

  passes "policy" {
    resource "aws_efs_file_system" "shared" {
      encrypted = true
    }

    resource "aws_efs_backup_policy" "shared" {
      file_system_id = aws_efs_file_system.shared.id

      backup_policy {
        status = "ENABLED"
      }
    }
  }

  passes "backup plan" {
    resource "aws_efs_file_system" "shared" {
      encrypted = true
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = "daily"
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_efs_file_system.shared.arn]
    }
  }

  passes "it has a tag that a backup plan may select by" {
    resource "aws_efs_file_system" "shared" {
      encrypted = true

      tags = {
        "acme:backup" = "daily"
      }
    }
  }

  passes "one zone, where backups are on" {
    resource "aws_efs_file_system" "shared" {
      availability_zone_name = "eu-west-1a"
    }
  }

  passes "cache of builds" {
    resource "aws_efs_file_system" "build_cache" {
      encrypted = true
    }
  }

  unknown "decided by a variable without default" {
    variable "backups" { type = string }

    resource "aws_efs_file_system" "shared" {
      encrypted = true
    }

    resource "aws_efs_backup_policy" "shared" {
      file_system_id = aws_efs_file_system.shared.id

      backup_policy {
        status = var.backups
      }
    }
  }
}
