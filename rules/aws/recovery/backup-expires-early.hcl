rule "backup-expires-early" {
  summary   = "Backup plan keeps backups for only a few days"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    Damage to data is often noticed after a weekend, and a wrong report after a month. Backups that have expired by then are none.
  MD
  fix       = "Let one rule of the plan keep backups for 7 days or more, by `delete_after` of its `lifecycle`; 35 days is usual."
  notice    = "The oldest recovery point of the vault is a few days old."
  prove     = "Damage data in a copy, notice it two weeks later, and try to restore the state before."
  references = [
    "AWS Well-Architected REL09-BP03",
    "AWS Config backup-plan-min-frequency-and-min-retention-check",
  ]

  param "minimum_days" {
    default = 7
    doc     = "Fewest days that one rule of a plan must keep backups."
  }

  locals {
    # Without `delete_after` they are kept for ever.
    days = [for r in default(self.rule, []) : default(r.lifecycle[0].delete_after, 36500)]
    # What is copied stays in the other vault.
    copies = flatten([
      for r in default(self.rule, []) : [for c in default(r.copy_action, []) : default(c.lifecycle[0].delete_after, 36500)]
    ])
    kept = concat(local.days, local.copies)
  }

  for_each = resources("aws_backup_plan")
  when     = length(local.kept) > 0 && alltrue([for d in local.kept : d < param.minimum_days])
  at       = "rule"
  message  = "`${self}` keeps backups for ${max(0, local.kept...)} days, fewer than ${param.minimum_days}"

  fails "three days" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"

        lifecycle {
          delete_after = 3
        }
      }
    }
  }

  passes "35 days" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"

        lifecycle {
          delete_after = 35
        }
      }
    }
  }

  passes "for ever" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
      }
    }
  }

  passes "a weekly rule keeps a quarter" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"

        lifecycle {
          delete_after = 3
        }
      }

      rule {
        rule_name         = "weekly"
        target_vault_name = "weekly"
        schedule          = "cron(0 5 ? * SUN *)"

        lifecycle {
          delete_after = 90
        }
      }
    }
  }

  passes "the copy stays longer" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"

        lifecycle {
          delete_after = 3
        }

        copy_action {
          destination_vault_arn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:daily"

          lifecycle {
            delete_after = 35
          }
        }
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "days" { type = number }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"

        lifecycle {
          delete_after = var.days
        }
      }
    }
  }
}
