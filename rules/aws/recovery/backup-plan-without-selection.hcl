rule "backup-plan-without-selection" {
  summary   = "Backup plan selects nothing"
  principle = "recovery"
  severity  = "warning"
  since     = "2027.1"
  why       = <<-MD
    A plan says when and where to, and a selection says what of. Without one the plan runs every night over nothing, and nobody is told.
  MD
  fix       = "Add an `aws_backup_selection` with the ARNs of the stores or a tag that they carry."
  notice    = "`NumberOfBackupJobsCreated` of the plan is 0."
  prove     = "Wait a day, and list the plan's jobs."
  references = [
    "AWS Well-Architected REL09-BP01",
    "AWS Backup Developer Guide: Assign resources to a backup plan",
  ]

  for_each = resources("aws_backup_plan")
  when     = length(referrers(self, "member_of", "aws_backup_selection")) == 0
  message  = "no selection belongs to `${self}`: it backs up nothing"

  fails "no selection" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
      }
    }
  }

  passes "a selection by tag" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
      }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = aws_backup_plan.daily.id
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"

      selection_tag {
        type  = "STRINGEQUALS"
        key   = "backup"
        value = "daily"
      }
    }
  }

  passes "a selection for each kind of store" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
      }
    }

    resource "aws_backup_selection" "daily" {
      for_each     = { databases = "arn:aws:rds:*:*:db:*", tables = "arn:aws:dynamodb:*:*:table/*" }
      name         = each.key
      plan_id      = aws_backup_plan.daily.id
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [each.value]
    }
  }

  unknown "a selection whose plan is given by the caller" {
    variable "plan_id" { type = string }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
      }
    }

    resource "aws_backup_selection" "daily" {
      name         = "daily"
      plan_id      = var.plan_id
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = ["*"]
    }
  }
}
