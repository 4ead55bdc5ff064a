rule "backup-in-one-open-vault" {
  summary   = "Backups stand in one vault that can be emptied"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    Who may delete the data may often delete its backups too, by mistake or on purpose, and both stand in one Region. A copy in another account or
    Region, or a lock on the vault, leaves something to restore from.
  MD
  fix       = "Add a `copy_action` to a vault of another account or Region, or lock the vault by an `aws_backup_vault_lock_configuration`."
  notice    = "CloudTrail shows `DeleteRecoveryPoint`, and nothing refuses it."
  prove     = "Delete a recovery point in a test vault with an administrator's role: it succeeds."
  references = [
    "AWS Well-Architected REL09-BP02",
    "AWS Well-Architected REL13-BP02",
    "AWS Config backup-recovery-point-manual-deletion-disabled",
  ]

  locals {
    vaults = linked(self, "uses", "aws_backup_vault")
    copied = anytrue([
      for r in default(self.rule, []) :
      length(default(r.copy_action, [])) > 0 || default(r.target_logically_air_gapped_backup_vault_arn, "") != ""
    ])
    locked = anytrue([
      for v in local.vaults : length(referrers(v, "configures", "aws_backup_vault_lock_configuration")) > 0
    ])
  }

  # A vault that is not in the configuration may be locked elsewhere.
  for_each = resources("aws_backup_plan")
  unless   = length(local.vaults) == 0
  when     = !local.copied && !local.locked
  at       = "rule"
  message  = "`${self}` keeps its backups in `${local.vaults[0]}` only, from where they can be deleted"

  label "has no lock" {
    at = local.vaults
  }

  fails "neither a copy nor a lock" {
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name
      }
    }
  }

  passes "copied to another Region" {
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name

        copy_action {
          destination_vault_arn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:daily"
        }
      }
    }
  }

  passes "locked" {
    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_lock_configuration" "daily" {
      backup_vault_name  = aws_backup_vault.daily.name
      min_retention_days = 7
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name
      }
    }
  }

  unknown "a vault of another configuration may be locked there" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "central"
      }
    }
  }

  unknown "which vault is locked is given by the caller" {
    variable "locked_vault" { type = string }

    resource "aws_backup_vault" "daily" {
      name = "daily"
    }

    resource "aws_backup_vault_lock_configuration" "locked" {
      backup_vault_name  = var.locked_vault
      min_retention_days = 7
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.daily.name
      }
    }
  }
}
