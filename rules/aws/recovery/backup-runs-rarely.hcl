rule "backup-runs-rarely" {
  summary   = "Backups are made less than once a day"
  principle = "recovery"
  severity  = "advice"
  since     = "2027.1"
  why       = <<-MD
    What was written since the last backup is lost when it is needed: the interval between two backups is the recovery point that can be promised. A config
    may promise a shorter one for an entry (`rpo`).
  MD
  fix       = "Add a rule that runs every day, or set `enable_continuous_backup = true` for stores that support it."
  notice    = "The newest recovery point is older than a day most of the time."
  prove     = "Restore the newest recovery point on any day, and count the hours that are lost."
  references = [
    "AWS Well-Architected REL13-BP01",
    "AWS Config backup-plan-min-frequency-and-min-retention-check",
    "AWS Trusted Advisor Amazon RDS Continuous Backup Not Enabled",
  ]

  param "maximum_hours" {
    default = 24
    doc     = "Most hours between two backups: the recovery point objective."
  }

  locals {
    hours = hours_between_backups(self)
    often = min(10000, local.hours...)
    # What an entry may lose by the config, where its data have nothing but these backups.
    kept = flatten([for s in referrers(self, "member_of", "aws_backup_selection") : linked(s, "covers", "aws_instance", "aws_ebs_volume", "aws_efs_file_system")])
    broken = length(local.hours) == 0 || length(intended()) == 0 ? [] : flatten([
      for e in intended() : [
        for parts in [reachable(e, ["forwards", "targets", "listens_on", "resolves_to", "fetches_from", "integrates", "runs", "reads_writes", "mounts", "attached_to"])] : [
          for s in local.kept : { store = s, entry = e, hours = intent(e).rpo / 3600 } if contains(parts, s)
        ]
      ] if intent(e).rpo != null && default(intent(e).rpo, 0) < local.often * 3600
    ])
    # Plans divide the work: one runs every day, another keeps a copy of each month.
    others = anytrue(flatten([
      for p in resources("aws_backup_plan") : [for h in hours_between_backups(p) : h <= param.maximum_hours]
    ]))
  }

  for_each = resources("aws_backup_plan")

  defect "less often than was promised" {
    when    = length(local.broken) > 0
    at      = "rule"
    message = "`${self}` makes a backup of `${local.broken[0].store}` every ${local.often} hours, and `${local.broken[0].entry}` may lose ${local.broken[0].hours}"
  }

  defect "less than once a day" {
    when    = length(local.hours) > 0 && alltrue([for h in local.hours : h > param.maximum_hours]) && !local.others
    at      = "rule"
    message = "`${self}` makes a backup every ${local.often} hours, and no plan makes one every ${param.maximum_hours}"
  }

  fails "once a week" {
    resource "aws_backup_plan" "weekly" {
      name = "weekly"

      rule {
        rule_name         = "weekly"
        target_vault_name = "weekly"
        schedule          = "cron(0 5 ? * SUN *)"
      }
    }
  }

  fails "once a month" {
    resource "aws_backup_plan" "monthly" {
      name = "monthly"

      rule {
        rule_name         = "monthly"
        target_vault_name = "monthly"
        schedule          = "cron(0 5 1 * ? *)"
      }
    }
  }

  fails "less often than an entry may lose" {
    intends = { "aws_lb.files" = { rpo = 14400 } }

    resource "aws_lb" "files" {
      name = "files"
    }

    resource "aws_lb_listener" "files" {
      load_balancer_arn = aws_lb.files.arn

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.files.arn
      }
    }

    resource "aws_lb_target_group" "files" {
      name = "files"
    }

    resource "aws_lb_target_group_attachment" "files" {
      target_group_arn = aws_lb_target_group.files.arn
      target_id        = aws_instance.files.id
    }

    resource "aws_instance" "files" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m7i.large"
    }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = "cron(0 5 * * ? *)"
      }
    }

    resource "aws_backup_selection" "machines" {
      name         = "machines"
      plan_id      = aws_backup_plan.daily.id
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = ["arn:aws:ec2:*:*:instance/*"]
    }
  }

  passes "as often as an entry may lose" {
    intends = { "aws_lb.files" = { rpo = 14400 } }

    resource "aws_lb" "files" {
      name = "files"
    }

    resource "aws_lb_listener" "files" {
      load_balancer_arn = aws_lb.files.arn

      default_action {
        type             = "forward"
        target_group_arn = aws_lb_target_group.files.arn
      }
    }

    resource "aws_lb_target_group" "files" {
      name = "files"
    }

    resource "aws_lb_target_group_attachment" "files" {
      target_group_arn = aws_lb_target_group.files.arn
      target_id        = aws_instance.files.id
    }

    resource "aws_instance" "files" {
      ami           = "ami-0123456789abcdef0"
      instance_type = "m7i.large"
    }

    resource "aws_backup_plan" "often" {
      name = "often"

      rule {
        rule_name         = "often"
        target_vault_name = "often"
        schedule          = "cron(0 0/4 * * ? *)"
      }
    }

    resource "aws_backup_selection" "machines" {
      name         = "machines"
      plan_id      = aws_backup_plan.often.id
      iam_role_arn = "arn:aws:iam::111122223333:role/backup"
      resources    = [aws_instance.files.arn]
    }
  }

  passes "every day" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = "cron(0 5 ? * * *)"
      }
    }
  }

  passes "on working days" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = "cron(0 5 ? * MON-FRI *)"
      }
    }
  }

  passes "no schedule, which is every day" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
      }
    }
  }

  passes "continuously" {
    resource "aws_backup_plan" "continuous" {
      name = "continuous"

      rule {
        rule_name                = "continuous"
        target_vault_name        = "continuous"
        schedule                 = "cron(0 5 1 * ? *)"
        enable_continuous_backup = true
      }
    }
  }

  passes "another plan runs every day" {
    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = "cron(0 5 * * ? *)"
      }
    }

    resource "aws_backup_plan" "monthly" {
      name = "monthly"

      rule {
        rule_name         = "monthly"
        target_vault_name = "monthly"
        schedule          = "cron(0 5 1 * ? *)"
      }
    }
  }

  unknown "decided by a variable without default" {
    variable "schedule" { type = string }

    resource "aws_backup_plan" "daily" {
      name = "daily"

      rule {
        rule_name         = "daily"
        target_vault_name = "daily"
        schedule          = var.schedule
      }
    }
  }
}
