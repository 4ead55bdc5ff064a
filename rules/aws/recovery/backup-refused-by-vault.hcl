rule "backup-refused-by-vault" {
  summary     = "Lock of a vault refuses the backups of a plan"
  principle   = "recovery"
  severity    = "error"
  environment = "any"
  since       = "2027.1"
  why         = <<-MD
    A locked vault fails each job whose backups would be kept for fewer days than its minimum, or more than its maximum. The plan applies, and no
    backup is ever made.
  MD
  fix         = "Set `delete_after` of the rule between `min_retention_days` and `max_retention_days` of the lock."
  notice      = "`NumberOfBackupJobsFailed` rises with a retention that the lock does not allow."
  prove       = "Run the plan once in a test vault with the same lock."
  references = [
    "AWS Backup API Reference: PutBackupVaultLockConfiguration",
    "AWS Well-Architected REL09-BP03",
  ]

  locals {
    locks = flatten([
      for v in linked(self, "uses", "aws_backup_vault") : referrers(v, "configures", "aws_backup_vault_lock_configuration")
    ])
    refused = flatten([
      for l in local.locks : [
        for r in default(self.rule, []) : r.rule_name
        if length([
          for v in linked(l, "configures", "aws_backup_vault") : v if names(r.target_vault_name, v) || r.target_vault_name == v.name
          ]) > 0 && r.lifecycle[0].delete_after != null && (
          default(r.lifecycle[0].delete_after, 0) < default(l.min_retention_days, 0)
          || default(r.lifecycle[0].delete_after, 0) > default(l.max_retention_days, 36500)
        )
      ]
    ])
  }

  for_each = resources("aws_backup_plan")
  when     = length(local.refused) > 0
  at       = "rule"
  message  = "each job of the rule `${local.refused[0]}` of `${self}` fails, because the lock of its vault allows no such retention"

  label "the lock" {
    at = local.locks
  }

  fails "kept for fewer days than the lock demands" {
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_lock_configuration" "daily" {
      backup_vault_name  = aws_backup_vault.daily.name
      min_retention_days = 35
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name

        lifecycle {
          delete_after = 14
        }
      }
    }
  }

  fails "kept for longer than the lock allows" {
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_lock_configuration" "daily" {
      backup_vault_name  = "daily"
      min_retention_days = 7
      max_retention_days = 90
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "yearly"
        target_vault_name = "daily"

        lifecycle {
          delete_after = 365
        }
      }
    }
  }

  passes "within the lock" {
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_lock_configuration" "daily" {
      backup_vault_name  = aws_backup_vault.daily.name
      min_retention_days = 7
      max_retention_days = 90
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name

        lifecycle {
          delete_after = 35
        }
      }
    }
  }

  passes "the lock is on another vault" {
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault" "yearly" {
      name = "yearly"
    }

    resource "aws_backup_vault_lock_configuration" "yearly" {
      backup_vault_name  = aws_backup_vault.yearly.name
      min_retention_days = 365
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name

        lifecycle {
          delete_after = 35
        }
      }

      rule {
        rule_name         = "yearly"
        target_vault_name = aws_backup_vault.yearly.name

        lifecycle {
          delete_after = 2555
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_lock_configuration" "daily" {
      backup_vault_name  = aws_backup_vault.daily.name
      min_retention_days = 35
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name

        lifecycle {
          delete_after = var.days
        }
      }
    }
  }
}
