rule "backup-failures-unannounced" {
  summary    = "Backup vault whose failed backups nobody hears of"
  principle  = "observability"
  severity   = "warning"
  since      = "2027.1"
  why        = <<-MD
    A backup that fails each night looks like one that succeeds, until somebody wants the data back.
  MD
  fix        = "Add an `aws_backup_vault_notifications` with `BACKUP_JOB_FAILED`, or an `aws_cloudwatch_event_rule` for `aws.backup`."
  notice     = "`NumberOfBackupJobsFailed` rises, and nobody is told."
  prove      = "Take the role's permission for one store away in a test account, and wait for a message after the nightly run."
  references = ["AWS Well-Architected REL09-BP03", "AWS Well-Architected REL06-BP03", "AWS Backup Developer Guide: Notification options with AWS Backup"]

  for_each = resources("aws_backup_vault")
  unless   = is_watched_elsewhere(self) || length(referrers(self, "uses", "aws_backup_plan")) == 0
  when     = length(referrers(self, "watches")) == 0
  message  = "nobody is told when a backup into `${self}` fails"

  label "puts its backups there" {
    at = referrers(self, "uses", "aws_backup_plan")
  }

  fails "no notification" {
    resource "aws_backup_vault" "main" {
      name = "main"
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.main.name
        schedule          = "cron(0 3 * * ? *)"
      }
    }
  }

  passes "notification" {
    resource "aws_backup_vault" "main" {
      name = "main"
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.main.name
        schedule          = "cron(0 3 * * ? *)"
      }
    }

    resource "aws_backup_vault_notifications" "main" {
      backup_vault_name   = aws_backup_vault.main.name
      sns_topic_arn       = "arn:aws:sns:eu-west-1:111122223333:oncall"
      backup_vault_events = ["BACKUP_JOB_FAILED", "RESTORE_JOB_FAILED"]
    }
  }

  passes "a rule about backups" {
    resource "aws_backup_vault" "main" {
      name = "main"
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "main"
        schedule          = "cron(0 3 * * ? *)"
      }
    }

    resource "aws_cloudwatch_event_rule" "failed" {
      name          = "backup-failed"
      event_pattern = jsonencode({ source = ["aws.backup"], detail-type = ["Backup Job State Change"], detail = { state = ["FAILED", "ABORTED"] } })
    }
  }

  passes "no plan uses the vault" {
    resource "aws_backup_vault" "copies" {
      name = "copies"
    }
  }

  unknown "whether there are notifications is given by the caller" {
    variable "notify" { type = bool }

    resource "aws_backup_vault" "main" {
      name = "main"
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = aws_backup_vault.main.name
        schedule          = "cron(0 3 * * ? *)"
      }
    }

    resource "aws_backup_vault_notifications" "main" {
      count               = var.notify ? 1 : 0
      backup_vault_name   = aws_backup_vault.main.name
      sns_topic_arn       = "arn:aws:sns:eu-west-1:111122223333:oncall"
      backup_vault_events = ["BACKUP_JOB_FAILED"]
    }
  }
}
